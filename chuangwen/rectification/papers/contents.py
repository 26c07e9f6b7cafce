"""What papers about orders say, from data, in the active language; no wording but the field's own."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chuangwen.cases.papers import Content, in_words
from chuangwen.core import calendar
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.bulletins import bodies_of, from_json
from chuangwen.rectification.models import Order, OrderItem

STOPS = "。；;，,. "


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
        "demand": order.demand.rstrip(STOPS),
        "date": in_words(today),
    }
    return Content(values, {"items": items_of(order)}, today)


def items_of(order: Order) -> list[dict[str, str]]:
    """The faults of an order as its papers list them."""
    return [
        {
            "no": str(item.position),
            "words": item.words.rstrip(STOPS),
            "place": item.place,
            "clause": item.clause.rstrip(STOPS),
        }
        for item in order.items.all()
    ]


def bulletin_paper(bulletin: Bulletin, number: str) -> Content:
    """The bulletin (通报) as it is published today: what came of it until now stands beside each body."""
    case, today = bulletin.case, timezone.localdate()
    values = {
        "number": number,
        "title": case.title,
        "office": case.issuer.name,
        "campaign": case.campaign.name,
        "basis": bulletin.basis.rstrip(STOPS),
        "scope": bulletin.scope.rstrip(STOPS),
        "demands": bulletin.demands.rstrip(STOPS),
        "since": in_words(bulletin.since),
        "until": in_words(bulletin.until),
        "date": in_words(today),
    }
    bodies = [
        {
            "no": _ordinal(place),
            "unit": body.unit.name,
            "problems": "".join(f"{n}.{_problem(item)}" for n, item in enumerate(body.problems, start=1)),
            "status": "、".join(
                [*body.status, *([_("made known as it stays undone")] if body.called else [])]
            ),
        }
        for place, body in enumerate(bodies_of(bulletin), start=1)
    ]
    rows = [
        {
            "group": row.group,
            "rank": str(row.rank) if row.rank else "–",
            "unit": row.unit,
            "cases": str(row.cases),
            "in_time": row.share(row.in_time),
            "reopened": row.share(row.reopened),
        }
        for row in from_json(bulletin.league)
    ]
    return Content(values, {"bodies": bodies, "league": rows}, today)


def _ordinal(place: int) -> str:
    """As a heading of the second level counts: （一） in Chinese, (1) else."""
    import cn2an

    return str(cn2an.an2cn(place)) if (get_language() or "").startswith("zh") else str(place)


def _problem(item: OrderItem) -> str:
    place = f"（{item.place}）" if item.place else ""
    return f"{item.words.rstrip(STOPS)}{place}。"
