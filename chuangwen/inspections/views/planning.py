"""The pages of the office: plans, an inspection opened from one, what it looks at, who goes where; points."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.models import Campaign
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.typed import natural
from chuangwen.inspections import queries
from chuangwen.inspections.forms import ChecksForm, LineForm, OpenForm, PlanForm, PointForm, VisitForm
from chuangwen.inspections.models import Check, Inspection, PlanLine, Point, YearPlan
from chuangwen.inspections.services import inspecting, planning, points
from chuangwen.inspections.teams import sends
from chuangwen.inspections.views.pages import answered, case_of, shown, typed_in
from chuangwen.organizations.models import Unit
from chuangwen.standards.models import Standard


def _plan(request: HttpRequest, pk: int) -> YearPlan:
    plans = YearPlan.objects.visible_to(request.user).select_related("campaign", "issuer")
    return get_object_or_404(plans, pk=pk)


@require_GET
def inspections_page(request: HttpRequest) -> HttpResponse:
    """The visits of one's own teams, the inspections and the plans that one may see."""
    inspections = Inspection.objects.visible_to(request.user).select_related("case__issuer", "standard")
    context = {
        "visits": queries.visits_with(request.user),
        "inspections": inspections.order_by("-opens_on", "-pk"),
        "plans": YearPlan.objects.visible_to(request.user).select_related("campaign", "issuer"),
        "sends": queries.offices_of(request.user).exists(),
    }
    return render(request, "inspections/inspections.html", context)


