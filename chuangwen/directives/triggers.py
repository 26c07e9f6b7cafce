"""The triggers that keep the tallies, as SQL that both databases read.

A tally is an index of numbers, and the database keeps it as it keeps its indexes: no verb can forget it, and
it belongs to the transaction of whatever writes (docs/adr/0013-tally.md). A change appends what it takes
away, the old row counted −1, and what it adds, the new one counted +1; ``services.tallying`` folds them.

Nothing in the product deletes a case, and no trigger counts that: ``chuangwen tally`` then counts anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Rows of a tally as a SELECT over cases {c}, assignments {a}, reports {r} and breakdowns {b}.

    Each is counted ``{n}`` times. HOUR stands for the hour of a moment in UTC, such as ``2026-11-16 15``,
    STANDING for what is counted at all. WHOSE and WHOLE count everything twice: for its unit and issuer, and
    for all of the campaign, as unit and issuer 0.
    """

    table: str
    columns: str
    select: str


_STANDING = "c.kind = 'assignment' AND c.state <> 'withdrawn'"
_EACH = {
    "STANDING": _STANDING,
    "WHOSE": "c.campaign_id, w.one * c.unit_id, w.one * c.issuer_id",
    "WHOLE": "(SELECT 1 AS one UNION ALL SELECT 0) w",
}
_TALLY = (
    "directives_tally",
    """campaign_id, unit_id, issuer_id, day, received, acknowledged, launched, reported, accepted, waiting,
        begun, in_force, to_person""",
)
_HOURS = (
    "directives_hourtally",
    "campaign_id, unit_id, issuer_id, hour, received, acknowledged, reported, accepted",
)

# What a case is, whatever the day.
SETTLED = Part(
    *_TALLY,
    """SELECT c.campaign_id, c.unit_id, c.issuer_id, '0001-01-01', {n},
        CASE WHEN c.state <> 'issued' THEN {n} ELSE 0 END,
        CASE WHEN a.launched_on IS NOT NULL THEN {n} ELSE 0 END,
        CASE WHEN c.state IN ('reported', 'accepted') THEN {n} ELSE 0 END,
        CASE WHEN c.state = 'accepted' THEN {n} ELSE 0 END, 0, 0, 0, 0
        FROM {c} c LEFT JOIN {a} a ON a.case_id = c.id WHERE STANDING""",
)
# What is late when its day is over: the rule of ``cases.models.overdue``.
WAITING = Part(
    *_TALLY,
    """SELECT c.campaign_id, c.unit_id, c.issuer_id, c.due, 0, 0, 0, 0, 0, {n}, 0, 0, 0 FROM {c} c
        WHERE STANDING AND c.due IS NOT NULL AND c.closed_at IS NULL AND c.answered_at IS NULL""",
)
# How far down it goes inside its unit.
BROKEN_DOWN = Part(
    *_TALLY,
    """SELECT c.campaign_id, c.unit_id, c.issuer_id, '0001-01-01', 0, 0, 0, 0, 0, 0, {n},
        CASE WHEN b.in_force_at IS NOT NULL THEN {n} ELSE 0 END,
        CASE WHEN b.to_person THEN {n} ELSE 0 END
        FROM {c} c JOIN {b} b ON b.assignment_id = c.id WHERE STANDING""",
)
OPENED = Part(
    *_HOURS,
    "SELECT WHOSE, HOUR(c.opened_at), {n}, 0, 0, 0 FROM {c} c CROSS JOIN WHOLE WHERE STANDING",
)
ACKNOWLEDGED = Part(
    *_HOURS,
    """SELECT WHOSE, HOUR(a.acknowledged_at), 0, {n}, 0, 0
        FROM {c} c JOIN {a} a ON a.case_id = c.id CROSS JOIN WHOLE
        WHERE STANDING AND a.acknowledged_at IS NOT NULL""",
)
REPORTED = Part(
    *_HOURS,
    """SELECT WHOSE, HOUR(r.filed_at), 0, 0, {n}, 0
        FROM {c} c JOIN {r} r ON r.assignment_id = c.id CROSS JOIN WHOLE
        WHERE STANDING AND NOT EXISTS (
        SELECT 1 FROM directives_report e WHERE e.assignment_id = r.assignment_id AND e.id < r.id)""",
)
ACCEPTED = Part(
    *_HOURS,
    """SELECT WHOSE, HOUR(c.closed_at), 0, 0, 0, {n}
        FROM {c} c CROSS JOIN WHOLE WHERE STANDING AND c.state = 'accepted' AND c.closed_at IS NOT NULL""",
)
PARTS = (SETTLED, WAITING, BROKEN_DOWN, OPENED, ACKNOWLEDGED, REPORTED, ACCEPTED)


@dataclass(frozen=True)
class Source:
    """A table that parts count: its name in them, its column with the case's id, what they read of it."""

    name: str
    table: str
    key: str
    columns: str


