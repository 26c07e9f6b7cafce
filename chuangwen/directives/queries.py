"""Reads of the directives: subordinates, the progress of a campaign, what a plan would send to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Campaign, Case, Request
from chuangwen.cases.queries import times_passed_on
from chuangwen.directives import tally
from chuangwen.directives.models import Assignment, IssuedPaper, Meeting, Report, Task
from chuangwen.directives.receivers import address_of, recipients
from chuangwen.organizations.models import Person, System, Territory, Unit, next_below, within
from chuangwen.organizations.scope import led_by_system, led_by_territory

LISTED = 50  # units of a task on the page of a preview
LINES = {"territory": led_by_territory, "system": led_by_system}


def subordinates(case: Case, line: str) -> QuerySet[Unit]:
    """The units that the case's unit leads along ``line`` and that lack this task of this round.

    A unit from which it was withdrawn lacks it again.
    """
    assignment = case.assignment
    given = Assignment.objects.filter(task=assignment.task_id, period=assignment.period)
    have_it = given.exclude(case__state="withdrawn")
    return (
        Unit.objects.filter(LINES[line](case.unit), active=True)
        .exclude(pk__in=have_it.values("case__unit"))
        .order_by("code")
    )


def assignment_detail(actor: Person | AnonymousUser, case: Case) -> Mapping[str, Any]:
    """What the page of an assignment shows besides the case itself."""
    related = ("task__meeting__case", "launch", "breakdown__principal", "breakdown__in_charge")
    assignment = Assignment.objects.select_related(*related).get(pk=case.pk)
    children = case.children.visible_to(actor).select_related("unit").order_by("unit__code")
    reports = assignment.reports.select_related("filed_by", "document")
    return {
        "issued": issued_papers(case),
        "assignment": assignment,
        "launch": getattr(assignment, "launch", None),
        "breakdown": getattr(assignment, "breakdown", None),
        "reports": reports,
        "sent_back": sum(bool(report.returned_reason) for report in reports),
        "children": [(child, lifecycle_of(child).state(child.state)) for child in children],
    }


def asked_before(case: Case) -> Mapping[str, int]:
    """How often the case was sent back, passed on, and how its earlier requests were decided."""
    decided = Counter(case.requests.order_by().values_list("decision", flat=True))
    sent_back = Report.objects.filter(assignment=case.pk).exclude(returned_reason="").count()
    return {
        "sent_back": sent_back,
        "passed_on": times_passed_on([case.pk])[case.pk],
        "granted": decided[Request.Decision.GRANTED],
        "refused": decided[Request.Decision.REFUSED],
    }


def issued_papers(case: Case) -> QuerySet[IssuedPaper]:
    """The numbered papers of a case with their files, oldest first."""
    papers: QuerySet[IssuedPaper] = case.papers.select_related("number__series", "docx", "pdf")
    return papers


@dataclass
class Progress:
    """How far a territory, a system or a unit is: numbers of assignment cases."""

    label: str
    code: str = ""
    four_bodies: str = ""
    received: int = 0
    acknowledged: int = 0
    launched: int = 0
    reported: int = 0
    accepted: int = 0
    late: int = 0

    def add(self, counts: Mapping[str, Any]) -> None:
        for name in tally.COUNTS:
            setattr(self, name, getattr(self, name) + counts[name])


@dataclass(frozen=True)
class Tree:
    """One level of the campaign's tree: the whole, the territories below, and the units standing here."""

    total: Progress
    territories: list[Progress]
    units: list[Progress]


def _cases(campaign: Campaign, actor: Person | AnonymousUser) -> QuerySet[Case]:
    return campaign.cases.filter(kind="assignment").exclude(state="withdrawn").visible_to(actor)


def assignments(
    campaign: Campaign, actor: Person | AnonymousUser, task: Task | None = None
) -> QuerySet[Case]:
    """The assignment cases of the campaign, or of one task of it, that the actor may see."""
    cases = _cases(campaign, actor)
    return cases.filter(assignment__task=task) if task else cases


def is_dispatched(campaign: Campaign) -> bool:
    """Whether any task of the campaign is on a desk, whoever may see it."""
    return campaign.cases.filter(kind="assignment").exists()


