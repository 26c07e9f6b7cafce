"""Requests for more time, and about whose duty a task is: asked, decided, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case, Request
from chuangwen.cases.queries import passages, requests_to_decide, times_passed_on
from chuangwen.cases.services import perform
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Meeting
from chuangwen.directives.queries import unit_cases
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import PERSONAS, City

pytestmark = pytest.mark.usefixtures("one_meeting")

TODAY = timezone.localdate


def day(days: int):
    return TODAY() + timedelta(days=days)


def refused(city: City, who: str, case: Case, name: str, **asked: object) -> str:
    """The code of the problem; nothing is changed and nothing recorded."""
    before, events = Case.objects.values().get(pk=case.pk), Event.objects.count()
    requests = list(Request.objects.values())
    with pytest.raises(Problem) as problem:
        move(city, who, case, name, **asked)
    assert (Case.objects.values().get(pk=case.pk), Event.objects.count()) == (before, events)
    assert list(Request.objects.values()) == requests
    return problem.value.code


def test_the_old_deadline_stands_until_the_extension_is_granted(city: City, assignment: Case):
    asked = move(city, "liaison", assignment, "ask_extension", due=day(20), reason="设备未到货")
    assert (asked.due, asked.state, asked.revision) == (day(10), "issued", 1)
    granted = move(city, "office", assignment, "extend", due=day(18), reason="只延到十八日后")
    assert (granted.due, granted.state) == (day(18), "issued")
    assert Case.objects.get(pk=assignment.pk).due == day(18)
    request = Request.objects.get()
    assert (request.wanted_due, request.decision, request.decided_by, request.decision_reason) == (
        day(20),
        "granted",
        city.people["office"],
        "只延到十八日后",
    )
    assert [(e.verb, e.data) for e in Event.objects.filter(subject=assignment.subject).order_by("id")] == [
        (
            "assignment.ask_extension",
            {"due": day(20).isoformat(), "reason": "设备未到货", "state": "issued", "revision": 1},
        ),
        (
            "assignment.extend",
            {
                "due": day(18).isoformat(),
                "before": day(10).isoformat(),
                "reason": "只延到十八日后",
                "state": "issued",
                "revision": 2,
            },
        ),
    ]


def test_a_refusal_leaves_the_deadline_and_one_may_ask_again(city: City, assignment: Case):
    move(city, "liaison", assignment, "ask_extension", due=day(20), reason="人手不足")
    case = move(city, "office", assignment, "refuse", reason="时限为市委会议确定")
    assert (case.due, case.state) == (day(10), "issued")
    move(city, "head", assignment, "ask_extension", due=day(12), reason="遇汛情")
    assert [r.decision for r in Request.objects.all()] == ["refused", ""]


@pytest.mark.parametrize("days", [-1, 9, 10])
def test_an_extension_ends_later_and_not_before_today(city: City, assignment: Case, days: int):
    assert refused(city, "liaison", assignment, "ask_extension", due=day(days), reason="x") == (
        "request.bad_extension"
    )


def test_a_late_case_is_not_extended_into_the_past(city: City, assignment: Case):
    Case.objects.filter(pk=assignment.pk).update(due=day(-9))
    assert refused(city, "liaison", assignment, "ask_extension", due=day(-1), reason="x") == (
        "request.bad_extension"
    )
    move(city, "liaison", assignment, "ask_extension", due=day(0), reason="x")
    assert move(city, "office", assignment, "extend", due=day(0), reason="情况属实").due == day(0)


def test_what_has_no_deadline_is_not_extended(city: City, assignment: Case):
    Case.objects.filter(pk=assignment.pk).update(due=None)
    assert refused(city, "liaison", assignment, "ask_extension", due=day(3), reason="x") == (
        "case.move_refused"
    )


@pytest.fixture
def relayed(city: City, meeting: Meeting) -> Case:
    """The school's part of a task that the county relayed, due in five days; the county is due in ten."""
    add(city, meeting, to_unit("COUNTY1"), due=day(10), asks_report=True)
    dispatch(city, meeting)
    county = Case.objects.get(kind="assignment")
    move(city, "county", county, "acknowledge")
    move(
        city,
        "county",
        county,
        "relay",
        line="territory",
        units=[city.units["SCHOOL"]],
        due=day(5),
        note="请速办",
    )
    return Case.objects.get(unit__code="SCHOOL")


