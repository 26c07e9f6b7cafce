"""What every test may use: the personas, and the catalogues of this tree, compiled."""

from __future__ import annotations

from chuangwen.core import messages

pytest_plugins = ["chuangwen.organizations.tests.personas"]


def pytest_sessionstart() -> None:
    """Tests read the Chinese as it stands in the sources, not as it was when somebody last compiled it."""
    for app in messages.house():
        messages.compile_catalogue(app)
