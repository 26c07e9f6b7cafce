"""Messages of reminders: one digest a working day, red at once, never by night, and no case in a group."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from chuangwen.cases.digests import choose, compose, is_quiet
from chuangwen.cases.models import Case, Notice
from chuangwen.cases.reminders import read, remind
from chuangwen.cases.services import new_number
from chuangwen.cases.tests.test_reminders import DUE, at
from chuangwen.core.models import Delivery, Event
from chuangwen.organizations.models import Post
from chuangwen.organizations.tests.personas import City

NEXT = DUE + timedelta(days=1)  # a Friday


@pytest.fixture(autouse=True)
def _doors(settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.CHANNELS = {"群": "json://127.0.0.1:9/", "另群": "json://127.0.0.1:9/"}


@pytest.fixture
def dated(city: City, errand: Case) -> Case:
    """The school's errand, due on DUE; its liaison asked for e-mail and the group."""
    Case.objects.update(due=DUE, title="示例事项")
    choose(actor=city.person("liaison"), channels=["email", "群"], email="liaison@example.org")
    errand.refresh_from_db()
    return errand


def another(case: Case, title: str, due: date = DUE) -> Case:
    return Case.objects.create(
        number=new_number(),
        kind="errand",
        title=title,
        unit=case.unit,
        issuer=case.issuer,
        campaign=case.campaign,
        state="open",
        due=due,
        opened_at=case.opened_at,
    )


def sent() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("channel", "subject"))


def test_the_digest_leaves_in_the_morning_once_by_each_channel(dated: Case):
    remind(at(DUE, 0, 5))
    assert compose(at(DUE, 0, 6)) == 0  # night
    assert compose(at(DUE, 8, 0)) == 0  # no longer night, not urgent
    assert compose(at(DUE, 8, 30)) == 2
    assert compose(at(DUE, 8, 31)) == 0
    assert sent() == [("email", "创文提醒：●蓝色督办1件"), ("群", "创文提醒：●蓝色督办1件")]


def test_what_comes_after_the_digest_waits_for_the_next_one(dated: Case):
    remind(at(DUE, 0, 5))
    assert compose(at(DUE, 9)) == 2
    another(dated, "后来的")
    remind(at(DUE, 9, 5))
    assert compose(at(DUE, 9, 6)) == compose(at(DUE, 19, 59)) == 0
    assert compose(at(NEXT, 8, 30)) == 2
    assert "后来的" in Delivery.objects.filter(channel="email").latest("id").body


def test_red_leaves_when_the_night_ends_and_is_not_in_the_digest_again(dated: Case):
    another(dated, "临期的", due=date(2026, 11, 25))
    remind(at(NEXT, 0, 1))
    assert compose(at(NEXT, 7, 59)) == 0
    assert compose(at(NEXT, 8, 0)) == 2
    assert compose(at(NEXT, 8, 30)) == 2
    assert compose(at(NEXT, 8, 31)) == 0
    red, digest = Delivery.objects.filter(channel="email").order_by("id")
    assert "示例事项" in red.body
    assert "示例事项" not in digest.body
    assert "临期的" in digest.body


def test_nothing_leaves_on_days_off_and_what_is_worked_is_no_day_off(dated: Case):
    """National Day 2026: silence from the first to the seventh; the tenth, a Saturday, is worked."""
    Case.objects.update(due=date(2026, 9, 30))
    for day in range(1, 8):
        remind(at(date(2026, 10, day)))
        assert compose(at(date(2026, 10, day))) == 0
    assert compose(at(date(2026, 10, 8))) == 2
    Case.objects.update(due=date(2026, 10, 9))
    remind(at(date(2026, 10, 10)))
    assert compose(at(date(2026, 10, 10))) == 2
    assert Delivery.objects.count() == 4


def test_the_worker_was_down_for_two_days(dated: Case):
    remind(at(DUE - timedelta(days=3)))
    # Down from the 16th; the 18th at noon tells of what is so then, once.
    noon = at(DUE - timedelta(days=1), 12)
    remind(noon)
    assert compose(noon) == 2
    assert compose(noon + timedelta(hours=1)) == 0


def test_the_clock_jumps_over_the_years_end_and_back(dated: Case):
    last = date(2026, 12, 31)
    Case.objects.update(due=last)
    remind(at(last))
    assert compose(at(last)) == 2
    monday = date(2027, 1, 4)
    remind(at(monday))
    assert compose(at(monday)) == 2
    for moment in (at(last), at(monday), at(last, 10)):
        remind(moment)
        assert compose(moment) == 0
    assert Delivery.objects.count() == 4


