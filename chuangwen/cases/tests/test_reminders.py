"""Reminders by the moment given: each rung once, whatever the clock does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chuangwen.cases.models import Case, Notice, Reminder, Rung
from chuangwen.cases.reminders import read, remind, unread
from chuangwen.cases.services import new_number
from chuangwen.core.models import Event
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import City

CITY = ZoneInfo("Asia/Shanghai")
# A Thursday; the Friday before it and the Monday after it are worked.
DUE = date(2026, 11, 19)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY)


@pytest.fixture
def dated(errand: Case) -> Case:
    Case.objects.update(due=DUE)
    errand.refresh_from_db()
    return errand


def rungs() -> list[tuple[str, date]]:
    return list(Reminder.objects.order_by("id").values_list("rung", "day"))


def days_of_reminders(first: date, days: int) -> dict[str, date]:
    """Let the clock strike often on each day; the day on which each reminder came."""
    came = {}
    for n in range(days):
        day = first + timedelta(days=n)
        for hour in (0, 8, 12, 23):
            if remind(at(day, hour)):
                last = Reminder.objects.latest("id")
                came[f"{last.rung} {last.day:%m-%d}"] = day
    return came


def test_a_case_is_reminded_of_before_on_the_day_and_weekly_after(dated: Case):
    assert days_of_reminders(date(2026, 11, 1), 45) == {
        "blue 11-19": date(2026, 11, 16),  # three working days left
        "today 11-19": DUE,
        "red 11-20": date(2026, 11, 20),
        "red 11-27": date(2026, 11, 27),
        "red 12-04": date(2026, 12, 4),
        "red 12-11": date(2026, 12, 11),
    }


def test_a_slow_case_is_yellow_on_the_last_working_day(dated: Case):
    Case.objects.update(state="idle")
    came = days_of_reminders(date(2026, 11, 1), 20)
    assert came == {
        "blue 11-19": date(2026, 11, 16),
        "yellow 11-19": date(2026, 11, 18),
        "today 11-19": DUE,
        "red 11-20": date(2026, 11, 20),
    }


def test_what_is_answered_closed_undated_or_over_is_not_reminded_of(dated: Case):
    late = at(DUE + timedelta(days=2))
    for change in (
        {"state": "filed", "answered_at": late},
        {"state": "done", "closed_at": late},
        {"state": "open", "answered_at": None, "closed_at": None, "due": None},
    ):
        Case.objects.update(**change)
        assert remind(late) == 0
    Case.objects.update(due=DUE)
    dated.campaign.closed_on = DUE
    dated.campaign.save()
    assert remind(late) == 0
    dated.campaign.closed_on = None
    dated.campaign.save()
    assert remind(late) == 1


def test_an_extended_case_is_reminded_of_again(dated: Case):
    remind(at(DUE))
    remind(at(DUE + timedelta(days=1)))
    later = DUE + timedelta(days=4)  # a Monday
    Case.objects.update(due=later)
    assert days_of_reminders(DUE + timedelta(days=1), 5) == {
        "blue 11-23": DUE + timedelta(days=1),
        "today 11-23": later,
        "red 11-24": later + timedelta(days=1),
    }


def test_over_midnight_the_day_is_the_citys(dated: Case):
    """A minute before midnight in the city it is still the day of the deadline, though not everywhere."""
    assert remind(at(DUE, 23, 59)) == 1
    assert remind(at(DUE, 23, 59)) == 0
    assert remind(at(DUE + timedelta(days=1), 0, 0)) == 1
    assert rungs() == [("today", DUE), ("red", DUE + timedelta(days=1))]


def test_over_the_years_end_by_a_table_that_is_not_published(dated: Case):
    """2031 has no table: its first of January, a Wednesday, counts as worked, and nobody is left out."""
    due = date(2031, 1, 3)  # a Friday
    Case.objects.update(due=due)
    assert days_of_reminders(date(2030, 12, 25), 12) == {
        "blue 01-03": date(2030, 12, 31),
        "today 01-03": due,
        "red 01-04": date(2031, 1, 4),
    }


def test_a_clock_that_jumps_reminds_of_nothing_twice(dated: Case):
    last_day = date(2026, 12, 31)
    Case.objects.update(due=last_day)
    assert remind(at(last_day, 23)) == 1
    assert remind(at(date(2027, 1, 1))) == 1
    assert remind(at(last_day, 23, 30)) == 0  # set back over midnight and the year's end
    assert remind(at(date(2027, 1, 1), 0, 1)) == 0
    assert remind(at(date(2028, 1, 1))) == 1  # set a year ahead by mistake
    assert remind(at(date(2027, 1, 2))) == 0  # and back
    assert [rung for rung, _day in rungs()] == ["today", "red", "red"]


def test_a_worker_that_was_down_for_two_days_reminds_of_what_is_so_now(dated: Case):
    assert remind(at(date(2026, 11, 17))) == 1
    # Down on the 18th and 19th: the day itself is not made up for, the red slip comes.
    assert remind(at(DUE + timedelta(days=1))) == 1
    assert rungs() == [("blue", DUE), ("red", DUE + timedelta(days=1))]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (DUE - timedelta(days=2), ["liaison"]),
        (DUE, ["liaison"]),
        (DUE + timedelta(days=1), ["head", "liaison"]),
    ],
)
def test_who_is_reminded(city: City, dated: Case, day: date, told: list[str]):
    """The school's liaison first, its head when it is red; staff, rivals and those above never."""
    remind(at(day))
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == told


