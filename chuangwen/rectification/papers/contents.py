"""What papers about orders say, from data, in the active language; no wording but the field's own."""

from __future__ import annotations

from django.utils import timezone

from chuangwen.cases.papers import Content, in_words
from chuangwen.core import calendar
from chuangwen.rectification.models import Order


def notice(order: Order, number: str) -> Content:
    """The order to rectify (整改通知书) as it is issued today."""
    case, today = order.case, timezone.localdate()
    values = {
        "number": number,
        "unit": case.unit.name,
        "office": case.issuer.name,
        "campaign": case.campaign.name,
        "kind": str(order.fault_kind),
        "due": in_words(case.due),
        "days": str(calendar.working_days_left(case.due, today)) if case.due else "",
        "demand": order.demand.rstrip("。；;，,. "),
        "date": in_words(today),
    }
    items = [
        {
            "no": str(item.position),
            "words": item.words.rstrip("。；;，,. "),
            "place": item.place,
            "clause": item.clause.rstrip("。；;，,. "),
        }
        for item in order.items.all()
    ]
    return Content(values, {"items": items}, today)
