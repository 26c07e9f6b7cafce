"""Tables that a city sets for itself, each row from a day on: the kinds of fault with their limits.

What is in force on a day is the newest row of a code whose day has come, so that a new limit is entered ahead
and changes no order that was issued before. A city's own file stands in ``DATA_DIR/rectification``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from chuangwen.core.calendar import add_working_days
from chuangwen.core.problems import Problem
from chuangwen.rectification.problems import KIND_UNKNOWN, TABLE_BROKEN

_SHIPPED = Path(__file__).parent
Cells = Mapping[str, str]


@dataclass(frozen=True)
class FaultKind:
    """A kind of fault; an order about it is due ``days`` working days after its issue."""

    code: str
    zh: str
    en: str
    days: int

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en


def kinds(on: date | None = None) -> dict[str, FaultKind]:
    """The kinds of fault on a day, today by default, by code. Raises Problem ``order.table_broken``."""
    return in_force(
        "kinds.tsv",
        lambda cells: FaultKind(cells["code"], cells["zh"], cells["en"], int(cells["days"])),
        on or timezone.localdate(),
    )


def kind_of(code: str, on: date | None = None) -> FaultKind:
    """Raises Problem ``order.kind_unknown``."""
    found = kinds(on).get(code)
    if not found:
        raise Problem(KIND_UNKNOWN, code=code)
    return found


def due_of(code: str, issued_on: date) -> date:
    """The default deadline of an order issued on a day; over a year's end by the next year's calendar."""
    return add_working_days(issued_on, kind_of(code, issued_on).days)


def in_force(name: str, read: Callable[[Cells], Any], on: date) -> dict[str, Any]:
    """The rows of a table on a day, by their codes, in the order of the file; the newest of a code counts."""
    path = own if (own := Path(settings.DATA_DIR) / "rectification" / name).exists() else _SHIPPED / name
    found: dict[str, tuple[date, Any]] = {}
    for number, cells in _rows(path, path.stat().st_mtime_ns):
        try:
            since, row = date.fromisoformat(cells["from"]), read(cells)
        except (ArithmeticError, KeyError, ValueError) as wrong:
            raise Problem(TABLE_BROKEN, file=path, line=number, what=wrong) from None
        if since <= on and (cells["code"] not in found or found[cells["code"]][0] < since):
            found[cells["code"]] = since, row
    return {code: row for code, (_since, row) in found.items()}


@cache
def _rows(path: Path, _changed: int) -> list[tuple[int, Cells]]:
    """Number and cells of each line; read again when the file has changed."""
    return list(_lines(path.read_text(encoding="utf-8-sig")))


def _lines(text: str) -> Iterator[tuple[int, Cells]]:
    heading: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if heading:
            yield number, dict(zip(heading, cells, strict=False))
        heading = heading or cells
