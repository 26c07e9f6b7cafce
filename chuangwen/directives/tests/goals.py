"""A breakdown of the school's assignment, as tests and the walk of the pages need it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import perform
from chuangwen.directives.breakdown.models import Breakdown, Goal
from chuangwen.directives.breakdown.services import breaking_down
from chuangwen.organizations.tests.personas import City


def acknowledged(city: City, case: Case) -> Case:
    case = Case.objects.get(pk=case.pk)
    if case.state != "issued":
        return case
    return perform(actor=city.person("liaison"), move_name="acknowledge", case=case, seen=case.revision)


def revision(case: Case) -> int:
    return Breakdown.objects.filter(pk=case.pk).values_list("revision", flat=True).first() or 0


def fields(city: City, **other: Any) -> dict[str, Any]:
    """A department's goal, due in five days, with whatever is said otherwise."""
    return {
        "level": "department",
        "name": "德育处",
        "person": None,
        "measure": "开展文明用语培训",
        "target": Decimal(12),
        "unit_of_measure": "场",
        "condition": "",
        "weight": Decimal(100),
        "due": timezone.localdate() + timedelta(days=5),
        "principal": city.people["head"],
        "in_charge": city.people["liaison"],
        **other,
    }


def set_goal(
    city: City, case: Case, *, who: str = "liaison", parent: Goal | None = None, **other: Any
) -> Goal:
    return breaking_down.add_goal(
        actor=city.person(who), case=case, seen=revision(case), parent=parent, **fields(city, **other)
    )


def for_person(city: City, case: Case, parent: Goal | None = None, who: str = "staff", **other: Any) -> Goal:
    return set_goal(city, case, parent=parent, level="person", name="", person=city.people[who], **other)


def school_breakdown(city: City, case: Case) -> Goal:
    """One department, one post in it, one person on it; gives the department's goal."""
    acknowledged(city, case)
    department = set_goal(city, case)
    post = set_goal(city, case, parent=department, level="post", name="干事")
    for_person(city, case, post)
    return department
