"""Two at once: real threads on real connections; exactly one wins and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import connection

from chuangwen.cases.models import Case, Request
from chuangwen.cases.services import open_campaign, perform
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core import jobs
from chuangwen.core.models import Event, Job
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import dispatching, planning
from chuangwen.directives.tests.conftest import add, dispatch, order, to_unit
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import City, build_city

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all acts at the same moment; gives "done" or the problem's code for each, sorted."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except Problem as problem:
            return problem.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.fixture
def town() -> City:
    return build_city()


@pytest.fixture
def plan(town: City) -> Meeting:
    office = town.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=town.units["OFFICE"])
    return planning.read_meeting(
        actor=office, campaign=campaign, title="示例会", held_on=campaign.opened_on, text="今天天气很好。"
    )


def test_a_double_click_on_dispatch_dispatches_once(town: City, plan: Meeting):
    add(town, plan, Receiver(rule=Receiver.Rule.PEER_GROUP, value="schools"))
    case = Case.objects.get(pk=plan.pk)

    def click() -> None:
        perform(actor=town.person("office"), move_name="dispatch", case=case, seen=case.revision)

    assert at_once(click, click, click) == ["case.stale", "case.stale", "done"]
    assert jobs.work_waiting() is True
    assert jobs.work_waiting() is False
    assert Case.objects.filter(kind="assignment").count() == 3
    assert Event.objects.filter(verb="meeting.dispatch").count() == 1


def test_two_workers_send_out_one_plan(town: City, plan: Meeting, monkeypatch):
    """One was taken for dead and was not: both send the same portions, and everybody gets everything once."""
    monkeypatch.setattr(dispatching, "AT_ONCE", 2)
    for number in range(3):
        add(town, plan, Receiver(rule=Receiver.Rule.PEER_GROUP, value="schools"), text=f"任务{number}")
    order(town, plan)
    dead = Job.objects.get()
    Job.objects.update(state=Job.State.RUNNING, attempts=2)
    living = Job.objects.get()
    dead.attempts, dead.state = 1, Job.State.RUNNING

    def work(job: Job) -> Callable[[], None]:
        def send() -> None:
            with suppress(jobs.OvertakenError):
                dispatching.send_out(jobs.Run(job))

        return send

    assert at_once(work(dead), work(living)) == ["done", "done"]
    assert Case.objects.filter(kind="assignment").count() == 9


def test_two_liaisons_acknowledge_once(town: City, plan: Meeting):
    add(town, plan, to_unit("SCHOOL"))
    dispatch(town, plan)
    case = Case.objects.get(kind="assignment")

    def sign(who: str) -> Callable[[], object]:
        return lambda: perform(actor=town.person(who), move_name="acknowledge", case=case, seen=0)

    assert at_once(sign("liaison"), sign("head")) == ["case.stale", "done"]
    assert Event.objects.filter(verb="assignment.acknowledge").count() == 1


def test_two_clerks_edit_one_task(town: City, plan: Meeting):
    task = add(town, plan)

    def save(text: str) -> Callable[[], object]:
        return lambda: planning.edit_task(
            actor=town.person("office"),
            task=Task.objects.get(pk=task.pk),
            seen=task.revision,
            receivers=[to_unit(text)],
            text=text,
        )

    assert at_once(save("甲"), save("乙")) == ["done", "task.stale"]
    assert [r.value for r in Receiver.objects.all()] == [Task.objects.get().text]


def test_both_lines_relay_to_one_unit(town: City, plan: Meeting):
    """County and bureau relay the same task to the same school: it has it once."""
    add(town, plan, to_unit("COUNTY1"), to_unit("EDU"))
    dispatch(town, plan)
    cases = {case.unit.code: case for case in Case.objects.filter(kind="assignment")}

    def relay(who: str, code: str, line: str) -> Callable[[], object]:
        case = perform(actor=town.person(who), move_name="acknowledge", case=cases[code], seen=0)
        return lambda: perform(
            actor=town.person(who),
            move_name="relay",
            case=case,
            seen=1,
            line=line,
            units=[town.units["SCHOOL"]],
            due=plan.held_on,
        )

    outcome = at_once(relay("county", "COUNTY1", "territory"), relay("department", "EDU", "system"))
    assert outcome == ["done", "relay.not_subordinate"]
    assert Case.objects.filter(unit__code="SCHOOL").count() == 1


@pytest.fixture
def waiting(town: City, plan: Meeting) -> Case:
    """The school's case, said to be another's duty."""
    add(town, plan, to_unit("SCHOOL"))
    dispatch(town, plan)
    case = Case.objects.get(kind="assignment")
    liaison = town.person("liaison")
    return perform(actor=liaison, move_name="ask_not_ours", case=case, seen=0, reason="职责在二中")


def decide(town: City, case: Case, name: str, **asked: object) -> Callable[[], object]:
    return lambda: perform(actor=town.person("office"), move_name=name, case=case, seen=1, **asked)


def test_two_deciders_decide_once(town: City, waiting: Case):
    grant = decide(town, waiting, "reassign", unit=town.units["RIVAL"], reason="情况属实")
    refuse = decide(town, waiting, "refuse", reason="职责在一中")
    assert at_once(grant, refuse, grant) == ["case.stale", "case.stale", "done"]
    request = Request.objects.get()
    assert Case.objects.filter(unit__code="RIVAL").exists() == (request.decision == "granted")
    decided = Event.objects.filter(verb__in=["assignment.reassign", "assignment.refuse"])
    assert decided.count() == 1


def test_two_cases_are_given_to_one_unit(town: City, plan: Meeting):
    """School and town both say that it is the rival's duty, and two clerks agree: it has it once."""
    add(town, plan, to_unit("SCHOOL"), to_unit("SCHOOL2"))
    dispatch(town, plan)
    for case in Case.objects.filter(kind="assignment"):
        case.requests.create(
            kind="not_ours", asked_by=town.people["staff"], asked_at=case.opened_at, reason="x"
        )

    def give(case: Case) -> Callable[[], object]:
        return lambda: perform(
            actor=town.person("office"),
            move_name="reassign",
            case=case,
            seen=0,
            unit=town.units["RIVAL"],
            reason="情况属实",
        )

    assert at_once(*map(give, Case.objects.filter(kind="assignment"))) == ["done", "reassign.taken"]
    assert Case.objects.filter(unit__code="RIVAL").count() == 1


