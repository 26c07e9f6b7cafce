"""From the meeting to the plan: read the text, draft the tasks, correct them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Attachment, Campaign, Case
from chuangwen.cases.services import attach, count_change, new_number, open_campaign, open_cases
from chuangwen.core import files
from chuangwen.core.journal import record
from chuangwen.core.models import Blob
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.typed import words
from chuangwen.directives.addressees import Addressees
from chuangwen.directives.extract import Draft, extract
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.problems import (
    BAD_SPAN,
    BAD_SPLIT,
    MERGE_LOSES,
    NOTHING_TO_MERGE,
    PLAN_CLOSED,
    TASK_STALE,
)
from chuangwen.directives.reading import read_document
from chuangwen.directives.receivers import recipients
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name


@transaction.atomic
def enter_meeting(
    *,
    actor: Person,
    campaign: Campaign | None,
    new_campaign: str,
    office: Unit,
    upload: UploadedFile[Any] | None,
    text: str,
    **matter: Any,
) -> Meeting:
    """What a clerk enters at once: the document or its text, into a campaign or a new one run by ``office``.

    ``matter`` is title, held_on and place. Raises Problem ``file.*``, ``document.*``, ``page.not_allowed``.
    """
    source = None
    if upload:
        blob, text = files.store_document(upload, accept=files.DOCUMENTS, read=read_document)
        source = (blob, upload.name or "")
    campaign = campaign or open_campaign(actor=actor, name=new_campaign, office=office)
    return read_meeting(actor=actor, campaign=campaign, text=text, source=source, **matter)


@transaction.atomic
def read_meeting(
    *,
    actor: Person,
    campaign: Campaign,
    title: str,
    held_on: date,
    text: str,
    place: str = "",
    source: tuple[Blob, str] | None = None,
) -> Meeting:
    """Enter a meeting's text and draft its tasks, each body resolved by the directory where it can be.

    ``source`` is the stored document with its file name. Lines end in one character, as in a page, so that
    what is marked there is found here. Raises Problem ``page.not_allowed``.
    """
    if not scope_of(actor).runs(campaign.territory_id):
        raise Problem(NOT_ALLOWED, reason=campaign)
    text = words(text)
    case = Case(
        number=new_number(),
        kind="meeting",
        title=title,
        unit=campaign.office,
        issuer=campaign.office,
        campaign=campaign,
        state="draft",
        opened_at=timezone.now(),
    )
    open_cases([case])
    meeting = Meeting.objects.create(case=case, held_on=held_on, place=place, text=text)
    if source:
        attach(actor=actor, case=case, blob=source[0], name=source[1], purpose=Attachment.Purpose.SOURCE)
    drafts = extract(text, document_date=held_on).tasks
    _write_drafts(meeting, drafts)
    record(
        actor=journal_name(actor),
        verb="meeting.read",
        subject=case.subject,
        data={"characters": len(text), "tasks": len(drafts)},
    )
    return meeting


def correct_meeting(
    *, actor: Person, case: Case, campaign: Campaign, title: str, held_on: date, place: str
) -> dict[str, Any]:
    """Effect of the move ``correct``: what was entered about the meeting; its text and tasks stay.

    Raises Problem ``page.not_allowed`` for a campaign that the actor does not run.
    """
    if not scope_of(actor).runs(campaign.territory_id):
        raise Problem(NOT_ALLOWED, reason=campaign)
    meeting = case.meeting
    before = {
        "campaign": case.campaign_id,
        "title": case.title,
        "held_on": meeting.held_on.isoformat(),
        "place": meeting.place,
    }
    Case.objects.filter(pk=case.pk).update(
        campaign=campaign, title=title, unit=campaign.office, issuer=campaign.office
    )
    Meeting.objects.filter(pk=case.pk).update(held_on=held_on, place=place)
    after = {"campaign": campaign.pk, "title": title, "held_on": held_on.isoformat(), "place": place}
    return {"before": before, "after": after}


def cancel_meeting(*, actor: Person, case: Case, reason: str) -> dict[str, Any]:
    """Effect of the move ``cancel``: nothing of it was sent; the reason stands in the history."""
    return {"reason": reason}


def _write_drafts(meeting: Meeting, drafts: Iterable[Draft]) -> None:
    addressees = Addressees(meeting.case.campaign.territory_id)
    for position, draft in enumerate(drafts, start=1):
        task = Task.objects.create(
            meeting=meeting,
            position=position,
            start=draft.start,
            end=draft.end,
            text=draft.text,
            due=draft.due,
            due_text=draft.due_text or "",
            recurs=draft.recurs or "",
            report_to=draft.report_to or "",
            asks_report=bool(draft.report_to),
        )
        wordings = list(draft.responsible)
        Receiver.objects.bulk_create(
            Receiver(
                task=task,
                wording=wording,
                rule=address.rule,
                value=address.value,
                role=_role(wording, draft.lead),
            )
            for wording, address in zip(wordings, addressees.resolve(wordings), strict=True)
        )


def _role(wording: str, lead: str | None) -> Receiver.Role:
    if not lead:
        return Receiver.Role.EACH
    return Receiver.Role.LEAD if wording == lead else Receiver.Role.SUPPORT


def _open_for_editing(actor: Person, meeting: Meeting) -> None:
    """Hold the meeting's case until the transaction ends, and check that its plan may be changed.

    The change counts as one of the case, so that a plan is dispatched only as it was last previewed.

    Raises Problem ``plan.closed``.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=meeting.pk)
    decision = may(actor, lifecycle_of(case).move("edit"), case)
    if not decision.allowed:
        raise Problem(PLAN_CLOSED, reason=decision.reason)
    count_change(case)


