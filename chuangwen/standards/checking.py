"""What speaks against publishing a draft: what is missing, and what does not sum up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from chuangwen.standards import rules
from chuangwen.standards.models import Criterion, Dimension, Standard
from chuangwen.standards.rules import plain

NAMED_BY = 30  # characters of a text


@dataclass(frozen=True)
class Doubt:
    """What is wrong, in a sentence; ``is_sum`` is what the office may publish with if it says why."""

    sentence: str
    is_sum: bool = False


def tree(standard: Standard) -> list[Dimension]:
    """Dimensions with their indicators and criteria, in three queries."""
    return list(standard.dimensions.select_related("peer_group").prefetch_related("indicators__criteria"))


def doubts_of(standard: Standard, dimensions: list[Dimension]) -> list[Doubt]:
    """Everything open, what is missing first."""
    return [*_missing(standard, dimensions), *_sums(standard, dimensions)]


def _missing(standard: Standard, dimensions: list[Dimension]) -> Iterator[Doubt]:
    if not standard.peer_groups.all():
        yield Doubt(_("Choose the peer groups that the standard is for."))
    if not dimensions:
        yield Doubt(_("There is no dimension yet."))
    for dimension in dimensions:
        if not dimension.indicators.all():
            yield Doubt(_("The dimension “%(name)s” has no indicator.") % {"name": dimension.name})
        for indicator in dimension.indicators.all():
            if not indicator.criteria.all():
                yield Doubt(_("The indicator “%(name)s” has no criterion.") % {"name": indicator.name})
            for criterion in indicator.criteria.all():
                yield from _of_criterion(criterion, dimension)


def _of_criterion(criterion: Criterion, dimension: Dimension) -> Iterator[Doubt]:
    told = {"name": short(criterion.text)}
    try:
        rules.validate(criterion.rule, criterion.points, criterion.parameters)
    except rules.RuleError as error:
        yield Doubt(_("“%(name)s”: %(what)s") % {**told, "what": error})
        return
    if criterion.rule != "veto" and not criterion.points:
        yield Doubt(_("“%(name)s” has no points.") % told)
    if (criterion.rule in {"veto", "deduct_per_case"}) != (dimension.part == Dimension.Part.DEDUCTION):
        yield Doubt(
            _(
                "“%(name)s”: deductions from the total and vetoes stand in a dimension for them, "
                "and nothing else does."
            )
            % told
        )


def _sums(standard: Standard, dimensions: list[Dimension]) -> Iterator[Doubt]:
    for dimension in dimensions:
        indicators = list(dimension.indicators.all())
        for indicator in indicators:
            yield from _agree(indicator.name, indicator.points, (c.points for c in indicator.criteria.all()))
        yield from _agree(dimension.name, dimension.points, (i.points for i in indicators))
    bonus = (d.points for d in dimensions if d.part == Dimension.Part.BONUS)
    yield from _agree(_("bonus"), standard.bonus, bonus)
    groups = sorted(standard.peer_groups.all(), key=lambda group: group.code)
    for group in groups:
        inside = (
            d.points
            for d in dimensions
            if d.part == Dimension.Part.INSIDE and d.peer_group_id in {None, group.pk}
        )
        yield from _agree(_("the standard for %(group)s") % {"group": group.name}, standard.full, inside)
    strangers = {d.peer_group for d in dimensions if d.peer_group} - set(groups)
    for group in sorted(strangers, key=lambda one: one.code):
        yield Doubt(_("A dimension is for %(group)s, but the standard is not.") % {"group": group.name})


def _agree(name: str, stated: Decimal, parts: Iterator[Decimal]) -> Iterator[Doubt]:
    found = sum(parts, Decimal(0))
    if found != stated:
        told = {"name": short(name), "stated": plain(stated), "found": plain(found)}
        words = _("“%(name)s” states %(stated)s points, its parts make %(found)s.") % told
        yield Doubt(words, is_sum=True)


def short(text: str) -> str:
    """The beginning of a text, to name it by."""
    return text if len(text) <= NAMED_BY else text[: NAMED_BY - 1] + "…"
