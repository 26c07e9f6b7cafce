"""The office climbs the ladder of escalation, one rung at a time; effect of a move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from chuangwen.cases.models import Case, Rung
from chuangwen.cases.reminders import tell
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.rectification.ladder import standing_of
from chuangwen.rectification.models import Escalation
from chuangwen.rectification.problems import RUNG_NOT_NEXT
from chuangwen.rectification.rungs import rungs


def escalate(*, actor: Person, case: Case, rung: str, reason: str) -> Mapping[str, Any]:
    """Effect: the next rung is climbed, ``rung`` as the officer saw it; its points count, the unit is told.

    That its rule is met is a circumstance of the move. Raises Problem ``order.rung_not_next``,
    ``order.table_broken``.
    """
    standing = standing_of(case)
    if not standing.next or standing.next.code != rung:
        raise Problem(RUNG_NOT_NEXT, rung=rungs().get(rung, rung))
    points = standing.next.points
    Escalation.objects.create(
        order=case.order, rung=rung, points=points, at=timezone.now(), by=actor, reason=reason
    )
    tell(case, rung=Rung.RAISED)
    grounds = {"overdue": standing.overdue, "failed": standing.failed}
    return {"rung": rung, "points": str(points), **grounds, "reason": reason}
