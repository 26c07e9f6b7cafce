"""What was found, as far as one may see it: the newest on top, narrowed, and taken away as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chuangwen.core.downloads import limited, table
from chuangwen.inspections.findings import Decision, FindingQuerySet
from chuangwen.inspections.forms import AT_UNIT, FindingFilter, TrendForm
from chuangwen.inspections.models import Finding, Point
from chuangwen.inspections.trend import Trend, midnight, trend
from chuangwen.organizations.forms import matching
from chuangwen.organizations.models import Unit, within
from chuangwen.standards.models import Criterion

PAGE = 50  # findings on a page


def _narrowed(request: HttpRequest) -> tuple[FindingFilter, QuerySet[Finding]]:
    form = FindingFilter(request.GET)
    found = Finding.objects.visible_to(request.user).order_by("-received_at", "-pk")
    if not form.is_valid():
        return form, found.none()
    asked = form.cleaned_data
    if asked["verdict"]:
        found = found.filter(verdict=asked["verdict"])
    if asked["upheld"]:
        found = found.exclude(decision=Decision.DROPPED)
    found = _in_time_and_place(found, asked)
    if asked["type"] == AT_UNIT:
        found = found.filter(point=None)
    elif asked["type"]:
        # Their keys first: joined to it, PostgreSQL reads all findings there are for a type of which few are.
        points = Point.objects.filter(type=asked["type"]).values_list("pk", flat=True)
        found = found.filter(point__in=list(points))
    if asked["unit"]:
        found = found.filter(visit__case__unit__in=matching(Unit.objects.all(), asked["unit"]).values("pk"))
    return form, found


def _in_time_and_place(found: FindingQuerySet, asked: Mapping[str, Any]) -> FindingQuerySet:
    if asked["since"]:
        found = found.filter(received_at__gte=midnight(asked["since"]))
    if asked["until"]:
        found = found.filter(received_at__lt=midnight(asked["until"] + timedelta(days=1)))
    if asked["chapter"]:
        chapters = Criterion.objects.filter(indicator__dimension__name=asked["chapter"])
        found = found.filter(criterion__in=list(chapters.values_list("pk", flat=True)))
    if asked["territory"]:
        found = found.filter(within(asked["territory"], "visit__case__unit__territory_id"))
    return found


def _after(found: QuerySet[Finding], mark: str) -> QuerySet[Finding]:
    """Those behind the one with this key: keys are random, where numbers would count what one cannot see."""
    try:
        last = found.filter(key=UUID(mark)).first()
    except ValueError:
        last = None
    if not last:
        return found
    earlier = Q(received_at__lt=last.received_at) | Q(received_at=last.received_at, pk__lt=last.pk)
    return found.filter(earlier, received_at__lte=last.received_at)


@require_GET
def findings_page(request: HttpRequest) -> HttpResponse:
    """A page of them, and the way to the next."""
    form, found = _narrowed(request)
    related = _after(found, request.GET.get("after", "")).prefetch_related("photos")
    rows = list(
        related.select_related("criterion", "point__type", "noted_by", "visit__case__unit")[: PAGE + 1]
    )
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {
        "form": form,
        "findings": rows[:PAGE],
        "after": rows[PAGE - 1].key if len(rows) > PAGE else "",
        "asked": asked.urlencode(),
    }
    return render(request, "inspections/findings.html", context)


@require_GET
def findings_table(request: HttpRequest) -> HttpResponse:
    """What the page is narrowed to. Raises Problem ``export.too_many``."""
    _form, found = _narrowed(request)
    related = found.select_related("criterion", "point__type", "visit__case__unit__territory")
    headings = [_("Unit"), _("Code"), _("Territory"), _("Type"), _("Point"), _("Criterion"), _("Verdict")]
    headings += [_("What was seen"), _("Noted"), _("Leader's review")]
    rows = (
        (
            one.visit.case.unit.name,
            one.visit.case.unit.code,
            str(one.visit.case.unit.territory),
            str(one.point.type) if one.point else "",
            one.point.name if one.point else "",
            one.criterion.text,
            one.get_verdict_display(),
            one.words,
            one.noted_at,
            one.get_decision_display(),
        )
        for one in limited(related)
    )
    return table("findings", _("Findings"), headings, rows)


def _trend(request: HttpRequest) -> tuple[TrendForm, Trend | None]:
    """None where the form was not understood."""
    form = TrendForm(request.GET)
    found = Finding.objects.visible_to(request.user)
    if not form.is_valid():
        return form, None
    asked = dict(form.cleaned_data)
    territory, system = asked.pop("territory"), asked.pop("system")
    if territory:
        found = found.filter(within(territory.pk, "visit__case__unit__territory_id"))
    if system:
        found = found.filter(
            visit__case__unit__in=Unit.objects.filter(memberships__system=system).values("pk")
        )
    return form, trend(found, place=territory.pk if territory else "", **asked)


@require_GET
def trend_page(request: HttpRequest) -> HttpResponse:
    """What was found over time, as a chart and as its table; each number leads to what it counts."""
    form, counted = _trend(request)
    context = {"form": form, "trend": counted, "asked": request.GET.urlencode()}
    return render(request, "inspections/trend.html", context, status=200 if counted else 400)


@require_GET
def trend_table(request: HttpRequest) -> HttpResponse:
    """The same numbers as a file: a row for each month or week and group."""
    _form, counted = _trend(request)
    headings = [_("Begins"), _("Group"), _("Checked"), _("Does not comply"), _("Share, %")]
    groups = counted.columns if counted else []
    rows = (
        (row.start, name, cell.count.checked, cell.count.unmet, cell.count.share)
        for row in (counted.rows if counted else ())
        for (_key, name), cell in zip(groups, row.cells, strict=True)
    )
    return table("findings-over-time", _("Findings over time"), headings, rows)
