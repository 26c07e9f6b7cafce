"""Reads of orders: the particulars of one, its faults with what was done about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chuangwen.cases.models import Case
from chuangwen.rectification.models import Order, OrderItem, Photo, Remedy
from chuangwen.rectification.rungs import total


@dataclass(frozen=True)
class FaultShown:
    """A fault, its photos as it was found, and the last word of the unit about it with photos of now."""

    item: OrderItem
    before: list[Photo] = field(default_factory=list)
    remedy: Remedy | None = None
    after: list[Photo] = field(default_factory=list)


def order_detail(case: Case) -> Mapping[str, Any]:
    """What the page of an order shows besides the case; six queries."""
    order = Order.objects.select_related("number__series", "issued_by").get(pk=case.pk)
    proofs = list(order.proofs.select_related("filed_by", "recheck__by"))
    climbed = list(order.escalations.select_related("by", "number__series"))
    return {
        "order": order,
        "faults": faults_of(order, proofs[-1].pk if proofs else None),
        "proofs": proofs,
        "failed": sum(1 for proof in proofs if hasattr(proof, "recheck") and not proof.recheck.passed),
        "climbed": climbed,
        # As ``Escalation.objects.counting`` does.
        "penalty": total(row.points for row in climbed if case.state != "withdrawn"),
    }


def faults_of(order: Order, proof: int | None) -> list[FaultShown]:
    """The faults in their order, with what the proof of that key says of each; three queries."""
    photos = list(Photo.objects.filter(item__order=order).select_related("attachment__blob"))
    remedies = {row.item_id: row for row in Remedy.objects.filter(proof=proof)} if proof else {}
    return [
        FaultShown(
            item,
            [photo for photo in photos if photo.item_id == item.pk and photo.remedy_id is None],
            remedy := remedies.get(item.pk),
            [photo for photo in photos if remedy and photo.remedy_id == remedy.pk],
        )
        for item in order.items.all()
    ]
