"""What was found over time: by month or week, and by type of point, dimension of the standard or territory.

Counted is what the reader may see (`Finding.visible_to`), upheld or still to be reviewed, by the day on which
it arrived: the device's clock is kept, but decides nothing. "Checked" is what complies and what does not;
what does not apply is neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, Left, TruncMonth, TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.inspections.findings import Decision, Finding, Verdict
from chuangwen.inspections.forms import AT_UNIT
from chuangwen.inspections.models import PointType
from chuangwen.organizations.models import Territory

CHECKED = (Verdict.MET, Verdict.UNMET)
# Nothing that a leader has not upheld.
COUNTED = Q(verdict__in=CHECKED) & ~Q(decision=Decision.DROPPED)
MOST = 160  # rows: three years of weeks


@dataclass(frozen=True)
class Tally:
    """How many were checked, and how many of them do not comply."""

    checked: int = 0
    unmet: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.checked + other.checked, self.unmet + other.unmet)

    @property
    def share(self) -> Decimal | None:
        """Percent of the checked, to one place; None where nothing was."""
        return round(Decimal(self.unmet * 100) / self.checked, 1) if self.checked else None


@dataclass(frozen=True)
class Step:
    """How long a row is."""

    label: str | Promise
    begins: Callable[[str], Any]
    said: str

    def start(self, day: date) -> date:
        return day.replace(day=1) if self.said == "Y-m" else day - timedelta(days=day.weekday())

    def next(self, start: date) -> date:
        return self.start(start + timedelta(days=32)) if self.said == "Y-m" else start + timedelta(days=7)


@dataclass(frozen=True)
class Way:
    """How columns are told apart: ``key`` groups findings, ``names`` calls the keys, ``asks`` finds them."""

    label: str | Promise
    key: Callable[[str], Any]
    names: Callable[[list[str]], Mapping[str, str]]
    asks: str


def midnight(day: date) -> datetime:
    """When a day of the city begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _types(keys: list[str]) -> Mapping[str, str]:
    return {
        AT_UNIT: _("at the unit itself"),
        **{kind.code: str(kind) for kind in PointType.objects.filter(pk__in=keys)},
    }


def _territories(keys: list[str]) -> Mapping[str, str]:
    return dict(Territory.objects.filter(pk__in=keys).values_list("code", "name"))


def _level(place: str) -> int:
    """Digits of the territories next below ``place``; of counties where none is named."""
    return next((digits for digits in Territory.LEVELS if digits > len(place)), len(place)) if place else 6


STEPS = {
    "month": Step(gettext_lazy("month"), TruncMonth, "Y-m"),
    "week": Step(gettext_lazy("week"), TruncWeek, "Y-m-d"),
}
WAYS = {
    "type": Way(
        gettext_lazy("type of point"),
        lambda place: Coalesce("point__type_id", Constant(AT_UNIT)),
        _types,
        "type",
    ),
    "chapter": Way(
        gettext_lazy("dimension"),
        lambda place: F("criterion__indicator__dimension__name"),
        lambda keys: {key: key for key in keys},
        "chapter",
    ),
    "territory": Way(
        gettext_lazy("territory"),
        lambda place: Left("visit__case__unit__territory_id", _level(place)),
        _territories,
        "territory",
    ),
}


@dataclass(frozen=True)
class Cell:
    """A count, and the list of just those findings that do not comply."""

    count: Tally
    url: str


@dataclass(frozen=True)
class Row:
    """A month or week; ``key`` its first day."""

    start: date
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Trend:
    """``columns`` are key and name of each group, the one with the most that does not comply first."""

    columns: list[tuple[str, str]]
    rows: list[Row]
    totals: list[Cell]
    total: Cell


def trend(
    found: QuerySet[Finding], *, by: str, step: str, since: date, until: date, place: str = ""
) -> Trend:
    """Count ``found`` between two days; two queries. ``place`` is the territory that it is narrowed to."""
    way, long = WAYS[by], STEPS[step]
    rows = (
        found.filter(
            COUNTED, received_at__gte=midnight(since), received_at__lt=midnight(until + timedelta(days=1))
        )
        .order_by()
        .annotate(start=long.begins("received_at"), group=way.key(place))
        .values_list("start", "group")
        .annotate(checked=Count("pk"), unmet=Count("pk", filter=Q(verdict=Verdict.UNMET)))
    )
    counts: dict[tuple[date, str], Tally] = {}
    sums: dict[str, Tally] = defaultdict(Tally)
    for start, group, checked, unmet in rows:
        counts[start.date(), group] = Tally(checked, unmet)
        sums[group] += Tally(checked, unmet)
    keys = sorted(sums, key=lambda key: (-sums[key].unmet, -sums[key].checked, key))
    names = way.names(keys)
    link = _Linking(way.asks, since, until, place)
    return Trend(
        [(key, names.get(key, key)) for key in keys],
        [_row(start, keys, counts, link, long) for start in _starts(long, since, until)],
        [Cell(sums[key], link(since, until, key)) for key in keys],
        Cell(sum(sums.values(), Tally()), link(since, until)),
    )


def _starts(step: Step, since: date, until: date) -> list[date]:
    starts = [step.start(since)]
    while (start := step.next(starts[-1])) <= until:
        starts.append(start)
    return starts[-MOST:]


def _row(
    start: date, keys: list[str], counts: Mapping[tuple[date, str], Tally], link: _Linking, step: Step
) -> Row:
    last = step.next(start) - timedelta(days=1)
    own = [counts.get((start, key), Tally()) for key in keys]
    cells = [Cell(count, link(start, last, key)) for count, key in zip(own, keys, strict=True)]
    return Row(start, cells, Cell(sum(own, Tally()), link(start, last)))


@dataclass(frozen=True)
class _Linking:
    """The address of the list that a number counts, inside the whole period."""

    asks: str
    since: date
    until: date
    place: str

    def __call__(self, first: date, last: date, key: str = "") -> str:
        asked = {"verdict": Verdict.UNMET, "upheld": "1", "territory": self.place}
        asked |= {"since": max(first, self.since).isoformat(), "until": min(last, self.until).isoformat()}
        if key:
            asked[self.asks] = key
        said = {name: value for name, value in asked.items() if value}
        return f"{reverse('inspections:findings')}?{urlencode(said)}"
