"""What a reviewer does: marks criterion by criterion, and submits; effects of the moves of a review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from chuangwen.cases.lifecycle import require
from chuangwen.cases.models import Case
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Criterion, Mark, Panel, Review, SelfReport
from chuangwen.standards.problems import MARK_IMPOSSIBLE, MARK_SILENT, MARK_STALE, NO_REVIEWER_LEFT, UNMARKED
from chuangwen.standards.reviewing import lines_of
from chuangwen.standards.rules import RuleError, plain
from chuangwen.standards.scoring import outcome_of, takes_away
from chuangwen.standards.services.panels import fill_places

_KEPT = Decimal("0.000001")


@transaction.atomic
def mark(*, actor: Person, case: Case, criterion: Criterion, seen: int, found: Any, reason: str = "") -> Mark:
    """Give what was ``found`` at one criterion; its rule computes the points, more than six digits cut off.

    Raises Problem ``case.move_refused`` (not one's own, submitted, withdrawn), ``mark.stale``,
    ``mark.impossible``, ``mark.no_reason``.
    """
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    now = Case.objects.select_related("unit", "issuer", "campaign", "review").get(pk=case.pk)
    require(actor, "score", now)
    row = Mark.objects.filter(review=now.review, criterion=criterion).first()
    row = row or Mark(review=now.review, criterion=criterion)
    if row.revision != seen:
        raise Problem(MARK_STALE)
    try:
        outcome = outcome_of(criterion, found)
    except RuleError as error:
        raise Problem(MARK_IMPOSSIBLE, what=error) from None
    if takes_away(criterion, outcome, found) and not reason.strip():
        raise Problem(MARK_SILENT, points=plain(outcome.points), all=plain(criterion.points))
    row.found, row.points = found, outcome.points.quantize(_KEPT, ROUND_DOWN)
    row.reason, row.revision = reason.strip(), row.revision + 1
    row.save()
    record(
        actor=journal_name(actor),
        verb="review.mark",
        subject=now.subject,
        data={"criterion": criterion.pk, "found": found, "points": plain(row.points), "why": row.reason},
    )
    return row


def submit(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect of the move of that name; where the first two differ too much, a third is drawn at once.

    If nobody is free to be the third, the review is in all the same, and the office is told on the page of
    the round. Raises Problem ``review.unmarked``.
    """
    lines = lines_of(case.review)
    unmarked = [line for line in lines if not line.mark]
    if unmarked:
        raise Problem(UNMARKED, count=len(unmarked), first=unmarked[0].criterion.text[:30])
    # Of two that submit at once the second waits here, and then finds the first.
    SelfReport.objects.select_for_update(no_key=True).get(pk=case.review.self_report_id)
    Review.objects.filter(pk=case.pk).update(submitted_at=timezone.now())
    panel = Panel.objects.select_related("round__campaign__office", "round__standard").get(
        round__self_reports=case.review.self_report_id
    )
    try:
        with transaction.atomic():
            fill_places(panel, actor="clock", only=case.review.self_report_id)
    except Problem as problem:
        if problem.kind is not NO_REVIEWER_LEFT:
            raise
        Review.objects.filter(pk=case.pk).update(third_lacking=True)
    return {"marks": len(lines)}


def extend(*, actor: Person, case: Case, due: date, reason: str) -> Mapping[str, Any]:
    """Effect: this reviewer has until ``due``."""
    case.due = due
    case.save(update_fields=["due"])
    return {"due": due.isoformat(), "reason": reason}
