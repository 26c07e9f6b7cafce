"""Triggers by which the database itself refuses a write, whoever makes it: verb, shell or another program.

What must be provable afterwards is refused there too. An app says what it guards in its ``triggers.py``, and
lays it around changes of tables in its ``services/guarding.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """Refuses ``event`` on ``table`` when ``refused`` holds of the row."""

    name: str
    table: str
    event: str
    refused: str


def create(guards: Iterable[Guard], message: str, vendor: str) -> Iterator[str]:
    """The statements that put the triggers in place; ``message`` is what the refusal says."""
    for guard in guards:
        head = f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW"
        if vendor == "postgresql":
            row = "OLD" if guard.event == "DELETE" else "NEW"
            yield (
                f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF {guard.refused} THEN"
                f" RAISE EXCEPTION '{message}' USING ERRCODE = '23000'; END IF; RETURN {row}; END $$"
            )
            yield f"{head} EXECUTE FUNCTION {guard.name}()"
        else:
            yield f"{head} WHEN {guard.refused} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def drop(guards: Iterable[Guard], vendor: str) -> Iterator[str]:
    """The statements that take them away."""
    for guard in guards:
        yield (
            f"DROP FUNCTION IF EXISTS {guard.name}() CASCADE"
            if vendor == "postgresql"
            else f"DROP TRIGGER IF EXISTS {guard.name}"
        )
