"""Issuing numbered papers: the notice of a dispatched meeting, the supervision slip of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach
from chuangwen.core import files, series
from chuangwen.core.problems import Problem
from chuangwen.directives.models import IssuedPaper
from chuangwen.directives.papers import contents, kinds
from chuangwen.directives.problems import NO_DOCUMENT_MARK, SLIP_LIMIT_PAST
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
    actor: Person, case: Case, office: Unit, kind: str, content: Callable[[str], kinds.Content]
) -> Mapping[str, Any]:
    """Take the number, write the paper as docx and PDF in the installation's language, keep both."""
    if not office.document_mark:
        raise Problem(NO_DOCUMENT_MARK, unit=office)
    today = timezone.localdate()
    mark = office.document_mark + kinds.KINDS[kind].mark
    number = series.issue(mark=mark, year=today.year, subject=case.subject)
    with translation.override(settings.LANGUAGE_CODE):
        language = kinds.language_of(settings.LANGUAGE_CODE)
        paper = kinds.write(kind, content(str(number)), language)
        name = f"{kinds.KINDS[kind].label} {number}"
    kept = {}
    for form in ("docx", "pdf"):
        writer, media_type = kinds.WRITERS[form]
        blob = files.store_bytes(writer(paper), media_type)
        kept[form] = attach(
            actor=actor, case=case, blob=blob, name=f"{name}.{form}", purpose=Attachment.Purpose.PAPER
        )
    IssuedPaper.objects.create(case=case, kind=kind, number=number, issued_on=today, **kept)
    return {"number": str(number), "files": [file.blob_id for file in kept.values()]}
