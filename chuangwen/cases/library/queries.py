"""Reads of the library: the list as it is narrowed, and what a form may offer to pick from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from chuangwen.cases.evidence import Evidence, EvidenceQuerySet
from chuangwen.organizations.forms import matching
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import scope_of

Actor = Person | AnonymousUser


def own_units(actor: Actor) -> QuerySet[Unit]:
    """The units whose libraries the actor adds to: those that they belong to."""
    return Unit.objects.filter(pk__in=scope_of(actor).belongs, active=True).order_by("code")


def has_library(actor: Actor) -> bool:
    """Whether there is any library that the actor may look into."""
    scope = scope_of(actor)
    return bool(scope.belongs or scope.territories or scope.lines)


def may_change(actor: Actor, piece: Evidence) -> bool:
    """Whoever added a piece and still belongs to its unit changes it, and whoever answers for the unit."""
    scope = scope_of(actor)
    added_it = piece.added_by_id == actor.pk and piece.unit_id in scope.belongs
    return added_it or piece.unit_id in scope.answers


def narrowed(pieces: EvidenceQuerySet, asked: dict[str, Any]) -> EvidenceQuerySet:
    """The pieces that the filter of the list leaves; without ``withdrawn`` only those that stand."""
    pieces = pieces if asked.get("withdrawn") else pieces.standing()
    for word in (asked.get("q") or "").split():
        pieces = pieces.filter(
            Q(name__icontains=word) | Q(description__icontains=word) | Q(number__icontains=word)
        )
    if asked.get("kind"):
        pieces = pieces.filter(kind=asked["kind"])
    if asked.get("year"):
        year = asked["year"]
        pieces = pieces.filter(Q(dated__year=year) | Q(dated=None, added_at__year=year))
    if asked.get("unit"):
        pieces = pieces.filter(unit__in=matching(Unit.objects.all(), asked["unit"]))
    return pieces


def pickable(unit: Unit) -> EvidenceQuerySet:
    """What a unit may use for a matter of its own; the newest first."""
    found: EvidenceQuerySet = Evidence.objects.filter(unit=unit)
    return found.standing().order_by("-pk")
