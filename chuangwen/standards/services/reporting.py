"""What a unit does with its self-report: answers, evidence, filing; effects of the moves among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library import services as library
from chuangwen.cases.lifecycle import require
from chuangwen.cases.models import Case
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.standards.filling import filled
from chuangwen.standards.models import Answer, Criterion, Proof, SelfReport
from chuangwen.standards.problems import ANSWER_STALE, INCOMPLETE, STATEMENT_LONG


def answer(
    *,
    actor: Person,
    case: Case,
    criterion: Criterion,
    seen: int,
    statement: str,
    shown: Sequence[str] = (),
    kind: str = "",
    uploads: Iterable[UploadedFile[Any]] = (),
    link: str = "",
    said: str = "",
    evidence: Iterable[Evidence] = (),
) -> Answer:
    """Say something to one criterion, and show it by ``evidence`` of the unit's library.

    New files and the address of a public page go into the library first, of one ``kind`` and with what is
    ``said`` of them. Raises Problem ``case.move_refused`` (not one's own, or the window is closed),
    ``answer.stale``, ``answer.too_long``, ``evidence.stranger``, ``file.*``.
    """
    _check_may_fill(actor, case)
    # Outside the transaction: a large photo takes a second, and nobody else shall wait for it.
    stored = library.store(uploads)
    new = {"stored": stored, "link": link, "kind": kind, "description": said}
    return _answer(
        actor,
        case,
        criterion,
        seen=seen,
        said={"statement": statement, "shown": shown},
        new=new,
        old=evidence,
    )


@transaction.atomic
def _answer(
    actor: Person,
    case: Case,
    criterion: Criterion,
    *,
    seen: int,
    said: dict[str, Any],
    new: dict[str, Any],
    old: Iterable[Evidence],
) -> Answer:
    now = _open_case(actor, case)
    statement = said["statement"]
    row = Answer.objects.filter(self_report=now.self_report, criterion=criterion).first()
    row = row or Answer(self_report=now.self_report, criterion=criterion)
    if row.revision != seen:
        raise Problem(ANSWER_STALE)
    if len(statement) > criterion.limit:
        raise Problem(STATEMENT_LONG, length=len(statement), limit=criterion.limit)
    row.statement, row.shown, row.revision = statement, list(said["shown"]), row.revision + 1
    row.save()
    pieces = list(old)
    library.check_usable(pieces, now.unit)
    if new["stored"] or new["link"]:
        pieces += library.add(actor=actor, unit=now.unit, **new)
    Proof.objects.bulk_create(
        (Proof(answer=row, evidence=piece) for piece in dict.fromkeys(pieces)), ignore_conflicts=True
    )
    record(
        actor=journal_name(actor),
        verb="self_report.answer",
        subject=now.subject,
        data={"criterion": criterion.pk, "evidence": [piece.pk for piece in pieces]},
    )
    return row


@transaction.atomic
def drop_proof(*, actor: Person, case: Case, proof: Proof) -> None:
    """Take a piece of evidence back; it stays in the library. Raises Problem ``case.move_refused``."""
    now = _open_case(actor, case)
    what = str(proof)
    Proof.objects.filter(pk=proof.pk).delete()
    record(actor=journal_name(actor), verb="self_report.drop_proof", subject=now.subject, data={"what": what})


def _open_case(actor: Person, case: Case) -> Case:
    """The case, locked, if ``actor`` may fill it in now."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    now = Case.objects.select_related("unit", "issuer", "campaign", "self_report").get(pk=case.pk)
    _check_may_fill(actor, now)
    return now


def _check_may_fill(actor: Person, case: Case) -> None:
    require(actor, "fill", case)


def file(*, actor: Person, case: Case, despite: bool = False) -> Mapping[str, Any]:
    """Effect of the move of that name; with gaps only ``despite`` them. Raises ``self_report.incomplete``."""
    lines = filled(case.self_report)
    lacking = [line for line in lines if line.missing]
    if lacking and not despite:
        raise Problem(INCOMPLETE, count=len(lacking), first=lacking[0].criterion.text[:30])
    SelfReport.objects.filter(pk=case.pk).update(filed_by=actor, filed_at=timezone.now())
    return {"answers": sum(1 for line in lines if line.answer), "lacking": len(lacking)}


def extend(*, actor: Person, case: Case, due: date, reason: str) -> Mapping[str, Any]:
    """Effect: this unit has until ``due``."""
    case.due = due
    case.save(update_fields=["due"])
    return {"due": due.isoformat(), "reason": reason}
