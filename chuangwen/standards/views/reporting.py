"""The pages of self-reports: a round is opened; a unit answers one criterion after the other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.cases.views import looks, seen_again, seen_of
from chuangwen.core.access import note_read
from chuangwen.core.files import download
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.organizations.services import journal_name
from chuangwen.standards import queries
from chuangwen.standards.filling import Line, filled
from chuangwen.standards.forms import AnswerForm, RoundForm
from chuangwen.standards.hints import alike_to, reviews, with_hints
from chuangwen.standards.models import Answer, Proof
from chuangwen.standards.services import reporting, rounds
from chuangwen.standards.services.editing import require_office
from chuangwen.standards.views.keeping import standard_of


@require_http_methods(["GET", "POST"])
def open_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the units of a campaign for self-reports by this standard."""
    standard = standard_of(request, pk)
    require_office(request.user, standard.office)  # type: ignore[arg-type]
    typed = request.POST if request.method == "POST" else kept(request)
    form = RoundForm(typed, campaigns=queries.campaigns_run_by(request.user))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            job = rounds.open_round(actor=request.user, standard=standard, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            return redirect("web:job", job.pk)
    context = {"form": form, "problem": problem, "standard": standard}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/open_round.html", context, status=status)


def _case(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).filter(kind="self_report")
    related = ("unit__territory", "issuer", "campaign", "self_report__round__standard")
    return get_object_or_404(cases.select_related(*related), number=number)


@require_GET
def fill(request: HttpRequest, number: str) -> HttpResponse:
    """Leads to the first criterion that lacks something, or to the first of all."""
    case = _case(request, number)
    lines = filled(case.self_report)
    first = next((line for line in lines if line.missing), lines[0] if lines else None)
    if not first:
        return redirect("cases:case", number)
    return redirect("standards:answer", number, first.criterion.pk)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, number: str, criterion: int) -> HttpResponse:
    """One criterion: what is asked, what was said, what is missing; saving leads to the next one.

    Refused, the page says why and keeps what was typed.
    """
    case = _case(request, number)
    lines = filled(case.self_report)
    place = _place(lines, criterion)
    line = lines[place]
    typed = request.POST if request.method == "POST" else kept(request)
    files = request.FILES if request.method == "POST" else None
    form = AnswerForm(typed, files, unit=case.unit, criterion=line.criterion, answer=line.answer)
    problem = None
    looked = looks(request)
    if request.method == "POST" and not looked and form.is_valid():
        try:
            reporting.answer(
                actor=request.user,  # type: ignore[arg-type]
                case=case,
                criterion=line.criterion,
                seen=seen_of(request),
                **form.said_and_shown(),
            )
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Saved."))
            further = "next" in request.POST and place + 1 < len(lines)
            onward = lines[place + 1].criterion.pk if further else criterion
            return redirect("standards:answer", number, onward)
    status = problem.status if problem else 400 if request.method == "POST" and not looked else 200
    context = _context(request, case, lines, place) | {
        "form": form,
        "problem": problem,
        "seen": seen_again(request, typed, line.answer.revision if line.answer else 0),
    }
    return render(request, "standards/answer.html", context, status=status)


def _place(lines: list[Line], criterion: int) -> int:
    for place, line in enumerate(lines):
        if line.criterion.pk == criterion:
            return place
    raise Http404


def _context(request: HttpRequest, case: Case, lines: list[Line], place: int) -> dict[str, Any]:
    line = lines[place]
    proofs = list(line.answer.proofs.select_related("evidence__blob")) if line.answer else []
    hinted = reviews(request.user, case)
    return {
        "case": case,
        "line": line,
        "criterion": line.criterion,
        "proofs": with_hints(proofs) if hinted else proofs,
        "hinted": hinted,
        "number": place + 1,
        "total": len(lines),
        "lacking": sum(1 for each in lines if each.missing),
        "before": lines[place - 1].criterion if place else None,
        "after": lines[place + 1].criterion if place + 1 < len(lines) else None,
        "may_fill": may(request.user, lifecycle_of(case).move("fill"), case),
    }


@require_GET
def alike_page(request: HttpRequest, number: str, criterion: int) -> HttpResponse:
    """Statements of other units that are like this one: for reviewers, beside what they read; a hint."""
    case = _case(request, number)
    if not reviews(request.user, case):
        raise Http404
    answers = Answer.objects.filter(self_report=case.pk, criterion=criterion)
    answer = answers.select_related("criterion", "self_report__round", "self_report__case").first()
    context = {"case": case, "found": alike_to(answer) if answer else [], "criterion": criterion}
    return render(request, "standards/alike.html", context)


@require_GET
def proof_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """The file of a piece of evidence, for whoever may see the self-report that it is used in."""
    case = _case(request, number)
    proofs = Proof.objects.filter(answer__self_report=case.pk).exclude(evidence__blob=None)
    piece = get_object_or_404(proofs.select_related("evidence__blob"), pk=pk).evidence
    assert piece.blob is not None  # noqa: S101 - for the checker: the others are left out above
    note_read(actor=journal_name(request.user), subject=case.subject, item=piece.subject)  # type: ignore[arg-type]
    return download(piece.blob, piece.name, inline=piece.is_photo)


@require_POST
def drop_proof(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a piece of evidence back."""
    case = _case(request, number)
    proof = get_object_or_404(
        Proof.objects.select_related("answer", "evidence"), pk=pk, answer__self_report=case.pk
    )
    reporting.drop_proof(actor=request.user, case=case, proof=proof)  # type: ignore[arg-type]
    messages.success(request, _("Taken out."))
    return redirect("standards:answer", number, proof.answer.criterion_id)
