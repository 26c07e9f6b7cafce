"""What the papers of the ladder say: 约谈通知书 (summons to an interview), 问责建议书 (accountability)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chuangwen.cases.papers import Content, in_words
from chuangwen.rectification.ladder import Standing
from chuangwen.rectification.models import Escalation, Order
from chuangwen.rectification.papers.contents import STOPS, items_of
from chuangwen.rectification.rungs import rungs


def interview(row: Escalation, standing: Standing, number: str, _body: str) -> Content:
    """Who is called, to what day, hour and place, and about which faults."""
    order = row.order
    at = timezone.localtime(row.meets_at)
    values = _values(row, standing, number)
    values |= {"day": in_words(at.date()), "hour": date_format(at, "H:i"), "place": row.place.rstrip(STOPS)}
    return Content(values, {"items": items_of(order)}, standing.today)


def accountability(row: Escalation, standing: Standing, number: str, body: str) -> Content:
    """To which body, and what was done before in vain."""
    order = row.order
    values = _values(row, standing, number) | {"body": body.rstrip(STOPS), "steps": _steps(order, row)}
    return Content(values, {"items": items_of(order)}, standing.today)


def _values(row: Escalation, standing: Standing, number: str) -> dict[str, str]:
    case = row.order.case
    return {
        "number": number,
        "unit": case.unit.name,
        "office": case.issuer.name,
        "campaign": case.campaign.name,
        "order": str(row.order.number or ""),
        "due": in_words(case.due),
        "overdue": str(standing.overdue or ""),
        "failed": str(standing.failed or ""),
        "reason": row.reason.rstrip(STOPS),
        "date": in_words(standing.today),
    }


def _steps(order: Order, last: Escalation) -> str:
    """The rungs climbed before, each with its day."""
    named = rungs()
    before = order.escalations.exclude(pk=last.pk).order_by("pk")
    words = "%s%s" if (get_language() or "").startswith("zh") else "%s %s"
    parts = [words % (in_words(timezone.localdate(row.at)), named.get(row.rung, row.rung)) for row in before]
    return _(", ").join(map(str, parts))
