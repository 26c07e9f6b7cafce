"""The page of a reviewer: one criterion after the other, its rule and its evidence beside the own mark."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.cases.views import seen_again, seen_of
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.standards.hints import with_hints
from chuangwen.standards.models import Answer, Method
from chuangwen.standards.queries import opinions_about
from chuangwen.standards.review_forms import MarkForm
from chuangwen.standards.reviewing import Marked, lines_of
from chuangwen.standards.services import reviews


def _case(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).filter(kind="review")
    related = ("unit", "issuer", "campaign", "review__self_report__case__unit", "review__self_report__round")
    return get_object_or_404(cases.select_related(*related), number=number)


@require_GET
def score(request: HttpRequest, number: str) -> HttpResponse:
    """Leads to the first criterion that is not marked, or to the first of all."""
    case = _case(request, number)
    lines = lines_of(case.review)
    first = next((line for line in lines if not line.mark), lines[0] if lines else None)
    if not first:
        return redirect("cases:case", number)
    return redirect("standards:mark", number, first.criterion.pk)


@require_http_methods(["GET", "POST"])
def mark(request: HttpRequest, number: str, criterion: int) -> HttpResponse:
    """One criterion: what is asked and how it is scored, what the unit says and shows, the own mark.

    Saving leads to the next one that is not marked; refused, the page says why and keeps what was typed.
    """
    case = _case(request, number)
    lines = lines_of(case.review)
    place = _place(lines, criterion)
    line = lines[place]
    typed = request.POST if request.method == "POST" else kept(request)
    form = MarkForm(typed, criterion=line.criterion, mark=line.mark)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            reviews.mark(
                actor=request.user,  # type: ignore[arg-type]
                case=case,
                criterion=line.criterion,
                seen=seen_of(request),
                **form.cleaned_data,
            )
        except Problem as raised:
            problem = raised
        else:
            return _onward(request, number, lines, place)
    context = _context(request, case, lines, place) | {
        "form": form,
        "problem": problem,
        "seen": seen_again(request, typed, line.mark.revision if line.mark else 0),
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/review.html", context, status=status)


def _onward(request: HttpRequest, number: str, lines: list[Marked], place: int) -> HttpResponse:
    """To the next criterion without a mark, round and round; to the case when there is none."""
    left = [line for line in [*lines[place + 1 :], *lines[:place]] if not line.mark]
    if left:
        messages.success(request, _("Saved."))
        return redirect("standards:mark", number, left[0].criterion.pk)
    messages.success(request, _("Saved. Everything is marked: look it over, then submit the review."))
    return redirect("cases:case", number)


def _place(lines: list[Marked], criterion: int) -> int:
    for place, line in enumerate(lines):
        if line.criterion.pk == criterion:
            return place
    raise Http404


def _context(request: HttpRequest, case: Case, lines: list[Marked], place: int) -> dict[str, Any]:
    line, report = lines[place], case.review.self_report
    answers = Answer.objects.filter(self_report=report.pk, criterion=line.criterion.pk)
    answer = answers.prefetch_related("proofs__evidence__blob").first()
    return {
        "review": case.review,
        "review_case": case,
        "case": report.case,
        "line": line,
        "criterion": line.criterion,
        "answer": answer,
        "proofs": with_hints(answer.proofs.all()) if answer else (),
        "asks_opinions": line.criterion.method == Method.OPINION,
        "opinions": opinions_about(report) if line.criterion.method == Method.OPINION else (),
        "number": place + 1,
        "total": len(lines),
        "marked": sum(1 for each in lines if each.mark),
        "lines": lines,
        "before": lines[place - 1].criterion if place else None,
        "after": lines[place + 1].criterion if place + 1 < len(lines) else None,
        "may_score": may(request.user, lifecycle_of(case).move("score"), case),
    }
