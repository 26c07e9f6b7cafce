"""The triggers that keep a published standard as it was published, whoever writes: verb, shell or program.

What units are measured by must be provable afterwards, so the database refuses (docs/adr/0017-standards.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from chuangwen.core import guards as core
from chuangwen.core.guards import Guard

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
    return core.create(guards(vendor), MESSAGE, vendor)


def drop(vendor: str) -> Iterator[str]:
    """The statements that take them away."""
    return core.drop(guards(vendor), vendor)
