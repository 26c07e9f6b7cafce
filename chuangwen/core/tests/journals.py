"""Journals for tests, and hands that change them behind their back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from chuangwen.core.journal import record
from chuangwen.core.models import Event

SIZES = [4, 6, 9]  # of the three heads of ``whole_journal``
EVENT, HEAD = "core_event", "core_treehead"
CLERK = "person:1"


def recorded(count: int) -> list[Event]:
    """New events, committed together."""
    with transaction.atomic():
        return [
            record(actor=CLERK, verb="unit.add", subject=f"unit:{number}", data={"name": f"第{number}小学"})
            for number in range(count)
        ]


def at(place: int) -> Event:
    return Event.objects.get(position=place)


def columns(model) -> list[str]:
    """From the model itself, so that a new column is tried without anybody thinking of it."""
    return [column.attname for column in model._meta.concrete_fields]


def alter(row, column: str) -> int:
    """Change one value as SQL would, to another that the table allows; return the row's id afterwards."""
    field, value = row._meta.get_field(column), getattr(row, column)
    if field.unique:  # the numbers that may not occur twice
        new = type(row).objects.aggregate(top=Max(column))["top"] + 1
    elif isinstance(value, datetime):
        new = value + timedelta(microseconds=1)
    elif isinstance(value, str):
        new = value[:-1] + ("1" if value.endswith("0") else "0")
    elif isinstance(value, dict):
        new = value | {"name": "另一个"}
    else:
        new = [*value, "0" * 64]
    assert type(row).objects.filter(pk=row.pk).update(**{column: new}) == 1
    return new if field.primary_key else row.pk
