"""Opinions of other departments are asked for, given unit by unit or as a sheet, and sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from chuangwen.cases.lifecycle import require
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach, count_change, new_number, open_cases
from chuangwen.core import files
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Consultation, Opinion, Round
from chuangwen.standards.problems import ASKED_ALREADY, OPINION_OVER, OPINIONS_LEFT, SILENT_FACTS
from chuangwen.standards.services.editing import require_office

_ACCEPTED = files.DOCUMENTS | files.PHOTOS | {files.XLSX}
_TITLE = 200  # characters of a case's title


@dataclass(frozen=True)
class Said:
    """What a body says of one unit; an empty verdict takes back what was said."""

    unit: int
    verdict: str
    words: str = ""
    day: date | None = None
    file: UploadedFile[Any] | None = None


@transaction.atomic
def ask(
    *,
    actor: Person,
    round: Round,  # noqa: A002 - the word of the trade
    bodies: Iterable[Unit],
    units: Iterable[Unit],
    due: date,
    question: str,
) -> list[Consultation]:
    """Ask each body about these units, by a case on its desk; nobody is asked about themselves.

    Raises Problem ``page.not_allowed``, ``opinion.over``, ``opinion.asked``.
    """
    require_office(actor, round.campaign.office)
    Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    if due < timezone.localdate():
        raise Problem(OPINION_OVER, day=due)
    asked, about = list(bodies), list(units)
    still = Case.objects.filter(consultation__round=round, unit__in=asked, state="asked")
    if known := still.select_related("unit").first():
        raise Problem(ASKED_ALREADY, name=known.unit)
    rows = _open(round, asked, due, question)
    Opinion.objects.bulk_create(
        (
            Opinion(consultation=row, unit=unit)
            for row in rows
            for unit in about
            if unit.pk != row.case.unit_id
        ),
        batch_size=500,
    )
    data = {"bodies": [body.code for body in asked], "units": len(about), "due": due.isoformat()}
    record(actor=journal_name(actor), verb="round.consult", subject=round.subject, data=data)
    return rows


def _open(round: Round, bodies: Iterable[Unit], due: date, question: str) -> list[Consultation]:  # noqa: A002
    now = timezone.now()
    cases = open_cases(
        Case(
            number=new_number(),
            kind="opinion",
            title=question[:_TITLE],
            unit=body,
            issuer=round.campaign.office,
            campaign=round.campaign,
            state="asked",
            due=due,
            opened_at=now,
        )
        for body in bodies
    )
    rows = [Consultation(case=case, round=round, question=question) for case in cases]
    return Consultation.objects.bulk_create(rows)


@transaction.atomic
def say(*, actor: Person, case: Case, said: Iterable[Said]) -> int:
    """Write down what the body says, as far as it has come; returns the number of units.

    Raises Problem ``case.move_refused``, ``opinion.silent`` (facts without words), ``file.*``.
    """
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    now = Case.objects.select_related("unit", "issuer", "campaign", "consultation").get(pk=case.pk)
    require(actor, "answer", now)
    known = {row.unit_id: row for row in now.consultation.opinions.select_related("unit")}
    rows = [(known[one.unit], one) for one in said if one.unit in known]
    for row, one in rows:
        if one.verdict == Opinion.Verdict.FACTS and not one.words.strip():
            raise Problem(SILENT_FACTS, unit=row.unit)
        row.verdict, row.words, row.day = one.verdict, one.words.strip(), one.day
        if one.file:
            blob = files.store(one.file, accept=_ACCEPTED)
            name, purpose = one.file.name or "", Attachment.Purpose.SOURCE
            row.attachment = attach(actor=actor, case=now, blob=blob, name=name, purpose=purpose)
    Opinion.objects.bulk_update(
        [row for row, _one in rows], ["verdict", "words", "day", "attachment"], batch_size=500
    )
    count_change(now)
    data = {row.unit.code: row.verdict for row, _one in rows}
    record(actor=journal_name(actor), verb="opinion.say", subject=now.subject, data={"opinions": data})
    return len(rows)


def send(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect of the move of that name. Raises Problem ``opinion.left`` while units are without an opinion."""
    rows = case.consultation.opinions.select_related("unit")
    left = [row for row in rows if not row.verdict]
    if left:
        raise Problem(OPINIONS_LEFT, count=len(left), first=left[0].unit)
    return {"facts": [row.unit.code for row in rows if row.verdict == Opinion.Verdict.FACTS]}


def extend(*, actor: Person, case: Case, due: date, reason: str) -> Mapping[str, Any]:
    """Effect: the body has until ``due``."""
    case.due = due
    case.save(update_fields=["due"])
    return {"due": due.isoformat(), "reason": reason}
