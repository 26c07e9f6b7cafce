"""Every write to campaigns and cases that is common to all kinds."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.lifecycle import State, lifecycle_of, require
from chuangwen.cases.models import Attachment, Campaign, Case
from chuangwen.cases.problems import FOLLOWED, STALE
from chuangwen.core.files import safe_name
from chuangwen.core.journal import record
from chuangwen.core.models import Blob
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name

# Crockford's alphabet: no letter that is read as a digit over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """A case number: the year and 50 random bits, such as ``26-4K7QX2M9AB`` without the hyphen."""
    return f"{timezone.localdate():%y}" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


@transaction.atomic
def open_campaign(*, actor: Person, name: str, office: Unit) -> Campaign:
    """Start a campaign run by ``office``, over the territory of that unit.

    Raises Problem ``page.not_allowed`` for whoever is not the civility office over it.
    """
    if Relation.OFFICE_OVER not in scope_of(actor).relations(office):
        raise Problem(NOT_ALLOWED, reason=office)
    return _open_campaign(actor, name, office)


@transaction.atomic
def follow_campaign(*, actor: Person, last: Campaign, name: str) -> Campaign:
    """Start the campaign after ``last``, run by the same office or by whoever stands for it today.

    Raises Problem ``page.not_allowed``, ``campaign.followed``.
    """
    office = last.office.heir
    if Relation.OFFICE_OVER not in scope_of(actor).relations(office):
        raise Problem(NOT_ALLOWED, reason=office)
    # Whoever comes second waits here, and then finds it followed.
    Campaign.objects.select_for_update(no_key=True).get(pk=last.pk)
    if after := Campaign.objects.filter(follows=last).first():
        raise Problem(FOLLOWED, name=after.name)
    return _open_campaign(actor, name, office, follows=last)


def _open_campaign(actor: Person, name: str, office: Unit, follows: Campaign | None = None) -> Campaign:
    campaign = Campaign.objects.create(
        name=name,
        territory=office.territory,
        office=office,
        opened_on=timezone.localdate(),
        follows=follows,
    )
    record(
        actor=journal_name(actor),
        verb="campaign.open",
        subject=f"campaign:{campaign.pk}",
        data={"name": name, **({"follows": follows.pk} if follows else {})},
    )
    return campaign


def open_cases(cases: Iterable[Case]) -> list[Case]:
    """Write new cases in bulk; the calling verb checks permission and records the event."""
    return Case.objects.bulk_create(cases, batch_size=500)


def open_case(**what: Any) -> Case:
    """Write one new case, opened now under a number of its own; as `open_cases`."""
    return open_cases([Case(number=new_number(), opened_at=timezone.now(), **what)])[0]


def say_why(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Effect of a move that writes nothing but its reason into the history."""
    return {"reason": reason}


@transaction.atomic
def perform(*, actor: Person, move_name: str, case: Case, seen: int, **asked: Any) -> Case:
    """Make a move: decide, swap the state, do the move's effect, record one event, all or nothing.

    ``seen`` is the revision that the person had before their eyes; ``asked`` is the cleaned data of the
    move's form.

    Raises Problem ``case.no_such_move``, ``case.move_refused``, ``case.stale``, and what the effect raises.
    """
    move = lifecycle_of(case).move(move_name)
    # Locked, as the decision reads more than the case's own row: what hangs on it is as of this revision.
    # By itself: joined with its unit, PostgreSQL would not find a case that came to another meanwhile.
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    case = Case.objects.select_related("unit", "issuer", "campaign").get(pk=case.pk)
    if case.revision != seen:
        raise Problem(STALE, title=case.title)
    require(actor, move_name, case)
    if move.grounds:
        move.grounds(actor=actor, case=case, **asked)
    _swap(case, move.target)
    details: Mapping[str, Any] = move.effect(actor=actor, case=case, **asked) if move.effect else {}
    record(
        actor=journal_name(actor),
        verb=f"{case.kind}.{move.name}",
        subject=case.subject,
        data={**details, "state": case.state, "revision": case.revision},
    )
    return case


def _swap(case: Case, target: str | None) -> None:
    """Compare-and-swap on state and revision; whoever comes second changes nothing.

    Without a target the case stays as it is, closed since when it was closed, and only counts the move.

    Raises Problem ``case.stale``.
    """
    changes: dict[str, Any] = _entering(case, lifecycle_of(case).state(target)) if target else {}
    same = Case.objects.filter(pk=case.pk, state=case.state, revision=case.revision)
    if not same.update(**changes, revision=F("revision") + 1):
        raise Problem(STALE, title=case.title)
    for name, value in {**changes, "revision": case.revision + 1}.items():
        setattr(case, name, value)


def _entering(case: Case, state: State) -> dict[str, Any]:
    """What becomes of a case that enters ``state``: closing keeps the time at which it was answered."""
    now = timezone.now()
    if state.closed:
        return {"state": state.code, "closed_at": now}
    return {"state": state.code, "closed_at": None, "answered_at": now if state.answered else None}


@transaction.atomic
def turn(*, case: Case, name: str, **details: Any) -> None:
    """Make a turn of the case's lifecycle and record it, in the name of the worker.

    Raises Problem ``case.stale`` when the case is not in the state that the turn leaves.
    """
    row = lifecycle_of(case).turn(name)
    now = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if now.state != row.source:
        raise Problem(STALE, title=case.title)
    _swap(now, row.target)
    record(
        actor="clock",
        verb=f"{case.kind}.{row.name}",
        subject=case.subject,
        data={**details, "state": now.state, "revision": now.revision},
    )


def count_change(case: Case) -> None:
    """Count a change of what hangs on a case as a move of it: who saw the case before it decides again.

    Inside the calling verb's transaction, which holds the case's row.
    """
    Case.objects.filter(pk=case.pk).update(revision=F("revision") + 1)


def attach(
    *,
    actor: Person,
    case: Case,
    blob: Blob,
    name: str,
    purpose: Attachment.Purpose,
    evidence: Evidence | None = None,
) -> Attachment:
    """Tie a stored file to a case, inside the calling verb's transaction, which records it.

    It is called as it will be when it is taken away again. ``evidence`` is the piece of the library it is.
    """
    return Attachment.objects.create(
        case=case,
        blob=blob,
        evidence=evidence,
        name=safe_name(name, blob.media_type),
        purpose=purpose,
        added_by=actor,
        added_at=timezone.now(),
    )


@transaction.atomic
def note_export(*, actor: Person, asked: str, rows: int) -> None:
    """Record that somebody took the ledger away: how it was narrowed (as in the address), how many rows."""
    record(
        actor=journal_name(actor), verb="ledger.export", subject="ledger", data={"asked": asked, "rows": rows}
    )