def test_a_group_gets_numbers_and_no_case(city: City, dated: Case, settings):
    settings.ADDRESS = "https://chuangwen.example.org"
    another(dated, "另一件")
    remind(at(NEXT))
    compose(at(NEXT))
    mailed, called = (Delivery.objects.get(channel=channel) for channel in ("email", "群"))
    assert mailed.address == "liaison@example.org"
    assert "示例事项" in mailed.body
    assert "另一件" in mailed.body
    assert "https://chuangwen.example.org/desk/" in mailed.body
    assert called.address == ""
    assert "示例事项" not in called.body + called.subject
    assert "liaison" not in called.body
    assert called.body.splitlines()[0] == "东岭县第一中学：▲红色督办2件"


def test_only_whoever_asked_is_told_and_only_by_what_there_is(city: City, dated: Case, settings):
    choose(actor=city.person("head"), channels=["email", "另群", "没有了"], email="")
    remind(at(NEXT))
    assert Notice.objects.count() == 2
    compose(at(NEXT))
    told = set(Delivery.objects.values_list("recipient", "channel"))
    liaison = f"person:{city.people['liaison'].pk}"
    assert told == {(liaison, "email"), ("", "群"), ("", "另群")}


def test_a_group_gets_one_digest_for_all_who_chose_it(city: City, dated: Case):
    """Two people of one unit and one of another: each case once, each unit on its line."""
    rival = another(dated, "别校的")
    Case.objects.filter(pk=rival.pk).update(unit=city.units["RIVAL"])
    for who in ("head", "rival"):
        choose(actor=city.person(who), channels=["群"], email="")
    remind(at(NEXT))
    assert compose(at(NEXT)) == 2  # the liaison's e-mail, and one for the group
    called = Delivery.objects.get(channel="群")
    assert called.subject == "创文提醒：▲红色督办2件"
    school, other = city.units["SCHOOL"].name, city.units["RIVAL"].name
    assert called.body.splitlines()[:2] == [f"{school}：▲红色督办1件", f"{other}：▲红色督办1件"]
    assert compose(at(NEXT, 9)) == compose(at(NEXT, 19)) == 0


def test_a_worker_that_dies_while_composing_loses_nothing_and_says_nothing_twice(dated: Case, monkeypatch):
    remind(at(NEXT))
    with monkeypatch.context() as broken:
        broken.setattr(Delivery.objects, "bulk_create", _dies)
        with pytest.raises(SystemExit):
            compose(at(NEXT))
    assert (Delivery.objects.count(), Notice.objects.filter(told_at=None).count()) == (0, 2)
    assert compose(at(NEXT)) == 2
    assert compose(at(NEXT)) == 0


def _dies(*_args, **_options):
    raise SystemExit


def test_what_was_read_done_or_given_up_is_not_told(city: City, dated: Case):
    remind(at(NEXT))
    read(actor=city.person("liaison"), upto=Notice.objects.latest("id").pk)
    assert compose(at(NEXT)) == 0
    Notice.objects.update(read_at=None)
    Case.objects.update(state="filed")
    assert compose(at(NEXT)) == 0
    assert Notice.objects.filter(told_at=None, person=city.people["liaison"]).count() == 0
    Notice.objects.update(told_at=None)
    Case.objects.update(state="open")
    Post.objects.filter(person=city.people["liaison"]).update(ended_on=DUE)
    assert compose(at(NEXT)) == 0


def test_a_long_list_is_cut_and_says_so(dated: Case, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.digests.LISTED", 2)
    for number in range(3):
        another(dated, f"第{number}件")
    remind(at(NEXT))
    compose(at(NEXT))
    body = Delivery.objects.get(channel="email").body
    assert body.count("▲[红色督办]") == 2
    assert "另有2件" in body


def test_choosing_is_in_the_journal_and_its_mistakes_are_mended(city: City, errand: Case):
    liaison = city.person("liaison")
    choose(actor=liaison, channels=["群"], email="liaison@example.org")
    choose(actor=liaison, channels=[], email="liaison@example.org")
    assert [event.verb for event in Event.objects.filter(subject=f"person:{liaison.pk}").order_by("id")] == [
        "person.email",
        "person.reminders",
        "person.reminders",
    ]
    Case.objects.update(due=DUE)
    remind(at(NEXT))
    assert compose(at(NEXT)) == 0


@pytest.mark.parametrize(
    ("begin", "end", "hour", "quiet"),
    [
        (time(20), time(8), 19, False),
        (time(20), time(8), 20, True),
        (time(20), time(8), 7, True),
        (time(20), time(8), 8, False),
        (time(12), time(14), 13, True),
        (time(12), time(14), 14, False),
        (time(12), time(14), 23, False),
    ],
)
def test_quiet_hours(settings, begin: time, end: time, hour: int, quiet: bool):  # noqa: FBT001
    settings.QUIET_FROM, settings.QUIET_TO = begin, end
    assert is_quiet(at(DUE, hour)) is quiet


def test_the_message_for_many_people_needs_more_than_one_batch(city: City, dated: Case, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.digests.BATCH", 1)
    choose(actor=city.person("head"), channels=["email"], email="head@example.org")
    remind(at(NEXT))
    assert compose(at(NEXT)) == 3