def tree(
    campaign: Campaign,
    actor: Person | AnonymousUser,
    *,
    territory: str,
    system: str = "",
    task: Task | None = None,
) -> Tree:
    """Progress at ``territory`` and one level below, of everything the actor may see; three queries.

    With ``system`` only units of that system are counted: the same tree along the line (条); with ``task``
    only that task's cases.
    """
    where = within(territory, "unit__territory_id")
    if system:
        where &= Q(unit__memberships__system=system)
    names = dict(Territory.objects.filter(within(territory, "code")).values_list("code", "name"))
    total = Progress(names.get(territory, territory), territory)
    below: dict[str, Progress] = {}
    for row in _counted(campaign, actor, task, "unit__territory_id", where=where):
        total.add(row)
        child = next_below(territory, row["unit__territory_id"], names)
        if child != territory:
            below.setdefault(child, Progress(names[child], child)).add(row)
    here = []
    where &= Q(unit__territory=territory)
    for row in _counted(campaign, actor, task, "unit__code", "unit__name", "unit__four_bodies", where=where):
        unit = Progress(row["unit__name"], row["unit__code"], row["unit__four_bodies"])
        unit.add(row)
        here.append(unit)
    return Tree(total, sorted(below.values(), key=_by_code), sorted(here, key=_four_bodies_first))


def _counted(
    campaign: Campaign, actor: Person | AnonymousUser, task: Task | None, *by: str, where: Q
) -> Iterable[Mapping[str, Any]]:
    """Of the whole campaign the numbers are tallied, of one task they are counted."""
    if task:
        return tally.count(assignments(campaign, actor, task).filter(where), *by)
    return tally.counted(campaign, actor, *by, where=where)


def systems(campaign: Campaign, actor: Person | AnonymousUser) -> list[Progress]:
    """Progress by system, of everything the actor may see; two queries."""
    names = dict(System.objects.values_list("code", "name"))
    found = []
    for row in tally.counted(campaign, actor, "unit__memberships__system"):
        code = row["unit__memberships__system"]
        if code:
            progress = Progress(names[code], code)
            progress.add(row)
            found.append(progress)
    return sorted(found, key=_by_code)


def _by_code(progress: Progress) -> str:
    return progress.code


def _four_bodies_first(progress: Progress) -> tuple[bool, str]:
    return (not progress.four_bodies, progress.code)


def unit_cases(campaign: Campaign, actor: Person | AnonymousUser, unit: Unit) -> QuerySet[Case]:
    """A unit's assignment cases of the campaign that the actor may see, with their count ``sent_back``."""
    sent_back = Count("assignment__reports", filter=~Q(assignment__reports__returned_reason=""))
    broken_down = ("assignment__breakdown__principal", "assignment__breakdown__in_charge")
    cases = _cases(campaign, actor).filter(unit=unit).select_related("issuer", *broken_down)
    return cases.annotate(sent_back=sent_back).order_by("due", "id")


@dataclass(frozen=True)
class Delivery:
    """What dispatching one task would do: the units with their roles."""

    task: Task
    units: Mapping[Unit, str]

    @property
    def first(self) -> list[tuple[Unit, str]]:
        """As many as one reads on a page."""
        return list(islice(self.units.items(), LISTED))

    @property
    def more(self) -> int:
        return max(0, len(self.units) - LISTED)


def preview(meeting: Meeting) -> list[Delivery]:
    """Who would get what, task by task, as the plan stands; undecided lines reach nobody."""
    found: dict[tuple[Any, ...], dict[Unit, str]] = {}  # tasks with the same address are looked up once
    deliveries = []
    for task in meeting.tasks.standing().prefetch_related("receivers"):
        if (address := address_of(task.receivers.all())) not in found:
            found[address] = recipients_of(task, meeting)
        deliveries.append(Delivery(task, found[address]))
    return deliveries


def recipients_of(task: Task, meeting: Meeting) -> dict[Unit, str]:
    """The units that one task of a plan would go to, with their role; undecided lines reach nobody."""
    lines = [line for line in task.receivers.all() if line.rule]
    return recipients(lines, meeting.case.campaign.territory_id, except_unit=meeting.case.unit_id)
