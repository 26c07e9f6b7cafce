"""What the data say for a bulletin: its orders, its problems by body, and how units of a group compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Campaign
from chuangwen.organizations.models import Unit
from chuangwen.rectification import rungs
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Escalation, Order, OrderItem

FEWEST = 5  # cases of a unit that is ranked: fewer say nothing


def at_hand(campaign: Campaign, office: Unit, since: date, until: date) -> QuerySet[Order]:
    """What a bulletin of ``office`` may take in: orders issued in the period, and those still drawn up.

    Those that a rung of the ladder calls a bulletin for, however old they are, are among them, ``called``.
    """
    in_period = Q(issued_at__date__gte=since, issued_at__date__lte=until)
    waiting = Q(case__state="drafted")
    called = Q(Exists(called_for()))
    own = Order.objects.filter(in_period | waiting | called, case__campaign=campaign, case__issuer=office)
    found = own.exclude(case__state="withdrawn").select_related("case__unit", "number__series")
    return found.annotate(called=Exists(called_for())).order_by("pk")


def called_for() -> QuerySet[Escalation]:
    """The rungs of an order (``OuterRef("pk")``) that call for a bulletin which is not published yet."""
    told = Bulletin.objects.filter(orders=OuterRef("order"), published_at__gte=OuterRef("at"))
    return Escalation.objects.filter(~Exists(told), order=OuterRef("pk"), brings=rungs.BULLETIN)


@dataclass(frozen=True)
class Body:
    """One unit in a bulletin: its problems in their order, and in which states its orders are.

    ``called``: the ladder was climbed as far as a bulletin.
    """

    unit: Unit
    problems: Sequence[OrderItem]
    status: Sequence[str]
    called: bool = False


def bodies_of(bulletin: Bulletin) -> list[Body]:
    """The units of a bulletin, those with the most problems first; two queries."""
    climbed = Escalation.objects.filter(order=OuterRef("pk"), brings=rungs.BULLETIN)
    taken_in = bulletin.orders.annotate(called=Exists(climbed))
    orders = list(taken_in.select_related("case__unit").prefetch_related("items"))
    by_unit: dict[int, list[Order]] = defaultdict(list)
    for order in orders:
        by_unit[order.case.unit_id].append(order)
    bodies = [
        Body(
            own[0].case.unit,
            [item for order in own for item in order.items.all()],
            list(dict.fromkeys(str(_state(order)) for order in own)),
            any(order.called for order in own),  # type: ignore[attr-defined]  # annotated above
        )
        for own in by_unit.values()
    ]
    return sorted(bodies, key=lambda body: (-len(body.problems), body.unit.code))


def _state(order: Order) -> object:
    return lifecycle_of(order.case).state(order.case.state).label


def counts_of(orders: Iterable[Order]) -> tuple[int, int, int]:
    """Units, orders and problems."""
    found = list(orders)
    problems = OrderItem.objects.filter(order__in=[order.pk for order in found]).count()
    return len({order.case.unit_id for order in found}), len(found), problems


@dataclass(frozen=True)
class Row:
    """One unit of a peer group: its cases, how many were closed in time and reopened, and its rank.

    A unit with fewer than ``FEWEST`` cases has no rank; equal ones share it.
    """

    group: str
    unit: str
    cases: int
    in_time: int
    reopened: int
    rank: int | None = None

    def share(self, count: int) -> str:
        return f"{100 * count / self.cases:.0f}%"

    @property
    def merit(self) -> tuple[float, float]:
        """The higher the better: the share closed in time, then the share that stayed closed."""
        return self.in_time / self.cases, -self.reopened / self.cases


def league(office: Unit, since: date, until: date) -> list[Row]:
    """Units compared inside their peer group by the orders of ``office`` issued in the period; one query."""
    issued = Order.objects.filter(
        case__issuer=office, issued_at__date__gte=since, issued_at__date__lte=until, withheld=False
    )
    # What is still to be done in time tells nothing yet.
    told = issued.exclude(case__state="withdrawn").exclude(
        case__closed_at=None, case__due__gte=timezone.localdate()
    )
    rows = told.values_list(
        "case__unit__peer_group__name",
        "case__unit__name",
        "case__state",
        "case__due",
        "case__answered_at",
        "reopened",
    )
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for group, unit, state, due, answered_at, reopened in rows:
        own = sums[group, unit]
        own[0] += 1
        # By the proof that held, not by when somebody found time to look again.
        own[1] += state == "closed" and (due is None or timezone.localdate(answered_at) <= due)
        own[2] += reopened > 0
    return ranked(Row(group, unit, *counts) for (group, unit), counts in sums.items())


def ranked(rows: Iterable[Row]) -> list[Row]:
    """The rows by group and rank, those without a rank last."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    found: list[Row] = []
    for group in sorted(groups):
        many = sorted((row for row in groups[group] if row.cases >= FEWEST), key=lambda row: row.unit)
        many.sort(key=lambda row: row.merit, reverse=True)
        for row in many:
            better = sum(1 for other in many if other.merit > row.merit)
            found.append(Row(**asdict(row) | {"rank": better + 1}))
        found += sorted((row for row in groups[group] if row.cases < FEWEST), key=lambda row: row.unit)
    return found


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def from_json(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [Row(**row) for row in rows]
