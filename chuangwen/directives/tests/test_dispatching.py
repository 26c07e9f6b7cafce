from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Campaign, Case
from chuangwen.core import jobs
from chuangwen.core.models import Event, Job
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Meeting, Receiver, Task
from chuangwen.directives.recurrence import next_due
from chuangwen.directives.services import dispatching
from chuangwen.directives.services.rounds import open_next_round, open_next_rounds
from chuangwen.directives.tests.conftest import BASIS, add, dispatch, move, order, to_unit
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import City

Rule = Receiver.Rule


def test_one_case_for_each_unit_and_task(city: City, meeting: Meeting):
    due = date(2099, 9, 30)
    add(city, meeting, Receiver(rule=Rule.PEER_GROUP, value="schools"), due=due)
    add(city, meeting, to_unit("SCHOOL", role="lead"), to_unit("RIVAL", role="support"), text="共同办理")
    done = dispatch(city, meeting)
    assert (done.state, done.closed_at is not None) == ("dispatched", True)
    cases = Case.objects.filter(kind="assignment")
    assert sorted(cases.values_list("unit__code", "title", "state", "due", "assignment__role")) == sorted([
        ("SCHOOL", "制定方案", "issued", due, "each"),
        ("RIVAL", "制定方案", "issued", due, "each"),
        ("SCHOOL2", "制定方案", "issued", due, "each"),
        ("SCHOOL", "共同办理", "issued", None, "lead"),
        ("RIVAL", "共同办理", "issued", None, "support"),
    ])  # fmt: skip
    assert {case.issuer_id for case in cases} == {city.units["OFFICE"].pk}
    assert set(Task.objects.values_list("state", flat=True)) == {Task.State.DISPATCHED}
    ordered, out = Event.objects.filter(verb__in=["meeting.dispatch", "meeting.sent_out"]).order_by("pk")
    revision = done.revision
    assert ordered.data == {"tasks": 2, "basis": BASIS, "state": "dispatching", "revision": revision - 1}
    counted = {"tasks": 2, "cases": 5, "units": 3}
    assert out.data == {**counted, "state": "dispatched", "revision": revision}
    assert (ordered.actor, out.actor) == (f"person:{city.people['office'].pk}", "clock")
    assert Job.objects.get().result == counted


