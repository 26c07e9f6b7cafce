"""Reads of the tallies: how many cases are how far, without looking at the cases.

What one sees here is what one sees of the cases themselves, all of which are open: the same door for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case, open_case, open_case_apart, overdue
from chuangwen.directives.models import HourTally, Tally
from chuangwen.organizations.models import Person

Actor = Person | AnonymousUser
COUNTS = ("received", "acknowledged", "launched", "reported", "accepted", "late")
REACH = ("begun", "in_force", "to_person")  # how far down inside its unit a case is broken down
STEPS = ("received", "acknowledged", "reported", "accepted")
_SUMS = {name: Sum("waiting" if name == "late" else name) for name in (*COUNTS, *REACH)}


def counted(
    campaign: Campaign,
    actor: Actor,
    *by: str,
    where: Q | None = None,
    counts: Iterable[str] = COUNTS,
    most_late: int = 0,
    **terms: Combinable,
) -> list[dict[str, Any]]:
    """The numbers of `COUNTS` or others by columns such as ``unit__territory`` and named terms, as seen.

    ``where`` narrows the units (``unit__…``). With ``most_late`` only so many rows, the latest, that have any
    late case, the rest in the order of the columns.
    """
    seen = Tally.objects.filter(open_case(actor), campaign=campaign, day__lt=timezone.localdate())
    sums = {f"sum_{name}": _SUMS[name] for name in counts}
    rows: Any = seen.filter(where or Q()).order_by().values(*by, **terms).annotate(**sums)
    if most_late:
        rows = rows.filter(sum_late__gt=0).order_by("-sum_late", *by)[:most_late]
    else:
        rows = rows.filter(sum_received__gt=0)
    return [{name.removeprefix("sum_"): value for name, value in row.items()} for row in rows]


def count(cases: QuerySet[Case], *by: str, wanted: Iterable[str] = COUNTS) -> list[dict[str, Any]]:
    """The same numbers of any assignment cases, counted one by one."""
    counts = {
        "received": Count("pk"),
        "acknowledged": Count("pk", filter=~Q(state="issued")),
        "launched": Count("pk", filter=Q(assignment__launched_on__isnull=False)),
        "reported": Count("pk", filter=Q(state__in=("reported", "accepted"))),
        "accepted": Count("pk", filter=Q(state="accepted")),
        "late": Count("pk", filter=overdue()),
        "begun": Count("assignment__breakdown"),
        "in_force": Count("pk", filter=Q(assignment__breakdown__in_force_at__isnull=False)),
        "to_person": Count("pk", filter=Q(assignment__breakdown__to_person=True)),
    }
    counts = {name: counts[name] for name in wanted}
    return list(cases.order_by().values(*by).annotate(**counts))


def by_day(campaign: Campaign, actor: Actor, seen: int) -> list[Counter[date]]:
    """For each of the `STEPS`, how many of the cases that the actor sees took it on each day.

    ``seen`` is how many cases those are: whoever sees as many as there are sees all, and they are summed.
    """
    hours = _hours(campaign, Q(unit=0))
    if seen != sum(row["sum_received"] for row in hours):
        hours = [row for part in open_case_apart(actor) for row in _hours(campaign, part)]
    return [_days((row["hour"], row[f"sum_{name}"]) for row in hours) for name in STEPS]


def _hours(campaign: Campaign, of: Q) -> list[dict[str, Any]]:
    rows: Any = HourTally.objects.filter(of, campaign=campaign).order_by().values("hour")
    return list(rows.annotate(**{f"sum_{name}": Sum(name) for name in STEPS}))


def _days(hours: Iterable[tuple[str, int]]) -> Counter[date]:
    days: Counter[date] = Counter()
    for hour, count in hours:
        days[timezone.localdate(datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC))] += count
    return days
