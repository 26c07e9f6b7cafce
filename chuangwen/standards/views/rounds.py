"""The page of a round for its office: what was filed, who reviews it, and how the reviewers were drawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.core.downloads import limited, table
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.standards import queries
from chuangwen.standards.models import Panel, Round
from chuangwen.standards.panels import eligible
from chuangwen.standards.review_forms import PanelForm
from chuangwen.standards.services import panels
from chuangwen.standards.services.editing import require_office

PAGE = 50  # units on a page


def round_of(request: HttpRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user)
    return get_object_or_404(rounds.select_related("standard", "campaign__office", "panel"), pk=pk)


def panel_of(found: Round) -> Panel | None:
    return getattr(found, "panel", None)


@require_GET
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Unit by unit what was filed and how far its reviews are; the panel; the draws, each made again."""
    found = round_of(request, pk)
    return render(request, "standards/round.html", context_of(request, found))


@require_GET
def round_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Unit by unit how far the round is, to take away."""
    found = round_of(request, pk)
    reports = limited(queries.reports_of(found).select_related("case__unit__territory", "score"))
    headings = [_("Unit"), _("Code"), _("Territory")]
    headings += [_("Self-report"), _("filed"), _("Reviews"), _("released")]
    rows = (
        (
            row.report.case.unit.name,
            row.report.case.unit.code,
            str(row.report.case.unit.territory),
            str(row.state.label),
            row.report.filed_at,
            f"{sum(bool(review.submitted_at) for review in row.reviews)} / {len(row.reviews)}",
            row.report.score.released_at if hasattr(row.report, "score") else None,
        )
        for row in queries.progress_of(reports)
    )
    return table(f"round-{found.pk}", str(found), headings, rows)


def context_of(request: HttpRequest, found: Round, problem: Problem | None = None) -> dict[str, Any]:
    """The page of a round, with the problem that stood in the way of something asked on it."""
    panel = panel_of(found)
    page = Paginator(queries.reports_of(found), PAGE).get_page(request.GET.get("page"))
    return {
        "round": found,
        "panel": panel,
        "reviewers": panel.reviewers.order_by("name", "pk") if panel else (),
        "runs": queries.runs(request.user, found),
        "page": page,
        "rows": queries.progress_of(page.object_list),
        "draws": queries.draws_of(found),
        "consultations": queries.consultations_of(found),
        "problem": problem,
    }


@require_http_methods(["GET", "POST"])
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who reviews the round and by which rules."""
    found = round_of(request, pk)
    require_office(request.user, found.campaign.office)  # type: ignore[arg-type]
    typed = request.POST if request.method == "POST" else kept(request)
    form = PanelForm(typed, instance=panel_of(round_of(request, pk)), people=eligible(found))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            panels.name_panel(actor=request.user, round=found, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Saved."))
            return redirect("standards:round", pk)
    context = {"form": form, "problem": problem, "round": found}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/panel.html", context, status=status)


@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the reviewers drawn; refused, the page of the round says why."""
    found = round_of(request, pk)
    try:
        job = panels.draw(actor=request.user, round=found)  # type: ignore[arg-type]
    except Problem as problem:
        context = context_of(request, found, problem)
        return render(request, "standards/round.html", context, status=problem.status)
    return redirect("web:job", job.pk)
