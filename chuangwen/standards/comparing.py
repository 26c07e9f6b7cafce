"""Two versions of a standard held against each other, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chuangwen.standards.checking import tree
from chuangwen.standards.models import Criterion, Standard


@dataclass(frozen=True)
class Difference:
    """One line of the table; ``before`` is None for what is new, ``after`` for what is gone."""

    place: str
    before: Criterion | None
    after: Criterion | None

    @property
    def gained(self) -> Decimal:
        """How many points the line has more than before."""
        return (self.after.points if self.after else Decimal(0)) - (
            self.before.points if self.before else Decimal(0)
        )


def differences(before: Standard, after: Standard) -> list[Difference]:
    """The criteria that are new, gone, or asked or scored otherwise.

    A criterion is the same where its text stands at the same place, or, reworded, where it is the only one
    without a counterpart at its indicator on both sides.
    """
    old, new = _by_indicator(before), _by_indicator(after)
    found: list[Difference] = []
    for place in dict.fromkeys([*new, *old]):
        found.extend(_of_place(place, old.get(place, []), new.get(place, [])))
    return found


def _by_indicator(standard: Standard) -> dict[str, list[Criterion]]:
    return {
        f"{dimension.name} · {indicator.name}": list(indicator.criteria.all())
        for dimension in tree(standard)
        for indicator in dimension.indicators.all()
    }


def _of_place(place: str, old: list[Criterion], new: list[Criterion]) -> Iterator[Difference]:
    by_text = {criterion.text: criterion for criterion in old}
    kept = [(by_text.pop(one.text), one) for one in new if one.text in by_text]
    same = {one.pk for _before, one in kept}
    added = [one for one in new if one.pk not in same]
    gone = list(by_text.values())
    if len(added) == len(gone) == 1:
        kept.append((gone.pop(), added.pop()))
    yield from (Difference(place, a, b) for a, b in kept if _asked(a) != _asked(b))
    yield from (Difference(place, a, None) for a in gone)
    yield from (Difference(place, None, b) for b in added)


def _asked(criterion: Criterion) -> tuple[object, ...]:
    return (
        criterion.text,
        criterion.points,
        criterion.rule,
        criterion.parameters,
        criterion.method,
        criterion.scorer,
        criterion.kinds,
        criterion.pieces,
        criterion.shows,
        criterion.words,
        criterion.limit,
    )
