"""What a leader looks at: what is late, by territory, system and body, and how the campaign went day by day.

A `Figure` is one table of the overview: the page shows it, a chart is drawn from it, and it is taken away as
xlsx, so that no number stands anywhere without its table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Campaign, Case
from chuangwen.directives import tally
from chuangwen.organizations.models import Person, Post, Role, System, Territory, Unit, next_below, within

Actor = Person | AnonymousUser
BODIES = 20  # of the units that are late, those most late; the list of late cases has all
LATE_SHOWN = 25  # rows of a page of late cases: what is read at one go


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


@dataclass
class Numbers:
    """Late and all cases of something."""

    late: int = 0
    all: int = 0

    def add(self, late: int, of: int) -> None:
        self.late += late
        self.all += of


class Seen:
    """What one person sees of a campaign; each number is read once, however many figures show it."""

    def __init__(self, campaign: Campaign, actor: Actor) -> None:
        self.campaign, self.actor = campaign, actor
        self.place = campaign.territory_id

    @cached_property
    def territories(self) -> dict[str, str]:
        """Code → name of the territories in the campaign's, itself among them."""
        return dict(Territory.objects.filter(within(self.place, "code")).values_list("code", "name"))

    @cached_property
    def systems(self) -> dict[str, str]:
        return dict(System.objects.values_list("code", "name"))

    @cached_property
    def by_territory(self) -> dict[str, Numbers]:
        """The territories next below the campaign's, and itself for what stands there."""
        found: dict[str, Numbers] = defaultdict(Numbers)
        for row in self._rows():
            found[next_below(self.place, row["below"], self.territories)].add(row["late"], row["received"])
        return found

    @cached_property
    def by_both(self) -> dict[tuple[str, str], Numbers]:
        """Such a territory and a system, for the units that stand in both."""
        found: dict[tuple[str, str], Numbers] = defaultdict(Numbers)
        for row in self._rows("unit__memberships__system"):
            if system := row["unit__memberships__system"]:
                found[next_below(self.place, row["below"], self.territories), system].add(
                    row["late"], row["received"]
                )
        return found

    @cached_property
    def by_system(self) -> dict[str, Numbers]:
        found: dict[str, Numbers] = defaultdict(Numbers)
        for (_place, system), numbers in self.by_both.items():
            found[system].add(numbers.late, numbers.all)
        return found

    @cached_property
    def late_bodies(self) -> list[tuple[Unit, int]]:
        rows = tally.counted(self.campaign, self.actor, "unit_id", counts=("late",), most_late=BODIES)
        units = Unit.objects.in_bulk([row["unit_id"] for row in rows])
        return [(units[row["unit_id"]], row["late"]) for row in rows]

    @cached_property
    def all(self) -> int:
        return sum(numbers.all for numbers in self.by_territory.values())

    def _rows(self, *by: str) -> Iterable[Mapping[str, Any]]:
        counts = ("received", "late")
        return tally.counted(self.campaign, self.actor, *by, counts=counts, below=self._below)

    @cached_property
    def _below(self) -> Left:
        """The digits of a code that tell under which territory below the campaign's it is.

        Those of the next level, unless a territory inside skips it: then of a deeper one, or all.
        """
        deeper = [digits for digits in Territory.LEVELS if digits > len(self.place)]
        codes = [code for code in self.territories if code != self.place]
        told = (n for n in deeper if all(code[:n] in self.territories for code in codes))
        return Left("unit__territory_id", next(told, max(Territory.LEVELS)))


_LATE_AND_ALL = (_("late"), _("in all"))


def by_territory(seen: Seen) -> Figure:
    rows = [
        Row(seen.territories[code], late_url(seen.campaign, territory=code), (numbers.late, numbers.all))
        for code, numbers in seen.by_territory.items()
    ]
    return Figure("territories", _("Late by territory"), "bar", (_("Territory"), *_LATE_AND_ALL), _most(rows))


def by_system(seen: Seen) -> Figure:
    rows = [
        Row(seen.systems[code], late_url(seen.campaign, system=code), (numbers.late, numbers.all))
        for code, numbers in seen.by_system.items()
    ]
    return Figure("systems", _("Late by system"), "bar", (_("System"), *_LATE_AND_ALL), _most(rows))


def by_body(seen: Seen) -> Figure:
    rows = [
        Row(unit.name, late_url(seen.campaign, unit=unit.code), (late,)) for unit, late in seen.late_bodies
    ]
    return Figure("bodies", _("Bodies most late"), "bar", (_("Unit"), _("late")), rows)


def _most(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.values[0], row.label))


def timeline(seen: Seen) -> Figure:
    """How many cases had been received, acknowledged, reported and done by the end of each day."""
    steps = tally.by_day(seen.campaign, seen.actor, seen.all)
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


FIGURES: dict[str, Callable[[Seen], Figure]] = {
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


def matrix(seen: Seen) -> Matrix:
    cells = seen.by_both
    down, across = sorted({place for place, _ in cells}), sorted({code for _, code in cells})

    def cell(place: str, code: str) -> Cell | None:
        found = cells.get((place, code))
        url = late_url(seen.campaign, territory=place, system=code)
        return Cell(late=found.late, all=found.all, url=url) if found else None

    return Matrix(
        systems=[seen.systems[code] for code in across],
        rows=[(seen.territories[place], [cell(place, code) for code in across]) for place in down],
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
    related = cases.select_related("unit", "issuer", "assignment__task")
    answering = Post.objects.held().filter(role__in=(Role.HEAD, Role.LIAISON)).select_related("person")
    asked = ("assignment__reports", "requests", Prefetch("unit__posts", answering))
    return related.prefetch_related(*asked).order_by(F("due").asc(), "unit__code", "pk")


def behind(last: Case) -> Q:
    """A filter for the late cases that come after ``last`` in their order."""
    same_day, same_unit = Q(due=last.due), Q(unit__code=last.unit.code)
    later_unit = Q(unit__code__gt=last.unit.code)
    return Q(due__gt=last.due) | same_day & (later_unit | same_unit & Q(pk__gt=last.pk))
