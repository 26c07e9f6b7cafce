"""From the plan to the desks: one assignment case for each unit and task, and the rounds that repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import new_number, open_cases
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Receiver, Task
from chuangwen.directives.problems import NO_TASKS, NOT_DECIDED
from chuangwen.directives.receivers import recipients
from chuangwen.directives.recurrence import next_due
from chuangwen.organizations.models import Person, Unit

TITLE_LENGTH = 60


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


def _title(task: Task) -> str:
    return task.text if len(task.text) <= TITLE_LENGTH else task.text[: TITLE_LENGTH - 1] + "…"


def undecided(tasks: Iterable[Task]) -> list[Task]:
    """The tasks that nobody can receive yet: without a line of address, or with an undecided one."""
    return [
        task
        for task in tasks
        if not task.receivers.all() or any(r.rule == Receiver.Rule.UNDECIDED for r in task.receivers.all())
    ]


def dispatch(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect of the move of that name: open every standing task's cases and mark it dispatched.

    Raises Problem ``plan.no_tasks``, ``plan.not_decided``.
    """
    tasks = list(case.meeting.tasks.standing().prefetch_related("receivers"))
    if not tasks:
        raise Problem(NO_TASKS)
    if open_tasks := undecided(tasks):
        raise Problem(NOT_DECIDED, count=len(open_tasks), first=_title(open_tasks[0]))
    errands = [errand for task in tasks for errand in _errands(task, case)]
    assign(errands, campaign_id=case.campaign_id)
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(state=Task.State.DISPATCHED)
    return {"tasks": len(tasks), "cases": len(errands), "units": len({errand.unit.pk for errand in errands})}


def _errands(task: Task, meeting: Case) -> Iterable[Errand]:
    due = next_due(task.recurs, timezone.localdate()) if task.recurs else task.due
    period = due.isoformat() if task.recurs and due else ""
    territory = meeting.campaign.territory_id
    units = recipients(task.receivers.all(), territory, except_unit=meeting.unit_id)
    return (
        Errand(task=task, unit=unit, issuer=meeting.unit, role=role, due=due, period=period, parent=meeting)
        for unit, role in units.items()
    )


def open_next_rounds() -> int:
    """Clock: open the next round of every recurring task whose current round is over; returns the cases.

    After a standstill of the clock only the round that is still ahead is opened, not the missed ones.
    """
    today = timezone.localdate()
    tasks = (
        Task.objects.exclude(recurs="")
        .filter(state=Task.State.DISPATCHED, meeting__case__campaign__closed_on__isnull=True)
        .annotate(latest=Max("assignments__period"))
        .filter(latest__lt=today.isoformat(), latest__gt="")
    )
    return sum(_open_next_round(task.pk, task.latest, today) for task in tasks)


@transaction.atomic
def _open_next_round(task_id: int, latest: str, today: date) -> int:
    """Copy the tree of the last round, relays included, with every deadline moved along."""
    # The lock makes a second clock wait, and then find the round open already.
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id)
    if Assignment.objects.filter(task=task, period__gt=latest).exists():
        return 0
    due = next_due(task.recurs, max(date.fromisoformat(latest), today - timedelta(days=1)))
    shift = due - date.fromisoformat(latest)
    last = (
        Assignment.objects.filter(task=task, period=latest, case__unit__active=True)
        .exclude(case__state="withdrawn")
        .select_related("case__unit", "case__issuer", "case__campaign")
    )
    rounds = sorted(last, key=lambda assignment: assignment.pk)
    successors: dict[int | None, Case] = {}
    while rounds:
        # A generation at a time: a case follows once its own parent is not of this round or has followed.
        waiting = {assignment.pk for assignment in rounds}
        ready = [a for a in rounds if a.case.parent_id not in waiting]
        cases = assign(
            (
                Errand(
                    task=task,
                    unit=a.case.unit,
                    issuer=a.case.issuer,
                    role=a.role,
                    due=a.case.due + shift if a.case.due else None,
                    period=due.isoformat(),
                    parent=successors.get(a.case.parent_id, a.case.parent),
                    note=a.note,
                )
                for a in ready
            ),
            campaign_id=ready[0].case.campaign_id,
        )
        successors.update(zip((a.pk for a in ready), cases, strict=True))
        rounds = [a for a in rounds if a.pk not in successors]
    record(
        actor="clock",
        verb="task.next_round",
        subject=task.subject,
        data={"period": due.isoformat(), "cases": len(successors)},
    )
    return len(successors)
