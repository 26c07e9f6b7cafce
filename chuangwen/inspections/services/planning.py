"""The yearly plan: drafted line by line, then filed and left as it is."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangwen.cases.models import Campaign
from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.inspections.models import PlanLine, YearPlan
from chuangwen.inspections.problems import PLAN_EMPTY, PLAN_FILED, PLAN_TAKEN
from chuangwen.inspections.teams import sends
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.services import journal_name


def require_sender(actor: Person, office: Unit) -> None:
    """Raises Problem ``page.not_allowed`` for whoever is not of the civility office ``office`` itself."""
    if not sends(actor, office):
        raise Problem(NOT_ALLOWED, reason=office)


@transaction.atomic
def begin(*, actor: Person, campaign: Campaign, issuer: Unit, year: int, basis: str) -> YearPlan:
    """Begin the plan of a year. Raises Problem ``page.not_allowed``, ``year_plan.taken``."""
    require_sender(actor, issuer)
    try:
        with transaction.atomic():
            plan = YearPlan.objects.create(campaign=campaign, issuer=issuer, year=year, basis=basis)
    except IntegrityError:
        raise Problem(PLAN_TAKEN, year=year) from None
    _record(actor, plan, "begin", year=year, basis=basis)
    return plan


@transaction.atomic
def add_line(*, actor: Person, plan: YearPlan, name: str, covert: bool, units: int, by: date) -> PlanLine:
    """Add a line to a plan that is not filed. Raises Problem ``page.not_allowed``, ``year_plan.filed``."""
    now = _drafted(actor, plan)
    line = PlanLine.objects.create(plan=now, name=name, covert=covert, units=units, by=by)
    _record(actor, now, "add_line", line=line.pk, units=units)
    return line


@transaction.atomic
def drop_line(*, actor: Person, plan: YearPlan, line: int) -> None:
    """Take a line out again; one that is gone already is none. Raises Problem as ``add_line``."""
    now = _drafted(actor, plan)
    PlanLine.objects.filter(plan=now, pk=line).delete()
    _record(actor, now, "drop_line", line=line)


@transaction.atomic
def file(*, actor: Person, plan: YearPlan) -> YearPlan:
    """File the plan: from now on it stands, and inspections come from its lines.

    Raises Problem ``page.not_allowed``, ``year_plan.filed``, ``year_plan.empty``.
    """
    now = _drafted(actor, plan)
    if not now.lines.exists():
        raise Problem(PLAN_EMPTY)
    now.filed_at, now.filed_by = timezone.now(), actor
    now.save(update_fields=["filed_at", "filed_by"])
    _record(actor, now, "file", lines=now.lines.count())
    return now


def _drafted(actor: Person, plan: YearPlan) -> YearPlan:
    """The plan as it is now, its row locked, if it can be changed still."""
    now = YearPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    require_sender(actor, now.issuer)
    if now.filed_at:
        raise Problem(PLAN_FILED, year=now.year)
    return now


def _record(actor: Person, plan: YearPlan, verb: str, **data: str | int) -> None:
    record(actor=journal_name(actor), verb=f"year_plan.{verb}", subject=plan.subject, data=data)
