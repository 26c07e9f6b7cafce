"""Every write to standards, by what it is about."""