def test_two_units_do_not_succeed_each_other(town: City):
    def merge(old: str, new: str) -> Callable[[], object]:
        return lambda: succeed_unit(actor=None, unit=town.units[old], successor=town.units[new])

    outcome = at_once(merge("SCHOOL", "RIVAL"), merge("RIVAL", "SCHOOL"))
    assert outcome == ["done", "unit.succession_cycle"]
    assert Unit.objects.exclude(successor=None).count() == 1


def test_a_move_while_the_unit_is_succeeded(town: City, plan: Meeting):
    """Whoever comes second is told: the liaison that the case has moved, or nothing, having come first."""
    add(town, plan, to_unit("SCHOOL"))
    dispatch(town, plan)
    case = Case.objects.get(kind="assignment")
    liaison = town.person("liaison")

    def sign() -> None:
        perform(actor=liaison, move_name="acknowledge", case=case, seen=0)

    def merge() -> None:
        succeed_unit(actor=None, unit=town.units["SCHOOL"], successor=town.units["RIVAL"])

    outcome = at_once(sign, merge)
    case.refresh_from_db()
    signed = Event.objects.filter(verb="assignment.acknowledge").count()
    assert outcome == (["done", "done"] if signed else ["case.stale", "done"])
    assert (case.unit.code, case.revision) == ("RIVAL", 1 + signed)
