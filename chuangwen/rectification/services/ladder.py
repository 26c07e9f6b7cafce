"""The office climbs the ladder of escalation, one rung at a time; effect of a move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from chuangwen.cases.models import Case, Rung
from chuangwen.cases.papers import Content
from chuangwen.cases.reminders import tell
from chuangwen.cases.services.issuing import issue as issue_paper
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.rectification.ladder import Standing, standing_of
from chuangwen.rectification.models import Escalation
from chuangwen.rectification.papers import kinds
from chuangwen.rectification.papers.escalating import accountability, interview
from chuangwen.rectification.problems import MEETS_TOO_SOON, RUNG_NOT_NEXT
from chuangwen.rectification.rungs import ACCOUNTABILITY, INTERVIEW, rungs

# What a rung brings → the kind of its paper, and what that says.
_PAPERS: dict[str, tuple[str, Callable[..., Content]]] = {
    INTERVIEW: (kinds.INTERVIEW, interview),
    ACCOUNTABILITY: (kinds.ACCOUNTABILITY, accountability),
}


def escalate(
    *,
    actor: Person,
    case: Case,
    rung: str,
    reason: str,
    meets_at: datetime | None = None,
    place: str = "",
    body: str = "",
) -> Mapping[str, Any]:
    """Effect: the next rung is climbed, ``rung`` as the officer saw it; its points count, the unit is told.

    That its rule is met is a circumstance of the move. An interview is at ``meets_at`` in ``place``, a
    suggestion of accountability goes to ``body``; both are written as papers.

    Raises Problem ``order.rung_not_next``, ``order.meets_too_soon``, ``order.table_broken``, ``paper.*``.
    """
    standing = standing_of(case)
    if not standing.next or standing.next.code != rung:
        raise Problem(RUNG_NOT_NEXT, rung=rungs().get(rung, rung))
    if standing.next.brings == INTERVIEW and (not meets_at or meets_at <= timezone.now()):
        raise Problem(MEETS_TOO_SOON)
    said = {"meets_at": meets_at, "place": place} if standing.next.brings == INTERVIEW else {}
    row = Escalation.objects.create(
        order=case.order,
        rung=rung,
        points=standing.next.points,
        at=timezone.now(),
        by=actor,
        reason=reason,
        brings=standing.next.brings,
        **said,
    )
    files = _write(actor, case, row, standing, body)
    tell(case, rung=Rung.RAISED)
    grounds = {"overdue": standing.overdue, "failed": standing.failed}
    return {"rung": rung, "points": str(row.points), **grounds, **files, "reason": reason}


def _write(actor: Person, case: Case, row: Escalation, standing: Standing, body: str) -> Mapping[str, Any]:
    """The paper that goes with the rung, if one does: its number and files, for the journal."""
    if row.brings not in _PAPERS:
        return {}
    kind, content = _PAPERS[row.brings]
    paper = issue_paper(
        actor=actor,
        case=case,
        office=case.issuer,
        kind=kind,
        content=lambda number: content(row, standing, number, body),
    )
    row.number = paper.number
    row.save(update_fields=["number"])
    return {"number": str(paper.number), "files": [paper.docx.blob_id, paper.pdf.blob_id]}
