"""From the plan to the desks: one assignment case for each unit and task, in two bulk inserts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import new_number, open_cases, turn
from chuangwen.core import jobs
from chuangwen.core.jobs import OvertakenError, Run
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Meeting, Receiver, Task
from chuangwen.directives.problems import NO_BASIS, NO_TASKS, NOT_DECIDED
from chuangwen.directives.receivers import address_of, recipients
from chuangwen.directives.recurrence import next_due
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.services import journal_name

DISPATCH = "meeting.dispatch"  # the kind of work
TITLE_LENGTH = 60
AT_ONCE = 2_000  # cases written in one transaction: others wait for it half a second


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
    """Effect of the move of that name: check the plan and have the worker send it out (``send_out``).

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
    _start(actor, case, timezone.localdate())
    return {"tasks": len(tasks), "basis": basis.strip()}


def resume(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect of the move of that name: go on with a dispatch that was broken off, as of its own day."""
    last = jobs.newest(DISPATCH, meeting=case.number)
    _start(actor, case, date.fromisoformat(last.arguments["day"]) if last else timezone.localdate())
    return {}


def _start(actor: Person, case: Case, day: date) -> None:
    arguments = {"meeting": case.number, "name": case.title, "day": day.isoformat()}
    jobs.start(kind=DISPATCH, actor=journal_name(actor), arguments=arguments)


def send_out(run: Run) -> None:
    """The worker's part of a dispatch: open the cases of every standing task, some at a time.

    What is out is left as it is, so that the work, begun anew, goes on where it was broken off.
    """
    case = Case.objects.select_related("campaign", "unit").get(number=run.job.arguments["meeting"])
    day = date.fromisoformat(run.job.arguments["day"])
    tasks = list(case.meeting.tasks.standing().prefetch_related("receivers"))
    total = _how_many(tasks, case)
    errands = (errand for task in tasks for errand in _errands(task, case, day))
    done = 0
    while some := list(islice(errands, AT_ONCE)):
        _send_some(case, some)
        done += len(some)
        run.progress(done, total)
    with transaction.atomic():
        _hold(case)
        out = Assignment.objects.filter(case__parent=case)
        counts = out.aggregate(cases=Count("pk"), units=Count("case__unit", distinct=True))
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(state=Task.State.DISPATCHED)
        turn(case=case, name="sent_out", tasks=len(tasks), **counts)
        run.finish({"tasks": len(tasks), **counts})


def _hold(case: Case) -> None:
    """Hold the meeting until the transaction ends. Raises ``OvertakenError`` when its plan is out already."""
    if Case.objects.select_for_update(no_key=True).get(pk=case.pk).state != "dispatching":
        raise OvertakenError


def _send_some(case: Case, errands: list[Errand]) -> None:
    """Assign those of ``errands`` that are not out yet; nobody else sends this plan out meanwhile."""
    with transaction.atomic():
        _hold(case)
        keys = {Assignment.key_of(row.task.pk, row.unit.pk, row.period): row for row in errands}
        out = set(Assignment.objects.filter(key__in=keys).values_list("key", flat=True))
        assign([row for key, row in keys.items() if key not in out], campaign_id=case.campaign_id)


def _how_many(tasks: Iterable[Task], meeting: Case) -> int:
    """The number of errands; tasks with the same address are looked up once."""
    found: dict[tuple[Any, ...], int] = {}
    for task in tasks:
        if (address := address_of(task.receivers.all())) not in found:
            found[address] = len(_receivers(task, meeting))
    return sum(found[address_of(task.receivers.all())] for task in tasks)


def _receivers(task: Task, meeting: Case) -> dict[Unit, str]:
    territory = meeting.campaign.territory_id
    return recipients(task.receivers.all(), territory, except_unit=meeting.unit_id)


def _errands(task: Task, meeting: Case, day: date) -> Iterable[Errand]:
    due = next_due(task.recurs, day) if task.recurs else task.due
    period = due.isoformat() if task.recurs and due else ""
    return (
        Errand(task=task, unit=unit, issuer=meeting.unit, role=role, due=due, period=period, parent=meeting)
        for unit, role in _receivers(task, meeting).items()
    )
