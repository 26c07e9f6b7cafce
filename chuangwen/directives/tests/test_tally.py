"""Whatever happens to cases, units and systems, the tallies say what counting the cases one by one says."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models.signals import post_migrate, pre_migrate
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chuangwen.cases.models import Case
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core.problems import Problem
from chuangwen.directives import tally
from chuangwen.directives.breakdown import services as breaking_down
from chuangwen.directives.models import HourTally, Receiver, Report, Tally
from chuangwen.directives.services import tallying
from chuangwen.directives.services.rounds import open_next_rounds
from chuangwen.directives.shares import Breakdown
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Membership, Post, Role, System, Unit
from chuangwen.organizations.tests.personas import PERSONAS

DIMENSIONS = (
    ("unit__territory_id",),
    ("unit__memberships__system",),
    ("unit__code", "unit__name", "unit__four_bodies"),
    ("unit__territory_id", "unit__memberships__system"),
)
EVERY = (*tally.COUNTS, *tally.REACH)
CODES = (
    "EDU",
    "HEALTH",
    "PARTY",
    "COUNTY1",
    "COUNTY2",
    "TOWN",
    "EDU1",
    "SCHOOL",
    "RIVAL",
    "SCHOOL2",
    "CLINIC",
)


def day(days: int):
    return timezone.localdate() + timedelta(days=days)


def cases_of(campaign, actor):
    return campaign.cases.filter(kind="assignment").exclude(state="withdrawn").visible_to(actor)


def assert_right(city, campaign):
    """For everybody and in every dimension the tally is the count."""
    for who in PERSONAS:
        actor = city.person(who)
        cases = cases_of(campaign, actor)
        for by in DIMENSIONS:
            order = lambda row: [str(row[name]) for name in by]  # noqa: B023, E731 - used at once
            told = tally.counted(campaign, actor, *by, counts=EVERY)
            assert sorted(told, key=order) == sorted(tally.count(cases, *by, wanted=EVERY), key=order), (
                who,
                by,
            )
        assert [dict(+days) for days in tally.by_day(campaign, actor, cases.count())] == days_of(cases), who
    assert tallying.wrong() == 0


def days_of(cases):
    """Day → number for each of the steps, read from the cases one after the other."""
    days = [Counter() for _step in tally.STEPS]
    for case in cases.select_related("assignment").prefetch_related("assignment__reports"):
        report = next(iter(case.assignment.reports.all()), None)
        moments = [
            case.opened_at,
            case.assignment.acknowledged_at,
            report and report.filed_at,
            case.closed_at if case.state == "accepted" else None,
        ]
        for step, moment in zip(days, moments, strict=True):
            if moment:
                step[timezone.localdate(moment)] += 1
    return days


@pytest.fixture
def everywhere(city):
    """The delegate answers for every unit as well, so that one person may make the moves of all."""
    for unit in city.units.values():
        Post.objects.create(unit=unit, person=city.people["delegate"], role=Role.LIAISON, title="联络员")


@pytest.fixture
def under_way(city, meeting, everywhere):
    """Three tasks: late and reported on, of some units only, repeated every week."""
    add(city, meeting, Receiver(rule=Receiver.Rule.ALL), due=day(-1), asks_report=True)
    add(city, meeting, to_unit("EDU"), to_unit("COUNTY1"), due=day(9), text="另一任务")
    add(city, meeting, to_unit("SCHOOL"), to_unit("CLINIC"), text="每周报送", recurs="weekly:5")
    dispatch(city, meeting)


ASKED = {
    "file_report": {"text": "已落实"},
    "record_launch": {
        "held_on": day(-2),
        "place": "礼堂",
        "chair": "主要负责人",
        "present": 9,
        "minutes": "传达部署",
    },
    "ask_extension": {"due": day(5), "reason": "设备未到"},
    "ask_not_ours": {"reason": "职责不在我单位"},
    "send_back": {"reason": "没有数据"},
    "withdraw": {"reason": "不再需要"},
    "extend": {"due": day(6), "reason": "情况属实"},
}
MOVES = (
    *("acknowledge", "finish", "file_report", "record_launch", "ask_extension", "ask_not_ours", "relay"),
    *("accept", "send_back", "withdraw", "extend", "reassign"),
)
DECIDING = {"accept", "send_back", "withdraw", "extend", "reassign"}
HAPPENINGS = ("succeed", "place", "system", "time", "break_down", "round", "fold")
some = st.integers(0, 99)


def make(city, name, at, other):
    """One of the cases makes a move, if it may."""
    cases = Case.objects.filter(kind="assignment").order_by("pk")
    case, unit = cases[at % cases.count()], city.units[CODES[other % len(CODES)]]
    asked = ASKED.get(name, {})
    if name == "relay":
        asked = {"line": "territory", "units": [unit], "due": day(4)}
    if name == "reassign":
        asked = {"unit": unit, "reason": "按职责"}
    move(city, "office" if name in DECIDING else "delegate", case, name, **asked)


def happen(city, what, at, other):
    """Something else happens: to the directory, deadlines, rounds, tallies themselves."""
    unit, second = city.units[CODES[at % len(CODES)]], city.units[CODES[other % len(CODES)]]
    if what == "succeed":
        succeed_unit(actor=city.person("office"), unit=unit, successor=second)
    if what == "place":
        Unit.objects.filter(pk=unit.pk, seat=False).update(territory=second.territory)
    if what == "system":
        Membership.objects.filter(unit=unit).delete()
        Membership.objects.create(unit=unit, system=System.objects.all()[other % 2])
    if what == "time":
        Case.objects.filter(unit=unit).update(
            due=day(other % 9 - 5), opened_at=timezone.now() - timedelta(days=at)
        )
        Report.objects.update(filed_at=timezone.now() - timedelta(days=other))
    if what == "break_down":
        break_down(city, unit, other)
    if what == "round":
        open_next_rounds()
    if what == "fold":
        tallying.fold()


def break_down(city, unit, other):
    """One of the unit's cases is broken down, further the more often it happens."""
    case = Case.objects.filter(kind="assignment", unit=unit, closed_at=None).order_by("pk").first()
    who, seen = city.person("delegate"), 0
    if case:
        lead = {"principal": who, "in_charge": who}
        seen = Breakdown.objects.filter(pk=case.pk).values_list("revision", flat=True).first() or 0
        breakdown = breaking_down.lead(actor=who, case=case, seen=seen, **lead)
        part = {
            "level": "person" if other % 2 else "post",
            "name": "" if other % 2 else "岗位",
            "measure": "做",
        }
        part |= {"weight": Decimal(100), "person": who if other % 2 else None}
        breaking_down.add_share(actor=who, case=case, seen=breakdown.revision, above=None, **part)
        breaking_down.put_in_force(actor=who, case=case, seen=breakdown.revision + 1)