def test_where_there_is_no_liaison_the_head_is_reminded(city: City, dated: Case):
    Post.objects.filter(role=Role.LIAISON).update(ended_on=DUE)
    remind(at(DUE))
    assert [notice.person.username for notice in Notice.objects.all()] == ["head"]
    Post.objects.filter(role=Role.HEAD).delete()
    assert remind(at(DUE + timedelta(days=1))) == 1
    assert Notice.objects.count() == 1  # nobody is left to be told, and the clock goes on
    assert remind(at(DUE + timedelta(days=1))) == 0


def test_more_than_one_batch(city: City, dated: Case, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.reminders.BATCH", 4)
    Case.objects.bulk_create(
        Case(
            number=new_number(),
            kind="errand",
            title="示例",
            unit=city.units[("SCHOOL", "RIVAL")[n % 2]],
            issuer=dated.issuer,
            campaign=dated.campaign,
            state="open",
            due=DUE,
            opened_at=dated.opened_at,
        )
        for n in range(9)
    )
    assert remind(at(DUE)) == 10
    assert remind(at(DUE)) == 0
    assert Notice.objects.filter(person=city.people["rival"]).count() == 4
    assert [event.data["cases"] for event in Event.objects.filter(verb="case.remind").order_by("id")] == [
        4,
        4,
        2,
    ]


def test_notices_are_read_once_and_ones_own(city: City, dated: Case):
    remind(at(DUE + timedelta(days=1)))
    liaison, head = city.person("liaison"), city.person("head")
    (notice,) = unread(liaison)
    assert notice.reminder.rung == Rung.RED
    assert read(actor=liaison, upto=notice.pk - 1) == 0
    assert read(actor=liaison, upto=notice.pk) == 1
    assert read(actor=liaison, upto=notice.pk) == 0
    assert not unread(liaison).exists()
    assert unread(head).count() == 1


def test_the_notices_of_a_post_given_up_are_gone(city: City, dated: Case):
    remind(at(DUE))
    Post.objects.filter(person=city.people["liaison"]).update(ended_on=DUE)
    assert not unread(city.person("liaison")).exists()


def test_the_notices_of_a_closed_case_are_gone(city: City, dated: Case):
    remind(at(DUE))
    assert unread(city.person("liaison")).count() == 1
    Case.objects.update(closed_at=at(DUE))
    assert not unread(city.person("liaison")).exists()


def test_what_lies_with_one_person_reminds_that_person_alone(city: City, dated: Case):
    Case.objects.update(holder=city.people["staff"])
    assert remind(at(date(2026, 11, 20))) == 1
    assert list(Notice.objects.values_list("person__username", flat=True)) == ["staff"]
    assert unread(city.person("staff")).count() == 1
    city.people["staff"].posts.update(ended_on=DUE)
    assert unread(city.person("staff")).count() == 0
