"""From the unit to the person: set goals, change them, put the breakdown in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.directives.breakdown import queries
from chuangwen.directives.breakdown.models import Breakdown, Goal
from chuangwen.directives.problems import (
    BREAKDOWN_CLOSED,
    BREAKDOWN_EMPTY,
    BREAKDOWN_STALE,
    GOAL_HAS_PARTS,
    GOAL_LATE,
    GOAL_LEVEL,
    GOAL_STRANGER,
    GOAL_UNMEASURED,
    WEIGHTS_WRONG,
)
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name


@transaction.atomic
def add_goal(*, actor: Person, case: Case, seen: int, parent: Goal | None = None, **fields: Any) -> Goal:
    """Set a goal under ``parent``, or at the top. ``fields`` are the columns that describe it.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``goal.level``, ``goal.late``,
    ``goal.stranger``.
    """
    breakdown = _change(actor, case, seen)
    goal = Goal(breakdown=breakdown, parent=parent, **fields)
    _check(goal)
    goal.save(force_insert=True)
    _record(actor, "breakdown.add", goal)
    return goal


@transaction.atomic
def edit_goal(*, actor: Person, goal: Goal, seen: int, **fields: Any) -> Goal:
    """Change what a goal says; its place in the tree stays.

    Raises Problem as ``add_goal``, and ``goal.level`` where its parts would no longer lie under it.
    """
    _change(actor, goal.breakdown.case, seen)
    goal = Goal.objects.select_related("breakdown__case", "parent").get(pk=goal.pk)
    before = _said(goal)
    for name, value in fields.items():
        setattr(goal, name, value)
    _check(goal)
    goal.save(update_fields=list(fields))
    _record(actor, "breakdown.edit", goal, before=before)
    return goal


@transaction.atomic
def remove_goal(*, actor: Person, goal: Goal, seen: int) -> None:
    """Take a goal out of the tree; the journal keeps what it said.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``goal.has_parts``.
    """
    _change(actor, goal.breakdown.case, seen)
    if goal.children.exists():
        raise Problem(GOAL_HAS_PARTS, goal=goal)
    _record(actor, "breakdown.remove", goal)
    goal.delete()


@transaction.atomic
def put_in_force(*, actor: Person, case: Case, seen: int) -> Breakdown:
    """Let the breakdown hold as it stands. It may stop short of a person; the city sees where.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``breakdown.empty``, ``breakdown.weights``,
    ``goal.unmeasured``.
    """
    breakdown = _change(actor, case, seen)
    tree = queries.tree_of(breakdown)
    if not tree.roots:
        raise Problem(BREAKDOWN_EMPTY)
    for group in tree.unbalanced():
        raise Problem(
            WEIGHTS_WRONG, parent=group.parent or case.unit, total=group.total, difference=abs(group.missing)
        )
    for goal in tree.unmeasured():
        raise Problem(GOAL_UNMEASURED, goal=goal)
    Breakdown.objects.filter(pk=breakdown.pk).update(state=Breakdown.State.IN_FORCE)
    breakdown.refresh_from_db()
    data = {"revision": breakdown.revision, "goals": [_said(node.goal) for node in tree]}
    record(actor=journal_name(actor), verb="breakdown.in_force", subject=case.subject, data=data)
    return breakdown


def _change(actor: Person, case: Case, seen: int) -> Breakdown:
    """Hold the assignment until the transaction ends, and count a change of its breakdown.

    What was in force is then changed until it is put in force again. Raises Problem ``breakdown.closed``,
    ``breakdown.stale``.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
    decision = may(actor, lifecycle_of(case).move("break_down"), case)
    if not decision.allowed:
        raise Problem(BREAKDOWN_CLOSED, reason=decision.reason)
    breakdown, _new = Breakdown.objects.get_or_create(case=case)
    if not Breakdown.objects.filter(pk=case.pk, revision=seen).update(revision=F("revision") + 1):
        raise Problem(BREAKDOWN_STALE)
    Breakdown.objects.filter(pk=case.pk, state=Breakdown.State.IN_FORCE).update(state=Breakdown.State.CHANGED)
    breakdown.refresh_from_db()
    return breakdown


def _check(goal: Goal) -> None:
    """What no goal may be: on a wrong level, of a stranger, due after what it is a part of."""
    parent = goal.parent
    # The parent comes from the page; one of another breakdown would hang this goal into a foreign tree.
    if parent and parent.breakdown_id != goal.breakdown_id:
        raise Problem(BREAKDOWN_STALE)
    parts = goal.children.all() if goal.pk else Goal.objects.none()
    if goal.level not in queries.levels_under(parent) or not all(
        part.level in queries.levels_under(goal) for part in parts
    ):
        raise Problem(GOAL_LEVEL)
    case = goal.breakdown.case
    limit = parent.due if parent else case.due
    if limit and goal.due > limit:
        raise Problem(GOAL_LATE, due=goal.due, limit=limit, whole=parent or case.title)
    last: date | None = parts.aggregate(last=Max("due"))["last"]
    if last and last > goal.due:
        raise Problem(GOAL_LATE, due=last, limit=goal.due, whole=goal)
    named = [person for person in (goal.person, goal.principal, goal.in_charge) if person]
    there = set(queries.people_of(case.unit))
    for person in named:
        if person not in there:
            raise Problem(GOAL_STRANGER, person=person, unit=case.unit)


def _said(goal: Goal) -> dict[str, Any]:
    """A goal in the journal: plain values, people by their user names."""
    people = {"person": goal.person, "principal": goal.principal, "in_charge": goal.in_charge}
    return {
        "goal": goal.pk,
        "parent": goal.parent_id,
        "level": goal.level,
        "name": goal.name,
        "measure": goal.measure,
        "target": str(goal.target) if goal.target is not None else goal.condition,
        "unit_of_measure": goal.unit_of_measure,
        "weight": str(goal.weight),
        "due": goal.due.isoformat(),
        **{role: journal_name(person) if person else "" for role, person in people.items()},
    }


def _record(actor: Person, verb: str, goal: Goal, **data: Any) -> None:
    """One event, filed under the assignment so that one history shows all."""
    subject = goal.breakdown.case.subject
    record(actor=journal_name(actor), verb=verb, subject=subject, data={**_said(goal), **data})
