"""The breakdown of an assignment, one's own share of it, and from outside how far down it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.views import seen_of
from chuangwen.core.downloads import table
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.core.spreadsheets import Value
from chuangwen.core.typed import natural
from chuangwen.directives.breakdown import queries
from chuangwen.directives.breakdown import services as breaking_down
from chuangwen.directives.breakdown.forms import LeadersForm, ShareForm, ShareReportForm
from chuangwen.directives.breakdown.patterns import offered
from chuangwen.directives.breakdown.tree import walked
from chuangwen.directives.shares import Breakdown, Share
from chuangwen.directives.views.campaigns import campaign_of, place_of
from chuangwen.organizations.models import Person, Territory


def _case(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.filter(kind="assignment").visible_to(request.user)
    return get_object_or_404(cases.select_related("unit", "issuer", "campaign"), number=number)


@require_GET
def breakdown_page(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, _case(request, number))


def _page(request: HttpRequest, case: Case, problem: Problem | None = None, form: Any = None) -> HttpResponse:
    """Inside the unit the tree; from outside who leads and how far down it goes."""
    found = Breakdown.objects.filter(pk=case.pk).select_related("principal", "in_charge").first()
    nodes = queries.tree_of(found) if found else []
    people = list(queries.people_of(case))
    present = {person.pk for person in people}
    decision = may(request.user, lifecycle_of(case).move("break_down"), case)
    context = {
        "case": case,
        "breakdown": found,
        "inside": queries.is_inside(request.user, case),
        "offered": offered(case) if decision.allowed and not nodes else [],
        "nodes": [(node, node.share.person_id not in {*present, None}) for node in walked(nodes)],
        "short": queries.in_short(nodes, present),
        "decision": decision,
        "form": form or LeadersForm(kept(request), instance=found, case=case) if decision.allowed else None,
        "problem": problem,
    }
    status = problem.status if problem else 400 if form else 200
    return render(request, "directives/breakdown.html", context, status=status)


@require_POST
def lead(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the breakdown by naming who leads, or name others."""
    case = _case(request, number)
    form = LeadersForm(request.POST, case=case)
    if not form.is_valid():
        return _page(request, case, form=form)
    try:
        breaking_down.lead(actor=request.user, case=case, seen=seen_of(request), **form.cleaned_data)  # type: ignore[arg-type]
    except Problem as problem:
        return _page(request, case, problem, form)
    messages.success(request, _("Saved."))
    return redirect("directives:breakdown", number)


