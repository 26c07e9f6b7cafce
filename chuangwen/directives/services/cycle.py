"""The yearly cycle: a campaign begun from the last one, plans and standards as drafts (DOMAIN S10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import follow_campaign, new_number, open_cases
from chuangwen.core.journal import record
from chuangwen.directives.extraction.deadlines import Reader, month_end
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.standards.models import Standard
from chuangwen.standards.services.keeping import new_version


@transaction.atomic
def start_from(
    *,
    actor: Person,
    last: Campaign,
    name: str,
    held_on: date,
    meetings: Iterable[Meeting],
    standards: Iterable[Standard] = (),
) -> Campaign:
    """Open the campaign that follows ``last``, with the plans of ``meetings`` as drafts; nothing is sent.

    The first meeting is moved to ``held_on``, the others keep their distance from it. Each of ``standards``
    gets its next version as a draft; what units broke down they are offered when they break down again.
    Raises Problem ``page.not_allowed``, ``campaign.followed``, ``standard.not_published``.
    """
    campaign = follow_campaign(actor=actor, last=last, name=name)
    meetings = sorted(meetings, key=lambda meeting: (meeting.held_on, meeting.pk))
    for meeting in meetings:
        _again(actor, campaign, meeting, held_on + (meeting.held_on - meetings[0].held_on))
    for standard in standards:
        new_version(actor=actor, standard=standard)
    return campaign


def _again(actor: Person, campaign: Campaign, old: Meeting, held_on: date) -> None:
    """The meeting ``old`` as a draft of ``campaign``: its text, its standing tasks, not its basis."""
    case = Case(
        number=new_number(),
        kind="meeting",
        title=in_year(old.case.title, old.held_on.year, held_on.year),
        unit=campaign.office,
        issuer=campaign.office,
        campaign=campaign,
        state="draft",
        opened_at=timezone.now(),
    )
    open_cases([case])
    meeting = Meeting.objects.create(case=case, held_on=held_on, place=old.place, text=old.text)
    tasks = list(old.tasks.standing().prefetch_related("receivers"))
    for task in tasks:
        _copy(task, meeting)
    record(
        actor=journal_name(actor),
        verb="meeting.again",
        subject=case.subject,
        data={"from": old.case.number, "tasks": len(tasks)},
    )


def _copy(old: Task, meeting: Meeting) -> None:
    again = Task.objects.create(
        meeting=meeting,
        follows=old,
        due=due_again(old, meeting.held_on),
        **{name: getattr(old, name) for name in _SAME},
    )
    Receiver.objects.bulk_create(
        Receiver(task=again, wording=r.wording, rule=r.rule, value=r.value, role=r.role, excluded=r.excluded)
        for r in old.receivers.all()
    )


_SAME = ("position", "start", "end", "text", "due_text", "recurs", "report_to", "asks_report")


def due_again(task: Task, held_on: date) -> date | None:
    """A deadline for a meeting on ``held_on``: its wording read anew (「会后一周内」, 「10月底前」).

    Where that gives none after the meeting, or somebody had set another date than the wording's, the day as
    many years later; the last day of a month stays one.
    """
    if task.due is None:
        return None
    before = task.meeting.held_on
    read = _read(task.due_text, held_on)
    if read and read >= held_on and _read(task.due_text, before) == task.due:
        return read
    return years_later(task.due, held_on.year - before.year)


def _read(wording: str, held_on: date) -> date | None:
    limits = Reader(issued=held_on, met=held_on).read(wording)
    return limits[0].due if limits else None


def years_later(day: date, years: int) -> date:
    """The same day of another year; the last day of a month is the last one there too."""
    last = month_end(day.year + years, day.month)
    return last if day == month_end(day.year, day.month) else day.replace(year=day.year + years)


def in_year(words: str, before: int, year: int) -> str:
    """A title with the year it names moved on, and else as it is."""
    return words.replace(str(before), str(year))
