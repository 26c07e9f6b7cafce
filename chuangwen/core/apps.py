import sys
from importlib import import_module

from django.apps import AppConfig


def load_without(name: str, module: str) -> None:
    """Import ``module`` as if the package ``name`` were not installed, unless either is loaded already."""
    if name not in sys.modules and module not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment]  # as the import system says "not there"
        try:
            import_module(module)
        finally:
            del sys.modules[name]


# openpyxl takes numpy along where it is there: 16 MB in every process, and no sheet here is an array. What
# needs numpy has processes of its own (apart.py).
load_without("numpy", "openpyxl")


class CoreConfig(AppConfig):
    name = "chuangwen.core"
    default_auto_field = "django.db.models.BigAutoField"
