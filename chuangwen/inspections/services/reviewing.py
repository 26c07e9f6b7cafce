"""The leader of a team goes through what it found: each finding is confirmed, or dropped with a reason."""

from __future__ import annotations

from django.db import transaction

from chuangwen.cases.lifecycle import require
from chuangwen.cases.models import Case
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.inspections.findings import Decision
from chuangwen.inspections.models import Finding
from chuangwen.inspections.problems import NO_REASON
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name


@transaction.atomic
def decide(*, actor: Person, finding: Finding, confirmed: bool, reason: str = "") -> Finding:
    """Confirm or drop a finding of a visit that is handed in. Decided again, the last word stands.

    Raises Problem ``case.move_refused``, ``finding.no_reason``.
    """
    Case.objects.select_for_update(no_key=True).get(pk=finding.visit_id)
    case = Case.objects.select_related("unit", "issuer", "campaign").get(pk=finding.visit_id)
    require(actor, "review", case)
    if not confirmed and not reason.strip():
        raise Problem(NO_REASON)
    finding.decision = Decision.CONFIRMED if confirmed else Decision.DROPPED
    finding.dropped_because = "" if confirmed else reason.strip()
    finding.save(update_fields=["decision", "dropped_because"])
    record(
        actor=journal_name(actor),
        verb="visit.decide",
        subject=case.subject,
        data={"finding": str(finding.key), "decision": finding.decision, "why": finding.dropped_because},
    )
    return finding
