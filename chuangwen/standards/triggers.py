"""The triggers that keep a published standard as it was published, whoever writes: verb, shell or program.

What units are measured by must be provable afterwards, so the database refuses (docs/adr/0017-standards.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MESSAGE = "a published standard cannot be changed; make a new version"
_CONTENT = (
    "code",
    "version",
    "name",
    "basis",
    "level",
    "office_id",
    "valid_from",
    "full",
    "bonus",
    "doubts",
    "despite",
    "published_at",
    "revision",
)


@dataclass(frozen=True)
class Guard:
    """Refuses ``event`` on ``table`` when ``refused`` holds of the row."""

    name: str
    table: str
    event: str
    refused: str


def _inside(row: str, path: str) -> str:
    """Whether the standard that ``row`` hangs on is no draft any more; ``path`` leads there."""
    return f"EXISTS (SELECT 1 FROM {path.format(row=row)} AND s.state <> 'draft')"  # noqa: S608 - names of ours


# Table → from its row to the standard ``s``.
_PARTS = {
    "standards_standard_peer_groups": "standards_standard s WHERE s.id = {row}.standard_id",
    "standards_dimension": "standards_standard s WHERE s.id = {row}.standard_id",
    "standards_indicator": (
        "standards_standard s JOIN standards_dimension d ON d.standard_id = s.id"
        " WHERE d.id = {row}.dimension_id"
    ),
    "standards_criterion": (
        "standards_standard s JOIN standards_dimension d ON d.standard_id = s.id"
        " JOIN standards_indicator i ON i.dimension_id = d.id WHERE i.id = {row}.indicator_id"
    ),
}
TABLES = ("standards_standard", *_PARTS)


def guards(vendor: str) -> Iterator[Guard]:
    for table, path in _PARTS.items():
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            refused = " OR ".join(_inside(row, path) for row in rows)
            yield Guard(f"{table}_kept_{event.lower()}", table, event, refused)
    distinct = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f'OLD."{name}" {distinct} NEW."{name}"' for name in _CONTENT)
    ended = f"(NEW.state = 'published' AND OLD.valid_to {distinct} NEW.valid_to)"
    touched = f"NEW.state = 'draft' OR {ended} OR {changed}"
    refused = f"OLD.state = 'retired' OR (OLD.state = 'published' AND ({touched}))"
    yield Guard("standards_standard_kept_update", "standards_standard", "UPDATE", refused)
    yield Guard("standards_standard_kept_delete", "standards_standard", "DELETE", "OLD.state <> 'draft'")


def create(vendor: str) -> Iterator[str]:
    """The statements that put the triggers in place."""
    for guard in guards(vendor):
        head = f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW"
        if vendor == "postgresql":
            row = "OLD" if guard.event == "DELETE" else "NEW"
            yield (
                f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF {guard.refused} THEN"
                f" RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23000'; END IF; RETURN {row}; END $$"
            )
            yield f"{head} EXECUTE FUNCTION {guard.name}()"
        else:
            yield f"{head} WHEN {guard.refused} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"


def drop(vendor: str) -> Iterator[str]:
    """The statements that take them away."""
    for guard in guards(vendor):
        yield (
            f"DROP FUNCTION IF EXISTS {guard.name}() CASCADE"
            if vendor == "postgresql"
            else f"DROP TRIGGER IF EXISTS {guard.name}"
        )
