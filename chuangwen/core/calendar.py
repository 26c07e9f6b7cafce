"""The working calendar: the State Council's yearly table of holidays and make-up days.

A year whose table is not published yet falls back to Monday to Friday; `is_published` tells which it was.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

_FIRST, _LAST = (pick(day.year for day in (*holidays, *workdays)) for pick in (min, max))
_WEEKEND = 6  # from Saturday on, in ISO days


def is_published(year: int) -> bool:
    """Whether the State Council's table for ``year`` is known here."""
    return _FIRST <= year <= _LAST


def is_working_day(day: date) -> bool:
    """Whether offices work on ``day``; by the weekday alone where the year's table is not published."""
    if is_published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.isoweekday() < _WEEKEND


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