@require_POST
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Begin with the parts of another breakdown."""
    case = _case(request, number)
    source = natural(request.POST.get("source", "")) or 0
    try:
        breaking_down.take_over(actor=request.user, case=case, source=source)  # type: ignore[arg-type]
    except Problem as problem:
        return _page(request, case, problem)
    messages.success(
        request, _("Taken over as a draft. Check the people, weights and days, then put it in force.")
    )
    return redirect("directives:breakdown", number)


@require_POST
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """Let other units begin with these parts, or no longer."""
    case = _case(request, number)
    breaking_down.offer(actor=request.user, case=case, pattern="pattern" in request.POST)  # type: ignore[arg-type]
    messages.success(request, _("Saved."))
    return redirect("directives:breakdown", number)


@require_POST
def put_in_force(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number)
    try:
        breaking_down.put_in_force(actor=request.user, case=case, seen=seen_of(request))  # type: ignore[arg-type]
    except Problem as problem:
        return _page(request, case, problem)
    messages.success(request, _("In force. Everybody named in it finds their part under “My share”."))
    return redirect("directives:breakdown", number)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, number: str) -> HttpResponse:
    """A part below the one that ``?above=`` names, or at the top."""
    case = _case(request, number)
    breakdown = get_object_or_404(Breakdown, pk=case.pk)
    shares = Share.objects.visible_to(request.user).filter(breakdown=breakdown)
    wanted = request.GET.get("above", "")
    above = get_object_or_404(shares, pk=wanted) if wanted.isdecimal() else None
    return _share_form(request, case, Share(breakdown=breakdown, above=above))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    share = _share(request, pk)
    return _share_form(request, share.breakdown.assignment.case, share)


def _share(request: HttpRequest, pk: int) -> Share:
    related = ("breakdown__assignment__case__unit", "breakdown__assignment__case__issuer", "above", "person")
    return get_object_or_404(Share.objects.visible_to(request.user).select_related(*related), pk=pk)


def _share_form(request: HttpRequest, case: Case, share: Share) -> HttpResponse:
    """Add or change a part; what was typed stays when it is refused."""
    above = share.above
    levels = breaking_down.BELOW[above.level if above else None]
    if not levels:
        raise Http404
    typed = request.POST if request.method == "POST" else kept(request)
    form = ShareForm(typed, instance=share, case=case, levels=levels if not share.pk else {share.level})
    problem = None
    if request.method == "POST" and form.is_valid():
        asked = {"actor": request.user, "seen": seen_of(request), **form.cleaned_data}
        try:
            if share.pk:
                breaking_down.edit_share(share=share, **asked)
            else:
                breaking_down.add_share(case=case, above=above, **asked)
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Saved."))
            return redirect("directives:breakdown", case.number)
    context = {
        "case": case,
        "share": share,
        "above": above,
        "form": form,
        "seen": Breakdown.objects.values_list("revision", flat=True).get(pk=case.pk),
        "problem": problem,
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "directives/share.html", context, status=status)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    share = _share(request, pk)
    case = share.breakdown.assignment.case
    try:
        breaking_down.remove_share(actor=request.user, share=share, seen=seen_of(request))  # type: ignore[arg-type]
    except Problem as problem:
        return _page(request, case, problem)
    messages.success(request, _("Taken out."))
    return redirect("directives:breakdown", case.number)


@require_GET
def my_share(request: HttpRequest) -> HttpResponse:
    """What I answer for: my measures, my deadlines, what I have signed, how far I am."""
    return _my_share(request)


def _my_share(request: HttpRequest, refused: dict[int, ShareReportForm] | None = None) -> HttpResponse:
    forms = refused or {}
    rows = [
        (node, forms.get(node.share.pk) or ShareReportForm(share=node.share, prefix=str(node.share.pk)))
        for node in queries.mine(request.user)
    ]
    return render(request, "directives/my_share.html", {"rows": rows}, status=400 if refused else 200)


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    breaking_down.sign(actor=request.user, share=pk)  # type: ignore[arg-type]
    messages.success(request, _("Signed."))
    return redirect("directives:my_share")


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far one's own part is, or one that no person of the unit has."""
    actor: Person = request.user  # type: ignore[assignment]
    share = get_object_or_404(Share.objects.reported_by(actor), pk=pk)
    form = ShareReportForm(request.POST, share=share, prefix=str(pk))
    if not form.is_valid():
        return _my_share(request, {pk: form})
    breaking_down.report_share(actor=actor, share=pk, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("directives:my_share")


def _place(request: HttpRequest, pk: int) -> tuple[Campaign, Territory]:
    campaign = campaign_of(request, pk)
    return campaign, place_of(campaign, request.GET.get("place", campaign.territory_id))


@require_GET
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    """How far down the campaign goes in one place: where it stops short of a person."""
    campaign, place = _place(request, pk)
    context = {
        "campaign": campaign,
        "place": place,
        "reaches": queries.reaches(campaign, request.user, place),
        "systems": queries.by_system(campaign, request.user) if place == campaign.territory else [],
    }
    return render(request, "directives/reach.html", context)


@require_GET
def reach_table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One table of that page: territories, systems or units."""
    campaign, place = _place(request, pk)
    if name == "systems":
        rows, head = queries.by_system(campaign, request.user), _("System")
    elif name in {"territories", "units"}:
        rows = getattr(queries.reaches(campaign, request.user, place), name)
        head = _("Territory") if name == "territories" else _("Unit")
    else:
        raise Http404
    counts = (_("received"), _("begun"), _("in force"), _("down to a person"), _("short of a person"))
    lines: Iterable[list[Value]] = (
        [r.label, r.code, r.received, r.begun, r.in_force, r.to_person, r.short] for r in rows
    )
    return table(f"persons-{name}", _("Down to the person"), [head, _("Code"), *counts], lines)