def _bump(task: Task, seen: int, **changes: Any) -> None:
    """Compare-and-swap on the task's revision. Raises Problem ``task.stale``."""
    same = Task.objects.filter(pk=task.pk, revision=seen, state__in=(Task.State.DRAFT, Task.State.DROPPED))
    if not same.update(revision=F("revision") + 1, **changes):
        raise Problem(TASK_STALE)
    task.refresh_from_db()


def _record(actor: Person, verb: str, task: Task, **data: Any) -> None:
    """One event of the plan, filed under its meeting so that one history shows all."""
    record(
        actor=journal_name(actor),
        verb=verb,
        subject=task.meeting.case.subject,
        data={"task": task.pk, **data},
    )


@transaction.atomic
def edit_task(*, actor: Person, task: Task, seen: int, receivers: Iterable[Receiver], **fields: Any) -> Task:
    """Change a task's fields and its whole address.

    ``fields`` are of text, due, due_text, recurs, report_to, asks_report.
    Raises Problem ``plan.closed``, ``task.stale``.
    """
    _open_for_editing(actor, task.meeting)
    _bump(task, seen, **fields)
    task.receivers.all().delete()
    _write_receivers(task, receivers)
    _record(actor, "task.edit", task, fields=sorted(fields))
    return task


def _write_receivers(task: Task, receivers: Iterable[Receiver]) -> None:
    copies = [
        Receiver(task=task, wording=r.wording, rule=r.rule, value=r.value, role=r.role, excluded=r.excluded)
        for r in receivers
    ]
    Receiver.objects.bulk_create(copies)


@transaction.atomic
def add_task(
    *, actor: Person, meeting: Meeting, text: str, start: int | None = None, end: int | None = None
) -> Task:
    """Add a task by hand, from a marked passage of the text or in the clerk's own words.

    Raises Problem ``plan.closed``, ``task.bad_span``.
    """
    _open_for_editing(actor, meeting)
    if start is not None and not (end and 0 <= start < end <= len(meeting.text)):
        raise Problem(BAD_SPAN)
    position = _position_for(meeting, start)
    meeting.tasks.filter(position__gte=position).update(position=F("position") + 1)
    task = Task.objects.create(meeting=meeting, position=position, start=start, end=end, text=text)
    _record(actor, "task.add", task)
    return task


def _position_for(meeting: Meeting, start: int | None) -> int:
    """Where a task beginning at ``start`` belongs: in the order of the text; without a place, last."""
    later = meeting.tasks.filter(start__gt=start).first() if start is not None else None
    last = meeting.tasks.last()
    return later.position if later else last.position + 1 if last else 1


