"""The tree as the tests of the house see it: its files, apps and floors."""

from __future__ import annotations

import os
from configparser import ConfigParser
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "chuangwen"
# Made by tools, never committed (.gitignore); walking them would only cost time.
_MADE = {".git", ".venv", "node_modules", "var", "staticfiles", "test-results", "__pycache__"}


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """The files of the tree with one of ``suffixes`` (all files without any), in a stable order."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name for name in folders if name not in _MADE and not name.endswith((".egg-info", "_cache"))
        ]
        found += [Path(folder, name) for name in names if not suffixes or name.endswith(suffixes)]
    return tuple(sorted(found))


def short(path: Path) -> str:
    """The path from the root of the tree, as the tables of exceptions write it."""
    return path.relative_to(ROOT).as_posix()


def sources() -> tuple[Path, ...]:
    """The product's Python files: no tests, no migrations."""
    inside = (path for path in files(".py") if PACKAGE in path.parents)
    return tuple(path for path in inside if not {"tests", "migrations"} & set(path.parts))


def templates() -> tuple[Path, ...]:
    return tuple(path for path in files(".html", ".txt", ".svg") if "templates" in path.parts)


@cache
def floors() -> dict[str, int]:
    """App to floor, 1 for the lowest, read from the contract so that there is one list only."""
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    layers = config["importlinter:contract:floors"]["layers"].split()
    return {app: number for number, app in enumerate(reversed(layers), start=1)}


def app_of(path: Path) -> str:
    """The app that a file of the package belongs to."""
    return path.relative_to(PACKAGE).parts[0]
