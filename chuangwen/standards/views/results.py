"""The page of a result: each line with rule, points and reason, never who gave them; objections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.lifecycle import ISSUER
from chuangwen.cases.models import Case
from chuangwen.core.downloads import table
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.models import Result, Score, SelfReport
from chuangwen.standards.review_forms import ObjectForm
from chuangwen.standards.services import results
from chuangwen.standards.verdicts import Verdict, totals, verdicts
from chuangwen.standards.views.rounds import context_of, round_of


def _report(request: HttpRequest, number: str) -> SelfReport:
    cases = Case.objects.visible_to(request.user).filter(kind="self_report")
    reports = SelfReport.objects.filter(case__in=cases)
    related = ("case__unit", "case__issuer", "case__campaign", "round__standard", "round__panel")
    return get_object_or_404(reports.select_related(*related), case__number=number)


def _found(request: HttpRequest, number: str) -> tuple[SelfReport, Score | None, list[Verdict]]:
    """What is released; the body that asked sees it as soon as the reviews are in."""
    report = _report(request, number)
    score = Score.objects.visible_to(request.user).filter(pk=report.pk).first()
    panel = getattr(report.round, "panel", None)
    asks = ISSUER.test(request.user, report.case)
    lines = verdicts(panel, report, score) if panel and (score or asks) else None
    if lines is None:
        raise Http404
    return report, score, lines


@require_GET
def result_page(request: HttpRequest, number: str) -> HttpResponse:
    """Every line and the sums; for the unit, until when and where it may object."""
    report, score, lines = _found(request, number)
    own = Relation.ANSWERS_FOR in scope_of(request.user).relations(report.case.unit)
    may_object = bool(own and score and timezone.localdate() <= score.objections_until)
    context = {
        "case": report.case,
        "round": report.round,
        "score": score,
        "lines": lines,
        "totals": totals(report, lines),
        "may_object": may_object,
    }
    return render(request, "standards/result.html", context)


@require_GET
def result_table(request: HttpRequest, number: str) -> HttpResponse:
    report, _score, lines = _found(request, number)
    headings = (
        _("Dimension"), _("Criterion"), _("Full points"), _("Rule"), _("Points"), _("Corrected to"),
        _("How it came about"), _("Reason"),
    )  # fmt: skip
    rows = (
        (
            str(line.criterion.indicator.dimension),
            line.criterion.text,
            Decimal(line.criterion.points),
            line.criterion.rule_in_words,
            line.result.points if line.result else line.line.points,
            line.result.corrected if line.result else None,
            line.line.words,
            "\n".join(one.reason for one in line.given if one.reason),
        )
        for line in lines
    )
    return table("result", str(report.case.unit), headings, rows)


@require_http_methods(["GET", "POST"])
def object_page(request: HttpRequest, number: str, criterion: int) -> HttpResponse:
    """Object to one line: why, and with what; refused, nothing typed is lost."""
    report, score, lines = _found(request, number)
    line = next((one for one in lines if one.result and one.criterion.pk == criterion), None)
    if not line or not score:
        raise Http404
    typed = request.POST if request.method == "POST" else kept(request)
    form = ObjectForm(typed, request.FILES if request.method == "POST" else None)
    problem = None
    if request.method == "POST" and form.is_valid():
        result = Result.objects.select_related("score", "criterion").get(score=score, criterion=criterion)
        try:
            objection = results.object_to(actor=request.user, result=result, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("The objection is on the office's desk."))
            return redirect("cases:case", objection.case.number)
    context: dict[str, Any] = {
        "case": report.case,
        "score": score,
        "verdict": line,
        "criterion": line.criterion,
        "form": form,
        "problem": problem,
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/object.html", context, status=status)


@require_POST
def release_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Release whatever is reviewed; refused, the page of the round says why."""
    found = round_of(request, pk)
    try:
        job = results.release_round(actor=request.user, round=found)  # type: ignore[arg-type]
    except Problem as problem:
        context = context_of(request, found, problem)
        return render(request, "standards/round.html", context, status=problem.status)
    return redirect("web:job", job.pk)