CASE = Source(
    "c",
    "cases_case",
    "id",
    "id kind campaign_id unit_id issuer_id state due opened_at closed_at answered_at",
)
ASSIGNMENT = Source("a", "directives_assignment", "case_id", "case_id launched_on acknowledged_at")
REPORT = Source("r", "directives_report", "assignment_id", "id assignment_id filed_at")
BREAKDOWN = Source("b", "directives_breakdown", "assignment_id", "assignment_id in_force_at to_person")
_SOURCES = (CASE, ASSIGNMENT, REPORT, BREAKDOWN)


@dataclass(frozen=True)
class Trigger:
    """Counts ``part`` where ``watched``, columns or conditions, changes in a row of ``source``.

    ``new``: and where a row is added. Assignments are opened neither acknowledged nor launched, and cases
    without either, so nothing is to be counted of them then.
    """

    name: str
    source: Source
    part: Part
    watched: tuple[str, ...]
    new: bool = False


_WHOSE = ("$.kind", "$.campaign_id", "$.unit_id", "$.issuer_id")
_WHEN = (*_WHOSE, "$.state = 'withdrawn'")
TRIGGERS = (
    Trigger("tally_settled", CASE, SETTLED, (*_WHOSE, "$.state"), new=True),
    Trigger(
        "tally_waiting",
        CASE,
        WAITING,
        (*_WHEN, "$.due", "$.closed_at", "$.answered_at"),
        new=True,
    ),
    Trigger("tally_launched", ASSIGNMENT, SETTLED, ("$.launched_on",)),
    Trigger("tally_standing", CASE, BROKEN_DOWN, _WHEN),
    Trigger("tally_broken_down", BREAKDOWN, BROKEN_DOWN, ("$.in_force_at IS NULL", "$.to_person"), new=True),
    Trigger("tally_hours_opened", CASE, OPENED, (*_WHEN, "$.opened_at"), new=True),
    Trigger("tally_hours_standing", CASE, ACKNOWLEDGED, _WHEN),
    Trigger("tally_hours_answering", CASE, REPORTED, _WHEN),
    Trigger(
        "tally_hours_accepted", CASE, ACCEPTED, (*_WHEN, "$.state = 'accepted'", "$.closed_at"), new=True
    ),
    Trigger("tally_hours_acknowledged", ASSIGNMENT, ACKNOWLEDGED, ("$.acknowledged_at",)),
    Trigger("tally_hours_reported", REPORT, REPORTED, ("$.filed_at",), new=True),
)


def counted(part: Part, vendor: str, times: int, **tables: str) -> str:
    """``part`` over the whole tables of the database, or over others given by their names in it."""
    hour = {"postgresql": r"to_char(\1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"}.get(
        vendor, r"substr(\1, 1, 13)"
    )
    sources = {source.name: source.table for source in _SOURCES} | tables
    select = re.sub(r"HOUR\(([\w.]+)\)", hour, part.select)
    for word, meaning in _EACH.items():
        select = select.replace(word, meaning)
    return select.format(n=times, **sources)


def create(vendor: str) -> Iterator[str]:
    """The statements that put the triggers in place."""
    for trigger in TRIGGERS:
        distinct = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        watched = ", ".join(trigger.watched)
        changed = f"WHEN (({watched.replace('$', 'OLD')}) {distinct} ({watched.replace('$', 'NEW')}))"
        yield from _create(trigger, vendor, "UPDATE", changed, {"OLD": -1, "NEW": 1})
        if trigger.new:
            yield from _create(trigger, vendor, "INSERT", "", {"NEW": 1})


def lock(vendor: str, *tables: str) -> list[str]:
    """The statements after which whoever writes meanwhile adds their part when this transaction is done.

    On SQLite one writes at a time anyway.
    """
    return [f"LOCK TABLE {table} IN EXCLUSIVE MODE" for table in tables if vendor == "postgresql"]


def drop(vendor: str) -> Iterator[str]:
    """The statements that take them away, those of an older version of the product included."""
    for trigger in TRIGGERS:
        for event in ("update", "insert"):
            name = f"{trigger.name}_{event}"
            yield (
                f"DROP FUNCTION IF EXISTS {name}() CASCADE"
                if vendor == "postgresql"
                else f"DROP TRIGGER IF EXISTS {name}"
            )


def _create(trigger: Trigger, vendor: str, event: str, when: str, rows: dict[str, int]) -> Iterator[str]:
    name, source, part = f"{trigger.name}_{event.lower()}", trigger.source, trigger.part
    body = ""
    for row, times in rows.items():
        case = f"(SELECT * FROM {CASE.table} WHERE id = {row}.{source.key})"  # noqa: S608 - names of ours
        columns = ", ".join(f"{row}.{column} AS {column}" for column in source.columns.split())
        tables = {"c": case} | {source.name: f"(SELECT {columns})"}
        body += f"INSERT INTO {part.table} ({part.columns}) {counted(part, vendor, times, **tables)};\n"
    head = f"CREATE TRIGGER {name} AFTER {event} ON {source.table} FOR EACH ROW {when}"
    if vendor == "postgresql":
        function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        yield f"{function} $$ BEGIN {body} RETURN NULL; END $$"
        yield f"{head} EXECUTE FUNCTION {name}()"
    else:
        yield f"{head} BEGIN {body} END"