def test_the_button_only_orders_what_the_worker_does(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"))
    case = order(city, meeting)
    assert (case.state, case.closed_at) == ("dispatching", None)
    assert not Case.objects.filter(kind="assignment").exists()
    assert Task.objects.get().state == Task.State.DRAFT


@pytest.fixture
def broken_off(city: City, meeting: Meeting, monkeypatch) -> Case:
    """A dispatch of seven cases in portions of two, whose worker died after the second portion."""
    monkeypatch.setattr(dispatching, "AT_ONCE", 2)
    add(city, meeting, Receiver(rule=Rule.PEER_GROUP, value="schools"))
    add(city, meeting, *map(to_unit, ("SCHOOL", "RIVAL", "EDU", "COUNTY1")), text="共同办理")
    case = order(city, meeting)
    portions = []

    def dies(meeting: Case, errands: list[dispatching.Errand]) -> None:
        if len(portions) == 2:
            raise KeyboardInterrupt  # nothing of ours catches it, as nothing catches a kill
        portions.append(len(errands))
        send_some(meeting, errands)

    send_some = dispatching._send_some
    with monkeypatch.context() as patch:
        patch.setattr(dispatching, "_send_some", dies)
        with pytest.raises(KeyboardInterrupt):
            jobs.work_waiting()
    assert (portions, Case.objects.filter(kind="assignment").count()) == ([2, 2], 4)
    return case


def test_a_dispatch_that_was_broken_off_is_gone_on_with(city: City, broken_off: Case):
    Job.objects.update(beat_at=timezone.now() - jobs.LOST * 2)
    assert jobs.work_waiting()
    units = Case.objects.filter(kind="assignment").values_list("unit__code", "title")
    assert sorted(units) == sorted([
        *((code, "制定方案") for code in ("SCHOOL", "RIVAL", "SCHOOL2")),
        *((code, "共同办理") for code in ("SCHOOL", "RIVAL", "EDU", "COUNTY1")),
    ])  # fmt: skip
    assert Event.objects.get(verb="meeting.sent_out").data["cases"] == 7
    assert Case.objects.get(pk=broken_off.pk).state == "dispatched"


def test_nobody_relays_what_is_still_going_out(city: City, broken_off: Case):
    county = Case.objects.create(
        number="26COUNTYCASE", kind="assignment", title="制定方案", unit=city.units["COUNTY1"],
        issuer=broken_off.unit, campaign=broken_off.campaign, parent=broken_off, state="acknowledged",
        opened_at=timezone.now(),
    )  # fmt: skip
    task = Task.objects.first()
    Assignment.objects.create(case=county, task=task, key=Assignment.key_of(task.pk, county.unit_id, ""))
    relay = lifecycle_of(county).move("relay")
    with override("en"):
        reason = str(may(city.person("county"), relay, Case.objects.get(pk=county.pk)).reason)
    assert reason == "the tasks of this meeting are still being sent out; try again later"


def test_a_dispatch_that_was_given_up_is_resumed_by_hand_as_of_its_day(city: City, broken_off: Case):
    resume = lifecycle_of(broken_off).move("resume")
    with override("en"):
        assert str(may(city.person("office"), resume, broken_off).reason) == "it is being sent out"
    first = Job.objects.get()
    Job.objects.update(state=Job.State.FAILED)
    Job.objects.update(arguments={**first.arguments, "day": "2026-09-01"})
    move(city, "office", broken_off, "resume")
    second = jobs.newest(dispatching.DISPATCH, meeting=broken_off.number)
    assert (second == first, second.arguments["day"]) == (False, "2026-09-01")
    assert jobs.work_waiting()
    assert Case.objects.filter(kind="assignment").count() == 7
    assert Case.objects.get(pk=broken_off.pk).state == "dispatched"


def test_a_dispatch_whose_work_was_forgotten_is_resumed_as_of_today(city: City, broken_off: Case):
    Job.objects.all().delete()
    move(city, "office", broken_off, "resume")
    assert Job.objects.get().arguments["day"] == timezone.localdate().isoformat()


def test_a_worker_that_comes_late_to_a_dispatch_sends_nothing(city: City, broken_off: Case):
    late = jobs.Run(Job.objects.get())
    Job.objects.update(beat_at=timezone.now() - jobs.LOST * 2)
    assert jobs.work_waiting()
    before = (Case.objects.count(), Event.objects.count())
    with pytest.raises(jobs.OvertakenError):
        dispatching.send_out(late)
    assert (Case.objects.count(), Event.objects.count()) == before


def test_numbers_tell_nothing(city: City, meeting: Meeting):
    add(city, meeting, Receiver(rule=Rule.ALL))
    dispatch(city, meeting)
    numbers = list(Case.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)
    assert numbers != sorted(numbers)
    assert {len(number) for number in numbers} == {12}


def test_dispatching_twice_does_it_once(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"))
    seen = Case.objects.get(pk=meeting.pk)
    dispatch(city, meeting)
    before = (Case.objects.count(), Event.objects.count())
    from chuangwen.cases.services import perform

    with pytest.raises(Problem) as problem:
        perform(actor=city.person("office"), move_name="dispatch", case=seen, seen=seen.revision)
    assert problem.value.code == "case.stale"
    assert (Case.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize("lines", [[], [Receiver(wording="某某局")]], ids=["doerless", "unresolved"])
def test_an_undecided_task_blocks_all(city: City, meeting: Meeting, lines: list[Receiver]):
    add(city, meeting, to_unit("SCHOOL"))
    add(city, meeting, *lines, text="待定任务")
    with pytest.raises(Problem) as problem:
        dispatch(city, meeting)
    assert (problem.value.code, problem.value.details) == (
        "plan.not_decided",
        {"count": 1, "first": "待定任务"},
    )
    assert not Case.objects.filter(kind="assignment").exists()
    assert Case.objects.get(pk=meeting.pk).state == "draft"


def test_an_empty_plan_is_not_dispatched(city: City, meeting: Meeting):
    with pytest.raises(Problem) as problem:
        dispatch(city, meeting)
    assert problem.value.code == "plan.no_tasks"


def test_decided_for_nobody_stays_in_the_plan(city: City, meeting: Meeting):
    add(city, meeting, Receiver(wording="广大干部", rule=Rule.NOBODY))
    dispatch(city, meeting)
    assert not Case.objects.filter(kind="assignment").exists()
    assert Task.objects.get().state == Task.State.DISPATCHED


def test_a_long_task_gives_a_short_title(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"), text="长" * 200)
    dispatch(city, meeting)
    assert Case.objects.get(kind="assignment").title == "长" * 59 + "…"


@pytest.fixture
def weekly(city: City, meeting: Meeting) -> Case:
    """A weekly task of the county, acknowledged and relayed to the school two days earlier."""
    today = timezone.localdate()
    day = (today + timedelta(days=3)).isoweekday()
    add(city, meeting, to_unit("COUNTY1"), to_unit("CLINIC"), recurs=f"weekly:{day}")
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment", unit__code="COUNTY1")
    move(city, "county", case, "acknowledge")
    move(
        city,
        "county",
        case,
        "relay",
        line="territory",
        units=[city.units["SCHOOL"]],
        due=today + timedelta(days=1),
    )
    return case


def end_round(weeks: int) -> None:
    """Set the first round ``weeks`` back, as time does."""
    for assignment in Assignment.objects.select_related("case"):
        back = timedelta(weeks=weeks)
        assignment.period = (date.fromisoformat(assignment.period) - back).isoformat()
        assignment.key = Assignment.key_of(assignment.task_id, assignment.case.unit_id, assignment.period)
        assignment.save()
        Case.objects.filter(pk=assignment.pk).update(due=assignment.case.due - back)


def test_a_recurring_task_is_due_at_its_next_day(city: City, weekly: Case):
    task = weekly.assignment.task
    assert (
        weekly.due == next_due(task.recurs, timezone.localdate()) == timezone.localdate() + timedelta(days=3)
    )
    assert weekly.assignment.period == weekly.due.isoformat()


def test_no_round_opens_before_the_last_is_over(weekly: Case):
    assert open_next_rounds() == 0


@pytest.mark.parametrize("weeks", [1, 5])
def test_the_next_round_opens_by_itself_with_its_relays(city: City, weekly: Case, weeks: int):
    end_round(weeks)
    assert open_next_rounds() == 3
    due = timezone.localdate() + timedelta(days=3)
    fresh = Case.objects.filter(assignment__period=due.isoformat())
    county = fresh.get(unit__code="COUNTY1")
    school = fresh.get(unit__code="SCHOOL")
    assert (county.due, county.state) == (due, "issued")
    assert (school.due, school.parent, school.issuer) == (
        due - timedelta(days=2),
        county,
        city.units["COUNTY1"],
    )
    assert open_next_rounds() == 0
    event = Event.objects.get(verb="task.next_round")
    assert (event.actor, event.data) == ("clock", {"period": due.isoformat(), "cases": 3})


def test_what_was_withdrawn_or_has_ended_does_not_come_back(city: City, weekly: Case):
    end_round(1)
    Case.objects.filter(unit__code="SCHOOL").update(state="withdrawn")
    Unit.objects.filter(code="CLINIC").update(active=False)
    assert open_next_rounds() == 1


def test_a_closed_campaign_opens_no_round(city: City, weekly: Case):
    end_round(1)
    Campaign.objects.update(closed_on=timezone.localdate())
    assert open_next_rounds() == 0


def test_nothing_left_of_a_round_opens_nothing(city: City, weekly: Case):
    end_round(1)
    Case.objects.filter(kind="assignment").update(state="withdrawn")
    assert open_next_rounds() == 0


def test_two_clocks_open_one_round(city: City, weekly: Case):
    end_round(1)
    task = weekly.assignment.task
    latest = Assignment.objects.first().period
    today = timezone.localdate()
    assert open_next_round(task.pk, latest, today) == 3
    assert open_next_round(task.pk, latest, today) == 0
