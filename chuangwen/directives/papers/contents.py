"""What a plan's papers and a slip say, from data, in the active language; no wording but the field's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Case
from chuangwen.cases.papers import Content, days_late, in_words
from chuangwen.cases.urgency import slip_of
from chuangwen.directives.addressing import Words
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.papers.naming import named
from chuangwen.directives.shares import Share
from chuangwen.organizations.models import Post, Role

# What a task without a deadline says of itself when it is one for good.
_FOR_GOOD = re.compile(
    "长期|常态|长效|持续|经常|日常|始终|坚持|in the long run|permanent|ongoing", re.IGNORECASE
)


def plan(meeting: Meeting) -> Content:
    """The task table (任务分解表); four queries."""
    tasks = list(meeting.tasks.standing().prefetch_related("receivers"))
    lines = [line for task in tasks for line in task.receivers.all()]
    words, leaders = Words(meeting.case.campaign.territory_id, lines), _leaders(lines)
    today, campaign = timezone.localdate(), meeting.case.campaign
    name = named(meeting.case.title)
    values = {
        "meeting": str(name),
        "held": name.meeting,
        "document": name.document,
        "basis": meeting.basis,
        "held_on": in_words(meeting.held_on),
        "place": meeting.place,
        "campaign": campaign.name,
        "territory": campaign.territory.name,
        "office": meeting.case.unit.name,
        "count": str(len(tasks)),
        "date": in_words(today),
    }
    rows = [{"no": str(no), **_task_row(task, words, leaders)} for no, task in enumerate(tasks, start=1)]
    return Content(values, {"tasks": rows}, today)


def _task_row(task: Task, words: Words, leaders: dict[str, list[str]]) -> dict[str, str]:
    lines = [line for line in task.receivers.all() if not line.excluded]
    leading = [line for line in lines if line.role != Receiver.Role.SUPPORT]
    supporting = [line for line in lines if line.role == Receiver.Role.SUPPORT]
    excepted = _joined(
        line.wording or words.say(line.rule, line.value) for line in task.receivers.all() if line.excluded
    )
    lead = _joined(line.wording or words.say(line.rule, line.value) for line in leading)
    lead = lead or _("to be decided")
    return {
        "task": task.text.rstrip("。；;，,. "),
        "leader": _joined(name for line in leading for name in leaders.get(line.value, ())),
        "lead": _("%(units)s (except %(excepted)s)") % {"units": lead, "excepted": excepted}
        if excepted
        else lead,
        "support": _joined(line.wording or words.say(line.rule, line.value) for line in supporting),
        "due": until(task),
        "remark": _remark(task),
    }


def until(task: Task) -> str:
    """By when: as often as it recurs, its day, what the text says; for good if that is what it asks."""
    said = task.recurs_in_words or in_words(task.due) or task.due_text
    return said or (_("for good") if _FOR_GOOD.search(task.text) else "")


def _remark(task: Task) -> str:
    if not task.asks_report:
        return ""
    return _("report to %(body)s") % {"body": task.report_to} if task.report_to else _("written report")


def _joined(names: Iterable[str]) -> str:
    return _(", ").join(dict.fromkeys(name for name in names if name))


def _leaders(lines: Sequence[Receiver]) -> dict[str, list[str]]:
    """The leaders in charge of the units that are named one by one, by the code of the unit."""
    codes = {line.value for line in lines if line.rule == Receiver.Rule.UNIT}
    posts = Post.objects.held().filter(role=Role.DEPUTY, unit__code__in=codes).order_by("id")
    found: dict[str, list[str]] = {}
    for code, name in posts.values_list("unit__code", "person__name"):
        found.setdefault(code, []).append(name)
    return found


def notice(meeting: Meeting, number: str = "") -> Content:
    """The notice that carries the plan to those who have it to do; a draft has no number."""
    content = plan(meeting)
    return Content({**content.values, "number": number}, content.lists, content.day)


def slip(case: Case, *, number: str, limit: date, demand: str) -> Content:
    """The supervision slip (督办通知单) of one assignment."""
    today = timezone.localdate()
    values = {
        "number": number,
        "colour": str(borne.label) if (borne := slip_of(case)) else "",
        "matter": case.assignment.task.text,
        "meeting": str(named(case.assignment.task.meeting.case.title)),
        "unit": case.unit.name,
        "office": case.issuer.name,
        "state": str(lifecycle_of(case).state(case.state).label),
        "due": in_words(case.due),
        "days_late": str(days_late(case.due, today) or ""),
        "limit": in_words(limit),
        "demand": demand,
        "date": in_words(today),
    }
    return Content(values, {}, today)


def letter(share: Share, signed_at: datetime | None) -> Content:
    """The responsibility letter (责任书) of one person, with the day on which they signed its terms."""
    today, breakdown = timezone.localdate(), share.breakdown
    case = breakdown.assignment.case
    values = {
        "unit": case.unit.name,
        "task": case.title,
        "person": str(share),
        "measure": share.measure,
        "target": f"{share.target.normalize():f} {share.target_unit}"
        if share.target
        else _("as the measure says"),
        "weight": f"{share.weight.normalize():f}%",
        "due": in_words(share.due or case.due),
        "principal": breakdown.principal.name,
        "in_charge": (share.in_charge or breakdown.in_charge).name,
        "signed": in_words(timezone.localdate(signed_at)) if signed_at else "",
        "date": in_words(today),
    }
    return Content(values, {}, today)
