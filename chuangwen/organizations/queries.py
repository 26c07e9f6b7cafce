"""What of the directory a person sees, and how its list is narrowed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from chuangwen.core.models import Job
from chuangwen.organizations.forms import UnitFilter, matching
from chuangwen.organizations.models import Person, Territory, Unit, within
from chuangwen.organizations.scope import kept_or_secured_by, scope_of


def visible_units(person: Person | AnonymousUser) -> QuerySet[Unit]:
    """The units that the person may see, with territory and peer group."""
    seen = scope_of(person).sees() | kept_or_secured_by(person)
    return Unit.objects.filter(seen).select_related("territory", "peer_group")


def unit_filter(person: Person | AnonymousUser, asked: Any) -> tuple[UnitFilter, QuerySet[Unit]]:
    """The form of the list as it was filled in, and the units that it leaves."""
    seen = visible_units(person)
    places = Territory.objects.filter(pk__in=seen.order_by().values("territory"))
    form = UnitFilter(asked, territories=places)
    return form, _narrowed(seen, form.cleaned_data) if form.is_valid() else seen


def _narrowed(units: QuerySet[Unit], asked: dict[str, Any]) -> QuerySet[Unit]:
    if asked["q"]:
        units = matching(units, asked["q"])
    if asked["territory"]:
        units = units.filter(within(asked["territory"].pk))
    if asked["system"]:
        units = units.filter(systems=asked["system"])
    if asked["peer_group"]:
        units = units.filter(peer_group=asked["peer_group"])
    return units


def who_asked(job: Job) -> Person:
    """Whoever asked for this work, with what they may do today."""
    return Person.objects.get(pk=job.actor.partition(":")[2])
