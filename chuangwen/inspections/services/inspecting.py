"""Inspections and their visits: opened from a line of the plan, given checks, units and teams, announced."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chuangwen.cases.lifecycle import Doubled, Text
from chuangwen.cases.models import Case, Circle, Participant
from chuangwen.cases.reminders import tell
from chuangwen.cases.services import open_case, perform, turn
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.inspections.halves import Half, halves_before
from chuangwen.inspections.models import Check, Inspection, Member, PlanLine, Point, Visit
from chuangwen.inspections.problems import (
    CONFLICT,
    FOREIGN_CRITERION,
    NO_INSPECTOR,
    NOT_OPEN,
    NOT_PREPARING,
    PLAN_NOT_FILED,
    TEAM_SMALL,
    UNIT_OUTSIDE,
    UNIT_TWICE,
    WINDOW,
    WRONG_DAY,
)
from chuangwen.inspections.services.planning import require_sender
from chuangwen.inspections.teams import bound_to, conflict_of
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Criterion, Standard

_TITLE = 200  # characters of a case's title
TEAM = 2  # people at least (DOMAIN section 2)
PREPARING, RUNNING = "preparing", "running"
NOT_BEGUN = ("planned", "announced")


@dataclass(frozen=True)
class Named:
    """Somebody of a team, and as whom."""

    person: Person
    capacity: str = Member.Capacity.INSPECTOR


@transaction.atomic
def open_inspection(
    *,
    actor: Person,
    line: PlanLine,
    standard: Standard,
    opens_on: date,
    closes_on: date,
    title: str = "",
    notice: int = 1,
    units_wanted: int | None = None,
) -> Inspection:
    """Open an inspection from a line of a filed plan; it is covert if the line is.

    Raises Problem ``page.not_allowed``, ``year_plan.not_filed``, ``inspection.window``.
    """
    plan = line.plan
    require_sender(actor, plan.issuer)
    if not plan.filed_at:
        raise Problem(PLAN_NOT_FILED, year=plan.year)
    if closes_on < max(opens_on, timezone.localdate()):
        raise Problem(WINDOW)
    case = _own_case(line, title or line.name, closes_on)
    inspection = Inspection.objects.create(
        case=case,
        line=line,
        standard=standard,
        covert=line.covert,
        opens_on=opens_on,
        closes_on=closes_on,
        notice=notice,
        units_wanted=units_wanted or line.units,
    )
    _record(actor, case, "inspection.open", line=line.pk, standard=standard.pk, closes=closes_on.isoformat())
    return inspection


def _own_case(line: PlanLine, title: str, due: date) -> Case:
    """The sending office's own case of an inspection; of a covert one nobody else sees it."""
    return open_case(
        kind="inspection",
        title=title[:_TITLE],
        unit=line.plan.issuer,
        issuer=line.plan.issuer,
        campaign=line.plan.campaign,
        circle=Circle.NAMED if line.covert else Circle.OPEN,
        state=PREPARING,
        due=due,
    )


@transaction.atomic
def set_checks(
    *, actor: Person, inspection: Inspection, checks: Iterable[tuple[str | None, Criterion]]
) -> list[Check]:
    """Say anew what is looked at where: pairs of a type of point (None: the unit itself) and a criterion.

    Raises Problem ``page.not_allowed``, ``inspection.set_out``, ``inspection.foreign_criterion``.
    """
    case = _held(actor, inspection)
    if case.state != PREPARING:
        raise Problem(NOT_PREPARING, name=case.title)
    wanted = dict.fromkeys(checks)
    own = Criterion.objects.filter(indicator__dimension__standard=inspection.standard_id)
    own_keys = set(own.values_list("pk", flat=True))
    if any(criterion.pk not in own_keys for _place, criterion in wanted):
        raise Problem(FOREIGN_CRITERION, name=inspection.standard.name)
    Check.objects.filter(inspection=inspection).delete()
    rows = [
        Check(inspection=inspection, point_type_id=place, criterion=criterion) for place, criterion in wanted
    ]
    _record(actor, case, "inspection.check", checks=len(rows))
    return Check.objects.bulk_create(rows)


