"""The leader's page: what is late and where, two clicks from the case and its reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import State, lifecycle_of
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.downloads import table
from chuangwen.core.spreadsheets import Value
from chuangwen.directives import overview
from chuangwen.directives.views.campaigns import campaign_of


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """The overview of the newest campaign that the person may see."""
    campaign = Campaign.objects.visible_to(request.user).open().first()
    if campaign is None:
        return redirect("directives:campaigns")
    return redirect("directives:overview", campaign.pk)


@require_GET
def overview_page(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_of(request, pk)
    seen = overview.Seen(campaign, request.user)
    context = {
        "campaign": campaign,
        "figures": [figure(seen) for name, figure in overview.FIGURES.items() if name != "timeline"],
        "matrix": overview.matrix(seen),
    }
    return render(request, "directives/overview.html", context)


def _figure(request: HttpRequest, campaign: Campaign, name: str) -> overview.Figure:
    if name not in overview.FIGURES:
        raise Http404
    return overview.FIGURES[name](overview.Seen(campaign, request.user))


@require_GET
def figure_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One figure; from here the overview fetches the one that takes longest, once the rest is there."""
    campaign = campaign_of(request, pk)
    context = {"campaign": campaign, "figure": _figure(request, campaign, name)}
    return render(request, "directives/figure_page.html", context)


@require_GET
def figure_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One figure as a table to take away."""
    figure = _figure(request, campaign_of(request, pk), name)
    rows: Iterable[list[Value]] = ([row.label, *row.values] for row in figure.rows)
    return table(name, str(figure.title), figure.headings, rows)


@require_GET
def late_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The late cases of a territory, a system or a unit, each with the reason as far as it is known."""
    campaign = campaign_of(request, pk)
    late = overview.late_cases(campaign, request.user, request.GET.dict())
    if after := request.GET.get("after"):
        seen = Case.objects.visible_to(request.user).select_related("unit")
        late = late.filter(*(overview.behind(last) for last in seen.filter(number=after)))
    cases = list(late[: overview.LATE_SHOWN + 1])
    shown = cases[: overview.LATE_SHOWN]
    context = {
        "campaign": campaign,
        "rows": late_rows(shown),
        "after": shown[-1].number if len(cases) > len(shown) else "",
    }
    return render(request, "directives/late.html", context)


def late_rows(cases: Iterable[Case]) -> list[tuple[Case, State, str]]:
    """Each late case with its state and where it hangs."""
    return [(case, lifecycle_of(case).state(case.state), _why(case)) for case in cases]


def _why(case: Case) -> str:
    """Where a late case hangs: with whom it lies and what was said last."""
    reports = list(case.assignment.reports.all())
    if case.state == "returned" and reports:
        return reports[-1].returned_reason
    return _("not acknowledged") if case.state == "issued" else _("acknowledged, not reported")
