"""Before and after: what was found beside how it is now, of the orders whose re-check passed and stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.rectification.models import OrderItem, Photo, Recheck
from chuangwen.rectification.register import OrderFilter

PAGE = 12  # orders; each photo is as large as it was kept, so no more of them at once
FAULTS = 2  # of an order that are shown; its page has all


class GalleryFilter(OrderFilter):
    """What the gallery is narrowed to: where, what and from which inspection; not what is due or sorted."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        for name in ("urgency", "state", "due_from", "due_to", "columns", "sort", "rung", "peer_group"):
            del self.fields[name]


@dataclass
class Pair:
    """One fault: its first photo as it was found, and the first one of the proof that passed."""

    item: OrderItem
    before: Photo | None = None
    after: Photo | None = None


@dataclass
class Shown:
    """An order, who looked again, and its first faults; ``more`` are left out."""

    recheck: Recheck
    pairs: list[Pair] = field(default_factory=list)
    more: int = 0

    @property
    def case(self) -> Case:
        return self.recheck.proof.order.case


def rechecked(cases: CaseQuerySet, after: str = "") -> tuple[list[Recheck], str]:
    """A page of the re-checks that closed ``cases``, the newest first, behind the order of that case number;
    and the number behind which the next page begins, "" where there is none.
    """
    found = Recheck.objects.filter(passed=True, stands=True, proof__order__case__in=cases)
    last = found.filter(proof__order__case__number=after).first() if after else None
    if last:
        found = found.filter(pk__lt=last.pk)
    related = found.select_related("by", "proof__order__case__unit", "proof__order__number__series")
    rows = list(related.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    return shown, shown[-1].proof.order.case.number if len(rows) > PAGE else ""


def shown(rechecks: Sequence[Recheck]) -> list[Shown]:
    """With their faults and photos; two queries for them all."""
    orders = [one.proof.order_id for one in rechecks]
    pairs: dict[int, list[Pair]] = {}
    by_item: dict[int, Pair] = {}
    for item in OrderItem.objects.filter(order__in=orders):
        pair = by_item[item.pk] = Pair(item)
        pairs.setdefault(item.order_id, []).append(pair)
    proofs = {one.proof_id for one in rechecks}
    for photo in Photo.objects.filter(item__order__in=orders).select_related("remedy", "attachment"):
        pair = by_item[photo.item_id]
        if photo.remedy is None:
            pair.before = pair.before or photo
        elif photo.remedy.proof_id in proofs:
            pair.after = pair.after or photo
    return [_shown(one, pairs.get(one.proof.order_id, [])) for one in rechecks]


def _shown(recheck: Recheck, pairs: list[Pair]) -> Shown:
    """Those with both photos first: they are what one came to see."""
    best = sorted(pairs, key=lambda pair: (pair.before is None) + (pair.after is None))
    return Shown(recheck, best[:FAULTS], max(len(pairs) - FAULTS, 0))