def test_a_relayed_case_stays_inside_the_deadline_above(city: City, relayed: Case):
    assert refused(city, "liaison", relayed, "ask_extension", due=day(10), reason="x") == (
        "request.extension_limit"
    )
    move(city, "liaison", relayed, "ask_extension", due=day(9), reason="x")
    assert (
        refused(city, "county", relayed, "extend", due=day(10), reason="情况属实")
        == "request.extension_limit"
    )
    assert move(city, "county", relayed, "extend", due=day(9), reason="情况属实").due == day(9)


def test_those_below_keep_their_deadline(city: City, relayed: Case):
    county = relayed.parent
    move(city, "county", county, "ask_extension", due=day(30), reason="x")
    move(city, "office", county, "extend", due=day(30), reason="情况属实")
    assert Case.objects.get(pk=relayed.pk).due == day(5)


def test_a_duty_goes_to_its_owner_with_its_deadline(city: City, assignment: Case):
    move(city, "liaison", assignment, "ask_not_ours", reason="三定规定职责在教育局", unit=city.units["EDU1"])
    old = move(city, "office", assignment, "reassign", unit=city.units["EDU1"], reason="同意")
    assert (old.state, old.closed_at is not None) == ("withdrawn", True)
    new = Case.objects.get(unit__code="EDU1")
    assert (new.due, new.issuer, new.parent_id, new.state, new.revision) == (
        day(10),
        city.units["OFFICE"],
        old.parent_id,
        "issued",
        0,
    )
    assert new.assignment.task_id == old.assignment.task_id
    request = Request.objects.get()
    assert (request.case, request.replacement, request.proposed_unit) == (old, new, city.units["EDU1"])
    assert Event.objects.get(verb="assignment.reassign").data == {
        "unit": "EDU1",
        "case": new.number,
        "reason": "同意",
        "state": "withdrawn",
        "revision": 2,
    }


@pytest.mark.parametrize("code", ["SCHOOL", "OTHERCITY", "GONE"])
def test_a_duty_goes_to_another_active_unit_of_the_territory(city: City, assignment: Case, code: str):
    gone = city.units["RIVAL"]
    for new, territory, active in (("OTHERCITY", "99", True), ("GONE", "9901", False)):
        Unit.objects.create(
            code=new, name=new, territory_id=territory, peer_group=gone.peer_group, active=active
        )
    move(city, "liaison", assignment, "ask_not_ours", reason="x")
    unit = Unit.objects.get(code=code)
    assert (
        refused(city, "office", assignment, "reassign", unit=unit, reason="情况属实")
        == "reassign.not_subordinate"
    )


def test_who_relayed_gives_it_only_to_whom_it_leads(city: City, relayed: Case):
    move(city, "liaison", relayed, "ask_not_ours", reason="x")
    for code in ("SCHOOL2", "EDU", "COUNTY1"):
        assert refused(city, "county", relayed, "reassign", unit=city.units[code], reason="情况属实") == (
            "reassign.not_subordinate"
        )
    move(city, "county", relayed, "reassign", unit=city.units["TOWN"], reason="情况属实")
    new = Case.objects.get(unit__code="TOWN")
    assert (new.parent, new.issuer, new.due, new.assignment.note) == (
        relayed.parent,
        city.units["COUNTY1"],
        day(5),
        "请速办",
    )


