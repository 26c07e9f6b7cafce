"""Reading breakdowns: the tree inside a unit, one's own share, and from outside how far down they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from chuangwen.cases.models import Campaign, Case, visible_case
from chuangwen.directives import queries
from chuangwen.directives.breakdown.tree import Node, grown, leaves, per_cent, walked, weighted
from chuangwen.directives.shares import Breakdown, BreakdownQuerySet, Share, Signature
from chuangwen.organizations.models import Person, Post, Territory, within
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


_COUNTS: dict[str, Any] = {
    "begun": Count("pk"),
    "in_force": Count("pk", filter=Q(in_force_at__isnull=False)),
    "to_person": Count("pk", filter=Q(to_person=True)),
}
_UNIT = "assignment__case__unit"


@dataclass(frozen=True)
class Reaches:
    """One place of the tree: all of it, the territories below, the units that stand directly in it."""

    total: Reach
    territories: list[Reach]
    units: list[Reach]


def reaches(campaign: Campaign, actor: Person | AnonymousUser, place: Territory) -> Reaches:
    """Along the territory: what was received comes from the tallies, so only breakdowns are counted."""
    tree = queries.tree(campaign, actor, territory=place.pk)
    rows = _seen(campaign, actor).filter(within(place.pk, f"{_UNIT}__territory_id"))
    digits = next((n for n in Territory.LEVELS if n > len(place.pk)), len(place.pk))
    below = Substr(f"{_UNIT}__territory_id", 1, digits)
    own = rows.filter(**{f"{_UNIT}__territory": place.pk})
    return Reaches(
        Reach(place.pk, place.name, tree.total.received, **rows.aggregate(**_COUNTS)),
        _joined(tree.territories, _by(rows.annotate(key=below))),
        _joined(tree.units, _by(own.annotate(key=F(f"{_UNIT}__code")))),
    )


def by_system(campaign: Campaign, actor: Person | AnonymousUser) -> list[Reach]:
    counted = _by(_seen(campaign, actor).annotate(key=F(f"{_UNIT}__memberships__system")))
    return _joined(queries.systems(campaign, actor), counted)


def _seen(campaign: Campaign, actor: Person | AnonymousUser) -> BreakdownQuerySet:
    found = Breakdown.objects.filter(visible_case(actor, "assignment__case"))
    return found.filter(assignment__case__campaign=campaign).exclude(assignment__case__state="withdrawn")


def _by(rows: Any) -> dict[str, dict[str, int]]:
    counted = rows.values("key").annotate(**_COUNTS)
    return {row.pop("key"): row for row in counted}


def _joined(progress: Iterable[queries.Progress], counted: Mapping[str, dict[str, int]]) -> list[Reach]:
    return [Reach(row.code, row.label, row.received, **counted.get(row.code, {})) for row in progress]


def is_inside(actor: Person | AnonymousUser, case: Case) -> bool:
    """Whether the actor belongs to the case's unit, and so sees who does what there."""
    return case.unit_id in scope_of(actor).belongs
