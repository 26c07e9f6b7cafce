"""The campaign as a tree: from the city to the unit, along the territory or along a system."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import State, lifecycle_of
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.queries import times_passed_on
from chuangwen.directives import queries
from chuangwen.directives.papers import menu
from chuangwen.organizations.models import System, Territory, Unit
from chuangwen.organizations.scope import lies_in, scope_of

UNITS_SHOWN = 200  # of those that stand directly in one place


@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    campaigns = Campaign.objects.visible_to(request.user).select_related("office", "territory")
    return render(
        request,
        "directives/campaigns.html",
        {"campaigns": campaigns, "runs_one": bool(scope_of(request.user).offices)},
    )


def campaign_of(request: HttpRequest, pk: int) -> Campaign:
    """The campaign, if the person may see it; else Http404."""
    campaigns = Campaign.objects.visible_to(request.user).select_related("office", "territory", "follows")
    return get_object_or_404(campaigns, pk=pk)


@require_GET
def campaign_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The top of the tree, with the meetings that the campaign came from."""
    campaign = campaign_of(request, pk)
    return _branch(request, campaign, campaign.territory)


@require_GET
def branch(request: HttpRequest, pk: int, territory: str) -> HttpResponse:
    """One territory of the tree; ``?system=`` keeps to the units of one system."""
    campaign = campaign_of(request, pk)
    return _branch(request, campaign, place_of(campaign, territory))


def place_of(campaign: Campaign, code: str) -> Territory:
    """A territory of the campaign; else Http404."""
    place = get_object_or_404(Territory, pk=code)
    if not place.pk.startswith(campaign.territory_id):
        raise Http404
    return place


def chosen_system(request: HttpRequest) -> System | None:
    """The system that ``?system=`` names, if there is one."""
    chosen = request.GET.get("system")
    return System.objects.filter(pk=chosen).first() if chosen else None


def _branch(request: HttpRequest, campaign: Campaign, place: Territory) -> HttpResponse:
    system = chosen_system(request)
    codes = [place.pk[:digits] for digits in Territory.LEVELS if digits <= len(place.pk)]
    path = Territory.objects.filter(pk__in=codes, pk__gte=campaign.territory_id)
    meetings = Case.objects.filter(campaign=campaign, kind="meeting").visible_to(request.user)
    tree = queries.tree(campaign, request.user, territory=place.pk, system=system.pk if system else "")
    context = {
        "campaign": campaign,
        "place": place,
        "path": path,
        "system": system,
        "tree": tree,
        **_units_from(tree.units, request.GET.get("after", "")),
        "runs": scope_of(request.user).runs(campaign.territory_id),
        "whole": lies_in(place.pk, scope_of(request.user).territories),
        "dispatched": tree.total.received or queries.is_dispatched(campaign),
        "offered": menu.of_campaign(campaign),
        "meetings": [(case, lifecycle_of(case).state(case.state)) for case in meetings],
    }
    return render(request, "directives/branch.html", context)


def _units_from(units: list[queries.Progress], after: str) -> dict[str, Any]:
    """The page of the units that stand here, behind the one with the code ``after``."""
    codes = [unit.code for unit in units]
    first = codes.index(after) + 1 if after in codes else 0
    shown = units[first : first + UNITS_SHOWN]
    return {"units": shown, "after": shown[-1].code if len(units) > first + UNITS_SHOWN else ""}


@require_GET
def by_system(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_of(request, pk)
    systems = queries.systems(campaign, request.user)
    context = {
        "campaign": campaign,
        "systems": systems,
        "dispatched": systems or queries.is_dispatched(campaign),
    }
    return render(request, "directives/systems.html", context)


@require_GET
def unit_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A leaf of the tree: the unit's cases in this campaign."""
    campaign = campaign_of(request, pk)
    unit, rows = unit_rows(request, campaign, code)
    context = {"campaign": campaign, "unit": unit, "rows": rows}
    return render(request, "directives/unit.html", context)


def unit_rows(
    request: HttpRequest, campaign: Campaign, code: str
) -> tuple[Unit, list[tuple[Case, State, int]]]:
    """A unit and its cases, each with its state and how often it was passed on; Http404 if it is not seen."""
    unit = get_object_or_404(Unit.objects.filter(scope_of(request.user).sees()), code=code)
    cases = list(queries.unit_cases(campaign, request.user, unit))
    passed_on = times_passed_on(case.pk for case in cases)
    return unit, [(case, lifecycle_of(case).state(case.state), passed_on[case.pk]) for case in cases]
