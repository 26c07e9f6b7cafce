"""Who may be named to look again: whoever inspects over the unit, found nothing here, and is not of it."""

from __future__ import annotations

from django.db.models import QuerySet

from chuangwen.cases.models import Case
from chuangwen.organizations.models import Person, Post, Territory
from chuangwen.organizations.powers import POWERS, Power

_ROLES = [role for role, powers in POWERS.items() if Power.INSPECT in powers]


def checkers(case: Case) -> QuerySet[Person]:
    """By name; those of the unit, and those who found the faults, are left out."""
    code = case.unit.territory_id
    above = [code[:n] for n in Territory.LEVELS if n <= len(code)]
    inspecting = Post.objects.held().filter(role__in=_ROLES, unit__territory__in=above)
    own = Post.objects.held().filter(unit=case.unit_id)
    people = Person.objects.filter(is_active=True, pk__in=inspecting.values("person"))
    without = people.exclude(pk__in=own.values("person")).exclude(pk__in=case.order.found_by.values("pk"))
    return without.order_by("name", "pk")
