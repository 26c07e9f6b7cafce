"""Breaking an assignment down inside its unit: parts, weights, leaders; what persons report and sign."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_FOUND, Problem
from chuangwen.directives.breakdown.patterns import Part, ground_for, laid_down, offered
from chuangwen.directives.breakdown.queries import people_of, tree_of
from chuangwen.directives.breakdown.tree import check, reaches_persons, walked
from chuangwen.directives.problems import (
    BREAKDOWN_BEGUN,
    BREAKDOWN_CLOSED,
    BREAKDOWN_LEADERS,
    BREAKDOWN_STALE,
    SHARE_MISPLACED,
    SHARE_REPORTED,
    SHARE_STRANGER,
)
from chuangwen.directives.shares import Breakdown, Share, ShareReport, Signature
from chuangwen.organizations.models import Person, Post
from chuangwen.organizations.services import journal_name

# What may stand below what; None is the assignment itself.
BELOW: dict[str | None, frozenset[str]] = {
    None: frozenset(Share.Level),
    Share.Level.DEPARTMENT: frozenset({Share.Level.POST, Share.Level.PERSON}),
    Share.Level.POST: frozenset({Share.Level.PERSON}),
    Share.Level.PERSON: frozenset(),
}


@transaction.atomic
def lead(*, actor: Person, case: Case, seen: int, principal: Person, in_charge: Person) -> Breakdown:
    """Begin the breakdown, or change who leads it: the principal leader and the leader in charge.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``share.stranger``.
    """
    _hold(actor, case)
    for person in (principal, in_charge):
        _check_belongs(case, person)
    leaders = {"principal": principal, "in_charge": in_charge}
    breakdown = Breakdown.objects.filter(pk=case.pk).first()
    if breakdown:
        _bump(breakdown, seen, **leaders)
    else:
        breakdown = Breakdown.objects.create(assignment_id=case.pk, **leaders)
    _record(actor, case, "breakdown.lead", principal=principal.pk, in_charge=in_charge.pk)
    return breakdown


@transaction.atomic
def add_share(
    *, actor: Person, case: Case, seen: int, above: Share | None, person: Person | None, **fields: Any
) -> Share:
    """Add a part below ``above``, or at the top. ``fields`` are of Share.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``share.stranger``, ``share.misplaced``.
    """
    breakdown = _open(actor, case, seen)
    share = Share(breakdown=breakdown, above=above, person=person, **fields)
    _check_place(case, share)
    share.save()
    _record(actor, case, "breakdown.add", share=share.pk, level=share.level)
    return share


@transaction.atomic
def edit_share(*, actor: Person, share: Share, seen: int, person: Person | None, **fields: Any) -> Share:
    """Change a part. Who signed it signs anew if measure, target, weight or day are others now.

    Raises what ``add_share`` raises.
    """
    case = share.breakdown.assignment.case
    _open(actor, case, seen)
    for name, value in {"person": person, **fields}.items():
        setattr(share, name, value)
    _check_place(case, share)
    share.save()
    _record(actor, case, "breakdown.edit", share=share.pk, fields=sorted(fields))
    return share


@transaction.atomic
def remove_share(*, actor: Person, share: Share, seen: int) -> None:
    """Take a part out, with all below it, as long as nobody has reported progress there.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``share.reported``.
    """
    case = share.breakdown.assignment.case
    _open(actor, case, seen)
    below = next(node for node in walked(tree_of(share.breakdown)) if node.share.pk == share.pk)
    keys = [node.share.pk for node in walked([below])]
    if ShareReport.objects.filter(share__in=keys).exists():
        raise Problem(SHARE_REPORTED, share=str(share))
    _record(actor, case, "breakdown.remove", share=share.pk, parts=len(keys))
    Share.objects.filter(pk__in=keys).delete()


@transaction.atomic
def take_over(*, actor: Person, case: Case, source: int) -> Breakdown:
    """Begin with the parts of another breakdown, as a draft; its leaders come along where they stay.

    Raises Problem ``breakdown.closed``, ``page.not_found`` for one that is not offered, ``breakdown.begun``,
    ``breakdown.leaders`` where nobody leads yet and the leaders of the other do not belong here.
    """
    _hold(actor, case)
    pattern = next((one for one in offered(case) if one.pk == source), None)
    if pattern is None:
        raise Problem(NOT_FOUND)
    ours = pattern.assignment.case.unit_id == case.unit_id
    stay = set(people_of(case).values_list("pk", flat=True)) if ours else set()
    breakdown = Breakdown.objects.filter(pk=case.pk).first()
    if breakdown is None and {pattern.principal_id, pattern.in_charge_id} <= stay:
        leaders = {"principal_id": pattern.principal_id, "in_charge_id": pattern.in_charge_id}
        breakdown = Breakdown.objects.create(assignment_id=case.pk, **leaders)
    if breakdown is None:
        raise Problem(BREAKDOWN_LEADERS)
    if breakdown.shares.exists():
        raise Problem(BREAKDOWN_BEGUN)
    parts = laid_down(tree_of(pattern), ground_for(case, pattern, stay))
    count = _lay_down(breakdown, None, parts)
    _bump(breakdown, breakdown.revision, changed=True)
    whose = pattern.assignment.case
    _record(actor, case, "breakdown.take_over", source=whose.number, parts=count)
    return breakdown


def _lay_down(breakdown: Breakdown, above: Share | None, parts: list[Part]) -> int:
    """Write the parts and what is below them; returns how many."""
    count = len(parts)
    for part in parts:
        share = Share.objects.create(breakdown=breakdown, above=above, **part.fields)
        count += _lay_down(breakdown, share, part.below)
    return count


@transaction.atomic
def offer(*, actor: Person, case: Case, pattern: bool) -> None:
    """Let units of the peer group begin with these parts, without the people, or no longer.

    Raises Problem ``breakdown.closed``.
    """
    _hold(actor, case)
    Breakdown.objects.filter(pk=case.pk).update(pattern=pattern)
    _record(actor, case, "breakdown.offer", pattern=pattern)


@transaction.atomic
def put_in_force(*, actor: Person, case: Case, seen: int) -> Breakdown:
    """Check the whole and let it count: the persons see their parts and sign them.

    Raises Problem ``breakdown.closed``, ``breakdown.stale``, ``breakdown.empty``, ``breakdown.weights``,
    ``breakdown.due``, ``share.empty``.
    """
    breakdown = _open(actor, case, seen)
    nodes = tree_of(breakdown)
    check(breakdown, nodes, case.due)
    breakdown.changed, breakdown.in_force_at = False, timezone.now()
    breakdown.to_person = reaches_persons(nodes)
    breakdown.save(update_fields=["changed", "in_force_at", "to_person"])
    _record(actor, case, "breakdown.in_force", parts=len(list(walked(nodes))), to_person=breakdown.to_person)
    return breakdown


@transaction.atomic
def sign(*, actor: Person, share: int) -> None:
    """The person acknowledges the terms of their part, once for each wording of them.

    Raises Problem ``page.not_found`` for a part that is not the actor's own.
    """
    own = _found(Share.objects.of(actor), share)
    _signature, new = Signature.objects.get_or_create(
        share=own, terms=own.terms, defaults={"signed_at": timezone.now()}
    )
    if new:
        _record(actor, own.breakdown.assignment.case, "breakdown.sign", share=own.pk, terms=own.terms)


@transaction.atomic
def report_share(*, actor: Person, share: int, achieved: Decimal, words: str) -> None:
    """The person says how far their part is, or the unit where none answers for it; it rolls up by weight.

    Raises Problem ``page.not_found`` for a part that the actor does not report on.
    """
    own = _found(Share.objects.reported_by(actor), share)
    ShareReport.objects.create(share=own, achieved=achieved, words=words, reported_at=timezone.now())
    Share.objects.filter(pk=own.pk).update(achieved=achieved)
    _record(actor, own.breakdown.assignment.case, "breakdown.report", share=own.pk, achieved=str(achieved))


def _found(shares: QuerySet[Share], share: int) -> Share:
    own = shares.select_related("breakdown__assignment__case").filter(pk=share).first()
    if own is None:
        raise Problem(NOT_FOUND)
    return own


def _hold(actor: Person, case: Case) -> None:
    """Hold the case until the transaction ends, and check that its breakdown may be changed."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    now = Case.objects.select_related("unit", "issuer", "campaign").get(pk=case.pk)
    decision = may(actor, lifecycle_of(now).move("break_down"), now)
    if not decision.allowed:
        raise Problem(BREAKDOWN_CLOSED, reason=decision.reason)


