"""What is read of standards beyond one filter."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from chuangwen.cases.models import Campaign
from chuangwen.core.spreadsheets import Value
from chuangwen.organizations.models import Person, Unit, within_any
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.models import Dimension, Standard

Actor = Person | AnonymousUser


def keeps(actor: Actor, standard: Standard) -> bool:
    """Whether the actor is the civility office over the standard's."""
    return Relation.OFFICE_OVER in scope_of(actor).relations(standard.office)


def offices_of(actor: Actor) -> QuerySet[Unit]:
    """The units for which the actor may keep standards: those of their office posts."""
    scope = scope_of(actor)
    own = [
        post.unit_id
        for post in scope.posts
        if post.unit.territory_id in scope.offices and post.role == "office"
    ]
    return Unit.objects.filter(pk__in=own)


def campaigns_run_by(actor: Actor) -> QuerySet[Campaign]:
    """The open campaigns of the territories in which the actor is the civility office."""
    offices = scope_of(actor).offices
    return Campaign.objects.open().visible_to(actor).filter(within_any(offices, "office__territory_id"))


def other_versions(actor: Actor, standard: Standard) -> list[Standard]:
    """The versions of the same standard that the actor may see, newest first."""
    same = Standard.objects.visible_to(actor).filter(office=standard.office_id, code=standard.code)
    return list(same.exclude(pk=standard.pk))


def lines(dimensions: list[Dimension]) -> Iterator[tuple[Value, ...]]:
    """The standard as rows of a table, a criterion each."""
    for dimension in dimensions:
        group = str(dimension.peer_group) if dimension.peer_group else ""
        for indicator in dimension.indicators.all():
            for criterion in indicator.criteria.all():
                yield (
                    dimension.name,
                    dimension.get_part_display(),
                    group,
                    indicator.name,
                    criterion.text,
                    criterion.get_method_display(),
                    Decimal(criterion.points),
                    criterion.rule_in_words,
                    criterion.evidence_in_words,
                    criterion.scorer,
                )
