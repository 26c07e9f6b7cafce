"""Tasks that repeat: when a round is over, the clock opens the next one."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.core.journal import record
from chuangwen.directives.models import Assignment, Task
from chuangwen.directives.recurrence import next_due
from chuangwen.directives.services.dispatching import Errand, assign


def open_next_rounds() -> int:
    """Clock: open the next round of every recurring task whose current round is over; returns the cases.

    After a standstill of the clock only the round that is still ahead is opened, not the missed ones.
    """
    today = timezone.localdate()
    over = (
        Task.objects.exclude(recurs="")
        .filter(state=Task.State.DISPATCHED, meeting__case__campaign__closed_on__isnull=True)
        .annotate(latest=Max("assignments__period"))
        .filter(latest__lt=today.isoformat(), latest__gt="")
        .values_list("pk", "latest")
    )
    return sum(open_next_round(task, latest, today) for task, latest in over)


@transaction.atomic
def open_next_round(task_id: int, latest: str, today: date) -> int:
    """Open the round after ``latest``, every deadline moved along; returns the cases, 0 if it is open."""
    # The lock makes a second clock wait, and then find the round open already.
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id)
    if task.assignments.filter(period__gt=latest).exists():
        return 0
    last = date.fromisoformat(latest)
    due = next_due(task.recurs, max(last, today - timedelta(days=1)))
    cases = _copy_round(task, last, due)
    record(
        actor="clock",
        verb="task.next_round",
        subject=task.subject,
        data={"period": due.isoformat(), "cases": cases},
    )
    return cases


def _copy_round(task: Task, last: date, due: date) -> int:
    """Copy the tree of the round ``last``, relays included, a generation at a time; returns the cases.

    A unit that has a successor is succeeded in its place; where both stood in the round, once, in the place
    that came first: a relay comes after what it was relayed from, so nobody ends up below themselves.
    """
    again: dict[int, Assignment] = {}  # the unit that stands for the old one today → what it does again
    place: dict[int | None, int] = {}  # case of the last round → the case that is copied for it
    rows = task.assignments.filter(period=last.isoformat()).exclude(case__state="withdrawn")
    for row in rows.select_related("case__unit", "case__issuer", "case__parent").order_by("pk"):
        heir = row.case.unit.heir
        if heir.active:
            place[row.pk] = again.setdefault(heir.pk, row).pk
    left = list(again.values())
    opened: dict[int | None, Case] = {}
    while left:
        # A case follows once its own parent is not of this round, or has followed.
        waiting = {assignment.pk for assignment in left}
        ready = [row for row in left if place.get(row.case.parent_id) not in waiting]
        errands = [
            _again(task, row, due, due - last, opened.get(place.get(row.case.parent_id))) for row in ready
        ]
        cases = assign(errands, campaign_id=ready[0].case.campaign_id)
        opened.update(zip((row.pk for row in ready), cases, strict=True))
        left = [row for row in left if row.pk not in opened]
    return len(opened)


def _again(task: Task, old: Assignment, due: date, shift: timedelta, parent: Case | None) -> Errand:
    """The same errand in the round due on ``due``, under ``parent`` if that is of the round as well."""
    case = old.case
    return Errand(
        task=task,
        unit=case.unit.heir,
        issuer=case.issuer.heir,
        role=old.role,
        due=case.due + shift if case.due else None,
        period=due.isoformat(),
        parent=parent or case.parent,
        note=old.note,
    )