@require_http_methods(["GET", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """Begin the plan of a year. Raises Problem ``page.not_allowed`` for whoever sends nobody."""
    offices = queries.offices_of(request.user)
    if not (office := offices.first()):
        raise Problem(NOT_ALLOWED, reason=_("only for the civility office"))
    campaigns = Campaign.objects.visible_to(request.user).open()
    initial = {"issuer": office, "campaign": campaigns.first()}
    form = PlanForm(typed_in(request), campaigns=campaigns, offices=offices, initial=initial)

    def send() -> HttpResponse:
        plan = planning.begin(actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return redirect("inspections:plan", plan.pk)

    answer, problem = answered(form, request, send)
    context = {"form": form, "title": _("New yearly plan")}
    return answer or shown("inspections/form.html", request, context, problem)


@require_http_methods(["GET", "POST"])
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan with its lines; while it is a draft, a form for one more."""
    plan = _plan(request, pk)
    form = LineForm(typed_in(request))

    def send() -> HttpResponse:
        planning.add_line(actor=request.user, plan=plan, **form.cleaned_data)  # type: ignore[arg-type]
        return redirect("inspections:plan", pk)

    answer, problem = answered(form, request, send)
    return answer or shown("inspections/plan.html", request, _plan_context(request, plan, form), problem)


def _plan_context(request: HttpRequest, plan: YearPlan, form: LineForm) -> dict[str, Any]:
    seen = Inspection.objects.visible_to(request.user).filter(line__plan=plan).select_related("case")
    inspections: dict[int, list[Inspection]] = {}
    for one in seen.order_by("opens_on", "pk"):
        inspections.setdefault(one.line_id, []).append(one)
    lines = PlanLine.objects.visible_to(request.user).filter(plan=plan)
    return {
        "plan": plan,
        "rows": [(line, inspections.get(line.pk, [])) for line in lines],
        "form": form,
        "keeps": sends(request.user, plan.issuer),
    }


@require_POST
def file_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """File it; refused, its page says why."""
    plan = _plan(request, pk)
    try:
        planning.file(actor=request.user, plan=plan)  # type: ignore[arg-type]
    except Problem as problem:
        return shown("inspections/plan.html", request, _plan_context(request, plan, LineForm()), problem)
    messages.success(request, _("Filed."))
    return redirect("inspections:plan", pk)


@require_POST
def drop_line(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    line = natural(request.POST.get("line", ""))
    planning.drop_line(actor=request.user, plan=plan, line=line or 0)  # type: ignore[arg-type]
    messages.success(request, _("Taken out."))
    return redirect("inspections:plan", pk)


@require_http_methods(["GET", "POST"])
def open_inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an inspection from a line of the plan."""
    plan = _plan(request, pk)
    planning.require_sender(request.user, plan.issuer)  # type: ignore[arg-type]
    standards = Standard.objects.visible_to(request.user).filter(state=Standard.State.PUBLISHED)
    line = plan.lines.filter(pk=natural(request.GET.get("line", "")) or 0).first()
    initial = {"line": line, "units_wanted": line.units if line else 1, "standard": standards.first()}
    form = OpenForm(typed_in(request), plan=plan, standards=standards, initial=initial)

    def send() -> HttpResponse:
        opened = inspecting.open_inspection(actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return redirect("inspections:checks", opened.case.number)

    answer, problem = answered(form, request, send)
    context = {"form": form, "title": _("Open an inspection"), "plan": plan}
    return answer or shown("inspections/form.html", request, context, problem)


@require_http_methods(["GET", "POST"])
def checks(request: HttpRequest, number: str) -> HttpResponse:
    """Say what is looked at, one type of point after the other."""
    case = case_of(request, number, "inspection")
    inspection = case.inspection
    planning.require_sender(request.user, case.issuer)  # type: ignore[arg-type]
    said = list(queries.checks_of(inspection.pk))
    place = request.GET.get("type", "")
    chosen = [check.criterion_id for check in said if (check.point_type_id or "") == place]
    initial = {"point_type": place, "criteria": chosen}
    form = ChecksForm(typed_in(request), standard=inspection.standard, initial=initial)

    def send() -> HttpResponse:
        kind = form.cleaned_data["point_type"]
        code = kind.pk if kind else None
        others = [(one.point_type_id, one.criterion) for one in said if one.point_type_id != code]
        wanted = others + [(code, criterion) for criterion in form.cleaned_data["criteria"]]
        inspecting.set_checks(actor=request.user, inspection=inspection, checks=wanted)  # type: ignore[arg-type]
        messages.success(request, _("Saved."))
        return redirect("inspections:checks", number)

    answer, problem = answered(form, request, send)
    context = {"form": form, "case": case, "rows": _by_type(said)}
    return answer or shown("inspections/checks.html", request, context, problem)


def _by_type(said: list[Check]) -> list[tuple[Any, int]]:
    """The types of points with how many criteria are looked at there; None is the unit itself."""
    counts: dict[Any, int] = {}
    for check in said:
        counts[check.point_type] = counts.get(check.point_type, 0) + 1
    return list(counts.items())


@require_http_methods(["GET", "POST"])
def plan_visit(request: HttpRequest, number: str) -> HttpResponse:
    """Send a team to a unit; then the next one."""
    case = case_of(request, number, "inspection")
    planning.require_sender(request.user, case.issuer)  # type: ignore[arg-type]
    form = VisitForm(
        typed_in(request), people=queries.eligible(case.issuer), territory=case.issuer.territory_id
    )

    def send() -> HttpResponse:
        said = form.cleaned_data
        visit = inspecting.plan_visit(
            actor=request.user,  # type: ignore[arg-type]
            inspection=case.inspection,
            unit=said["unit"],
            team=form.team(),
            day=said["day"],
            half=said["half"],
        )
        messages.success(request, _("%(unit)s is planned.") % {"unit": visit.case.unit})
        return redirect("cases:case", number)

    answer, problem = answered(form, request, send)
    context = {"form": form, "title": _("Send a team to a unit"), "case": case}
    return answer or shown("inspections/form.html", request, context, problem)


@require_http_methods(["GET", "POST"])
def points_page(request: HttpRequest, code: str) -> HttpResponse:
    """The points of a unit, one more, and which of them are looked at."""
    unit = get_object_or_404(Unit.objects.select_related("territory"), code=code)
    found = Point.objects.visible_to(request.user).filter(unit=unit).select_related("type")
    keeps = queries.keeps_points(request.user, unit)
    if not keeps and not found.exists():
        raise Problem(NOT_ALLOWED, reason=unit)
    if request.method == "POST" and (pk := natural(request.POST.get("point", ""))):
        point = get_object_or_404(found.select_related("unit"), pk=pk)
        points.set_active(actor=request.user, point=point, active=not point.active)  # type: ignore[arg-type]
        return redirect("inspections:points", code)
    form = PointForm(typed_in(request))

    def send() -> HttpResponse:
        points.add(actor=request.user, unit=unit, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Saved."))
        return redirect("inspections:points", code)

    answer, problem = answered(form, request, send)
    context = {"form": form, "unit": unit, "points": found, "keeps": keeps}
    context["mapped"] = bool(settings.MAP_TILES)
    return answer or shown("inspections/points.html", request, context, problem)
