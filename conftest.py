"""What every test may use: the personas, and the catalogues of this tree, compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from chuangwen.core import messages

pytest_plugins = ["chuangwen.organizations.tests.personas"]


def pytest_sessionstart() -> None:
    """Tests read the Chinese as it stands in the sources, not as it was when somebody last compiled it."""
    for app in messages.house():
        messages.compile_catalogue(app)


@pytest.fixture(autouse=True)
def own_language() -> None:
    """A request leaves its language on the thread; the next test begins in that of the settings."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def heads_file(settings: Settings, tmp_path: Path) -> None:
    """A witness file of its own for each test, as each has a journal of its own."""
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