steps = st.one_of(
    st.tuples(st.just(make), st.sampled_from(MOVES), some, some),
    st.tuples(
        st.just(happen),
        st.sampled_from(("succeed", "place", "system", "time", "break_down", "round", "fold")),
        some,
        some,
    ),
)


# Not shrunk, which takes minutes: the walks are short enough to read.
@settings(
    max_examples=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=st.lists(steps, min_size=8, max_size=25))
def test_the_tally_is_the_count_wherever_the_cases_walk(city, campaign, under_way, walk):
    with transaction.atomic():
        for do, *what in walk:
            with suppress(Problem):
                do(city, *what)
        assert_right(city, campaign)
        tallying.fold()
        assert_right(city, campaign)
        transaction.set_rollback(True)


def test_how_far_down_it_goes_is_tallied_too(city, campaign, under_way):
    for at in range(4):
        make(city, "acknowledge", at, 0)
        unit = Case.objects.filter(kind="assignment").order_by("pk")[at].unit
        break_down(city, unit, at)
    assert_right(city, campaign)
    (found,) = tally.counted(campaign, city.person("office"), "campaign", counts=EVERY)
    assert 0 < found["to_person"] < found["in_force"] == found["begun"] < found["received"]
    make(city, "withdraw", 1, 0)
    tallying.fold()
    assert_right(city, campaign)


def test_a_write_and_its_tally_are_one_transaction(city, campaign, under_way):
    before = tally.counted(campaign, city.person("office"), "unit__code")
    with transaction.atomic():
        make(city, "acknowledge", 0, 0)
        assert tally.counted(campaign, city.person("office"), "unit__code") != before
        transaction.set_rollback(True)
    assert tally.counted(campaign, city.person("office"), "unit__code") == before


def test_folding_leaves_one_row_for_each_key_and_what_lies_ahead(city, campaign, under_way):
    for at in range(9):
        make(city, "acknowledge", at, 0)
    assert Tally.objects.filter(folded=False).exists()
    assert tallying.fold() > 0
    for model, key in ((Tally, tallying.UNITS.key), (HourTally, tallying.HOURS.key)):
        keys = list(model.objects.values_list(*key))
        assert len(set(keys)) == len(keys) > 0
        assert not model.objects.filter(folded=False).exists()
    assert not Tally.objects.filter(day__gt=date.min, day__lt=day(0)).exists()
    assert Tally.objects.filter(day__gte=day(0)).exists()
    assert tallying.fold() == 0


def test_a_great_dispatch_is_counted_anew(city, campaign, under_way, monkeypatch):
    monkeypatch.setattr(tallying, "AFRESH", 3)
    assert tallying.fold() > 3
    assert not Tally.objects.filter(folded=False).exists()
    assert_right(city, campaign)


def test_what_is_wrong_is_said_and_put_right(city, campaign, under_way, caplog):
    tallying.fold()
    Tally.objects.filter(unit=city.units["SCHOOL"], day=date.min).update(received=7)
    HourTally.objects.filter(unit=0).delete()
    with pytest.raises(CommandError, match="chuangwen tally"):
        call_command("tally", "--check", stdout=StringIO())
    said = StringIO()
    call_command("tally", stdout=said)
    assert said.getvalue() == "2 处不符 · 2 differed\n"
    assert "the tallies were wrong in 2 places" in caplog.text
    assert_right(city, campaign)
    caplog.clear()
    rows = set(Tally.objects.values_list("pk", flat=True))
    assert tallying.check() == 0
    assert set(Tally.objects.values_list("pk", flat=True)) == rows
    assert not caplog.text


def test_tables_may_change_under_the_triggers(city, campaign, under_way):
    """They are taken away before a migration and come back after it, having counted what was missed."""
    directives = apps.get_app_config("directives")
    arguments = {"using": "default", "verbosity": 0, "interactive": False, "app_config": directives}
    pre_migrate.send(sender=directives, plan=["something"], **arguments)
    make(city, "acknowledge", 0, 0)
    assert tallying.wrong() > 0
    post_migrate.send(sender=directives, plan=["something"], **arguments)
    assert_right(city, campaign)
    make(city, "acknowledge", 1, 0)
    assert_right(city, campaign)
    pre_migrate.send(sender=directives, plan=[], **arguments)
    make(city, "acknowledge", 2, 0)
    assert_right(city, campaign)
