"""A unit with tasks is merged into another: what passes on, what meets its double, what stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.queries import history
from chuangwen.cases.services import perform
from chuangwen.cases.services.succession import Estate, succeed_unit
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Meeting, Task
from chuangwen.directives.receivers import recipients
from chuangwen.directives.services.rounds import open_next_round
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import City

TODAY = timezone.localdate


def day(days: int):
    return TODAY() + timedelta(days=days)


def merge(city: City, old: str, new: str) -> Estate:
    return succeed_unit(actor=city.person("office"), unit=city.units[old], successor=city.units[new])


def keys() -> set[str]:
    return set(Assignment.objects.values_list("key", flat=True))


def test_an_open_case_passes_on_as_it_is(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    move(city, "liaison", assignment, "ask_extension", due=day(20), reason="x")
    assert merge(city, "SCHOOL", "RIVAL") == Estate(handed=1, superseded=0)
    case = Case.objects.get(pk=assignment.pk)
    assert (case.unit, case.state, case.due, case.revision) == (
        city.units["RIVAL"],
        "acknowledged",
        assignment.due,
        3,
    )
    assert case.assignment.key == Assignment.key_of(case.assignment.task_id, case.unit_id, "")
    event = Event.objects.get(verb="case.hand_over")
    assert (event.subject, event.data) == (
        case.subject,
        {
            "from": "SCHOOL",
            "to": "RIVAL",
            "reason": "东岭县第一中学 → 东岭县第二中学",
            "state": "acknowledged",
            "revision": 3,
        },
    )
    assert str(history(case)[-1].label) == "移交承接单位"
    assert move(city, "office", case, "extend", due=day(20), reason="情况属实").due == day(20)


def test_a_form_opened_before_is_refused(city: City, assignment: Case):
    """Even the office's, whose own standing has not changed."""
    merge(city, "SCHOOL", "RIVAL")
    with pytest.raises(Problem) as problem:
        perform(actor=city.person("office"), move_name="withdraw", case=assignment, seen=0, reason="任务取消")
    assert problem.value.code == "case.stale"


def test_those_of_the_old_unit_may_no_more_and_those_of_the_new_may(city: City, assignment: Case):
    merge(city, "SCHOOL", "RIVAL")
    with pytest.raises(Problem) as problem:
        move(city, "liaison", assignment, "acknowledge")
    assert problem.value.code == "case.move_refused"
    assert move(city, "rival", assignment, "acknowledge").state == "acknowledged"


def test_a_closed_case_stays(city: City, assignment: Case):
    move(city, "office", assignment, "withdraw", reason="x")
    assert merge(city, "SCHOOL", "RIVAL") == Estate(0, 0)
    case = Case.objects.get(pk=assignment.pk)
    assert (case.unit.code, case.revision) == ("SCHOOL", 1)


