"""What each paper says, from data, in the active language; no wording but that of the field's own values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Campaign, Case, overdue
from chuangwen.cases.urgency import slip_of
from chuangwen.core import calendar
from chuangwen.core.papers import chinese_date
from chuangwen.directives import queries
from chuangwen.directives.addressing import Words
from chuangwen.directives.models import Meeting, Receiver, Report, Task
from chuangwen.directives.papers.kinds import Content
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.scope import scope_of

LATE_LISTED = 200  # of the late cases on a compiled report; the page of late cases has all
REPORTS_LISTED = 100
_GIST = 120  # characters
_COUNTS = ("received", "acknowledged", "launched", "reported", "accepted", "late")


def in_words(day: date | None) -> str:
    """A day as a paper of the active language writes it; empty for none."""
    if day is None:
        return ""
    return chinese_date(day) if (get_language() or "").startswith("zh") else date_format(day, "j F Y")


def plan(meeting: Meeting) -> Content:
    """The task table (任务分解表); four queries."""
    tasks = list(meeting.tasks.standing().prefetch_related("receivers"))
    lines = [line for task in tasks for line in task.receivers.all()]
    words, leaders = Words(meeting.case.campaign.territory_id, lines), _leaders(lines)
    today, campaign = timezone.localdate(), meeting.case.campaign
    values = {
        "meeting": str(meeting),
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
    return {
        "task": task.text,
        "leader": _joined(name for line in leading for name in leaders.get(line.value, ())),
        "lead": _("%(units)s (except %(excepted)s)") % {"units": lead, "excepted": excepted}
        if excepted
        else lead,
        "support": _joined(line.wording or words.say(line.rule, line.value) for line in supporting),
        "due": task.recurs_in_words or in_words(task.due) or task.due_text,
        "remark": _remark(task),
    }


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
        "meeting": str(case.assignment.task.meeting),
        "unit": case.unit.name,
        "office": case.issuer.name,
        "state": str(lifecycle_of(case).state(case.state).label),
        "due": in_words(case.due),
        "days_late": _days_late(case.due, today),
        "limit": in_words(limit),
        "demand": demand,
        "date": in_words(today),
    }
    return Content(values, {}, today)


def _days_late(due: date | None, today: date) -> str:
    """Working days since the deadline; empty while it has not passed."""
    if due is None or due >= today:
        return ""
    return str(-calendar.working_days_left(due, today) or 1)


def summary(actor: Person, campaign: Campaign, task: Task | None = None) -> Content:
    """The compiled report (汇总) on a campaign or on one task of it, of all that the actor may see."""
    tree = queries.tree(campaign, actor, territory=campaign.territory_id, task=task)
    cases = queries.assignments(campaign, actor, task)
    today = timezone.localdate()
    late, reports = _late_rows(cases, today), _report_rows(cases)
    total = tree.total
    posts = scope_of(actor).posts
    values = {
        "subject": task.text if task else campaign.name,
        "campaign": campaign.name,
        "unit": (posts[0].unit if posts else campaign.office).name,
        "date": in_words(today),
        "percent": str(100 * total.accepted // total.received if total.received else 0),
        "late_more": str(total.late - len(late)) if total.late > len(late) else "",
        "reports_more": _more(len(reports), _reports(cases).count()),
        **_counts(total),
    }
    places = [*tree.territories, *tree.units]
    lists = {
        "territories": [{"name": place.label, **_counts(place)} for place in places],
        "late_cases": late,
        "reports": reports,
    }
    return Content(values, lists, today)


def _more(listed: int, found: int) -> str:
    return str(found - listed) if found > listed else ""


def _counts(progress: queries.Progress) -> dict[str, str]:
    return {name: str(getattr(progress, name)) for name in _COUNTS}


def _late_rows(cases: QuerySet[Case], today: date) -> list[dict[str, str]]:
    late = cases.filter(overdue()).select_related("unit").order_by("due", "id")
    return [
        {
            "no": str(no),
            "unit": case.unit.name,
            "task": case.title,
            "due": in_words(case.due),
            "days_late": _days_late(case.due, today),
            "state": str(lifecycle_of(case).state(case.state).label),
        }
        for no, case in enumerate(late[:LATE_LISTED], start=1)
    ]


def _reports(cases: QuerySet[Case]) -> QuerySet[Report]:
    accepted = cases.filter(state="accepted").order_by()
    return Report.objects.filter(assignment__in=accepted.values("pk"), returned_reason="")


def _report_rows(cases: QuerySet[Case]) -> list[dict[str, str]]:
    reports = _reports(cases).select_related("assignment__case__unit").order_by("id")
    return [
        {
            "no": str(no),
            "unit": report.assignment.case.unit.name,
            "task": report.assignment.case.title,
            "gist": _gist(report.text),
        }
        for no, report in enumerate(reports[:REPORTS_LISTED], start=1)
    ]


def _gist(text: str) -> str:
    """The beginning of a report, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _GIST else line[: _GIST - 1] + "…"
