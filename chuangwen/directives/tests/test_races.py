"""Two at once: real threads on real connections; exactly one wins and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
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
    assert Case.objects.filter(kind="assignment").count() == 3
    assert Event.objects.filter(verb="meeting.dispatch").count() == 1


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
