"""Correcting a draft, part by part; every change names the revision that it was decided on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Model, ProtectedError

from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import PeerGroup, Person, Unit
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Criterion, Dimension, Indicator, Standard
from chuangwen.standards.problems import IN_USE, PUBLISHED, STALE, TAKEN

Part = Dimension | Indicator | Criterion


def require_office(actor: Person, office: Unit) -> None:
    """Raises Problem ``page.not_allowed`` for whoever is not the civility office over ``office``."""
    if Relation.OFFICE_OVER not in scope_of(actor).relations(office):
        raise Problem(NOT_ALLOWED, reason=office)


def locked(actor: Person, standard: Standard, seen: int | None) -> Standard:
    """The standard as it is now, its row locked, for the office to change.

    Raises Problem ``page.not_allowed``, ``standard.published``, ``standard.stale``.
    """
    require_office(actor, standard.office)
    now = Standard.objects.select_for_update(no_key=True).get(pk=standard.pk)
    if not now.is_draft:
        raise Problem(PUBLISHED, name=now.name)
    if seen is not None and now.revision != seen:
        raise Problem(STALE)
    return now


def changed(actor: Person, standard: Standard, **data: Any) -> None:
    """Count and record a change of a draft, inside the calling verb's transaction."""
    standard.revision += 1
    standard.save(update_fields=["revision"])
    record(
        actor=journal_name(actor),
        verb="standard.edit",
        subject=standard.subject,
        data={**data, "revision": standard.revision},
    )


def standard_of(part: Part) -> Standard:
    if isinstance(part, Criterion):
        part = part.indicator
    return (part.dimension if isinstance(part, Indicator) else part).standard


@transaction.atomic
def amend(
    *, actor: Person, standard: Standard, seen: int, peer_groups: Iterable[PeerGroup], **fields: Any
) -> Standard:
    """Change what stands over the whole standard. Raises what `locked` does, and ``standard.taken``."""
    now = locked(actor, standard, seen)
    for name, value in fields.items():
        setattr(now, name, value)
    save_named(now)
    now.peer_groups.set(peer_groups)
    changed(actor, now, what="particulars")
    return now


def save_named(standard: Standard) -> None:
    """Write the standard. Raises Problem ``standard.taken`` where the office has another of that code."""
    try:
        with transaction.atomic():
            standard.save()
    except IntegrityError:
        raise Problem(TAKEN, code=standard.code) from None


@transaction.atomic
def save_part(*, actor: Person, part: Part, seen: int) -> Part:
    """Write a part, new (then it comes last) or changed. Raises what `locked` does."""
    now = locked(actor, standard_of(part), seen)
    if part.pk is None:
        part.position = (_siblings(part).aggregate(last=Max("position"))["last"] or 0) + 1
    part.save()
    changed(actor, now, what=type(part).__name__.lower(), name=str(part)[:100])
    return part


@transaction.atomic
def drop_part(*, actor: Person, part: Part, seen: int) -> Standard:
    """Take a part with all that is in it out of a draft. Raises what `locked` does, ``standard.in_use``."""
    now = locked(actor, standard_of(part), seen)
    name, what = str(part), type(part).__name__.lower()
    try:
        with transaction.atomic():
            part.delete()
    except ProtectedError:
        raise Problem(IN_USE, name=name) from None
    changed(actor, now, what=f"{what} dropped", name=name[:100])
    return now


def _siblings(part: Part) -> Any:
    parent: Model = (
        part.indicator
        if isinstance(part, Criterion)
        else part.dimension
        if isinstance(part, Indicator)
        else part.standard
    )
    name = {Criterion: "criteria", Indicator: "indicators", Dimension: "dimensions"}[type(part)]
    return getattr(parent, name)
