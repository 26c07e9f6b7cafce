"""The leader's page: what is late and where, two clicks from the case and its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import State, lifecycle_of
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.downloads import table
from chuangwen.core.spreadsheets import Value
from chuangwen.directives import overview, queries
from chuangwen.directives.views.campaigns import campaign_of
from chuangwen.organizations.models import Role


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """The overview of the newest campaign that the person may see; one that has only drafts comes last."""
    begun = Exists(Case.objects.filter(campaign=OuterRef("pk"), kind="assignment"))
    campaigns = Campaign.objects.visible_to(request.user).open()
    campaign = campaigns.order_by(begun.desc(), "-opened_on", "-id").first()
    if campaign is None:
        return redirect("directives:campaigns")
    return redirect("directives:overview", campaign.pk)


@require_GET
def overview_page(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_of(request, pk)
    seen = overview.Seen(campaign, request.user)
    context = {
        "campaign": campaign,
        "figures": [figure(seen) for name, figure in overview.FIGURES.items() if name != "timeline"],
        "matrix": overview.matrix(seen),
        "any": bool(seen.all),
        "dispatched": seen.all or queries.is_dispatched(campaign),
    }
    return render(request, "directives/overview.html", context)


def _figure(request: HttpRequest, campaign: Campaign, name: str) -> overview.Figure:
    if name not in overview.FIGURES:
        raise Http404
    return overview.FIGURES[name](overview.Seen(campaign, request.user))


@require_GET
def figure_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One figure; from here the overview fetches the one that takes longest, once the rest is there."""
    campaign = campaign_of(request, pk)
    context = {"campaign": campaign, "figure": _figure(request, campaign, name)}
    return render(request, "directives/figure_page.html", context)


@require_GET
def figure_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One figure as a table to take away."""
    figure = _figure(request, campaign_of(request, pk), name)
    rows: Iterable[list[Value]] = ([row.label, *row.values] for row in figure.rows)
    return table(name, str(figure.title), figure.headings, rows)


@require_GET
def late_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The late cases of a territory, a system or a unit, each with the reason as far as it is known."""
    campaign = campaign_of(request, pk)
    late = overview.late_cases(campaign, request.user, request.GET.dict())
    if after := request.GET.get("after"):
        seen = Case.objects.visible_to(request.user).select_related("unit")
        late = late.filter(*(overview.behind(last) for last in seen.filter(number=after)))
    cases = list(late[: overview.LATE_SHOWN + 1])
    shown = cases[: overview.LATE_SHOWN]
    context = {
        "campaign": campaign,
        "rows": late_rows(shown),
        "after": shown[-1].number if len(cases) > len(shown) else "",
    }
    return render(request, "directives/late.html", context)


@dataclass(frozen=True)
class LateRow:
    """A late case, its state, why it is not done, and who answers for that in its unit."""

    case: Case
    state: State
    why: str
    who: str


def late_rows(cases: Iterable[Case]) -> list[LateRow]:
    return [LateRow(case, lifecycle_of(case).state(case.state), _why(case), _who(case)) for case in cases]


def _why(case: Case) -> str:
    """Why a late case is not done: what it waits for, and what was said last."""
    if request := case.waiting_request:
        asked = _("an extension") if request.kind == request.Kind.EXTENSION else _("to pass the duty on")
        return _("has asked %(what)s; that is not decided yet") % {"what": asked}
    reports = list(case.assignment.reports.all())
    if case.state == "returned" and reports:
        return reports[-1].returned_reason
    if case.state == "issued":
        return _("not acknowledged")
    return _("not reported") if case.assignment.task.asks_report else _("not done")


def _who(case: Case) -> str:
    """The heads of the unit, then its liaisons: whom one would ring up."""
    posts = sorted(case.unit.posts.all(), key=lambda post: (post.role != Role.HEAD, post.pk))
    return _(", ").join(dict.fromkeys(post.person.name for post in posts if post.person))
