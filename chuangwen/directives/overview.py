"""What a leader looks at: what is late, by territory, system and body, and how the campaign went day by day.

A `Figure` is one table of the overview: the page shows it, a chart is drawn from it, and it is taken away as
xlsx, so that no number stands anywhere without its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Campaign, Case
from chuangwen.directives import tally
from chuangwen.organizations.models import Person, System, Territory, within

Actor = Person | AnonymousUser
BODIES = 20  # of the units that are late, those most late; the list of late cases has all
LATE_SHOWN = 200  # rows of the list of late cases


@dataclass(frozen=True)
class Row:
    """One row of a figure: what it is about, where that leads, its numbers."""

    label: str
    url: str
    values: Sequence[int]


@dataclass(frozen=True)
class Figure:
    """``chart`` is how it is drawn: bars of its first number, or a line for each number."""

    name: str
    title: str | Promise
    chart: str
    headings: Sequence[str | Promise]
    rows: Sequence[Row]


def late_url(campaign: Campaign, **only: str) -> str:
    """The list of late cases, narrowed to a territory, a system or a unit."""
    asked = "&".join(f"{name}={value}" for name, value in only.items())
    return f"{reverse('directives:late', args=[campaign.pk])}?{asked}"


def _child(code: str, place: str, known: Mapping[str, str]) -> str:
    """The territory next below ``place`` in which ``code`` lies; ``place`` itself for what stands there."""
    deeper = (digits for digits in Territory.LEVELS if digits > len(place) and code[:digits] in known)
    return code[: next(deeper)] if len(code) > len(place) else place


def _places(campaign: Campaign) -> dict[str, str]:
    inside = Territory.objects.filter(within(campaign.territory_id, "code"))
    return dict(inside.values_list("code", "name"))


_LATE_AND_ALL = (_("late"), _("in all"))


def by_territory(campaign: Campaign, actor: Actor) -> Figure:
    names = _places(campaign)
    late: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in tally.counted(campaign, actor, "unit__territory_id"):
        code = _child(row["unit__territory_id"], campaign.territory_id, names)
        late[code] += row["late"]
        total[code] += row["received"]
    rows = [
        Row(names[code], late_url(campaign, territory=code), (late[code], count))
        for code, count in total.items()
    ]
    return Figure("territories", _("Late by territory"), "bar", (_("Territory"), *_LATE_AND_ALL), _most(rows))


def by_system(campaign: Campaign, actor: Actor) -> Figure:
    names = dict(System.objects.values_list("code", "name"))
    rows = [
        Row(names[code], late_url(campaign, system=code), (row["late"], row["received"]))
        for row in tally.counted(campaign, actor, "unit__memberships__system")
        if (code := row["unit__memberships__system"])
    ]
    return Figure("systems", _("Late by system"), "bar", (_("System"), *_LATE_AND_ALL), _most(rows))


def by_body(campaign: Campaign, actor: Actor) -> Figure:
    rows = [
        Row(row["unit__name"], late_url(campaign, unit=row["unit__code"]), (row["late"],))
        for row in tally.counted(campaign, actor, "unit__code", "unit__name", most_late=BODIES)
    ]
    return Figure("bodies", _("Bodies most late"), "bar", (_("Unit"), _("late")), rows)


def _most(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.values[0], row.label))


def timeline(campaign: Campaign, actor: Actor) -> Figure:
    """How many cases had been received, acknowledged, reported and done by the end of each day."""
    steps = tally.by_day(campaign, actor)
    days = [day for step in steps for day in step]
    running = [0] * len(steps)
    rows = []
    for day in _every_day(days):
        running = [count + step[day] for count, step in zip(running, steps, strict=True)]
        rows.append(Row(day.isoformat(), "", tuple(running)))
    headings = (_("Day"), _("received"), _("acknowledged"), _("reported"), _("accepted"))
    return Figure("timeline", _("Day by day"), "line", headings, rows)


def _every_day(days: Sequence[date]) -> list[date]:
    """From the first day on which anything happened to today."""
    if not days:
        return []
    first = min(days)
    return [first + timedelta(days=n) for n in range((max(*days, timezone.localdate()) - first).days + 1)]


FIGURES: dict[str, Callable[[Campaign, Actor], Figure]] = {
    "territories": by_territory,
    "systems": by_system,
    "bodies": by_body,
    "timeline": timeline,
}


@dataclass(frozen=True)
class Cell:
    late: int
    all: int
    url: str


@dataclass(frozen=True)
class Matrix:
    """Territories down, systems across: late and all cases of the units that stand in both."""

    systems: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]


def matrix(campaign: Campaign, actor: Actor) -> Matrix:
    places, systems = _places(campaign), dict(System.objects.values_list("code", "name"))
    cells: dict[tuple[str, str], list[int]] = {}
    for row in tally.counted(campaign, actor, "unit__territory_id", "unit__memberships__system"):
        if code := row["unit__memberships__system"]:
            place = _child(row["unit__territory_id"], campaign.territory_id, places)
            counts = cells.setdefault((place, code), [0, 0])
            counts[0] += row["late"]
            counts[1] += row["received"]
    down, across = sorted({place for place, _ in cells}), sorted({code for _, code in cells})

    def cell(place: str, code: str) -> Cell | None:
        found = cells.get((place, code))
        url = late_url(campaign, territory=place, system=code)
        return Cell(late=found[0], all=found[1], url=url) if found else None

    return Matrix(
        systems=[systems[code] for code in across],
        rows=[(places[place], [cell(place, code) for code in across]) for place in down],
    )


def late_cases(campaign: Campaign, actor: Actor, only: Mapping[str, str]) -> QuerySet[Case]:
    """The late cases, the oldest deadline first; narrowed by ``territory``, ``system`` and ``unit``.

    The campaign's own territory as ``territory`` means what stands there itself, as in the figures.
    """
    cases = campaign.cases.filter(kind="assignment").visible_to(actor).late()
    if place := only.get("territory"):
        here = (
            Q(unit__territory=place)
            if place == campaign.territory_id
            else within(place, "unit__territory_id")
        )
        cases = cases.filter(here)
    if system := only.get("system"):
        cases = cases.filter(unit__memberships__system=system)
    if unit := only.get("unit"):
        cases = cases.filter(unit__code=unit)
    related = cases.select_related("unit", "issuer", "assignment").prefetch_related("assignment__reports")
    return related.order_by(F("due").asc(), "unit__code", "pk")
