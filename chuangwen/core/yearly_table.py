"""The State Council's table of a year, entered by the administrator when the one built in is older.

It is kept as a file in the data directory, one day a line: ``date,kind,name``, where kind is ``holiday`` or
``workday`` (a make-up day). Days that are not named go by the weekday.
"""

from __future__ import annotations

import csv
import logging
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from chuangwen.core.problems import CALENDAR_BROKEN, Problem

HOLIDAY, WORKDAY = "holiday", "workday"
HEADINGS = ["date", "kind", "name"]
_WEEKEND = 6  # from Saturday on, in ISO days
# Every yearly table names these, as month and day: one without them is only a part of a table.
_ALWAYS = {(1, 1), (5, 1), (10, 1)}

# Day → kind and name.
Table = Mapping[date, tuple[str, str]]
logger = logging.getLogger(__name__)


def parse(text: str) -> dict[int, Table]:
    """The tables of the years in ``text``.

    Raises Problem ``calendar.broken`` with the number of the line that is not a day of a table.
    """
    years: dict[int, dict[date, tuple[str, str]]] = defaultdict(dict)
    for line, (day, kind, name) in _rows(text):
        if day in years[day.year]:
            raise Problem(CALENDAR_BROKEN, line=line, words=f"{day} ×2")
        if kind == WORKDAY and day.isoweekday() < _WEEKEND:
            raise Problem(CALENDAR_BROKEN, line=line, words=f"{day:%Y-%m-%d %a} {kind}")
        years[day.year][day] = (kind, name)
    for year, table in years.items():
        named = {(day.month, day.day) for day, (kind, _name) in table.items() if kind == HOLIDAY}
        if missing := sorted(_ALWAYS - named):
            month, number = missing[0]
            raise Problem(CALENDAR_BROKEN, line="–", words=f"{date(year, month, number)} ?")
    if not years:
        raise Problem(CALENDAR_BROKEN, line=1, words="–")
    return dict(years)


def _rows(text: str) -> Iterator[tuple[int, tuple[date, str, str]]]:
    """The days of the text with the number of their line; the line of headings may be missing."""
    for line, cells in enumerate(csv.reader(text.removeprefix("\ufeff").splitlines()), start=1):
        row = [cell.strip() for cell in cells]
        if not any(row) or (line == 1 and row == HEADINGS):
            continue
        try:
            day, kind, name = row
            if kind in {HOLIDAY, WORKDAY}:
                yield line, (date.fromisoformat(day), kind, name)
                continue
        except ValueError:
            pass
        raise Problem(CALENDAR_BROKEN, line=line, words=",".join(row))


def keep(tables: Mapping[int, Table]) -> None:
    """Put the tables of these years in the place of those that are kept; other years stay as they are."""
    path = settings.CALENDAR_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for _year, table in sorted({**kept(), **tables}.items()):
            writer.writerows((day.isoformat(), *table[day]) for day in sorted(table))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)  # at once: no reader sees half a table


def kept() -> Mapping[int, Table]:
    """The tables that were entered, by year; read again when the file has changed."""
    path: Path = settings.CALENDAR_FILE
    try:
        changed = path.stat()
    except FileNotFoundError:
        return {}
    return _read(path, changed.st_mtime_ns, changed.st_ino)


@cache
def _read(path: Path, _changed: int, _inode: int) -> Mapping[int, Table]:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (Problem, UnicodeDecodeError) as damage:  # somebody wrote into it by hand: pages must still open
        logger.error("%s is not read: %s", path, damage)  # noqa: TRY400  # the reason says it all
        return {}
