"""The points of a unit: entered by its own people or by the civility office over it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from django.db import IntegrityError, transaction

from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.inspections.models import Point, PointType
from chuangwen.inspections.problems import POINT_TAKEN
from chuangwen.inspections.queries import keeps_points
from chuangwen.organizations.importing.planning import Plan
from chuangwen.organizations.importing.services import changed_since, update_rows
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.problems import IMPORT_FAULTS, IMPORT_MEANWHILE
from chuangwen.organizations.services import journal_name

_BATCH = 500
# What changes points, or who keeps them.
_VERBS = ("point.", "directory.", "unit.", "post.")


def _require_keeper(actor: Person, unit: Unit) -> None:
    if not keeps_points(actor, unit):
        raise Problem(NOT_ALLOWED, reason=unit)


@transaction.atomic
def add(
    *,
    actor: Person,
    unit: Unit,
    type: PointType,  # noqa: A002 - the word of the trade
    name: str,
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Point:
    """Enter a point. Raises Problem ``page.not_allowed``, ``point.taken``."""
    _require_keeper(actor, unit)
    place = {"address": address, "latitude": latitude, "longitude": longitude}
    try:
        with transaction.atomic():
            point = Point.objects.create(unit=unit, type=type, name=name, **place)
    except IntegrityError:
        raise Problem(POINT_TAKEN, name=name) from None
    data = {"point": point.pk, "type": type.pk, "name": name}
    record(actor=journal_name(actor), verb="point.add", subject=f"unit:{unit.code}", data=data)
    return point


@transaction.atomic
def set_active(*, actor: Person, point: Point, active: bool) -> None:
    """Say whether a point is looked at; one that was stays with what was found there.

    Raises Problem ``page.not_allowed``.
    """
    _require_keeper(actor, point.unit)
    Point.objects.filter(pk=point.pk).update(active=active)
    data = {"point": point.pk, "active": active}
    record(actor=journal_name(actor), verb="point.set", subject=f"unit:{point.unit.code}", data=data)


@transaction.atomic
def carry_in(*, plan: Plan, file: str) -> None:
    """Write what ``plan`` found, in the name of whoever it was made for; ``file`` is the file's digest.

    Every unit that it changes has one event. Raises Problem ``import.faults`` if anything is wrong with the
    file, ``import.meanwhile`` if somebody else has changed points or the directory since.
    """
    if plan.faults:
        raise Problem(IMPORT_FAULTS)
    if changed_since(plan.standing.event, _VERBS):
        raise Problem(IMPORT_MEANWHILE)
    units: dict[str, Unit] = plan.standing.kept  # type: ignore[attr-defined]
    new, changed = plan.new.get("points", []), plan.changed.get("points", [])
    for point in new:
        point.unit = units[point.unit_code]
    try:
        with transaction.atomic():
            Point.objects.bulk_create(new, batch_size=_BATCH)
            update_rows(Point, ["address", "latitude", "longitude", "active"], changed)
    except IntegrityError as error:  # somebody else's row, committed a moment ago
        raise Problem(IMPORT_MEANWHILE) from error
    entered, altered = (Counter(point.unit_code for point in rows) for rows in (new, changed))
    for code in sorted(entered | altered):
        data = {"file": file, "new": entered[code], "changed": altered[code]}
        actor = journal_name(plan.standing.actor)
        record(actor=actor, verb="point.import", subject=f"unit:{code}", data=data)
