"""The State Council's table of a year, entered by the administrator when the one built in is older.

It is kept as a file in the data directory, one day a line: ``date,kind,name``, where kind is ``holiday`` or
``workday`` (a make-up day). Days that are not named go by the weekday.
"""

from __future__ import annotations

import csv
import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.core.journal import record
from chuangwen.core.problems import CALENDAR_BROKEN, Problem

HOLIDAY, WORKDAY = "holiday", "workday"
# What a kind may be called: also as the notice has it.
_KINDS = {
    **dict.fromkeys((HOLIDAY, "放假", "休息"), HOLIDAY),
    **dict.fromkeys((WORKDAY, "上班", "补班"), WORKDAY),
}
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
HEADINGS = ["date", "kind", "name"]
_WEEKEND = 6  # from Saturday on, in ISO days
# Every yearly table names these, as month and day: one without them is only a part of a table.
_ALWAYS = {(1, 1), (5, 1), (10, 1)}

Text = str | Promise
# Day → kind and name.
Table = Mapping[date, tuple[str, str]]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """What is wrong in which line; ``line`` is "–" where a line is missing."""

    line: int | str
    words: str
    reason: Text


def decoded(data: bytes) -> str:
    """The text of a file, in UTF-8 or as Excel writes csv in China; damage stays to be told as a fault."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def check(text: str) -> tuple[dict[int, Table], list[Fault]]:
    """The tables of the years in ``text``, and everything that is wrong there."""
    years: dict[int, dict[date, tuple[str, str]]] = defaultdict(dict)
    faults: list[Fault] = []
    for line, row in _rows(text):
        fault = _take(row, years)
        if fault:
            faults.append(Fault(line, ",".join(row), fault))
    if not years and not faults:
        faults.append(Fault(1, "–", _("there is no day in this file")))
    for year, table in years.items():
        named = {(day.month, day.day) for day, (kind, _name) in table.items() if kind == HOLIDAY}
        faults += [
            Fault("–", f"{date(year, *day)} ?", _("this holiday is missing: it is not a whole year's table"))
            for day in sorted(_ALWAYS - named)
            if not faults or faults[-1].line == "–"
        ]
    return dict(years), faults


def _take(row: Sequence[str], years: dict[int, dict[date, tuple[str, str]]]) -> Text | None:
    """Put the day of a row into its year; or what is wrong with the row."""
    if len(row) != len(HEADINGS):
        return _("three columns are needed: date, holiday or workday, name")
    if (day := _day(row[0])) is None:
        return _("this is no day; write it as 2027-01-01")
    if (kind := _KINDS.get(row[1])) is None:
        return _("write holiday or workday")
    if kind == WORKDAY and day.isoweekday() < _WEEKEND:
        return _("a make-up day is at a weekend, and this is not one")
    if day in years[day.year]:
        return _("this day stands here twice")
    years[day.year][day] = (kind, row[2])
    return None


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the text with the number of their line; the line of headings may be missing."""
    for line, cells in enumerate(csv.reader(text.removeprefix("\ufeff").splitlines()), start=1):
        row = [cell.strip() for cell in cells]
        if any(row) and not (line == 1 and _day(row[0]) is None and not any(map(str.isdigit, row[0]))):
            yield line, row


def parse(text: str) -> dict[int, Table]:
    """The tables of the years in ``text``.

    Raises Problem ``calendar.broken`` with the number of the first line that is not a day of a table.
    """
    years, faults = check(text)
    if faults:
        raise Problem(CALENDAR_BROKEN, line=faults[0].line, words=f"{faults[0].words}: {faults[0].reason}")
    return years


@transaction.atomic
def enter(*, actor: str, text: str, source: str) -> dict[int, int]:
    """Enter the tables in ``text`` from the file ``source``; the years, each with its number of days.

    Raises Problem ``calendar.broken``.
    """
    tables = parse(text)
    days = {year: len(table) for year, table in tables.items()}
    data = {"days": {str(year): count for year, count in days.items()}, "source": source[:100]}
    record(actor=actor, verb="calendar.import", subject="calendar", data=data)
    keep(tables)
    return days


def written(tables: Mapping[int, Table]) -> str:
    """The tables as text, in the form in which they are read."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADINGS)
    for _year, table in sorted(tables.items()):
        writer.writerows((day.isoformat(), *table[day]) for day in sorted(table))
    return file.getvalue()


def keep(tables: Mapping[int, Table]) -> None:
    """Put the tables of these years in the place of those that are kept; other years stay as they are."""
    path = settings.CALENDAR_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        file.write(written({**kept(), **tables}))
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
