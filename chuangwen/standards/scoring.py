"""From marks to the points of a line: what is scored, what a third reviewer is asked about, and the mean.

Exact: amounts are decimals. A mean is rounded to two digits, a half towards the unit (0.125 is 0.13 and
−0.125 is −0.12); of three marks the two that lie nearest to one another count, and if both pairs are as near,
the higher one (docs/adr/0018-reviews.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.standards import rules
from chuangwen.standards.filling import ASKED, in_order
from chuangwen.standards.models import Criterion, Mark, Panel, SelfReport
from chuangwen.standards.rules import ZERO, Outcome, plain

CENT = Decimal("0.01")
HALF = Decimal("0.5")
PAIR = 2
# Besides what the unit was asked for: what other departments say, and what speaks against it altogether.
_SCORED = ASKED | Q(method__in=["opinion", "veto"]) | Q(rule="veto")


def scored_criteria(report: SelfReport) -> list[Criterion]:
    """The criteria that reviewers mark for this unit, in their order; what is seen on site is not theirs."""
    return in_order(report, _SCORED)


@dataclass(frozen=True)
class Given:
    """What one reviewer gave, without a name: which one, what was found, points and reason."""

    ordinal: int
    found: Any
    points: Decimal
    reason: str


@dataclass(frozen=True)
class Line:
    """The points of one criterion with the sentence that says how they came about.

    ``occurs`` is of a veto only: that which excludes the unit has occurred.
    """

    points: Decimal
    words: str
    occurs: bool = False


def outcome_of(criterion: Criterion, found: object) -> Outcome:
    """What the criterion's rule gives. Raises RuleError."""
    return rules.compute(criterion.rule, criterion.points, criterion.parameters, found)


def takes_away(criterion: Criterion, outcome: Outcome, found: object) -> bool:
    """Whether points are deducted, so that a reason is owed: less than all, off the total, or a veto.

    A bonus that is not given takes nothing away.
    """
    if criterion.rule == "veto":
        return found is True
    if criterion.rule == "deduct_per_case":
        return outcome.points < ZERO
    return criterion.indicator.dimension.part == "inside" and outcome.points < criterion.points


def disputed(panel: Panel, criterion: Criterion, first: Given, second: Given) -> bool:
    """Whether two reviewers differ by more than is let stand; about a veto they must agree."""
    if criterion.rule == "veto":
        return bool(first.found is not second.found)
    return abs(first.points - second.points) > panel.allows(criterion.points)


def line_of(criterion: Criterion, given: Sequence[Given]) -> Line:
    """The line's points of two marks, or of three; ``given`` in the order of the reviewers."""
    if criterion.rule == "veto":
        return _veto(given)
    points = [one.points for one in given]
    if len(points) == PAIR:
        mean = rounded(sum(points, ZERO) / PAIR)
        words = _("Two reviewers gave %(first)s and %(second)s; the mean is %(mean)s.")
        told = {"first": plain(points[0]), "second": plain(points[1]), "mean": plain(mean)}
        return Line(mean, words % told)
    low, middle, high = sorted(points)
    pair = (low, middle) if middle - low < high - middle else (middle, high)
    mean = rounded(sum(pair, ZERO) / PAIR)
    words = _(
        "Two reviewers gave %(first)s and %(second)s, which is too far apart; a third gave %(third)s. "
        "The nearest two, %(low)s and %(high)s, make the mean %(mean)s."
    )
    named = zip(("first", "second", "third", "low", "high"), (*points, *pair), strict=True)
    return Line(mean, words % {**{name: plain(value) for name, value in named}, "mean": plain(mean)})


def _veto(given: Sequence[Given]) -> Line:
    count = sum(one.found is True for one in given)
    occurs = count * PAIR > len(given)
    words = (
        _("%(count)s of %(all)s reviewers found that it occurred: this excludes the unit.")
        if occurs
        else _("%(count)s of %(all)s reviewers found that it occurred: it does not count.")
        if count
        else _("All reviewers found that it did not occur.")
    )
    return Line(ZERO, words % {"count": count, "all": len(given)}, occurs)


def rounded(value: Decimal) -> Decimal:
    """To two digits, a half upwards, which is towards the unit also where points are taken away."""
    return (value / CENT + HALF).to_integral_value(ROUND_FLOOR) * CENT


def given_of(report: SelfReport) -> Mapping[int, list[Given]]:
    """The marks of the submitted reviews by the key of the criterion, in the order of the reviewers."""
    marks = Mark.objects.filter(review__self_report=report, review__case__state="submitted")
    found: dict[int, list[Given]] = {}
    for mark in marks.select_related("review").order_by("review__ordinal"):
        one = Given(mark.review.ordinal, mark.found, mark.points, mark.reason)
        found.setdefault(mark.criterion_id, []).append(one)
    return found
