"""What is read of inspections beyond one filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from chuangwen.cases.lifecycle import Actor
from chuangwen.cases.models import Case, named_on
from chuangwen.inspections.findings import Decision, Verdict
from chuangwen.inspections.models import Check, Finding, FindingPhoto, Point, PointType, Visit
from chuangwen.inspections.submissions import Submission
from chuangwen.inspections.teams import sends
from chuangwen.organizations.models import Person, Post, Unit, within, within_any
from chuangwen.organizations.powers import POWERS, Power
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.models import Criterion

_INSPECTING = frozenset(role for role, powers in POWERS.items() if powers & {Power.JUDGE, Power.INSPECT})


def offices_of(actor: Actor) -> QuerySet[Unit]:
    """The units in whose name the actor sends inspections: where they are the civility office."""
    own = {post.unit.pk for post in scope_of(actor).posts if sends(actor, post.unit)}
    return Unit.objects.filter(pk__in=own)


def eligible(office: Unit) -> QuerySet[Person]:
    """Who may be named to a team of ``office``: inspectors, delegates and office people of its territory."""
    posts = Post.objects.held().filter(
        within(office.territory_id, "unit__territory_id"), role__in=_INSPECTING
    )
    people = Person.objects.filter(pk__in=posts.values("person"), is_active=True)
    return people.order_by("name", "pk")


def keeps_points(actor: Actor, unit: Unit) -> bool:
    """Whether the actor says which points a unit has: its own people, and the civility office over it."""
    wanted = {Relation.ANSWERS_FOR, Relation.OFFICE_OVER}
    return not wanted.isdisjoint(scope_of(actor).relations(unit))


def units_with_kept_points(actor: Actor) -> QuerySet[Unit]:
    """The active units whose points the actor keeps: `keeps_points`, for many."""
    scope = scope_of(actor)
    return Unit.objects.filter(Q(pk__in=scope.answers) | within_any(scope.offices), active=True)


@dataclass(frozen=True)
class Line:
    """One thing to look at: a criterion at a point, or at the unit itself; and what was found there last."""

    point: Point | None
    criterion: Criterion
    finding: Finding | None


@dataclass(frozen=True)
class Place:
    """A point, or the unit itself, with what is looked at there."""

    point: Point | None
    lines: Sequence[Line]


# On both databases the unit itself comes after its points.
_PLACE = F("point_type__position").asc(nulls_last=True)


def checks_of(inspection: int) -> QuerySet[Check]:
    """What is looked at where, in the order of the types of points."""
    rows = Check.objects.filter(inspection=inspection).select_related("criterion", "point_type")
    return rows.order_by(_PLACE, "criterion__position", "pk")


def checklist(visit: Visit) -> list[Place]:
    """Everything that is looked at, place by place in the order of the types; three queries."""
    checks: dict[str | None, list[Criterion]] = {}
    for check in checks_of(visit.inspection_id):
        checks.setdefault(check.point_type_id, []).append(check.criterion)
    found = {(one.point_id, one.criterion_id): one for one in Finding.objects.filter(visit=visit)}
    points = Point.objects.looked_at(visit).filter(type__in=[code for code in checks if code])
    places: list[Point | None] = [*points.select_related("type"), *([None] if None in checks else [])]
    return [
        Place(
            point,
            [
                Line(point, criterion, found.get((point.pk if point else None, criterion.pk)))
                for criterion in checks[point.type_id if point else None]
            ],
        )
        for point in places
    ]


def unfinished(actor: Actor, case: Case) -> QuerySet[Submission]:
    """The forms of other clients of which something is not entered yet, with the files that are left."""
    found = Submission.objects.visible_to(actor).filter(visit=case.pk).unfinished()
    return found.select_related("person", "visit__case").prefetch_related("files")


def lines_of(places: Sequence[Place]) -> list[Line]:
    return [line for place in places for line in place.lines]


def bare_types(visit: Visit) -> QuerySet[PointType]:
    """The types of points that the inspection asks about, and of which the unit has none."""
    asked = Check.objects.filter(inspection=visit.inspection_id).values("point_type")
    has = Point.objects.standing().filter(unit=visit.case.unit_id).values("type")
    return PointType.objects.filter(pk__in=asked).exclude(pk__in=has)


def findings_of(actor: Actor, case: Case) -> QuerySet[Finding]:
    """The findings of a visit that the actor may see, with place and photos, place by place."""
    found = Finding.objects.visible_to(actor).filter(visit=case.pk)
    related = found.select_related("criterion", "point__type", "noted_by", "visit__case")
    photos = Prefetch("photos", FindingPhoto.objects.select_related("hint"))
    return related.prefetch_related(photos).order_by(
        F("point__type__position").asc(nulls_last=True), "point__name", "pk"
    )


def faults_of(case: Case) -> QuerySet[Finding]:
    """What was confirmed on a visit and does not comply, with place and photos."""
    found = Finding.objects.filter(visit=case.pk, decision=Decision.CONFIRMED, verdict=Verdict.UNMET)
    related = found.select_related("criterion", "point__type").prefetch_related("photos__blob")
    return related.order_by(F("point__type__position").asc(nulls_last=True), "point__name", "pk")


def knows_team(actor: Actor, case: Case) -> bool:
    """Whether the actor is of the office that sends, or of the team: who else came is theirs to know."""
    return case.issuer_id in scope_of(actor).belongs or case.pk in named_on(actor)


def visits_with(actor: Actor) -> QuerySet[Visit]:
    """The open visits of the teams that the actor is in, the next due on top."""
    still = Q(case__in=named_on(actor), case__closed_at__isnull=True)
    visits = Visit.objects.visible_to(actor).filter(still).select_related("case__unit", "inspection__case")
    return visits.order_by("case__due", "pk")


def of_inspection(number: str) -> Q:
    """A filter for the cases of the orders that came of an inspection."""
    return Q(order__source=f"case:{number}")
