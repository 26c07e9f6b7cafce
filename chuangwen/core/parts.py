"""A long list read part by part, while whoever reads it also writes.

No read stays open between two parts. On SQLite an open one sees the state of its beginning, and whoever has
it may not write once anybody else has: a job that says how far it is would fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
AT_ONCE = 1_000  # rows in memory


def in_parts(rows: QuerySet[Row], size: int = AT_ONCE) -> Iterator[list[Row]]:
    """The rows as they were ordered, so many at a time; one that is gone when its turn comes is left out."""
    keys = list(rows.values_list("pk", flat=True))
    for first in range(0, len(keys), size):
        yield list(rows.filter(pk__in=keys[first : first + size]))
