"""The first file of an installation: ``var/env`` with secrets of its own, before any settings can be read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def data_dir() -> Path:
    """Where data lie: the variable CHUANGWEN_DATA, else ``var`` beside the package."""
    return Path(os.environ.get("CHUANGWEN_DATA", Path(__file__).resolve().parent.parent.parent / "var"))


def write_environment(*, demo: bool) -> Path:
    """Write fresh secrets, readable by the owner alone; a file that exists is kept as it is."""
    path = data_dir() / "env"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        "# Secrets of this installation; keep a copy apart from the database. See docs/configuration.md.",
        f"CHUANGWEN_MODE={'demo' if demo else 'production'}",
        f"CHUANGWEN_SECRET_KEY={secrets.token_hex(32)}",
        f"CHUANGWEN_JOURNAL_KEY={secrets.token_hex(32)}",
        f"CHUANGWEN_FACTOR_KEY={secrets.token_hex(32)}",
    ]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