def test_who_has_the_task_does_not_get_it_twice(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"))
    dispatch(city, meeting)
    case = Case.objects.get(unit__code="SCHOOL")
    move(city, "liaison", case, "ask_not_ours", reason="x", unit=city.units["RIVAL"])
    assert (
        refused(city, "office", case, "reassign", unit=city.units["RIVAL"], reason="情况属实")
        == "reassign.taken"
    )


def test_a_duty_can_come_back_and_every_passing_counts(city: City, assignment: Case):
    """School → rival → school → rival: withdrawn assignments let go of the task; the count shows it."""
    case, way = assignment, []
    for who, to in (("liaison", "RIVAL"), ("rival", "SCHOOL"), ("liaison", "RIVAL")):
        move(city, who, case, "ask_not_ours", reason="x")
        move(city, "office", case, "reassign", unit=city.units[to], reason="情况属实")
        way.append(case.pk)
        case = Request.objects.get(case=case).replacement
    assert Assignment.objects.exclude(case__state="withdrawn").get().case == case
    assert times_passed_on([*way, case.pk]) == {way[1]: 1, way[2]: 2, case.pk: 3}


def test_the_count_asks_once_more_for_each_passing(city: City, assignment: Case, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert times_passed_on([assignment.pk, 10**9]) == {}
    move(city, "liaison", assignment, "ask_not_ours", reason="x")
    move(city, "office", assignment, "reassign", unit=city.units["RIVAL"], reason="情况属实")
    new = Case.objects.get(unit__code="RIVAL", kind="assignment")
    with django_assert_num_queries(2):
        assert times_passed_on([new.pk]) == {new.pk: 1}


def test_who_has_relayed_does_not_disown(city: City, relayed: Case):
    county = relayed.parent
    assert refused(city, "county", county, "ask_not_ours", reason="x") == "case.move_refused"
    move(city, "county", relayed, "withdraw", reason="误转")
    move(city, "county", county, "ask_not_ours", reason="x")


def test_a_request_ends_with_its_case(city: City, assignment: Case):
    move(city, "liaison", assignment, "ask_extension", due=day(20), reason="x")
    assert requests_to_decide(city.person("office")).exists()
    move(city, "office", assignment, "withdraw", reason="任务取消")
    assert not requests_to_decide(city.person("office")).exists()
    assert [p.lapsed for p in passages(city.person("liaison"), Case.objects.get(pk=assignment.pk))] == [True]
    assert (
        refused(city, "office", assignment, "extend", due=day(20), reason="情况属实") == "case.move_refused"
    )


@pytest.mark.parametrize("who", PERSONAS)
def test_on_whose_desk_a_request_waits(city: City, relayed: Case, who: str):
    move(city, "liaison", relayed, "ask_extension", due=day(9), reason="x")
    assert requests_to_decide(city.person(who)).exists() == (who == "county")


@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_a_request(city: City, relayed: Case, who: str):
    move(city, "liaison", relayed, "ask_extension", due=day(9), reason="x")
    seen = {"office", "leader", "county", "department", "liaison", "head", "staff", "auditor"}
    assert Request.objects.visible_to(city.person(who)).exists() == (who in seen)


def test_a_stale_decision_changes_nothing(city: City, assignment: Case):
    seen = move(city, "liaison", assignment, "ask_extension", due=day(20), reason="x")
    move(city, "liaison", assignment, "acknowledge")
    with pytest.raises(Problem) as problem:
        perform(
            actor=city.person("office"),
            move_name="extend",
            case=seen,
            seen=seen.revision,
            due=day(20),
            reason="情况属实",
        )
    assert problem.value.code == "case.stale"
    assert Case.objects.get(pk=assignment.pk).due == day(10)


def test_sent_back_is_counted_from_the_reports(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    for number in (1, 2):
        move(city, "liaison", assignment, "file_report", text="报告")
        move(city, "office", assignment, "send_back", reason="缺少数据")
        [case] = unit_cases(assignment.campaign, city.person("office"), city.units["SCHOOL"])
        assert case.sent_back == number
    move(city, "liaison", assignment, "file_report", text="报告")
    [case] = unit_cases(assignment.campaign, city.person("office"), city.units["SCHOOL"])
    assert case.sent_back == 2