def _open(actor: Person, case: Case, seen: int) -> Breakdown:
    """The breakdown, held for a change of what was seen."""
    _hold(actor, case)
    breakdown = Breakdown.objects.select_related("assignment__case__unit").get(pk=case.pk)
    _bump(breakdown, seen, changed=True)
    return breakdown


def _bump(breakdown: Breakdown, seen: int, **changes: Any) -> None:
    """Compare-and-swap on the revision."""
    same = Breakdown.objects.filter(pk=breakdown.pk, revision=seen)
    if not same.update(revision=F("revision") + 1, **changes):
        raise Problem(BREAKDOWN_STALE)
    breakdown.revision = seen + 1


def _check_place(case: Case, share: Share) -> None:
    above = share.above
    if share.level not in BELOW[above.level if above else None] or (above and above.breakdown_id != case.pk):
        raise Problem(SHARE_MISPLACED)
    for person in (share.person, share.in_charge):
        if person:
            _check_belongs(case, person)


def _check_belongs(case: Case, person: Person) -> None:
    if not Post.objects.held().filter(unit=case.unit_id, person=person).exists():
        raise Problem(SHARE_STRANGER, person=person.name)


def _record(actor: Person, case: Case, verb: str, **data: Any) -> None:
    record(actor=journal_name(actor), verb=verb, subject=case.subject, data=data)
