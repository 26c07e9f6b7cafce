"""The burden meter: what a dispatch asks of people, what they were asked already, and on what basis.

DOMAIN §3: whoever is about to ask for more sees the forms, fields, uploads and minutes of it first. Minutes
are estimates (``settings.BURDEN_MINUTES``), the same for everybody, and are called so wherever shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Max, Q
from django.forms import FileField
from django.utils import timezone

from chuangwen.cases.library.picking import Picking
from chuangwen.cases.models import UNANSWERED, Attachment, Case, CaseQuerySet
from chuangwen.core.search import tokens
from chuangwen.directives.forms import ReportForm
from chuangwen.directives.models import Task
from chuangwen.directives.queries import Delivery
from chuangwen.organizations.models import Person, Unit

ALIKE = 0.5  # of the pairs of characters of two tasks together, how many both must have to be called alike
UNREAD_DAYS = 14  # a report that nobody has decided on for so long was perhaps not needed
HEAVIEST = 5  # units named beside a dispatch
_UPLOADS = sum(isinstance(field, FileField) for field in ReportForm.base_fields.values())
# What can be picked from the library asks for nothing that is not there already.
_FIELDS = len(ReportForm.base_fields.keys() - Picking.base_fields.keys()) - _UPLOADS


@dataclass(frozen=True, slots=True)  # there is one for each of twenty thousand units
class Burden:
    """What some cases ask of people: every case is read and acknowledged, a report is a form to fill."""

    cases: int = 0
    reports: int = 0

    @property
    def fields(self) -> int:
        return self.reports * _FIELDS

    @property
    def uploads(self) -> int:
        return self.reports * _UPLOADS

    @property
    def minutes(self) -> int:
        cost = settings.BURDEN_MINUTES
        return self.cases * cost["read and acknowledge"] + self.reports * cost["write a report"]

    @property
    def hours(self) -> int:
        return round(self.minutes / 60)

    def __add__(self, other: Burden) -> Burden:
        return Burden(self.cases + other.cases, self.reports + other.reports)


@dataclass(frozen=True)
class Overlap:
    """A report that was asked for this year already: of how many of the same units, and who has filed it."""

    task: Task
    earlier: Task
    dispatched_on: date
    units: int
    filed: int


@dataclass(frozen=True)
class OnFile:
    """What is on file of a like task, of any year: files of how many of the same units, and since when."""

    task: Task
    earlier: Task
    units: int
    files: int
    newest: date


@dataclass(frozen=True)
class UnitBurden:
    """One unit and what it has been asked this year, what is about to be asked included."""

    unit: Unit
    burden: Burden


@dataclass(frozen=True)
class Meter:
    """Everything that stands beside the button “Dispatch”."""

    units: int
    burden: Burden
    overlaps: list[Overlap]
    on_file: list[OnFile]
    heaviest: list[UnitBurden]


def meter(deliveries: Iterable[Delivery]) -> Meter:
    """What dispatching would ask, before it does; five queries."""
    deliveries = list(deliveries)
    asked: dict[Unit, Burden] = {}
    for delivery in deliveries:
        one = Burden(1, int(delivery.task.asks_report))
        for unit in delivery.units:
            asked[unit] = asked.get(unit, Burden()) + one
    before = _by_unit(asked_this_year())
    alike = _alike([delivery for delivery in deliveries if delivery.task.asks_report and delivery.units])
    years = (UnitBurden(unit, burden + before.get(unit.pk, Burden())) for unit, burden in asked.items())
    return Meter(
        units=len(asked),
        burden=sum(asked.values(), Burden()),
        overlaps=_overlaps(alike),
        on_file=_on_file(alike),
        heaviest=nsmallest(HEAVIEST, years, key=_heaviest_first),
    )


def _heaviest_first(row: UnitBurden) -> tuple[int, str]:
    return -row.burden.minutes, row.unit.code


def asked_this_year() -> CaseQuerySet:
    """The tasks on desks that were dispatched this year and not withdrawn."""
    begin = timezone.localtime().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    opened = Case.objects.filter(kind="assignment", opened_at__gte=begin)
    return opened.exclude(state="withdrawn").order_by()


_BURDEN = {"cases": Count("pk"), "reports": Count("pk", filter=Q(assignment__task__asks_report=True))}


def _by_unit(cases: CaseQuerySet) -> dict[int, Burden]:
    counted: Any = cases.values("unit").annotate(**_BURDEN)
    rows = counted.values_list("unit", "cases", "reports").iterator()
    return {unit: Burden(*counts) for unit, *counts in rows}


def by_unit(actor: Person | AnonymousUser, limit: int) -> list[UnitBurden]:
    """The units that the actor sees, those asked most this year first."""
    cost = settings.BURDEN_MINUTES
    minutes = cost["read and acknowledge"] * F("cases") + cost["write a report"] * F("reports")
    rows: Any = (
        asked_this_year().visible_to(actor).values("unit").annotate(**_BURDEN).order_by(-minutes, "unit")
    )
    found = list(rows[:limit])
    units = Unit.objects.in_bulk([row["unit"] for row in found])
    return [UnitBurden(units[row["unit"]], Burden(row["cases"], row["reports"])) for row in found]


@dataclass(frozen=True)
class TaskBurden:
    """One dispatched task, what it asks, and the reports on it that nobody has read for a fortnight.

    ``undone`` is on how many desks it still waits: so many are spared when it is dropped now.
    """

    task: Task
    burden: Burden
    unread: int
    undone: int


def by_task(actor: Person | AnonymousUser, limit: int) -> list[TaskBurden]:
    """The tasks of this year whose cases the actor sees, those that ask most first."""
    cases = asked_this_year().visible_to(actor)
    counts: Any = cases.values("assignment__task").annotate(**_BURDEN, undone=Count("pk", filter=UNANSWERED))
    asked = {row["assignment__task"]: (Burden(row["cases"], row["reports"]), row["undone"]) for row in counts}
    before = timezone.now() - timedelta(days=UNREAD_DAYS)
    # A report sent back has a later one behind it, so that the case is waiting for that one.
    waiting = cases.filter(state="reported").annotate(filed_at=Max("assignment__reports__filed_at"))
    unread = Counter(waiting.filter(filed_at__lt=before).values_list("assignment__task", flat=True))
    order = sorted(asked, key=lambda pk: (-asked[pk][0].minutes, pk))[:limit]
    tasks = Task.objects.select_related("meeting__case").in_bulk(order)
    return [TaskBurden(tasks[pk], asked[pk][0], unread[pk], asked[pk][1]) for pk in order]


Alike = Sequence[tuple[Delivery, Task]]


def _alike(asking: Sequence[Delivery]) -> Alike:
    """The tasks that were dispatched before in much the same words as one of these that ask for a report."""
    if not asking:
        return []
    earlier = Task.objects.filter(state=Task.State.DISPATCHED).select_related("meeting__case")
    said = [(delivery, set(tokens(delivery.task.text))) for delivery in asking]
    return [
        (delivery, task)
        for task in earlier
        for words in [set(tokens(task.text))]
        for delivery, asked in said
        if task.pk != delivery.task.pk and len(asked & words) >= ALIKE * len(asked | words) > 0
    ]


def _overlaps(alike: Alike) -> list[Overlap]:
    """Reports that some of the same units were asked for this year already."""
    this_year = timezone.localdate().year
    pairs = [
        (delivery, task, dispatched)
        for delivery, task in alike
        for dispatched in [timezone.localdate(task.meeting.case.closed_at)]
        if task.asks_report and dispatched.year == this_year
    ]
    holders = _holders({task.pk for _delivery, task, _day in pairs})
    found = []
    for delivery, task, dispatched in pairs:
        same = {unit.pk for unit in delivery.units} & holders.get(task.pk, {}).keys()
        if same:
            filed = sum(holders[task.pk][unit] for unit in same)
            found.append(Overlap(delivery.task, task, dispatched, len(same), filed))
    return found


def _on_file(alike: Alike) -> list[OnFile]:
    """Reports, photos, evidence that some of the same units have given for such a task, whenever it was."""
    files: dict[int, list[tuple[int, datetime]]] = {}
    kept = Attachment.objects.filter(
        case__assignment__task__in={task.pk for _delivery, task in alike},
        purpose__in=(Attachment.Purpose.REPORT, Attachment.Purpose.PHOTO, Attachment.Purpose.EVIDENCE),
    ).order_by()
    for key, unit, at in kept.values_list("case__assignment__task", "case__unit", "added_at"):
        files.setdefault(key, []).append((unit, at))
    found = []
    for delivery, task in alike:
        units = {unit.pk for unit in delivery.units}
        if held := [(unit, at) for unit, at in files.get(task.pk, ()) if unit in units]:
            newest = timezone.localdate(max(at for _unit, at in held))
            found.append(OnFile(delivery.task, task, len({unit for unit, _at in held}), len(held), newest))
    return found


def _holders(tasks: set[int]) -> Mapping[int, Mapping[int, bool]]:
    """Task → unit → whether it has filed its report."""
    cases = Case.objects.filter(assignment__task__in=tasks).order_by()
    found: dict[int, dict[int, bool]] = {}
    for task, unit, state in cases.values_list("assignment__task", "unit", "state"):
        found.setdefault(task, {})[unit] = state in {"reported", "accepted"}
    return found
