"""A sheet of points: its columns, how a row is read, and what a file would change."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import Widget

from chuangwen.core.models import Blob
from chuangwen.core.spreadsheets import Sheet, book
from chuangwen.inspections.models import Point, PointType
from chuangwen.inspections.queries import units_with_kept_points
from chuangwen.organizations.importing import columns, sheets, widgets
from chuangwen.organizations.importing.columns import Column, Kind
from chuangwen.organizations.importing.planning import Plan, Progress, Reader, Table, fill
from chuangwen.organizations.importing.reading import SheetResource
from chuangwen.organizations.importing.standing import Standing
from chuangwen.organizations.models import Person, Unit

_UNREAD = _("Not read: it stands in what you take away.")
POINTS = Kind(
    "points",
    _("Inspection points"),
    (
        Column("unit", _("Unit code"), _("Of a unit whose points you keep."), required=True),
        Column("type", _("Type of point"), _("As the list of types names it."), required=True),
        Column("name", _("Name of the point"), _("Rows are known by unit, type and name."), required=True),
        Column("address", _("Address"), _("May be empty.")),
        Column("latitude", _("Latitude"), _("In degrees (WGS 84), such as 34.3297.")),
        Column("longitude", _("Longitude"), _("In degrees (WGS 84), such as 108.7093.")),
        Column("active", _("Looked at"), _("yes or no; empty leaves it as it is, yes for a new point")),
        Column("unit_name", _("Unit"), _UNREAD),
        Column("territory", _("Territory"), _UNREAD),
        Column("looked", _("Last looked at"), _UNREAD),
        Column("verdict", _("Last verdict"), _UNREAD),
    ),
)
READ = tuple(column for column in POINTS.columns if column.note is not _UNREAD)
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]+)?")
PointKey = tuple[str, str, str]  # code of the unit, code of the type, name


class PointStanding(Standing):
    """The points that the actor keeps, as they stand and as the rows read so far would make them."""

    @cached_property
    def kept(self) -> dict[str, Unit]:
        """The active units whose points the actor keeps, by their codes."""
        return {unit.code: unit for unit in units_with_kept_points(self.actor)}

    @cached_property
    def points(self) -> dict[PointKey, Point]:
        codes = {unit.pk: code for code, unit in self.kept.items()}
        found = {}
        for point in Point.objects.filter(unit__in=units_with_kept_points(self.actor)):
            point.unit_code = codes[point.unit_id]  # type: ignore[attr-defined]
            found[key_of(point)] = point
        return found


def key_of(point: Point) -> PointKey:
    return (point.unit_code, point.type_id, point.name)  # type: ignore[attr-defined]


class _Kept(widgets.Code):
    """The code of a unit whose points the actor keeps; all others are as if they were not."""

    def __init__(self, standing: PointStanding) -> None:
        super().__init__()
        self._standing = standing

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        code = super().clean(value)
        if code not in self._standing.kept:
            raise ValidationError(
                gettext("You keep no points of a unit “%(code)s”. Check its code, or delete the row.")
                % {"code": code}
            )
        return code


class _Degrees(widgets.Text):
    """A number of degrees up to ``most``, kept to six decimals (a tenth of a metre); None where empty."""

    def __init__(self, most: int, example: str) -> None:
        super().__init__()
        self._most, self._example = most, example

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        words = super().clean(value)
        if not words:
            return None
        degrees = Decimal(words) if _NUMBER.fullmatch(words) else None
        if degrees is None or abs(degrees) > self._most:
            raise ValidationError(
                gettext("“%(value)s” is not in degrees. Write it like %(example)s.")
                % {"value": words, "example": self._example}
            )
        return degrees.quantize(Decimal("0.000001"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{value.normalize():f}"


class PointResource(SheetResource):
    kind = POINTS
    key = "name"
    attributes: ClassVar[dict[str, str]] = {"unit": "unit_code", "type": "type_id"}
    standing: PointStanding

    def widgets(self) -> dict[str, Widget]:
        text = widgets.Text()
        return {
            "unit": _Kept(self.standing),
            "type": widgets.Choice((one.pk, one) for one in PointType.objects.all()),  # type: ignore[misc]
            "name": text,
            "address": text,
            "latitude": _Degrees(90, "34.3297"),
            "longitude": _Degrees(180, "108.7093"),
            "active": widgets.YesNo(),
        }

    def known(self, row: Any) -> Point | None:
        code, kind, name = (self.fields[column].clean(row) for column in ("unit", "type", "name"))
        return self.standing.points.get((code, kind, name))

    def fresh(self) -> Point:
        return Point(active=True)

    def read(self, field: Field, instance: Any, row: Any) -> None:
        if field.column_name != "active" or row["active"] != "":
            super().read(field, instance, row)

    def key_of(self, instance: Any) -> PointKey:
        return key_of(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        # One that could not be read is not missing as well.
        self._misread = not {"latitude", "longitude"}.isdisjoint(import_validation_errors or ())
        super().validate_instance(instance, import_validation_errors, *args, **kwargs)

    def errors(self, instance: Any) -> dict[str, ValidationError]:
        if self._misread or (instance.latitude is None) == (instance.longitude is None):
            return {}
        return {"longitude": ValidationError(gettext("Give latitude and longitude, or neither."))}


class _Points(Reader):
    def read(self, tables: dict[str, Table]) -> None:
        if table := self.whole(tables, POINTS):
            self.sheet(table, PointResource(self.plan.standing))
        self.progress(self.total, self.total)


def plan(*, actor: Person, blob: Blob, name: str, progress: Progress = lambda done, total: None) -> Plan:
    """Read a file of ``actor``'s and compare it with the points they keep. ``name`` titles a csv.

    Raises the problems of ``sheets.read``.
    """
    return fill(Plan(PointStanding(actor)), sheets.read(blob, name), (POINTS,), _Points, progress)


def template() -> bytes:
    """The form to fill in: an explanation with the types there are, and the sheet with its headings."""
    explained = [(column.label, gettext("yes") if column.required else "", column.note) for column in READ]
    types = [(gettext("Type of point"), "", str(one)) for one in PointType.objects.all()]
    heads = [gettext("Column"), gettext("Required"), gettext("What to write")]
    return book(
        Sheet(columns.EXPLANATION, heads, [*explained, *types]),
        Sheet(POINTS.title, [column.label for column in READ], to_fill=True),
    )
