"""What is read out of a table: criteria, and doubts about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Stated = Decimal | str | None
# Kind of doubt → what it states, what was found.
DOUBTS = {
    "sum_mismatch": ("the total that the table states", "what its parts make"),
    "duplicate_number": ("the number", "the line that bears it already"),
    "skipped_number": ("the number", "the number that should be here"),
    "points_without_unit": ("the points, which stand without 分", None),
    "missing_points": (None, None),
    "unread_rule": ("the words of the rule", None),
    "deduction_exceeds_points": ("the points", "the deduction"),
    "unread_cell": ("the cell, whose formula has no result", "the error that it shows"),
    "no_table": (None, None),
}


@dataclass(frozen=True)
class Rule:
    """How points are given: one of ``scoring.KINDS``, its parameters, and the words it was read from."""

    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Criterion:
    """One line of a standard. ``points`` is the most that it can bring, negative if it only takes away.

    ``text`` stands so in the table, ``scoring`` in the column that says how it is scored, if there is one;
    ``outside`` is what counts beside the hundred, as bonus or deduction.
    """

    row: int
    text: str
    points: Decimal | None = None
    rule: Rule = field(default_factory=lambda: Rule("manual"))
    section: str = ""
    indicator: str = ""
    scope: str = ""
    scorer: str = ""
    outside: bool = False
    sheet: str = ""
    scoring: str = ""


@dataclass(frozen=True)
class Doubt:
    """What does not agree or cannot be read; ``stated`` and ``found`` as ``DOUBTS`` says of each kind."""

    kind: str
    row: int
    scope: str = ""
    stated: Stated = None
    found: Stated = None
    sheet: str = ""


@dataclass(frozen=True)
class Reading:
    """All of a file; ``headings`` are its other lines by sheet and number: titles, totals, notes.

    ``title`` is the first line above its first table that is long enough to name it.
    """

    criteria: tuple[Criterion, ...]
    doubts: tuple[Doubt, ...]
    headings: dict[tuple[str, int], str] = field(default_factory=dict)
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        """The shape that `chuangwen standard import --json` prints; what is not there is null."""
        return {
            "criteria": [
                {
                    "row": one.row,
                    "section": one.section or None,
                    "scope": one.scope or None,
                    "text": one.text,
                    "points": number(one.points),
                    "rule": {"kind": one.rule.kind, **plain(one.rule.parameters)},
                    "scorer": one.scorer or None,
                }
                for one in self.criteria
            ],
            "doubts": [
                {
                    "kind": one.kind,
                    "row": one.row,
                    "scope": one.scope or None,
                    "stated": number(one.stated),
                    "found": number(one.found),
                }
                for one in self.doubts
            ],
        }


def number(value: Stated) -> float | int | str | None:
    """A number as JSON writes it: 15, 0.5."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def plain(value: Any) -> Any:
    """Parameters without Decimal, at any depth."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return number(value) if isinstance(value, Decimal) else value