@transaction.atomic
def plan_visit(
    *,
    actor: Person,
    inspection: Inspection,
    unit: Unit,
    team: Sequence[Named],
    day: date | None = None,
    half: str = Half.MORNING,
    drawn: Collection[int] | None = None,
) -> Visit:
    """Have ``unit`` visited by a team, the first of which leads it; nobody else sees it yet.

    ``drawn`` are the points (keys) of a visit that the lot gave; that nobody of its team was there the last
    time was seen to when the pool was fixed, and is not asked again.

    Raises Problem ``page.not_allowed``, ``inspection.over``, ``visit.outside``, ``visit.twice``,
    ``visit.day``, ``visit.team_small``, ``visit.no_inspector``, ``visit.conflict``.
    """
    case = _held(actor, inspection)
    if case.state not in {PREPARING, RUNNING}:
        raise Problem(NOT_OPEN, name=case.title)
    if unit.pk == case.issuer_id or not unit.territory_id.startswith(case.issuer.territory_id):
        raise Problem(UNIT_OUTSIDE, unit=unit)
    if inspection.visits.filter(~Q(case__state="withdrawn"), case__unit=unit).exists():
        raise Problem(UNIT_TWICE, unit=unit)
    if day and not inspection.opens_on <= day <= inspection.closes_on:
        raise Problem(WRONG_DAY, first=inspection.opens_on, last=inspection.closes_on)
    _check_team(case, unit, team, bound_to if drawn is not None else conflict_of)
    visit = _open_visit(case, inspection, unit, team, day=day, half=half)
    visit.points.set(Point.objects.filter(unit=unit, pk__in=drawn or ()))
    _record(actor, visit.case, "visit.plan", unit=unit.code, team=sorted(one.person.pk for one in team))
    return visit


def _check_team(
    case: Case, unit: Unit, team: Sequence[Named], barred: Callable[[Person, Unit, Unit], Text]
) -> None:
    if len({one.person.pk for one in team}) < TEAM:
        raise Problem(TEAM_SMALL)
    place = case.issuer.territory_id
    for one in team:
        scope = scope_of(one.person)
        # Of the office's territory, of one inside it or over it: people come from anywhere near.
        codes = scope.inspects | scope.judges
        if not any(code.startswith(place) or place.startswith(code) for code in codes):
            raise Problem(NO_INSPECTOR, name=one.person.name)
        if why := barred(one.person, unit, case.issuer):
            raise Problem(CONFLICT, name=one.person.name, unit=unit, why=why)


def _open_visit(case: Case, inspection: Inspection, unit: Unit, team: Sequence[Named], **when: Any) -> Visit:
    opened = open_case(
        kind="visit",
        title=f"{unit} · {case.title}"[:_TITLE],
        unit=unit,
        issuer=case.issuer,
        campaign=case.campaign,
        holder=team[0].person,
        circle=Circle.NAMED,
        state="planned",
        due=inspection.closes_on,
    )
    visit = Visit.objects.create(case=opened, inspection=inspection, **when)
    people = {one.person: one.capacity for one in team}
    Participant.objects.bulk_create(Participant(case=opened, person=person) for person in people)
    Member.objects.bulk_create(
        Member(visit=visit, person=person, capacity=capacity) for person, capacity in people.items()
    )
    return visit


def _held(actor: Person, inspection: Inspection) -> Case:
    """The inspection's case as it is now, locked, for the office that sends it."""
    Case.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    case = Case.objects.select_related("unit", "issuer", "campaign").get(pk=inspection.pk)
    require_sender(actor, case.issuer)
    return case


def withdraw(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Effect on an inspection: its visits, none of which has begun, are withdrawn with it."""
    visits = Visit.objects.filter(inspection=case.pk, case__state__in=NOT_BEGUN).select_related("case")
    for visit in visits:
        perform(actor=actor, move_name="withdraw", case=visit.case, seen=visit.case.revision, reason=reason)
    return {"reason": reason, "visits": len(visits)}


def announce_due() -> int:
    """Clock: open visits whose notice has come are announced to their units; returns their number."""
    planned = Visit.objects.filter(
        case__kind="visit",
        case__state="planned",
        inspection__covert=False,
        inspection__case__state=RUNNING,
    ).select_related("case", "inspection")
    now = timezone.now()
    return sum(
        _announce(visit)
        for visit in planned
        if halves_before(visit.planned_for, visit.half, visit.inspection.notice) <= now
    )


@transaction.atomic
def _announce(visit: Visit) -> bool:
    """Turn one, and open it to whoever sees its unit; whether it was still to be announced."""
    try:
        turn(case=visit.case, name="announce")
    except Problem:  # withdrawn at this very moment
        return False
    Case.objects.filter(pk=visit.pk).update(circle=Circle.OPEN)
    tell(visit.case)
    return True


def inherit(unit: Unit, successor: Unit) -> list[Doubled]:
    """The points pass to the successor; where it is visited in the same inspection, that visit is kept."""
    for point in Point.objects.filter(unit=unit):
        theirs = Point.objects.filter(unit=successor, type=point.type_id, name=point.name)
        if not theirs.exists():
            Point.objects.filter(pk=point.pk).update(unit=successor)
    passing = Visit.objects.filter(case__unit=unit, case__closed_at__isnull=True)
    held = Visit.objects.filter(case__unit=successor).exclude(case__state="withdrawn")
    own = {visit.inspection_id: visit.case for visit in held.select_related("case")}
    return [
        Doubled(closed=visit.case, kept=own[visit.inspection_id])
        for visit in passing.select_related("case")
        if visit.inspection_id in own
    ]


def _record(actor: Person, case: Case, verb: str, **data: Any) -> None:
    record(actor=journal_name(actor), verb=verb, subject=case.subject, data=data)
