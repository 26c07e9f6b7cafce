"""From the plan to the desks: one assignment case for each unit and task, in two bulk inserts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import new_number, open_cases
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Meeting, Receiver, Task
from chuangwen.directives.problems import NO_BASIS, NO_TASKS, NOT_DECIDED
from chuangwen.directives.receivers import recipients
from chuangwen.directives.recurrence import next_due
from chuangwen.organizations.models import Person, Unit

TITLE_LENGTH = 60
AT_ONCE = 2_000  # cases held in memory while a plan goes out


@dataclass(frozen=True)
class Errand:
    """What one unit is asked to do: the row of an assignment before it is written."""

    task: Task
    unit: Unit
    issuer: Unit
    role: str
    due: date | None
    period: str = ""
    parent: Case | None = None
    note: str = ""


def assign(errands: Iterable[Errand], *, campaign_id: int) -> list[Case]:
    """Write the errands as cases with their assignments, in two bulk inserts.

    IntegrityError when a unit has the task of that period already.
    """
    errands = list(errands)
    now = timezone.now()
    cases = open_cases(
        Case(
            number=new_number(),
            kind="assignment",
            title=_title(errand.task),
            unit=errand.unit,
            issuer=errand.issuer,
            campaign_id=campaign_id,
            parent=errand.parent,
            state="issued",
            due=errand.due,
            opened_at=now,
        )
        for errand in errands
    )
    Assignment.objects.bulk_create(
        (
            Assignment(
                case=case,
                task=errand.task,
                role=errand.role,
                period=errand.period,
                key=Assignment.key_of(errand.task.pk, errand.unit.pk, errand.period),
                note=errand.note,
            )
            for case, errand in zip(cases, errands, strict=True)
        ),
        batch_size=500,
    )
    return cases


def key(unit: Unit, *more: Value | Cast) -> Concat:
    """``Assignment.key_of`` as an expression over rows of assignments."""
    return Concat(Cast("task_id", CharField()), Value(f":{unit.pk}:"), "period", *more)


def free(assignments: QuerySet[Assignment], unit: Unit) -> None:
    """Let the task be given to ``unit`` again: these assignments of it let go of their key."""
    assignments.update(key=key(unit, Value(":"), Cast("case_id", CharField())))


def _title(task: Task) -> str:
    return task.text if len(task.text) <= TITLE_LENGTH else task.text[: TITLE_LENGTH - 1] + "…"


def undecided(tasks: Iterable[Task]) -> list[Task]:
    """The tasks that nobody can receive yet: without a line of address, or with an undecided one."""
    return [
        task
        for task in tasks
        if not task.receivers.all() or any(r.rule == Receiver.Rule.UNDECIDED for r in task.receivers.all())
    ]


def dispatch(*, actor: Person, case: Case, basis: str = "") -> Mapping[str, Any]:
    """Effect of the move of that name: open every standing task's cases and mark it dispatched.

    ``basis`` is the number of the document on which written reports are asked for.
    Raises Problem ``plan.no_tasks``, ``plan.not_decided``, ``plan.no_basis``.
    """
    tasks = list(case.meeting.tasks.standing().prefetch_related("receivers"))
    if not tasks:
        raise Problem(NO_TASKS)
    if open_tasks := undecided(tasks):
        raise Problem(NOT_DECIDED, count=len(open_tasks), first=_title(open_tasks[0]))
    reports = sum(task.asks_report for task in tasks)
    if reports and not basis.strip():
        raise Problem(NO_BASIS, count=reports)
    Meeting.objects.filter(pk=case.pk).update(basis=basis.strip())
    cases, units = 0, set[int]()
    errands = (errand for task in tasks for errand in _errands(task, case))
    while some := list(islice(errands, AT_ONCE)):
        cases += len(assign(some, campaign_id=case.campaign_id))
        units |= {errand.unit.pk for errand in some}
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(state=Task.State.DISPATCHED)
    return {"tasks": len(tasks), "cases": cases, "units": len(units), "basis": basis.strip()}


def _errands(task: Task, meeting: Case) -> Iterable[Errand]:
    due = next_due(task.recurs, timezone.localdate()) if task.recurs else task.due
    period = due.isoformat() if task.recurs and due else ""
    territory = meeting.campaign.territory_id
    units = recipients(task.receivers.all(), territory, except_unit=meeting.unit_id)
    return (
        Errand(task=task, unit=unit, issuer=meeting.unit, role=role, due=due, period=period, parent=meeting)
        for unit, role in units.items()
    )
