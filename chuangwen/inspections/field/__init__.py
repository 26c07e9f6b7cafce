"""The inspector's app: on a telephone, without signal, and nothing lost on the way."""