@transaction.atomic
def split_task(*, actor: Person, task: Task, seen: int, at: int) -> Task:
    """Cut a task's text before character ``at``; the new task takes the rest and the same address.

    Raises Problem ``plan.closed``, ``task.stale``, ``task.bad_split``.
    """
    _open_for_editing(actor, task.meeting)
    head, tail = task.text[:at].rstrip(" ，,；;。"), task.text[at:].lstrip(" ，,；;。")
    if at <= 0 or not head or not tail:
        raise Problem(BAD_SPLIT)
    start, end = task.start, task.end
    # The span follows the cut only while the task still says what the text says.
    verbatim = start is not None and end is not None and task.meeting.text[start:end] == task.text
    cut = (start or 0) + len(task.text) - len(tail)
    receivers = list(task.receivers.all())
    task.meeting.tasks.filter(position__gt=task.position).update(position=F("position") + 1)
    second = Task.objects.create(
        meeting=task.meeting,
        position=task.position + 1,
        start=cut if verbatim else start,
        end=end,
        text=tail,
        due=task.due,
        due_text=task.due_text,
        recurs=task.recurs,
        report_to=task.report_to,
        asks_report=task.asks_report,
    )
    _write_receivers(second, receivers)
    _bump(task, seen, text=head, end=(start or 0) + len(head) if verbatim else end)
    _record(actor, "task.split", task, into=second.pk)
    return second


@transaction.atomic
def merge_task(*, actor: Person, task: Task, seen: int) -> Task:
    """Join a task with the standing one after it: texts and addresses together, the earlier deadline.

    Raises Problem ``plan.closed``, ``task.stale``, ``task.nothing_to_merge``, ``task.merge_loses``.
    """
    _open_for_editing(actor, task.meeting)
    second = task.meeting.tasks.standing().filter(position__gt=task.position).first()
    if not second:
        raise Problem(NOTHING_TO_MERGE)
    _write_receivers(task, _address_to_add(task, second))
    earlier = min((t for t in (task, second) if t.due), key=lambda t: t.due or date.max, default=task)
    starts = [t.start for t in (task, second) if t.start is not None]
    ends = [t.end for t in (task, second) if t.end is not None]
    _bump(
        task,
        seen,
        text=f"{task.text}；{second.text}",
        start=min(starts, default=None),
        end=max(ends, default=None),
        due=earlier.due,
        due_text=earlier.due_text,
        recurs=task.recurs or second.recurs,
        report_to=task.report_to or second.report_to,
        asks_report=task.asks_report or second.asks_report,
    )
    _bump(second, second.revision, state=Task.State.DROPPED)
    _record(actor, "task.merge", task, merged=second.pk)
    return task


def _address_to_add(task: Task, second: Task) -> list[Receiver]:
    """The lines of ``second`` that ``task`` lacks.

    Raises Problem ``task.merge_loses`` when one of the two excludes a unit that the other names.
    """
    first, others = list(task.receivers.all()), list(second.receivers.all())
    known = {(r.wording, r.rule, r.value, r.excluded) for r in first}
    more = [r for r in others if (r.wording, r.rule, r.value, r.excluded) not in known]
    apart = _reached(task, first) | _reached(task, others)
    if lost := sorted(str(unit) for unit in apart - _reached(task, [*first, *more])):
        raise Problem(MERGE_LOSES, count=len(lost), first=lost[0])
    return more


def _reached(task: Task, lines: Iterable[Receiver]) -> set[Unit]:
    case = task.meeting.case
    decided = [line for line in lines if line.rule]
    return set(recipients(decided, case.campaign.territory_id, except_unit=case.unit_id))


@transaction.atomic
def drop_task(*, actor: Person, task: Task, seen: int) -> Task:
    """Leave a task out of the plan; it can be taken back. Raises Problem ``plan.closed``, ``task.stale``."""
    _open_for_editing(actor, task.meeting)
    _bump(task, seen, state=Task.State.DROPPED)
    _record(actor, "task.drop", task)
    return task


@transaction.atomic
def restore_task(*, actor: Person, task: Task, seen: int) -> Task:
    """Take a dropped task back. Raises Problem ``plan.closed``, ``task.stale``."""
    _open_for_editing(actor, task.meeting)
    _bump(task, seen, state=Task.State.DRAFT)
    _record(actor, "task.restore", task)
    return task
