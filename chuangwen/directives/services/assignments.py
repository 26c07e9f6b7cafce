"""What a unit does with its assignment, and what the issuer does with the report: effects of the moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library.services import check_usable
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach
from chuangwen.core import files, writing
from chuangwen.core import photos as plain
from chuangwen.core.papers import Paper, chinese_date
from chuangwen.core.problems import Problem
from chuangwen.core.typed import words
from chuangwen.directives.models import REPORT_LIMIT, LaunchRecord, Receiver, Report, Task
from chuangwen.directives.problems import RELAY_LATE, RELAY_STRANGER, REPORT_EMPTY, REPORT_TOO_LONG
from chuangwen.directives.queries import subordinates
from chuangwen.directives.reading import read_document
from chuangwen.directives.services.dispatching import Errand, assign, free
from chuangwen.organizations.models import Person, Unit


def acknowledge(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """The unit signs that it has received the task."""
    case.assignment.acknowledged_at = timezone.now()
    case.assignment.save(update_fields=["acknowledged_at"])
    return {}


def relay(
    *, actor: Person, case: Case, line: str, units: Iterable[Unit], due: date, note: str = ""
) -> Mapping[str, Any]:
    """Pass the task to subordinate units along ``line`` (territory or system), due earlier than one's own.

    Raises Problem ``relay.deadline``, ``relay.not_subordinate``.
    """
    if due < timezone.localdate() or (case.due and due >= case.due):
        raise Problem(RELAY_LATE, due=case.due or "–")
    units = list(units)
    # The other line may be relaying the same task at this moment: the lock lets one after the other decide.
    task = Task.objects.select_for_update(of=("self",)).get(pk=case.assignment.task_id)
    may_receive = set(subordinates(case, line))
    for unit in units:
        if unit not in may_receive:
            raise Problem(RELAY_STRANGER, unit=unit)
    assignment = case.assignment
    withdrawn = task.assignments.filter(period=assignment.period, case__state="withdrawn")
    for given in withdrawn.filter(case__unit__in=units).select_related("case__unit"):
        free(withdrawn.filter(pk=given.pk), given.case.unit)
    errands = [
        Errand(
            task=task,
            unit=unit,
            issuer=case.unit,
            role=Receiver.Role.EACH,
            due=due,
            period=assignment.period,
            parent=case,
            note=note,
        )
        for unit in units
    ]
    assign(errands, campaign_id=case.campaign_id)
    return {"line": line, "units": [unit.code for unit in units], "due": due.isoformat()}


def record_launch(
    *,
    actor: Person,
    case: Case,
    held_on: date,
    place: str,
    chair: str,
    present: int,
    minutes: str,
    photos: Iterable[UploadedFile[Any]] = (),
) -> Mapping[str, Any]:
    """Record the launch meeting; recording again corrects it and keeps earlier photos.

    Raises Problem ``file.*`` for a photo that is none.
    """
    LaunchRecord.objects.update_or_create(
        assignment=case.assignment,
        defaults={"held_on": held_on, "place": place, "chair": chair, "present": present, "minutes": minutes},
    )
    case.assignment.launched_on = held_on
    case.assignment.save(update_fields=["launched_on"])
    stored = [(plain.store(photo, accept=plain.SENT).blob, photo.name or "") for photo in photos]
    for blob, name in stored:
        attach(actor=actor, case=case, blob=blob, name=name, purpose=Attachment.Purpose.PHOTO)
    return {"held_on": held_on.isoformat(), "photos": [blob.digest for blob, _ in stored]}


def file_report(
    *,
    actor: Person,
    case: Case,
    text: str = "",
    upload: UploadedFile[Any] | None = None,
    evidence: Iterable[Evidence] = (),
) -> Mapping[str, Any]:
    """File the report: an uploaded document, or the text, of which a docx letter is made.

    ``evidence`` are files of the unit's library that go along. Raises Problem ``report.empty``,
    ``report.too_long``, ``evidence.stranger``, ``file.*``, ``document.*``.
    """
    pieces = list(evidence)
    check_usable(pieces, case.unit)
    if upload:
        blob, text = files.store_document(upload, accept=files.DOCUMENTS, read=_text_of_report)
        name = upload.name or ""
    else:
        _check_length(text)
        blob, name = files.store_bytes(_letter(case, text), files.DOCX), f"{case.unit}-{case.number}.docx"
    document = attach(actor=actor, case=case, blob=blob, name=name, purpose=Attachment.Purpose.REPORT)
    Report.objects.create(
        assignment=case.assignment, text=text, document=document, filed_by=actor, filed_at=timezone.now()
    )
    for piece in pieces:
        if piece.blob:
            attach(
                actor=actor,
                case=case,
                blob=piece.blob,
                name=piece.name,
                purpose=Attachment.Purpose.EVIDENCE,
                evidence=piece,
            )
    return {"document": blob.digest, "characters": len(text), "evidence": [piece.pk for piece in pieces]}


def _text_of_report(data: bytes) -> str:
    text = words(read_document(data))
    _check_length(text)
    return text


def _check_length(text: str) -> None:
    if not text.strip():
        raise Problem(REPORT_EMPTY)
    if len(text) > REPORT_LIMIT:
        raise Problem(REPORT_TOO_LONG, length=len(text), limit=REPORT_LIMIT)


def _letter(case: Case, text: str) -> bytes:
    # The paper is a Chinese official document whatever language its author's screen is in.
    today = timezone.localdate()
    return writing.docx(
        Paper(
            title=f"关于“{case.title}”落实情况的报告",
            addressee=f"{case.issuer.name}：",
            blocks=[line.strip() for line in text.splitlines() if line.strip()],
            signature=(case.unit.name, chinese_date(today)),
            date=today,
        )
    )


def send_back(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Send the last report back, with the reason that the unit reads."""
    last = case.assignment.reports.latest("pk")
    last.returned_reason = reason
    last.save(update_fields=["returned_reason"])
    return {"reason": reason}
