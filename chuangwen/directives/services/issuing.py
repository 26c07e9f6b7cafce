"""Issuing numbered papers: the notice of a dispatched meeting, the supervision slip of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.papers import Content
from chuangwen.cases.services.issuing import issue
from chuangwen.core.problems import Problem
from chuangwen.directives.models import IssuedPaper
from chuangwen.directives.papers import contents
from chuangwen.directives.problems import SLIP_LIMIT_PAST
from chuangwen.organizations.models import Person, Unit


def issue_notice(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect of the move of that name: number the notice and keep it with its meeting.

    Raises Problem ``paper.no_mark``, ``paper.blank_broken``, ``paper.no_face``.
    """
    return _issue(actor, case, case.unit, "notice", lambda number: contents.notice(case.meeting, number))


def issue_slip(*, actor: Person, case: Case, limit: date, demand: str) -> Mapping[str, Any]:
    """Effect of the move of that name: number the slip and keep it with its case.

    Raises Problem ``slip.limit_past``, ``paper.no_mark``, ``paper.blank_broken``, ``paper.no_face``.
    """
    if limit < timezone.localdate():
        raise Problem(SLIP_LIMIT_PAST)
    issued = _issue(
        actor,
        case,
        case.issuer,
        "slip",
        lambda number: contents.slip(case, number=number, limit=limit, demand=demand),
    )
    return {**issued, "limit": limit.isoformat(), "reason": demand}


def _issue(
    actor: Person, case: Case, office: Unit, kind: str, content: Callable[[str], Content]
) -> Mapping[str, Any]:
    issued = issue(actor=actor, case=case, office=office, kind=kind, content=content)
    kept = {"docx": issued.docx, "pdf": issued.pdf}
    IssuedPaper.objects.create(
        case=case, kind=kind, number=issued.number, issued_on=timezone.localdate(), **kept
    )
    return {"number": str(issued.number), "files": [file.blob_id for file in kept.values()]}
