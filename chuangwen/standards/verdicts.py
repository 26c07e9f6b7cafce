"""From the reviews of a self-report to its result: line by line, by dimension, and as one number.

A dimension inside the hundred, a bonus (at most what the standard allows), deductions from the total, and a
veto, which excludes the unit whatever its points. What is not scored at a desk is told apart, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from chuangwen.standards.drawing import SECOND
from chuangwen.standards.filling import in_order
from chuangwen.standards.models import Criterion, Dimension, Panel, Result, Score, SelfReport
from chuangwen.standards.rules import ZERO
from chuangwen.standards.scoring import Given, Line, disputed, given_of, line_of, scored_criteria


@dataclass(frozen=True)
class Verdict:
    """One criterion: what each reviewer gave, the line made of it, and the result once there is one."""

    criterion: Criterion
    given: Sequence[Given]
    line: Line
    result: Result | None = None

    @property
    def points(self) -> Decimal:
        return self.result.stands if self.result else self.line.points

    @property
    def occurs(self) -> bool:
        return self.result.stands_as_veto if self.result else self.line.occurs


def verdicts(panel: Panel, report: SelfReport, score: Score | None = None) -> list[Verdict] | None:
    """Every scored line in its order; None while a review is still to come."""
    given = given_of(report)
    results = (
        {one.criterion_id: one for one in score.results.select_related("objection__case")} if score else {}
    )
    found = []
    for criterion in scored_criteria(report):
        marks = given.get(criterion.pk, [])
        if len(marks) < SECOND or _waits(panel, criterion, marks):
            return None
        found.append(Verdict(criterion, marks, line_of(criterion, marks), results.get(criterion.pk)))
    return found


def _waits(panel: Panel, criterion: Criterion, marks: Sequence[Given]) -> bool:
    """Whether a third reviewer is still to come."""
    return len(marks) == SECOND and disputed(panel, criterion, *marks)


@dataclass
class Part:
    """A dimension in the result: its points, what was given, and what of it is not scored at a desk."""

    dimension: Dimension
    given: Decimal = ZERO
    elsewhere: Decimal = ZERO
    vetoes: list[Criterion] = field(default_factory=list)


@dataclass(frozen=True)
class Totals:
    """The parts of a result and what they make; ``excluded`` by a veto that occurred."""

    parts: Sequence[Part]
    inside: Decimal
    bonus: Decimal
    deducted: Decimal
    elsewhere: Decimal
    excluded: bool

    @property
    def total(self) -> Decimal:
        return self.inside + self.bonus + self.deducted


def totals(report: SelfReport, lines: Iterable[Verdict]) -> Totals:
    """The sums by dimension, as the shape of the standard says."""
    lines = list(lines)
    scored = {line.criterion.pk for line in lines}
    parts: dict[int, Part] = {}
    for criterion in in_order(report, Q()):
        dimension = criterion.indicator.dimension
        part = parts.setdefault(dimension.pk, Part(dimension))
        if criterion.pk not in scored:
            part.elsewhere += criterion.points
    for line in lines:
        part = parts[line.criterion.indicator.dimension_id]
        part.given += line.points
        if line.occurs:
            part.vetoes.append(line.criterion)
    bonus = min(_sum(parts, Dimension.Part.BONUS), report.round.standard.bonus)
    return Totals(
        parts=list(parts.values()),
        inside=_sum(parts, Dimension.Part.INSIDE),
        bonus=bonus,
        deducted=_sum(parts, Dimension.Part.DEDUCTION),
        elsewhere=sum((part.elsewhere for part in parts.values() if part.dimension.part == "inside"), ZERO),
        excluded=any(part.vetoes for part in parts.values()),
    )


def _sum(parts: dict[int, Part], which: str) -> Decimal:
    return sum((part.given for part in parts.values() if part.dimension.part == which), ZERO)
