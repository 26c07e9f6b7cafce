"""The working calendar: the State Council's yearly table of holidays and make-up days.

A table that the administrator entered (``yearly_table``) goes before the one built in. A year whose table is
not published yet falls back to Monday to Friday; `is_published` tells which it was, and pages say so.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

from chuangwen.core import yearly_table

_PUBLISHED: frozenset[int] = frozenset(day.year for day in (*holidays, *workdays))
_WEEKEND = 6  # from Saturday on, in ISO days


def is_published(year: int) -> bool:
    """Whether the State Council's table for ``year`` is known here."""
    return year in _PUBLISHED or year in yearly_table.kept()


def unpublished(first: date, last: date) -> list[int]:
    """The years from that of ``first`` to that of ``last`` (in either order) that are not known here."""
    years = sorted((first.year, last.year))
    return [year for year in range(years[0], years[1] + 1) if not is_published(year)]


def is_working_day(day: date) -> bool:
    """Whether offices work on ``day``; by the weekday alone where the year's table is not published."""
    entered = yearly_table.kept().get(day.year)
    if entered is not None:
        kind, _name = entered.get(day, ("", ""))
        return kind == yearly_table.WORKDAY or (not kind and day.isoweekday() < _WEEKEND)
    if day.year in _PUBLISHED:
        working: bool = chinese_calendar.is_workday(day)
        return working
    return day.isoweekday() < _WEEKEND


def table_of(year: int) -> yearly_table.Table:
    """The holidays and make-up days known for ``year``; empty where its table is not published."""
    if (entered := yearly_table.kept().get(year)) is not None:
        return entered
    built_in = {day: (yearly_table.HOLIDAY, name) for day, name in holidays.items() if day.year == year}
    made_up = {day: (yearly_table.WORKDAY, name) for day, name in workdays.items() if day.year == year}
    return built_in | made_up


def add_working_days(start: date, count: int) -> date:
    """The ``count``-th working day after ``start``, which itself is not counted."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_left(day: date, today: date) -> int:
    """The working days from tomorrow up to and with ``day``; negative when ``day`` has passed."""
    if day < today:
        return -working_days_left(today, day)
    return sum(is_working_day(today + timedelta(days=n)) for n in range(1, (day - today).days + 1))


# Festivals of the lunar calendar, which moves; the others have their day in `_FIXED`.
_LUNAR = {
    "春": "0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203",
    "端午": "0618 0607 0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605",
    "中秋": "0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912",
}
_LUNAR_FROM = 2018
_FIXED = {"元旦": (1, 1), "五一": (5, 1), "劳动": (5, 1), "国庆": (10, 1), "十一": (10, 1)}


def festival(name: str, year: int) -> date:
    """The day of a festival, such as 国庆节 or 中秋; ValueError for a year or name that is not known."""
    name = name.removesuffix("节")
    if name in _FIXED:
        month, day = _FIXED[name]
        return date(year, month, day)
    if name == "清明":  # a term of the sun: it keeps to this pattern until 2043
        return date(year, 4, 4 if year % 4 < 2 else 5)  # noqa: PLR2004
    days = _LUNAR.get(name, "").split()
    if not 0 <= year - _LUNAR_FROM < len(days):
        raise ValueError(f"{name} {year}")
    text = days[year - _LUNAR_FROM]
    return date(year, int(text[:2]), int(text[2:]))
