"""The compiled report (汇总): numbers and the tasks that are late, short enough to be read; rows as sheets.

A report has at most 5,000 characters (DOMAIN §3): each of its lists ends where its limit says, and the report
tells how much is left out. The sheets have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Campaign, Case, overdue
from chuangwen.cases.papers import Content, days_late, in_words
from chuangwen.core.spreadsheets import Sheet, Value
from chuangwen.directives import queries
from chuangwen.directives.models import Report, Task
from chuangwen.directives.papers.kinds import COUNTS
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

TERRITORIES, TASKS, REPORTS = 40, 20, 10  # rows of each list
ROWS = 20_000  # of a sheet
_NAME, _TASK, _GIST = 20, 40, 60  # characters
_BREAK = re.compile(r"(?<=[^\x00-\xff])\s+|\s+(?=[^\x00-\xff])")
_UNITS = 3  # units named for each late task
_UNITS_OF_ONE = 30  # when the report is on one task


def summary(actor: Person, campaign: Campaign, task: Task | None = None) -> Content:
    """On a campaign or on one task of it, of all that the actor may see."""
    tree = queries.tree(campaign, actor, territory=campaign.territory_id, task=task)
    cases = queries.assignments(campaign, actor, task)
    total, posts = tree.total, scope_of(actor).posts
    late_tasks, tasks_more = _late_tasks(cases)
    reports, reports_more = _listed(_told(cases), REPORTS)
    places = _places(tree, campaign)
    values = {
        "task": _cut(task.text, 2 * _TASK) if task else "",
        "campaign": campaign.name,
        "unit": (posts[0].unit if posts else campaign.office).name,
        "date": in_words(timezone.localdate()),
        "percent": str(100 * total.accepted // total.received if total.received else 0),
        "territories_more": _more(len(places) - TERRITORIES),
        "late_more": _more(tasks_more),
        "late_units": _units(cases.filter(overdue()), _UNITS_OF_ONE, total.late) if task else "",
        "reports_more": _more(reports_more),
        **_counts(total),
    }
    lists = {
        "territories": [{"name": place.label, **_counts(place)} for place in places[:TERRITORIES]],
        "late_tasks": late_tasks,
        "reports": _excerpts(reports),
    }
    return Content(values, lists, timezone.localdate())


def _more(count: int) -> str:
    return str(count) if count > 0 else ""


def _listed(rows: QuerySet[Any, Any], most: int) -> tuple[list[Any], int]:
    """The first rows and how many more there are, which is asked only where the list is full."""
    first = list(rows[:most])
    return first, rows.count() - most if len(first) == most else 0


def _counts(progress: queries.Progress) -> dict[str, str]:
    return {name: str(getattr(progress, name)) for name in COUNTS}


def _places(tree: queries.Tree, campaign: Campaign) -> list[queries.Progress]:
    """The territories below, and what stands in the campaign's own as one."""
    own = queries.Progress(_("%(place)s, its own units") % {"place": campaign.territory.name})
    for unit in tree.units:
        own.add({name: getattr(unit, name) for name in COUNTS})
    return [*tree.territories, *([own] if tree.units else [])]


def _late_tasks(cases: QuerySet[Case]) -> tuple[list[dict[str, str]], int]:
    """The tasks most late, each with some of the units that are, and how many more tasks are late."""
    late = cases.filter(overdue())
    tasks = late.order_by().values("assignment__task").annotate(count=Count("pk"))
    most, more = _listed(tasks.order_by("-count", "assignment__task"), TASKS)
    texts = Task.objects.in_bulk([row["assignment__task"] for row in most])
    rows = [
        {
            "no": str(no),
            "task": _cut(texts[row["assignment__task"]].text, _TASK),
            "late": str(row["count"]),
            "units": _units(late.filter(assignment__task=row["assignment__task"]), _UNITS, row["count"]),
        }
        for no, row in enumerate(most, start=1)
    ]
    return rows, more


def _units(late: QuerySet[Case], most: int, count: int) -> str:
    names = late.order_by("due", "pk").values_list("unit__name", flat=True)[:most]
    said = _(", ").join(_cut(name, _NAME) for name in names)
    return (
        said
        if count <= most
        else _("%(units)s and others, %(count)s in all") % {"units": said, "count": count}
    )


def _reports(cases: QuerySet[Case]) -> QuerySet[Report]:
    accepted = cases.filter(state="accepted").order_by()
    return Report.objects.filter(assignment__in=accepted.values("pk"), returned_reason="").order_by("id")


def _told(cases: QuerySet[Case]) -> QuerySet[Report, tuple[str, str, str]]:
    """Unit, task and words of each accepted report."""
    return _reports(cases).values_list("assignment__case__unit__name", "assignment__case__title", "text")


def _excerpts(rows: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [
        {"no": str(no), "unit": _cut(unit, _NAME), "task": _cut(task, _TASK), "gist": _cut(text, _GIST)}
        for no, (unit, task, text) in enumerate(rows, start=1)
    ]


def _cut(text: str, most: int) -> str:
    """The beginning of a text, on one line; between Chinese characters a line break leaves nothing."""
    line = " ".join(_BREAK.sub("", text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def sheets(actor: Person, campaign: Campaign, task: Task | None = None) -> list[Sheet]:
    """What the report sums up, row by row: the places and units, the late cases, the accepted reports."""
    tree = queries.tree(campaign, actor, territory=campaign.territory_id, task=task)
    cases = queries.assignments(campaign, actor, task)
    places = [tree.total, *tree.territories, *tree.units]
    counts = (_("received"), _("acknowledged"), _("launched"), _("reported"), _("accepted"), _("late"))
    return [
        Sheet(
            _("Progress"),
            (_("Territory or unit"), *counts),
            [(place.label, *(getattr(place, name) for name in COUNTS)) for place in places],
        ),
        Sheet(
            _("Late"), (_("Unit"), _("Task"), _("Due"), _("Working days late"), _("State")), _late_rows(cases)
        ),
        Sheet(_("Reports"), (_("Unit"), _("Task"), _("Report")), _told(cases)[:ROWS].iterator()),
    ]


def _late_rows(cases: QuerySet[Case]) -> Iterator[tuple[Value, ...]]:
    today, lifecycle = timezone.localdate(), lifecycle_of(Case(kind="assignment"))
    late = cases.filter(overdue()).order_by("due", "id")
    for unit, title, due, state in late.values_list("unit__name", "title", "due", "state")[:ROWS].iterator():
        yield unit, title, due, days_late(due, today), lifecycle.state(state).label
