"""The points of all units that one may see: as a list, as a table to take away and bring in, on a map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.core.downloads import attached, limited, table
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.typed import natural
from chuangwen.inspections.models import Point
from chuangwen.inspections.points.datum import shown_at
from chuangwen.inspections.points.reading import COUNTED, PAGE, asked_for, behind, counted, last_looked
from chuangwen.inspections.points.sheet import POINTS, template
from chuangwen.inspections.points.work import CHECK, IMPORT, can_import
from chuangwen.inspections.queries import units_with_kept_points
from chuangwen.organizations.importing.pages import own_jobs, sheet_page, start
from chuangwen.organizations.problems import IMPORT_NOTHING

KINDS = (CHECK, IMPORT)  # of work on these sheets
MAPPED = 1000  # points that a map shows at once


def _with_looks(request: HttpRequest, points: list[Point]) -> list[dict[str, Any]]:
    looks = last_looked(request.user, points)
    return [{"point": point, "last": looks.get(point.pk)} for point in points]


def _asked(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("after", None)
    return asked.urlencode()


@require_GET
def all_points(request: HttpRequest) -> HttpResponse:
    """A page of them, unit by unit, with when each was looked at last."""
    form, found = asked_for(request.user, request.GET)
    count, found = counted(found)
    rows = list(behind(found, natural(request.GET.get("after", "")))[: PAGE + 1])
    context = {
        "form": form,
        "rows": _with_looks(request, rows[:PAGE]),
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "behind": "after" in request.GET,
        "count": min(count, COUNTED),
        "many": count > COUNTED,
        "asked": _asked(request),
        "keeps": units_with_kept_points(request.user).exists(),
        "mapped": bool(settings.MAP_TILES),
    }
    return render(request, "inspections/all_points.html", context)


@require_GET
def points_table(request: HttpRequest) -> HttpResponse:
    """What the list is narrowed to, in the form that the import reads. Raises Problem ``export.too_many``."""
    _form, found = asked_for(request.user, request.GET)
    points = limited(found)
    looks = last_looked(request.user, points)
    return table("points", POINTS.title, POINTS.labels, (_line(one, looks.get(one.pk)) for one in points))


def _line(point: Point, last: Any) -> list[Any]:
    return [
        point.unit.code,
        str(point.type),
        point.name,
        point.address,
        *("" if value is None else f"{value.normalize():f}" for value in (point.latitude, point.longitude)),
        _("yes") if point.active else _("no"),
        point.unit.name,
        str(point.unit.territory),
        timezone.localdate(last.received_at) if last else None,
        last.get_verdict_display() if last else "",
    ]


@require_GET
def points_map(request: HttpRequest) -> HttpResponse:
    """What the list is narrowed to, where it lies; no such page where the operator named no tiles."""
    if not settings.MAP_TILES:
        raise Http404
    form, found = asked_for(request.user, request.GET)
    points = list(found.filter(latitude__isnull=False)[: MAPPED + 1])
    rows = _with_looks(request, points[:MAPPED])
    for row in rows:
        place = row["point"]
        at = shown_at(float(place.latitude), float(place.longitude), settings.MAP_DATUM)
        row["at"] = ",".join(f"{degrees:.6f}" for degrees in at)
    context = {
        "form": form,
        "rows": rows,
        "most": MAPPED if len(points) > MAPPED else 0,
        "nowhere": found.filter(latitude__isnull=True).order_by().values("pk")[: COUNTED + 1].count(),
        "asked": _asked(request),
        "tiles": settings.MAP_TILES,
        "attribution": settings.MAP_ATTRIBUTION,
    }
    address = urlsplit(settings.MAP_TILES)
    allowed = csp_update({"img-src": [f"{address.scheme}://{address.netloc}"]})
    page: HttpResponse = allowed(lambda asking: render(asking, "inspections/map.html", context))(request)  # type: ignore[assignment]
    return page


def _require_keeper(request: HttpRequest) -> None:
    if not units_with_kept_points(request.user).exists():
        raise Problem(NOT_ALLOWED, reason=_("only the civility office and the units themselves enter points"))


@require_http_methods(["GET", "POST"])
def import_points(request: HttpRequest) -> HttpResponse:
    """Send a file, which is then checked; and one's files of late, to find them again."""
    _require_keeper(request)
    return sheet_page(request, "inspections/import_points.html", CHECK, KINDS)


@require_GET
def points_form(request: HttpRequest) -> HttpResponse:
    """The form to fill in."""
    _require_keeper(request)
    return attached(template(), "points-form.xlsx")


@require_POST
def carry_in(request: HttpRequest, key: UUID) -> HttpResponse:
    """Import what was checked. Raises Problem ``import.nothing``."""
    _require_keeper(request)
    job = get_object_or_404(own_jobs(request, KINDS), pk=key, kind=CHECK)
    if not can_import(job):
        raise Problem(IMPORT_NOTHING)
    return start(request, IMPORT, job.arguments)
