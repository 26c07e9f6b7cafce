"""What becomes of a unit's request about its case: effects of the moves of any kind of case that has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from chuangwen.cases.models import Case, Request
from chuangwen.cases.problems import BAD_EXTENSION, EXTENSION_LIMIT
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Unit


def ask_extension(*, actor: Person, case: Case, due: date, reason: str) -> Mapping[str, Any]:
    """Ask for a later deadline; the present one stands until it is granted.

    Raises Problem ``request.bad_extension``, ``request.extension_limit``.
    """
    _check_deadline(case, due)
    Request.objects.create(
        case=case,
        kind=Request.Kind.EXTENSION,
        wanted_due=due,
        reason=reason,
        asked_by=actor,
        asked_at=timezone.now(),
    )
    return {"due": due.isoformat(), "reason": reason}


def ask_not_ours(*, actor: Person, case: Case, reason: str, unit: Unit | None = None) -> Mapping[str, Any]:
    """Say that the duty is not the unit's own, and whose it is, if that is known."""
    Request.objects.create(
        case=case,
        kind=Request.Kind.NOT_OURS,
        proposed_unit=unit,
        reason=reason,
        asked_by=actor,
        asked_at=timezone.now(),
    )
    return {"unit": unit.code if unit else "", "reason": reason}


def ask_appeal(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Say why what the case holds against the unit is not so; it stands until the issuer has decided."""
    Request.objects.create(
        case=case, kind=Request.Kind.APPEAL, reason=reason, asked_by=actor, asked_at=timezone.now()
    )
    return {"reason": reason}


def extend(*, actor: Person, case: Case, due: date, reason: str) -> Mapping[str, Any]:
    """Grant the waiting extension: the case is due on ``due``, which need not be the day asked for.

    The cases relayed from this one keep their deadlines. Raises what ``ask_extension`` raises.
    """
    _check_deadline(case, due)
    before, case.due = case.due, due
    case.save(update_fields=["due"])
    decide(actor=actor, case=case, decision=Request.Decision.GRANTED, reason=reason)
    return {"due": due.isoformat(), "before": before.isoformat() if before else "", "reason": reason}


def refuse(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Refuse the waiting request, whatever it asks; the reason is for the unit."""
    request = decide(actor=actor, case=case, decision=Request.Decision.REFUSED, reason=reason)
    return {"request": request.kind, "reason": reason}


def decide(
    *, actor: Person, case: Case, decision: Request.Decision, reason: str, replacement: Case | None = None
) -> Request:
    """Write the decision on the case's waiting request, inside the calling verb's transaction.

    The verb has swapped the case's revision before, so nobody else decides at the same time.
    """
    request: Request = case.requests.get(decision=Request.Decision.WAITING)
    request.decision, request.decision_reason = decision, reason
    request.decided_by, request.decided_at = actor, timezone.now()
    request.replacement = replacement
    request.save()
    return request


def _check_deadline(case: Case, due: date) -> None:
    if due < timezone.localdate() or (case.due and due <= case.due):
        raise Problem(BAD_EXTENSION, due=case.due or "–")
    # A relayed case stays inside the deadline of the case that it was relayed from, as when it was relayed.
    limit = case.parent.due if case.parent else None
    if limit and due >= limit:
        raise Problem(EXTENSION_LIMIT, limit=limit)
