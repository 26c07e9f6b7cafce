"""Every list of the directives as a table to take away, narrowed as its page is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chuangwen.cases.models import Campaign
from chuangwen.core.downloads import MOST, limited, table
from chuangwen.core.spreadsheets import Value
from chuangwen.directives import burden, overview, queries
from chuangwen.directives.models import Receiver
from chuangwen.directives.views.burden import complaints_to, require_office
from chuangwen.directives.views.campaigns import campaign_of, chosen_system, place_of, unit_rows
from chuangwen.directives.views.meetings import meeting_of
from chuangwen.directives.views.overview import late_rows
from chuangwen.organizations.models import Person, Territory

COUNTS: dict[str, str | Promise] = {
    "received": gettext_lazy("received"),
    "acknowledged": gettext_lazy("acknowledged"),
    "launched": gettext_lazy("launched"),
    "reported": gettext_lazy("reported"),
    "accepted": gettext_lazy("accepted"),
    "late": gettext_lazy("late"),
}


def _progress(rows: Iterable[queries.Progress]) -> Iterable[list[Value]]:
    return ([row.label, row.code, *(getattr(row, name) for name in COUNTS)] for row in rows)


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Raises Problem ``export.too_many``."""
    rows = limited(Campaign.objects.visible_to(request.user).select_related("office"))
    headings = [_("Campaign"), _("Office"), _("Opened on")]
    cells = ((campaign.name, campaign.office.name, campaign.opened_on) for campaign in rows)
    return table("campaigns", _("Campaigns"), headings, cells)


@require_GET
def progress(request: HttpRequest, pk: int, territory: str) -> HttpResponse:
    """One level of the tree: its total, the territories below, the units that stand there."""
    campaign = campaign_of(request, pk)
    place, system = place_of(campaign, territory), chosen_system(request)
    tree = queries.tree(campaign, request.user, territory=place.pk, system=system.pk if system else "")
    headings = [_("Territory or unit"), _("Code"), *COUNTS.values()]
    rows = _progress([tree.total, *tree.territories, *tree.units])
    return table("progress", _("Progress by territory"), headings, rows)


@require_GET
def systems(request: HttpRequest, pk: int) -> HttpResponse:
    rows = _progress(queries.systems(campaign_of(request, pk), request.user))
    return table("systems", _("Progress by system"), [_("System"), _("Code"), *COUNTS.values()], rows)


@require_GET
def late(request: HttpRequest, pk: int) -> HttpResponse:
    """All late cases of a territory, a system or a unit. Raises Problem ``export.too_many``."""
    campaign = campaign_of(request, pk)
    cases = limited(overview.late_cases(campaign, request.user, request.GET.dict()))
    headings = [_("Unit"), _("Task"), _("Due"), _("State"), _("Why"), _("Who answers for it"), _("number")]
    rows = (
        (
            row.case.unit.name,
            row.case.title,
            row.case.due,
            row.state.label,
            row.why,
            row.who,
            row.case.number,
        )
        for row in late_rows(cases)
    )
    return table("late", _("Late"), headings, rows)


@require_GET
def unit(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A unit's cases in the campaign, with how often each was sent back and passed on."""
    body, found = unit_rows(request, campaign_of(request, pk), code)
    headings = [_("Task"), _("State"), _("Due"), _("Issued by"), _("times sent back"), _("times passed on")]
    rows = (
        (
            case.title,
            state.label,
            case.due,
            case.issuer.name,
            case.sent_back,  # type: ignore[attr-defined]  # the query's own count
            passed_on,
        )
        for case, state, passed_on in found
    )
    return table("unit", body.name, headings, rows)


@require_GET
def delivery(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Everybody who would get one task of a plan, and in which role."""
    meeting = meeting_of(request, number)
    task = get_object_or_404(meeting.tasks.standing(), pk=pk)
    units = queries.recipients_of(task, meeting)
    headings = [_("Unit"), _("Code"), _("Territory"), _("role")]
    places = dict(Territory.objects.values_list("code", "name"))
    rows = (
        (unit.name, unit.code, places[unit.territory_id], Receiver.Role(role).label)
        for unit, role in units.items()
    )
    return table("receivers", task.text[:20], headings, rows)


def _burden_by_task(actor: Person) -> Iterable[list[Value]]:
    for row in burden.by_task(actor, MOST):
        basis = row.task.meeting.basis if row.task.asks_report else ""
        yield [row.task.text, *_asked(row.burden), basis, row.unread]


def _burden_by_unit(actor: Person) -> Iterable[list[Value]]:
    return ([row.unit.name, row.unit.code, *_asked(row.burden)] for row in burden.by_unit(actor, MOST))


def _asked(asked: burden.Burden) -> list[Value]:
    return [asked.cases, asked.reports, asked.hours]


def _complaints(actor: Person) -> Iterable[list[Value]]:
    for row in complaints_to(actor, MOST):
        yield [row.code, row.filed_at, row.territory.name, row.about, row.text, row.answered_at, row.answer]


_ASKED = (gettext_lazy("Tasks"), gettext_lazy("Reports"), gettext_lazy("Hours, estimated"))
# The tables of the page about burden: title, headings, rows.
_BURDEN: dict[str, tuple[Promise, Sequence[str | Promise], Callable[[Person], Iterable[list[Value]]]]] = {
    "tasks": (
        gettext_lazy("Tasks that ask most"),
        (gettext_lazy("Task"), *_ASKED, gettext_lazy("Basis"), gettext_lazy("Reports unread")),
        _burden_by_task,
    ),
    "units": (
        gettext_lazy("Units that are asked most"),
        (gettext_lazy("Unit"), gettext_lazy("Code"), *_ASKED),
        _burden_by_unit,
    ),
    "complaints": (
        gettext_lazy("What people say"),
        (
            gettext_lazy("Code"),
            gettext_lazy("Filed"),
            gettext_lazy("Where"),
            gettext_lazy("about"),
            gettext_lazy("Text"),
            gettext_lazy("Answered"),
            gettext_lazy("Answer"),
        ),
        _complaints,
    ),
}


@require_GET
def asked(request: HttpRequest, name: str) -> HttpResponse:
    """One table of what the year's campaigns ask of people."""
    require_office(request)
    if name not in _BURDEN:
        raise Http404
    title, headings, rows = _BURDEN[name]
    return table(f"burden-{name}", str(title), headings, rows(request.user))  # type: ignore[arg-type]
