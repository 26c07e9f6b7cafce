"""An assignment comes to another unit: the duty was another's, or the unit has a successor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from chuangwen.cases.lifecycle import Doubled
from chuangwen.cases.models import Case, Request
from chuangwen.cases.services.requests import decide
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Task
from chuangwen.directives.problems import REASSIGN_STRANGER, REASSIGN_TAKEN
from chuangwen.directives.services.dispatching import Errand, assign, free, key
from chuangwen.organizations.models import Person, Unit, within
from chuangwen.organizations.scope import led_by_system, led_by_territory


def reassign(*, actor: Person, case: Case, unit: Unit, reason: str) -> Mapping[str, Any]:
    """Grant that the duty is not the unit's: open the same assignment, with its deadline, at ``unit``.

    Raises Problem ``reassign.not_subordinate``, ``reassign.taken``.
    """
    if not _may_be_given(case).filter(pk=unit.pk).exists():
        raise Problem(REASSIGN_STRANGER, unit=unit, issuer=case.issuer)
    assignment = case.assignment
    # Somebody may be relaying the same task to that unit at this moment: one after the other decides.
    task = Task.objects.select_for_update(of=("self",)).get(pk=assignment.task_id)
    held = task.assignments.filter(case__unit=unit, period=assignment.period)
    if held.exclude(case__state="withdrawn").exists():
        raise Problem(REASSIGN_TAKEN, unit=unit)
    free(held, unit)
    errand = Errand(
        task=task,
        unit=unit,
        issuer=case.issuer,
        role=assignment.role,
        due=case.due,
        period=assignment.period,
        parent=case.parent,
        note=assignment.note,
    )
    [opened] = assign([errand], campaign_id=case.campaign_id)
    decide(actor=actor, case=case, decision=Request.Decision.GRANTED, reason=reason, replacement=opened)
    return {"unit": unit.code, "case": opened.number, "reason": reason}


def _may_be_given(case: Case) -> QuerySet[Unit]:
    """The active units to which the issuer may assign this: those it leads, or the campaign's territory."""
    units = Unit.objects.filter(active=True).exclude(pk=case.unit_id)
    if case.parent and case.parent.kind == "assignment":
        return units.filter(led_by_territory(case.issuer) | led_by_system(case.issuer))
    return units.filter(within(case.campaign.territory_id))


def inherit(unit: Unit, successor: Unit) -> list[Doubled]:
    """Write the open assignments of ``unit`` to ``successor``; give those that double one of its own.

    Of two cases of one task and round the successor's own is kept, unless it was relayed from the other:
    then the other, which answers to the body above, is kept.
    """
    passing = Assignment.objects.filter(case__unit=unit, case__closed_at__isnull=True)
    # Nobody relays or reassigns these tasks to the successor meanwhile.
    list(Task.objects.select_for_update(of=("self",)).filter(pk__in=passing.values("task")).order_by("pk"))
    held = Assignment.objects.filter(case__unit=successor, task__in=passing.values("task"))
    free(held.filter(case__state="withdrawn"), successor)
    own = {
        (row.task_id, row.period): row.case
        for row in held.exclude(case__state="withdrawn").select_related("case")
    }
    doubled = [
        _doubled(row.case, own[row.task_id, row.period])
        for row in passing.select_related("case")
        if (row.task_id, row.period) in own
    ]
    closed = [pair.closed.pk for pair in doubled]
    free(held.filter(pk__in=closed), successor)
    passing.exclude(pk__in=closed).update(key=key(successor))
    return doubled


def _doubled(passing: Case, own: Case) -> Doubled:
    above = own.parent
    while above and above.pk != passing.pk:
        above = above.parent
    return Doubled(closed=own, kept=passing) if above else Doubled(closed=passing, kept=own)
