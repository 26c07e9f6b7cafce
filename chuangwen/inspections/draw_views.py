"""The pages of draws: for everybody what may be known, for the sending office the way from pool to visits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.core import files
from chuangwen.core.downloads import attached
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.inspections.draw_forms import FixForm, ValueForm
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.models import Inspection, Point
from chuangwen.inspections.pools import hash_of
from chuangwen.inspections.services import drawing
from chuangwen.inspections.services.inspecting import PREPARING, RUNNING
from chuangwen.inspections.services.planning import require_sender
from chuangwen.inspections.teams import sends
from chuangwen.inspections.verifying import verify
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import scope_of

PAGE = 50  # units drawn, or draws, on a page
AT_ONCE = 20_000  # units of a pool from which the page itself makes the draw again; it takes about 0.2 s
_TEXT = "text/plain; charset=utf-8"


@require_GET
def draws(request: HttpRequest) -> HttpResponse:
    """The draws that one may know of, the newest first; for an office its inspections without one, too."""
    found = Draw.objects.visible_to(request.user).select_related("inspection__case__issuer")
    own = Inspection.objects.visible_to(request.user).filter(case__issuer__in=scope_of(request.user).belongs)
    waiting = own.filter(draw__isnull=True, case__state__in=(PREPARING, RUNNING)).select_related(
        "case__issuer"
    )
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "waiting": [one for one in waiting if sends(request.user, one.case.issuer)],
    }
    return render(request, "inspections/draws.html", context)


@require_GET
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """One draw, made again before the reader's eyes where its secret may be known."""
    return render(request, "inspections/draw.html", _context(request, _draw_of(request, number)))


@require_GET
def draw_file(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The pool or the result in its one spelling, for whoever wants to make the draw again."""
    found = _draw_of(request, number)
    texts = {"pool": lambda: files.read(found.pool), "result": found.result.encode}
    if name not in texts or not _shown(request, found):
        raise Http404
    return attached(texts[name](), f"{number}-{name}.txt", _TEXT)


@require_http_methods(["GET", "POST"])
def fix_draw(request: HttpRequest, number: str) -> HttpResponse:
    """Fix the pool of an inspection."""
    found = Inspection.objects.visible_to(request.user).select_related("case__issuer", "standard")
    inspection = get_object_or_404(found, case__number=number)
    require_sender(request.user, inspection.case.issuer)  # type: ignore[arg-type]
    form = FixForm(request.POST if request.method == "POST" else kept(request), inspection=inspection)
    problem = None
    if request.method == "POST" and form.is_valid():
        asked, source, value_on = form.asked
        try:
            drawing.fix(
                actor=request.user,  # type: ignore[arg-type]
                inspection=inspection,
                asked=asked,
                source=source,
                value_on=value_on,
            )
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("The pool is fixed and its hash is in the journal."))
            return redirect("inspections:draw", number)
    context = {"form": form, "problem": problem, "inspection": inspection}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "inspections/fix_draw.html", context, status=status)


@require_POST
def type_value(request: HttpRequest, number: str) -> HttpResponse:
    """Type the public value; the second time the same is typed, the draw is made."""
    found, form = _draw_of(request, number), ValueForm(request.POST)
    if not form.is_valid():
        return render(request, "inspections/draw.html", _context(request, found, form=form), status=400)
    before = found.typed_by_id
    try:
        now = drawing.type_value(
            actor=request.user,  # type: ignore[arg-type]
            inspection=found.inspection,
            value=form.cleaned_data["value"],
        )
    except Problem as problem:
        context = _context(request, found, problem=problem, form=form)
        return render(request, "inspections/draw.html", context, status=problem.status)
    if now.drawn_at:
        messages.success(request, _("Both have typed the same: the draw is made."))
    elif before in {None, now.typed_by_id}:
        messages.info(request, _("Kept. Another officer must type the same value now."))
    else:
        messages.warning(
            request,
            _("This is not what was typed before. Look it up again; yours now waits for another officer."),
        )
    return redirect("inspections:draw", number)


@require_POST
def send_draw(request: HttpRequest, number: str) -> HttpResponse:
    """Plan the visits that were drawn."""
    found = _draw_of(request, number)
    try:
        refused = drawing.plan_visits(actor=request.user, inspection=found.inspection)  # type: ignore[arg-type]
    except Problem as problem:
        context = _context(request, found, problem=problem)
        return render(request, "inspections/draw.html", context, status=problem.status)
    messages.success(request, _("The visits are planned."))
    for unit, why in refused:
        messages.warning(request, _("%(unit)s: %(why)s") % {"unit": unit, "why": why.sentence})
    return redirect("inspections:draw", number)


def _draw_of(request: HttpRequest, number: str) -> Draw:
    found = Draw.objects.visible_to(request.user).select_related(
        "pool", "inspection__case__issuer", "fixed_by", "typed_by", "confirmed_by"
    )
    return get_object_or_404(found, inspection__case__number=number)


def _shown(request: HttpRequest, found: Draw) -> bool:
    """Whether secret, pool and result are for this reader's eyes."""
    return _is_ours(request, found) or Draw.objects.revealed().filter(pk=found.pk).exists()


def _is_ours(request: HttpRequest, found: Draw) -> bool:
    return found.inspection.case.issuer_id in scope_of(request.user).belongs


def _context(
    request: HttpRequest, found: Draw, *, problem: Problem | None = None, form: ValueForm | None = None
) -> dict[str, Any]:
    shown = bool(found.drawn_at) and _shown(request, found)
    page = Paginator(found.drawn if shown else [], PAGE).get_page(request.GET.get("page"))
    ours = _is_ours(request, found)
    return {
        "draw": found,
        "case": found.inspection.case,
        "shown": shown,
        "ours": ours,
        "sends": sends(request.user, found.inspection.case.issuer),
        "page": page,
        "rows": _rows(found, page.object_list, names=ours),
        "result_hash": hash_of(found.result.encode()),
        "again": verify(found) if shown and found.units <= AT_ONCE else None,
        "command": f"chuangwen draw repeat {found.inspection.case.number}-pool.txt SECRET VALUE",
        "form": form or ValueForm(),
        "problem": problem,
    }


def _rows(found: Draw, drawn: Any, *, names: bool) -> list[dict[str, Any]]:
    """What was drawn, in words; the inspectors by name for the office only."""
    units = dict(Unit.objects.filter(code__in=[one.unit for one in drawn]).values_list("code", "name"))
    points = Point.objects.in_bulk([int(pk) for one in drawn for pk in one.points])
    keys = [found.names[name][0] for one in drawn for name in one.team] if names else []
    people = Person.objects.in_bulk(keys)
    return [
        {
            "unit": units.get(one.unit, one.unit),
            "code": one.unit,
            "points": [points[int(pk)].name for pk in one.points if int(pk) in points],
            "team": [people[found.names[name][0]].name if names else name for name in one.team],
        }
        for one in drawn
    ]
