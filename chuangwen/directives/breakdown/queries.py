"""Reading breakdowns: the tree inside a unit, one's own share, and from outside how far down they go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from chuangwen.cases.models import Campaign, Case
from chuangwen.directives import tally
from chuangwen.directives.breakdown.tree import Node, grown, leaves, per_cent, walked, weighted
from chuangwen.directives.shares import Breakdown, Share, Signature
from chuangwen.organizations.models import Person, Post, System, Territory, next_below, within
from chuangwen.organizations.scope import scope_of


def tree_of(breakdown: Breakdown) -> list[Node]:
    """The breakdown as it stands, with which shares are signed; two queries."""
    signed: dict[int, set[str]] = {}
    signatures = Signature.objects.filter(share__breakdown=breakdown)
    for share, terms in signatures.values_list("share", "terms"):
        signed.setdefault(share, set()).add(terms)
    return grown(breakdown.shares.select_related("person", "in_charge").order_by("id"), signed)


def people_of(case: Case) -> QuerySet[Person]:
    """Those who hold a post in the case's unit."""
    held = Post.objects.held().filter(unit=case.unit_id, person=OuterRef("pk"))
    return Person.objects.filter(Exists(held)).order_by("name", "pk")


@dataclass(frozen=True)
class InShort:
    """A breakdown in numbers: its parts by level, leaves that are no person, letters signed, progress."""

    departments: int
    posts: int
    persons: int
    short: int
    signed: int
    gone: int
    progress: Decimal


def in_short(nodes: list[Node], present: Iterable[int]) -> InShort:
    """``present`` are the ids of those who hold a post in the unit now."""
    levels = [node.share.level for node in walked(nodes)]
    persons = [node for node in walked(nodes) if node.share.level == Share.Level.PERSON]
    here = set(present)
    return InShort(
        departments=levels.count(Share.Level.DEPARTMENT),
        posts=levels.count(Share.Level.POST),
        persons=len(persons),
        short=sum(node.share.level != Share.Level.PERSON for node in leaves(nodes)),
        signed=sum(node.signed for node in persons),
        gone=sum(node.share.person_id not in here for node in persons),
        progress=per_cent(weighted(nodes)),
    )


def mine(person: Person | AnonymousUser) -> list[Node]:
    """What the person says the progress of, the nearest deadline first, each with whether it is signed."""
    shares = list(
        Share.objects.reported_by(person)
        .select_related(
            "breakdown__assignment__case__unit",
            "breakdown__principal",
            "breakdown__in_charge",
            "in_charge",
            "above__above",
        )
        .order_by(F("due").asc(nulls_last=True), "pk")
    )
    terms = Signature.objects.filter(share__in=[share.pk for share in shares]).values_list("share", "terms")
    signed = set(terms)
    return [Node(share, 0, signed=(share.pk, share.terms) in signed) for share in shares]


def unsigned(person: Person | AnonymousUser) -> int:
    return sum(not node.signed for node in mine(person) if node.share.person_id)


Row = dict[str, Any]
_NUMBERS = ("received", *tally.REACH)


@dataclass(frozen=True)
class Reach:
    """How far down the assignments of some units go: ``begun``, in force, down to a person."""

    code: str
    label: str
    received: int
    begun: int = 0
    in_force: int = 0
    to_person: int = 0

    @property
    def short(self) -> int:
        """Those that stop short of a person."""
        return self.received - self.to_person


@dataclass(frozen=True)
class Reaches:
    """One place of the tree: all of it, the territories below, the units that stand directly in it."""

    total: Reach
    territories: list[Reach]
    units: list[Reach]


def reaches(campaign: Campaign, actor: Person | AnonymousUser, place: Territory) -> Reaches:
    """Along the territory, from the tallies alone; three queries."""
    where = within(place.pk, "unit__territory_id")
    names = dict(Territory.objects.filter(within(place.pk, "code")).values_list("code", "name"))
    rows = _counted(campaign, actor, "unit__territory_id", where=where)
    below: dict[str, list[Row]] = {}
    for row in rows:
        child = next_below(place.pk, row["unit__territory_id"], names)
        if child != place.pk:
            below.setdefault(child, []).append(row)
    here = _counted(campaign, actor, "unit__code", "unit__name", where=where & Q(unit__territory=place.pk))
    return Reaches(
        _reach(place.pk, place.name, rows),
        [_reach(code, names[code], found) for code, found in sorted(below.items())],
        sorted((_reach(row["unit__code"], row["unit__name"], [row]) for row in here), key=_by_code),
    )


def by_system(campaign: Campaign, actor: Person | AnonymousUser) -> list[Reach]:
    """Along the systems; two queries."""
    names = dict(System.objects.values_list("code", "name"))
    rows = _counted(campaign, actor, "unit__memberships__system")
    found = ((row["unit__memberships__system"], row) for row in rows)
    return sorted((_reach(code, names[code], [row]) for code, row in found if code), key=_by_code)


def _counted(
    campaign: Campaign, actor: Person | AnonymousUser, *by: str, where: Q | None = None
) -> list[Row]:
    return tally.counted(campaign, actor, *by, where=where, counts=_NUMBERS)


def _reach(code: str, label: str, rows: Iterable[Row]) -> Reach:
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: row[name] for name in _NUMBERS})
    return Reach(code, label, *(sums[name] for name in _NUMBERS))


def _by_code(reach: Reach) -> str:
    return reach.code


def is_inside(actor: Person | AnonymousUser, case: Case) -> bool:
    """Whether the actor belongs to the case's unit, and so sees who does what there."""
    return case.unit_id in scope_of(actor).belongs