def test_the_successors_own_task_is_kept_and_the_double_ends(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"))
    dispatch(city, meeting)
    old, own = (Case.objects.get(unit__code=code) for code in ("SCHOOL", "RIVAL"))
    before = keys()
    assert merge(city, "SCHOOL", "RIVAL") == Estate(handed=0, superseded=1)
    old.refresh_from_db()
    assert (old.unit.code, old.state, old.closed_at is not None, old.revision) == (
        "SCHOOL",
        "withdrawn",
        True,
        1,
    )
    assert list(Case.objects.filter(unit__code="RIVAL").values_list("pk", "revision")) == [(own.pk, 0)]
    assert Event.objects.get(verb="case.supersede").data["kept"] == own.number
    assert keys() == before


def test_a_finished_double_counts_as_well(city: City, meeting: Meeting):
    """The successor has done the task: it is not asked to do it again in the other's name."""
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"))
    dispatch(city, meeting)
    own = Case.objects.get(unit__code="RIVAL")
    move(city, "rival", own, "acknowledge")
    move(city, "rival", own, "finish")
    assert merge(city, "SCHOOL", "RIVAL") == Estate(0, 1)
    assert Case.objects.get(unit__code="SCHOOL").state == "withdrawn"


def test_what_was_withdrawn_from_the_successor_is_no_double(city: City, meeting: Meeting):
    """Else a task would be lost that was taken from one and left with the other."""
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"))
    dispatch(city, meeting)
    move(city, "office", Case.objects.get(unit__code="RIVAL"), "withdraw", reason="由一中承办")
    old = Case.objects.get(unit__code="SCHOOL")
    assert merge(city, "SCHOOL", "RIVAL") == Estate(1, 0)
    old.refresh_from_db()
    assert (old.unit.code, old.state) == ("RIVAL", "issued")


@pytest.fixture
def relayed(city: City, meeting: Meeting) -> Case:
    """The school's part of a task that the county relayed to school and town."""
    add(city, meeting, to_unit("COUNTY1"), due=day(10))
    dispatch(city, meeting)
    county = Case.objects.get(kind="assignment")
    move(city, "county", county, "acknowledge")
    units = [city.units["SCHOOL"], city.units["TOWN"]]
    move(city, "county", county, "relay", line="territory", units=units, due=day(5))
    return Case.objects.get(unit__code="SCHOOL")


def test_what_the_old_unit_issued_is_decided_by_the_successor(city: City, relayed: Case):
    county = relayed.parent
    assert merge(city, "COUNTY1", "COUNTY2") == Estate(handed=3, superseded=0)
    relayed.refresh_from_db()
    county.refresh_from_db()
    assert (relayed.issuer.code, relayed.unit.code, relayed.revision) == ("COUNTY2", "SCHOOL", 1)
    assert (county.issuer.code, county.unit.code, county.due) == ("OFFICE", "COUNTY2", day(10))


def test_of_a_relay_the_upper_case_is_kept(city: City, relayed: Case):
    """The county is merged into the school: it answers to the office, and not to itself."""
    county = relayed.parent
    assert merge(city, "COUNTY1", "SCHOOL") == Estate(handed=2, superseded=1)
    relayed.refresh_from_db()
    county.refresh_from_db()
    assert (relayed.state, county.state, county.unit.code, county.issuer.code) == (
        "withdrawn",
        "acknowledged",
        "SCHOOL",
        "OFFICE",
    )
    assert county.parent.kind == "meeting"
    assert county.assignment.key == Assignment.key_of(county.assignment.task_id, county.unit_id, "")


def test_a_finished_part_of_a_relay_stays_and_the_upper_case_passes_on(city: City, relayed: Case):
    move(city, "liaison", relayed, "acknowledge")
    move(city, "liaison", relayed, "finish")
    assert merge(city, "COUNTY1", "SCHOOL") == Estate(handed=2, superseded=0)
    assert Case.objects.get(pk=relayed.pk).state == "accepted"
    assert Case.objects.get(pk=relayed.parent_id).unit.code == "SCHOOL"


def test_relayed_work_hangs_on_the_case_that_is_kept(city: City, meeting: Meeting):
    """Two counties have the task; one, which has relayed it, is merged into the other."""
    add(city, meeting, to_unit("COUNTY1"), to_unit("COUNTY2"), due=day(10))
    dispatch(city, meeting)
    old, own = (Case.objects.get(unit__code=code) for code in ("COUNTY1", "COUNTY2"))
    move(city, "county", old, "acknowledge")
    move(city, "county", old, "relay", line="territory", units=[city.units["TOWN"]], due=day(5))
    assert merge(city, "COUNTY1", "COUNTY2") == Estate(handed=1, superseded=1)
    below = Case.objects.get(unit__code="TOWN")
    assert (below.parent, below.issuer.code) == (own, "COUNTY2")


def test_a_draft_plan_names_the_heir(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("SCHOOL"))
    merge(city, "SCHOOL", "RIVAL")
    merge(city, "RIVAL", "EDU1")
    assert list(recipients(task.receivers.all(), "9901")) == [city.units["EDU1"]]
    assert list(recipients([to_unit("NOBODY")], "9901")) == []


def next_round(task: Task) -> list[tuple[str, str, str]]:
    """Unit, issuer and parent's unit of the round that follows; "" for a parent that is the meeting."""
    latest = max(task.assignments.values_list("period", flat=True))
    open_next_round(task.pk, latest, date.fromisoformat(latest) + timedelta(days=1))
    cases = Case.objects.filter(assignment__task=task, assignment__period__gt=latest)
    return sorted(
        (case.unit.code, case.issuer.code, case.parent.unit.code if case.parent.kind == "assignment" else "")
        for case in cases
    )


@pytest.mark.parametrize("closed", [False, True])
def test_the_next_round_goes_to_the_successor(city: City, meeting: Meeting, *, closed: bool):
    """Also where the old unit had finished its round, so that nothing was left to hand over."""
    task = add(city, meeting, to_unit("SCHOOL"), to_unit("TOWN"), recurs="monthly:end")
    dispatch(city, meeting)
    if closed:
        Case.objects.filter(kind="assignment").update(state="accepted", closed_at=timezone.now())
    merge(city, "SCHOOL", "RIVAL")
    assert next_round(task) == [("RIVAL", "OFFICE", ""), ("TOWN", "OFFICE", "")]


def test_the_next_round_comes_once_where_both_had_it(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), recurs="monthly:end")
    dispatch(city, meeting)
    Case.objects.filter(kind="assignment").update(state="accepted", closed_at=timezone.now())
    merge(city, "SCHOOL", "RIVAL")
    assert next_round(task) == [("RIVAL", "OFFICE", "")]


def test_in_the_next_round_nobody_stands_below_themselves(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("COUNTY1"), recurs="monthly:end")
    dispatch(city, meeting)
    Case.objects.filter(kind="assignment").update(due=day(40))
    county = Case.objects.get(kind="assignment")
    move(city, "county", county, "acknowledge")
    units = [city.units["SCHOOL"], city.units["TOWN"]]
    move(city, "county", county, "relay", line="territory", units=units, due=day(5))
    Case.objects.filter(kind="assignment").update(state="accepted", closed_at=timezone.now())
    merge(city, "COUNTY1", "SCHOOL")
    assert next_round(task) == [("SCHOOL", "OFFICE", ""), ("TOWN", "SCHOOL", "SCHOOL")]


def test_a_unit_that_ended_without_a_successor_has_no_next_round(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("SCHOOL"), to_unit("TOWN"), recurs="monthly:end")
    dispatch(city, meeting)
    unit = city.units["SCHOOL"]
    unit.active = False
    unit.save()
    assert next_round(task) == [("TOWN", "OFFICE", "")]


def test_the_posts_of_the_new_unit_are_its_own(city: City, assignment: Case):
    merge(city, "SCHOOL", "RIVAL")
    assert not Post.objects.filter(unit__code="SCHOOL", ended_on=None).exists()
    assert [p.role for p in Post.objects.filter(unit__code="RIVAL")] == [Role.LIAISON]
