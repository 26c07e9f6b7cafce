"""The pages of a team: the checklist of the day, one thing after the other, and the leader's review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.core.access import note_read
from chuangwen.core.files import download
from chuangwen.core.problems import Problem
from chuangwen.core.typed import natural
from chuangwen.inspections import queries
from chuangwen.inspections.forms import FindingForm
from chuangwen.inspections.models import Finding, FindingPhoto
from chuangwen.inspections.openrosa.services import receiving
from chuangwen.inspections.queries import Line
from chuangwen.inspections.services import findings, reviewing
from chuangwen.inspections.teams import in_team
from chuangwen.inspections.views.pages import answered, case_of, shown, typed_in
from chuangwen.organizations.services import journal_name


def _visit(request: HttpRequest, number: str) -> Case:
    """A visit's case for somebody of its team; for all others its checklist does not exist."""
    case = case_of(request, number, "visit")
    if not in_team(request.user, case):
        raise Http404
    return case


@require_GET
def checklist(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that is looked at, place by place, with what was found there."""
    case = _visit(request, number)
    places = queries.checklist(case.visit)
    lines = queries.lines_of(places)
    context = {
        "case": case,
        "places": places,
        "done": sum(1 for line in lines if line.finding),
        "total": len(lines),
        "bare": queries.bare_types(case.visit),
        "received": queries.unfinished(request.user, case),
        "may_enter": may(request.user, lifecycle_of(case).move("enter"), case),
    }
    return render(request, "inspections/checklist.html", context)


@require_POST
def take_again(request: HttpRequest, number: str) -> HttpResponse:
    """Once more what could not be taken in of the forms that other clients sent."""
    case = _visit(request, number)
    for submission in queries.unfinished(request.user, case):
        receiving.try_again(actor=request.user, submission=submission)  # type: ignore[arg-type]
    messages.success(request, _("It is tried once more."))
    return redirect("inspections:checklist", number)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, number: str, criterion: int) -> HttpResponse:
    """One criterion at one point (``?point=``): the verdict, words, photos; saving leads to the next.

    Where something was found before, another finding stands beside it: none is overwritten.
    """
    case = _visit(request, number)
    lines = queries.lines_of(queries.checklist(case.visit))
    line = _line(lines, natural(request.GET.get("point", "")), criterion)
    form = FindingForm(typed_in(request), request.FILES if request.method == "POST" else None)

    def send() -> HttpResponse:
        _enter(request, case, line, form.cleaned_data)
        messages.success(request, _("Saved."))
        return _onward(number, lines, line)

    answer, problem = answered(form, request, send)
    context = {
        "case": case,
        "line": line,
        "form": form,
        "number": lines.index(line) + 1,
        "total": len(lines),
        "may_enter": may(request.user, lifecycle_of(case).move("enter"), case),
    }
    return answer or shown("inspections/finding.html", request, context, problem)


def _enter(request: HttpRequest, case: Case, line: Line, said: dict[str, Any]) -> None:
    """The finding and its photos; sent again with the same form, nothing is entered twice."""
    known = Finding.objects.filter(visit=case.pk, key=said["key"]).first()
    finding, _new = findings.enter(
        actor=request.user,  # type: ignore[arg-type]
        visit=case.visit,
        key=said["key"],
        criterion=line.criterion.pk,
        point=line.point.pk if line.point else None,
        verdict=said["verdict"],
        words=said["words"],
        noted_at=known.noted_at if known else timezone.now(),
    )
    for photo in said["photos"]:
        key = findings.photo_key(finding.key, photo)
        findings.add_photo(actor=request.user, finding=finding, key=key, upload=photo)  # type: ignore[arg-type]


def _line(lines: list[Line], point: int | None, criterion: int) -> Line:
    for line in lines:
        if line.criterion.pk == criterion and (line.point.pk if line.point else None) == point:
            return line
    raise Http404


def _onward(number: str, lines: list[Line], line: Line) -> HttpResponse:
    """To the next thing that nothing was found about, round and round; to the checklist when all is seen."""
    place = lines.index(line)
    left = [one for one in [*lines[place + 1 :], *lines[:place]] if not one.finding]
    if not left:
        return redirect("inspections:checklist", number)
    answer = redirect("inspections:enter", number, left[0].criterion.pk)
    if point := left[0].point:
        answer["Location"] += f"?point={point.pk}"
    return answer


@require_GET
def photo(request: HttpRequest, key: str) -> FileResponse:
    """A photo of a finding, for whoever sees the finding."""
    seen = Finding.objects.visible_to(request.user)
    photos = FindingPhoto.objects.filter(finding__in=seen).select_related("blob", "finding__visit__case")
    found = get_object_or_404(photos, key=key)
    subject = found.finding.visit.case.subject
    note_read(actor=journal_name(request.user), subject=subject, item=f"finding_photo:{key}")  # type: ignore[arg-type]
    return download(found.blob, f"{found.key}.jpg", inline=True)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The leader goes through the findings; each button decides one of them."""
    case = _visit(request, number)
    found = list(queries.findings_of(request.user, case))
    problem, refused = None, None
    if request.method == "POST":
        finding = get_object_or_404(Finding, visit=case.pk, pk=natural(request.POST.get("finding", "")) or 0)
        reason = request.POST.get("reason", "")[:_REASON]
        confirmed = "drop" not in request.POST
        try:
            reviewing.decide(actor=request.user, finding=finding, confirmed=confirmed, reason=reason)  # type: ignore[arg-type]
        except Problem as raised:
            problem, refused = raised, finding.pk
        else:
            return redirect("inspections:review", number)
    context = {
        "case": case,
        "findings": found,
        "refused": refused,
        "left": sum(1 for one in found if not one.decision),
        "may_review": may(request.user, lifecycle_of(case).move("review"), case),
    }
    return shown("inspections/review.html", request, context, problem)


_REASON = 300  # characters of why a finding is dropped
