"""The points of a unit: entered by its own people or by the civility office over it."""

from __future__ import annotations

from decimal import Decimal

from django.db import IntegrityError, transaction

from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.inspections.models import Point, PointType
from chuangwen.inspections.problems import POINT_TAKEN
from chuangwen.inspections.queries import keeps_points
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.services import journal_name


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
