"""Working days by the State Council's table of 2026, whose National Day is bought with two weekends."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar import Holiday

from chuangwen.core.calendar import (
    add_working_days,
    festival,
    is_published,
    is_working_day,
    working_days_left,
)

MADE_UP = [date(2026, 9, 20), date(2026, 10, 10)]
LAST_OF_SEPTEMBER = date(2026, 9, 30)
AFTER_HOLIDAY = date(2026, 10, 8)
UNPUBLISHED = 2031


@pytest.mark.parametrize("day", MADE_UP)
def test_a_make_up_day_at_the_weekend_is_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert is_working_day(day)


def test_nobody_works_in_the_week_of_national_day() -> None:
    week = [date(2026, 10, day) for day in range(1, 8)]
    assert [is_working_day(day) for day in week] == [False] * 7
    assert is_working_day(LAST_OF_SEPTEMBER)
    assert is_working_day(AFTER_HOLIDAY)


def test_an_ordinary_week_is_worked_from_monday_to_friday() -> None:
    monday = date(2026, 11, 9)
    assert [is_working_day(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 15), 0, date(2026, 9, 15)),
        (date(2026, 9, 15), 1, date(2026, 9, 16)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # a Sunday made up
        (LAST_OF_SEPTEMBER, 1, AFTER_HOLIDAY),
        (LAST_OF_SEPTEMBER, 3, date(2026, 10, 10)),  # a Saturday made up
        (date(2026, 10, 3), 1, AFTER_HOLIDAY),  # from within the holiday
        (date(2026, 9, 18), 10, date(2026, 10, 9)),
    ],
)
def test_working_days_are_added_without_the_first(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end


@pytest.mark.parametrize(
    ("day", "today", "left"),
    [
        (LAST_OF_SEPTEMBER, LAST_OF_SEPTEMBER, 0),
        (AFTER_HOLIDAY, LAST_OF_SEPTEMBER, 1),
        (date(2026, 10, 7), LAST_OF_SEPTEMBER, 0),
        (date(2026, 10, 12), LAST_OF_SEPTEMBER, 4),
        (LAST_OF_SEPTEMBER, AFTER_HOLIDAY, -1),
        (LAST_OF_SEPTEMBER, date(2026, 10, 12), -4),
        (date(2026, 9, 19), date(2026, 9, 20), -1),  # a Saturday off, the Sunday after it worked
    ],
)
def test_working_days_left_are_negative_once_the_day_has_passed(day: date, today: date, left: int) -> None:
    assert working_days_left(day, today) == left


def test_a_year_without_a_table_goes_by_the_weekday_and_says_so() -> None:
    wednesday_of_national_day = date(UNPUBLISHED, 10, 1)
    assert (is_published(2026), is_published(UNPUBLISHED)) == (True, False)
    assert is_working_day(wednesday_of_national_day)
    assert not is_working_day(date(UNPUBLISHED, 10, 4))


def test_counting_goes_on_into_a_year_without_a_table() -> None:
    assert add_working_days(date(UNPUBLISHED - 1, 12, 31), 1) == date(UNPUBLISHED, 1, 1)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("元旦", date(2027, 1, 1)),
        ("春节", date(2027, 2, 6)),
        ("清明节", date(2027, 4, 5)),
        ("五一", date(2027, 5, 1)),
        ("劳动节", date(2027, 5, 1)),
        ("端午节", date(2027, 6, 9)),
        ("端午", date(2027, 6, 9)),
        ("中秋节", date(2027, 9, 15)),
        ("国庆", date(2027, 10, 1)),
        ("十一", date(2027, 10, 1)),
    ],
)
def test_festivals_of_next_year_are_known_before_its_table_is(name: str, day: date) -> None:
    assert festival(name, 2027) == day


@pytest.mark.parametrize("year", range(2018, 2027))
@pytest.mark.parametrize(
    ("name", "holiday"),
    [
        ("元旦", Holiday.new_years_day),
        ("春节", Holiday.spring_festival),
        ("清明", Holiday.tomb_sweeping_day),
        ("劳动节", Holiday.labour_day),
        ("端午", Holiday.dragon_boat_festival),
        ("中秋", Holiday.mid_autumn_festival),
        ("国庆节", Holiday.national_day),
    ],
)
def test_festivals_fall_into_the_holidays_of_the_published_tables(
    name: str, holiday: Holiday, year: int
) -> None:
    off, title = chinese_calendar.get_holiday_detail(festival(name, year))
    # When two festivals share a day, the table names one of them.
    shared = {Holiday.mid_autumn_festival.value, Holiday.national_day.value}
    assert off
    assert title == holiday.value or {title, holiday.value} == shared


@pytest.mark.parametrize(("name", "year"), [("重阳", 2026), ("春节", 2017), ("春节", 2031), ("", 2026)])
def test_a_festival_that_is_not_known_is_an_error(name: str, year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        festival(name, year)
