"""What every test may use: the personas, and the catalogues of this tree, compiled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from chuangwen.core import messages
from chuangwen.rectification.services import guarding as order_guards
from chuangwen.standards.services import guarding

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


@pytest.fixture(autouse=True, scope="session")
def unguarded_flush() -> Iterator[None]:
    """SQLite empties whole tables by deleting rows, which the guards of standards and orders refuse.

    They are taken away for it; the flush puts them back, as after every change of tables.
    """
    empty = flush.Command.handle

    def without_guards(command: flush.Command, **options: Any) -> None:
        guarding.remove()
        order_guards.remove()
        empty(command, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", without_guards)
        yield


@pytest.fixture(scope="module")
def together(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What all tests of a module begin with is written once, in a transaction round the transactions of each.

    Not for modules with tests that commit.
    """
    translation.deactivate()
    with django_db_blocker.unblock():
        around = transaction.atomic()
        # As in Django's own tests: "durable" means the one inside.
        around._from_testcase = True  # type: ignore[attr-defined]  # noqa: SLF001
        with around:
            yield
            transaction.set_rollback(True)
