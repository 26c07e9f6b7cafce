"""What a device takes along: the visits of one person, with what is looked at where and what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import named_on
from chuangwen.inspections.models import Check, Finding, Point, Visit
from chuangwen.organizations.models import Person

# The states in which a visit is on somebody's way.
ON_THE_WAY = ("planned", "announced", "under_way")


def visits_of(person: Person) -> list[Visit]:
    """The visits that lie before the person, in the order of the way, with the points that were drawn."""
    found = Visit.objects.visible_to(person).filter(case__in=named_on(person), case__state__in=ON_THE_WAY)
    related = found.select_related("case__unit", "inspection__case")
    return sorted(
        related.prefetch_related(Prefetch("points", Point.objects.standing())),
        key=lambda visit: (visit.planned_for, visit.half, visit.case.unit.name),
    )


def way_of(person: Person) -> list[dict[str, Any]]:
    """The visits that lie before the person, in the order of the way, as plain JSON values.

    What the whole team has entered comes along, so that nobody looks at the same twice.
    """
    visits = visits_of(person)
    checks = _checks(visits)
    points = _points(visits)
    found = _found(visits)
    return [
        {
            "number": visit.case.number,
            "unit": visit.case.unit.name,
            "inspection": visit.inspection.case.title,
            "covert": visit.inspection.withheld,
            "day": visit.planned_for.isoformat(),
            "half": str(visit.get_half_display()),
            "until": visit.inspection.closes_on.isoformat(),
            "state": str(lifecycle_of(visit.case).state(visit.case.state).label),
            "places": _places(checks[visit.inspection_id], _drawn(visit, points[visit.case.unit_id])),
            "found": found[visit.pk],
        }
        for visit in visits
    ]


def _checks(visits: Iterable[Visit]) -> Mapping[int, list[Check]]:
    found = defaultdict[int, list[Check]](list)
    of_visits = Check.objects.filter(inspection__in={visit.inspection_id for visit in visits})
    for check in of_visits.select_related("criterion"):
        found[check.inspection_id].append(check)
    return found


def _points(visits: Iterable[Visit]) -> Mapping[int, list[Point]]:
    found = defaultdict[int, list[Point]](list)
    for point in (
        Point.objects.standing()
        .filter(unit__in={visit.case.unit_id for visit in visits})
        .select_related("type")
    ):
        found[point.unit_id].append(point)
    return found


def _drawn(visit: Visit, points: list[Point]) -> list[Point]:
    """As ``Point.objects.looked_at``."""
    chosen = {point.pk for point in visit.points.all()}
    return [point for point in points if not chosen or point.pk in chosen]


def _places(checks: list[Check], points: list[Point]) -> list[dict[str, Any]]:
    """The unit itself, then its points, each with what is looked at there; none where nothing is."""
    places: list[tuple[Point | None, list[Check]]] = [
        (place, [check for check in checks if check.point_type_id == (place.type_id if place else None)])
        for place in (None, *points)
    ]
    return [
        {
            "point": place.pk if place else None,
            "name": place.name if place else "",
            "type": str(place.type) if place else "",
            "address": place.address if place else "",
            "checks": [
                {
                    "criterion": check.criterion_id,
                    "text": check.criterion.text,
                    "rule": str(check.criterion.rule_in_words),
                }
                for check in asked
            ],
        }
        for place, asked in places
        if asked
    ]


def _found(visits: Iterable[Visit]) -> Mapping[int, list[dict[str, Any]]]:
    rows = defaultdict[int, list[dict[str, Any]]](list)
    entered = Finding.objects.filter(visit__in=[visit.pk for visit in visits])
    for finding in entered.select_related("noted_by").prefetch_related("photos"):
        rows[finding.visit_id].append(
            {
                "key": str(finding.key),
                "point": finding.point_id,
                "criterion": finding.criterion_id,
                "verdict": finding.verdict,
                "words": finding.words,
                "photos": [str(photo.key) for photo in finding.photos.all()],
                "by": finding.noted_by.name,
                "at": timezone.localtime(finding.received_at).strftime("%Y-%m-%d %H:%M"),
            }
        )
    return rows
