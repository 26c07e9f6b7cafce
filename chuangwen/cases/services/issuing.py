"""Issuing a paper: its number taken, written as docx and PDF in the installation's language, both kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation

from chuangwen.cases import papers
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.problems import NO_DOCUMENT_MARK
from chuangwen.cases.services import attach
from chuangwen.core import files, series
from chuangwen.core.models import IssuedNumber
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Unit


@dataclass(frozen=True)
class Issued:
    """A numbered paper in its two forms."""

    number: IssuedNumber
    docx: Attachment
    pdf: Attachment


def issue(
    *, actor: Person, case: Case, office: Unit, kind: str, content: Callable[[str], papers.Content]
) -> Issued:
    """Number a paper of ``case`` and keep it there, inside the calling verb's transaction.

    ``content`` gives what it says for its number. Raises Problem ``paper.no_mark``, ``paper.blank_broken``,
    ``paper.no_face``; then no number is used up.
    """
    if not office.document_mark:
        raise Problem(NO_DOCUMENT_MARK, unit=office)
    mark = office.document_mark + papers.KINDS[kind].mark
    number = series.issue(mark=mark, year=timezone.localdate().year, subject=case.subject)
    said = str(number)
    docx, pdf = keep(actor=actor, case=case, kind=kind, content=lambda: content(said), name=said)
    return Issued(number, docx, pdf)


def keep(
    *, actor: Person, case: Case, kind: str, content: Callable[[], papers.Content], name: str
) -> tuple[Attachment, Attachment]:
    """A paper as docx and PDF among the files of ``case``; what ``content`` gives is in their language."""
    with translation.override(settings.LANGUAGE_CODE):
        paper = papers.write(kind, content(), papers.language_of(settings.LANGUAGE_CODE))
        called = f"{papers.KINDS[kind].label} {name}"
    kept = []
    for form in ("docx", "pdf"):
        writer, media_type = papers.WRITERS[form]
        blob = files.store_bytes(writer(paper), media_type)
        purpose = Attachment.Purpose.PAPER
        kept.append(attach(actor=actor, case=case, blob=blob, name=f"{called}.{form}", purpose=purpose))
    return kept[0], kept[1]
