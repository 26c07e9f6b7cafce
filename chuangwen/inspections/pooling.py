"""What a pool is made of: the units an office may visit, with their lots, and who may inspect them."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from chuangwen.inspections.drawing import HEAVIEST, InspectorRow, Pool, Seat, UnitRow
from chuangwen.inspections.models import Inspection, Member, Point
from chuangwen.inspections.teams import known_visits
from chuangwen.organizations.models import Membership, Person, Post, Role, Unit, within
from chuangwen.organizations.powers import POWERS, Power
from chuangwen.standards.models import Result, Score

YEAR = timedelta(days=400)  # a result of last year's round is released a little more than a year ago
LOWEST = 10  # the tenth of a peer group that did worst (DOMAIN section 2)
_LEADING = frozenset(role for role, powers in POWERS.items() if Power.INSPECT in powers)
_COMING = _LEADING | {role for role, powers in POWERS.items() if Power.JUDGE in powers}
_OVER = frozenset(role for role, powers in POWERS.items() if powers & {Power.RUN, Power.AUDIT})
_HEADS = frozenset({Role.HEAD, Role.DEPUTY})


@dataclass(frozen=True)
class Asked:
    """What the office asks of the pool: whom, and how many lots more for whom. Empty means all."""

    people: frozenset[int]
    peer_groups: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    wanted: int = 1
    team: int = 2
    points: int = 0
    low_lots: int = 0
    shown_lots: int = 0
    outside_as: str = Member.Capacity.CONGRESS


@dataclass(frozen=True)
class Made:
    """A pool, who its inspectors are (name → [person, capacity]), and the inspections that bar somebody."""

    pool: Pool
    names: Mapping[str, list[Any]]
    leans_on: frozenset[int]


def units_for(inspection: Inspection) -> QuerySet[Unit]:
    """The units that the sending office may visit: those of its territory, without itself."""
    office = inspection.case.issuer
    return Unit.objects.filter(within(office.territory_id), active=True).exclude(pk=office.pk)


def people_for(inspection: Inspection) -> QuerySet[Person]:
    """Who may come along: inspectors, delegates and civility officers of the territory, or over it."""
    place = inspection.case.issuer.territory_id
    above = [place[:length] for length in (2, 4, 6, 9, 12) if length < len(place)]
    held = Post.objects.held().filter(
        within(place, "unit__territory_id") | Q(unit__territory__in=above), role__in=_COMING
    )
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("name", "pk")


def pool_of(inspection: Inspection, asked: Asked) -> Made:
    """The pool as it stands now. The names of its inspectors are random: they tell nobody who they are."""
    units = units_for(inspection)
    if asked.peer_groups:
        units = units.filter(peer_group__in=asked.peer_groups)
    if asked.systems:
        units = units.filter(memberships__system__in=asked.systems).distinct()
    last, leans_on = _last_visits(inspection, asked.people)
    people = [(pk, secrets.token_hex(4)) for pk in sorted(asked.people)]
    posts = _posts(asked.people)
    inspectors = tuple(
        InspectorRow(
            name,
            any(post.role in _LEADING for post in posts[pk]),
            _seats(inspection, posts[pk]),
            tuple(sorted(last[pk])),
        )
        for pk, name in people
    )
    names = {
        row.code: [pk, Member.Capacity.INSPECTOR if row.leads else asked.outside_as]
        for row, (pk, _name) in zip(inspectors, people, strict=True)
    }
    rows = tuple(_unit_rows(inspection, units, asked))
    return Made(Pool(asked.wanted, rows, inspectors, asked.team, asked.points), names, leans_on)


def _unit_rows(inspection: Inspection, units: QuerySet[Unit], asked: Asked) -> Iterable[UnitRow]:
    low = _lowest(units) if asked.low_lots else frozenset()
    systems, points = defaultdict(list), defaultdict(list)
    of_units = Membership.objects.filter(unit__in=units.values("pk")).order_by("system")
    for unit, system in of_units.values_list("unit", "system"):
        systems[unit].append(system)
    types = inspection.checks.filter(point_type__isnull=False).values("point_type")
    looked_at = Point.objects.standing().filter(unit__in=units.values("pk"), type__in=types)
    for unit, point in looked_at.values_list("unit", "pk"):
        points[unit].append(str(point))
    columns = ("pk", "code", "territory_id", "peer_group_id", "seat", "demonstration")
    for pk, code, territory, peers, seat, shown in units.values_list(*columns):
        lots = 1 + asked.low_lots * (pk in low) + asked.shown_lots * shown
        yield UnitRow(
            code, territory, tuple(systems[pk]), peers, seat, min(lots, HEAVIEST), tuple(sorted(points[pk]))
        )


def _lowest(units: QuerySet[Unit]) -> frozenset[int]:
    """The units with the lowest tenth of results of their peer group in the rounds of the last year."""
    since = timezone.now() - YEAR
    released = Score.objects.filter(released_at__gte=since, self_report__case__unit__in=units.values("pk"))
    points = Result.objects.filter(score=OuterRef("pk")).values("score")
    total = points.annotate(total=Sum(Coalesce("corrected", "points"))).values("total")
    groups = defaultdict[tuple[int, str], list[tuple[Decimal, int]]](list)
    rows = released.annotate(total=Subquery(total)).values_list(
        "self_report__round", "self_report__case__unit__peer_group", "total", "self_report__case__unit"
    )
    for opened, group, points_given, unit in rows:
        groups[opened, group].append((points_given or Decimal(0), unit))
    found = set()
    for scored in groups.values():
        bar = sorted(scored)[max(len(scored) * LOWEST // 100 - 1, 0)][0]
        found |= {unit for given, unit in scored if given <= bar and len(scored) > 1}
    return frozenset(found)


def _last_visits(
    inspection: Inspection, people: frozenset[int]
) -> tuple[Mapping[int, set[str]], frozenset[int]]:
    """Whom of ``people`` which units had the last time, as ``teams.conflict_of`` has it; and in what."""
    newest = dict[int, tuple[int, str, int]]()
    rows = known_visits(inspection.case.issuer).exclude(inspection=inspection)
    for pk, unit, code, held in rows.values_list("pk", "case__unit", "case__unit__code", "inspection"):
        newest[unit] = pk, code, held
    last = {pk: (code, held) for pk, code, held in newest.values()}
    found, leans_on = defaultdict[int, set[str]](set), set()
    members = Member.objects.filter(visit__in=last, person__in=people)
    for visit, person in members.values_list("visit", "person"):
        code, held = last[visit]
        found[person].add(code)
        leans_on.add(held)
    return found, frozenset(leans_on)


def _posts(people: frozenset[int]) -> Mapping[int, list[Post]]:
    posts = defaultdict[int, list[Post]](list)
    held = Post.objects.held().filter(person__in=people).select_related("unit")
    for post in held.prefetch_related("unit__memberships"):
        posts[post.person_id or 0].append(post)
    return posts


def _seats(inspection: Inspection, posts: Iterable[Post]) -> tuple[Seat, ...]:
    """What binds a person: every unit in which they hold a post, but for the office that sends them."""
    seats = dict[str, Seat]()
    for post in posts:
        unit = post.unit
        if unit.pk == inspection.case.issuer_id:
            continue
        over = unit.seat or post.role in _OVER or bool(post.role in _HEADS and unit.four_bodies)
        over = over or (unit.code in seats and seats[unit.code].over)
        systems = tuple(sorted(membership.system_id for membership in unit.memberships.all()))
        seats[unit.code] = Seat(unit.code, unit.territory_id, systems, over)
    return tuple(seats[code] for code in sorted(seats))
