"""Work that writes again and again lets others write in between.

SQLite has one writer. Whoever waits for it looks again every tenth of a second, so work that begins its next
transaction at once keeps everybody out until their patience (20 seconds, settings) is over. PostgreSQL has
many writers; there no statement begins a transaction, and nobody waits here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

HELD = 0.5  # seconds of one transaction after another, before the others have their turn
GIVEN = 0.12  # seconds of that turn: more than the tenth after which each of them looks again


class GivingWay:
    """A wrapper of a connection's statements: a pause before a transaction, when it is time for one."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("BEGIN") and time.monotonic() - self._since > HELD:
            time.sleep(GIVEN)
            self._since = time.monotonic()
        return execute(sql, *rest)
