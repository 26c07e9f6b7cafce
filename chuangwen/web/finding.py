"""The search over everything a person may see: a table of sections, each through its own door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import Actor
from chuangwen.cases.models import Case, visible_case
from chuangwen.core.search import Excerpt, excerpt, found
from chuangwen.directives.models import IssuedPaper, Meeting, Report, Task
from chuangwen.inspections.models import Inspection
from chuangwen.organizations.models import Unit
from chuangwen.organizations.scope import scope_of
from chuangwen.rectification.models import Bulletin, Order

SHOWN = 20  # hits of a section; whoever has more says more
LONGEST = 100  # characters of a query


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, where it is, whose it is, and the place in its text."""

    title: str
    url: str
    note: str
    excerpt: Excerpt


@dataclass(frozen=True)
class Section:
    """``find`` gives the hits that the person may see, at most so many."""

    label: str | Promise
    find: Callable[[Actor, str, int], Iterable[Hit]]


@dataclass(frozen=True)
class Shelf:
    """A section with what was found in it."""

    label: str | Promise
    hits: list[Hit]
    more: bool


def _case_url(case: Case) -> str:
    return reverse("cases:case", args=(case.number,))


def _tasks(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    tasks = Task.objects.standing().filter(visible_case(actor, "meeting__case"), pk__in=found("task", query))
    for task in tasks.select_related("meeting__case").order_by("-pk")[:most]:
        url = reverse("directives:plan", args=(task.meeting.case.number,))
        yield Hit(task.meeting.case.title, f"{url}#task-{task.pk}", "", excerpt(task.text, query))


def _cases(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    """In no order: whoever sees twenty thousand would wait for their sorting."""
    cases = Case.objects.visible_to(actor).filter(assignment__task__in=found("task", query))
    for case in cases.select_related("unit", "assignment__task").order_by()[:most]:
        yield Hit(case.unit.name, _case_url(case), "", excerpt(case.assignment.task.text, query))


def _reports(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    reports = Report.objects.filter(visible_case(actor, "assignment__case"), pk__in=found("report", query))
    related = reports.select_related("assignment__case__unit", "document")
    for report in related.order_by("-pk")[:most]:
        case = report.assignment.case
        yield Hit(report.document.name, _case_url(case), f"{case.unit} · {case}", excerpt(report.text, query))


def _meetings(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    meetings = Meeting.objects.filter(visible_case(actor, "case"), pk__in=found("meeting", query))
    for meeting in meetings.select_related("case__campaign").order_by("-pk")[:most]:
        case = meeting.case
        yield Hit(case.title, _case_url(case), str(case.campaign), excerpt(meeting.text, query))


def _papers(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    papers = IssuedPaper.objects.filter(visible_case(actor, "case"), pk__in=found("paper", query))
    for paper in papers.select_related("number__series", "case__unit").order_by("-pk")[:most]:
        case = paper.case
        words = f"{paper.number} {case.title}"
        yield Hit(
            f"{paper.get_kind_display()} {paper.number}",
            _case_url(case),
            str(case.unit),
            excerpt(words, query),
        )


def _orders(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    orders = Order.objects.visible_to(actor).filter(pk__in=found("order", query))
    for order in orders.select_related("number__series", "case__unit").order_by("-pk")[:most]:
        case, number = order.case, str(order.number or "")
        yield Hit(
            number or case.title, _case_url(case), str(case.unit), excerpt(f"{number} {case.title}", query)
        )


def _bulletins(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    bulletins = Bulletin.objects.visible_to(actor).filter(pk__in=found("bulletin", query))
    for one in bulletins.select_related("number__series", "case__issuer").order_by("-pk")[:most]:
        case, number = one.case, str(one.number or "")
        url = reverse("rectification:bulletin", args=(case.number,)) if one.published_at else _case_url(case)
        yield Hit(number or case.title, url, str(case.issuer), excerpt(f"{number} {case.title}", query))


def _inspections(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    inspections = Inspection.objects.visible_to(actor).filter(pk__in=found("inspection", query))
    for one in inspections.select_related("case__issuer", "line").order_by("-pk")[:most]:
        yield Hit(one.case.title, _case_url(one.case), str(one.case.issuer), excerpt(one.line.name, query))


def _units(actor: Actor, query: str, most: int) -> Iterable[Hit]:
    units = Unit.objects.filter(scope_of(actor).sees(), pk__in=found("unit", query))
    for unit in units.select_related("territory").order_by("code")[:most]:
        url = reverse("organizations:unit", args=(unit.code,))
        yield Hit(unit.name, url, unit.territory.name, excerpt(f"{unit.short_name} {unit.code}", query))


SECTIONS = (
    Section(_("Tasks"), _tasks),
    Section(_("Cases"), _cases),
    Section(_("Reports"), _reports),
    Section(_("Meetings"), _meetings),
    Section(_("Papers"), _papers),
    Section(_("Orders to rectify"), _orders),
    Section(_("Bulletins"), _bulletins),
    Section(_("Inspections"), _inspections),
    Section(_("Units"), _units),
)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What was found, section by section; the number of a case leads straight to it."""
    query = asked(request)
    if case := Case.objects.visible_to(request.user).filter(number=query.upper()).first():
        return redirect("cases:case", case.number)
    shelves = [_shelf(section, request.user, query) for section in SECTIONS] if query else []
    context = {"query": query, "shelves": [shelf for shelf in shelves if shelf.hits], "shown": SHOWN}
    return render(request, "web/search.html", context)


def asked(request: HttpRequest) -> str:
    """The words that are looked for."""
    return " ".join(request.GET.get("q", "").split())[:LONGEST]


def _shelf(section: Section, actor: Actor, query: str) -> Shelf:
    hits = list(section.find(actor, query, SHOWN + 1))
    return Shelf(section.label, hits[:SHOWN], len(hits) > SHOWN)
