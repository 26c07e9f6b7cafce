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
        "figures": [figure(seen) for figure in overview.FIGURES.values()],
        "matrix": overview.matrix(seen),
    }
    return render(request, "directives/overview.html", context)


@require_GET
def figure_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One figure as a table to take away."""
    if name not in overview.FIGURES:
        raise Http404
    campaign = campaign_of(request, pk)
    figure = overview.FIGURES[name](overview.Seen(campaign, request.user))
    rows: Iterable[list[Value]] = ([row.label, *row.values] for row in figure.rows)
    return table(name, str(figure.title), figure.headings, rows)


@require_GET
def late_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The late cases of a territory, a system or a unit, each with the reason as far as it is known."""
    campaign = campaign_of(request, pk)
    cases = list(overview.late_cases(campaign, request.user, request.GET.dict())[: overview.LATE_SHOWN + 1])
    context = {
        "campaign": campaign,
        "rows": late_rows(cases[: overview.LATE_SHOWN]),
        "shown": overview.LATE_SHOWN,
        "more": len(cases) > overview.LATE_SHOWN,
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
