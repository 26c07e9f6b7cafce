"""A campaign of the small city, its meeting, and one assignment on the school's desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case, CaseQuerySet
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core import jobs
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import planning
from chuangwen.organizations.tests.personas import City

UNITS = ("SCHOOL", "RIVAL", "SCHOOL2", "EDU", "COUNTY1")  # of the cases in the ledger
BASIS = "示例办〔2026〕1号"
TEXT = (
    "同志们：\n"
    "去年创建工作取得了明显成绩。\n"
    "各县区、各部门要于10月15日前制定实施方案，报市文明办。教育、卫生等部门要抓紧召开系统会议。\n"
    "市新风报社要开设专栏。\n"
)


@pytest.fixture
def campaign(city: City, request: pytest.FixtureRequest) -> Campaign:
    if "one_meeting" in request.fixturenames:
        return Campaign.objects.get()
    return build_campaign(city)


def build_campaign(city: City) -> Campaign:
    return open_campaign(actor=city.person("office"), name="示例年度创建", office=city.units["OFFICE"])


@pytest.fixture(scope="module")
def one_meeting(one_city: City) -> Meeting:
    return build_meeting(one_city, build_campaign(one_city))


@pytest.fixture
def meeting(city: City, campaign: Campaign, request: pytest.FixtureRequest) -> Meeting:
    """A meeting without drafted tasks, so that each test adds its own."""
    if "one_meeting" in request.fixturenames:
        return Meeting.objects.get()
    return build_meeting(city, campaign)


def build_meeting(city: City, campaign: Campaign) -> Meeting:
    return planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="示例推进会",
        held_on=date(2026, 9, 15),
        text="今天天气很好。",
    )


def add(city: City, meeting: Meeting, *lines: Receiver, **fields: object) -> Task:
    """A task of ``meeting`` with its address."""
    actor = city.person("office")
    task = planning.add_task(actor=actor, meeting=meeting, text=str(fields.pop("text", "制定方案")))
    return planning.edit_task(actor=actor, task=task, seen=task.revision, receivers=lines, **fields)


def order(city: City, meeting: Meeting) -> Case:
    """Press the button: what follows is the worker's."""
    case = Case.objects.get(pk=meeting.pk)
    return perform(
        actor=city.person("office"), move_name="dispatch", case=case, seen=case.revision, basis=BASIS
    )


def dispatch(city: City, meeting: Meeting) -> Case:
    """The meeting as it is once the worker has sent everything out."""
    order(city, meeting)
    assert jobs.work_waiting()
    return Case.objects.get(pk=meeting.pk)


def to_unit(code: str, **more: object) -> Receiver:
    return Receiver(rule=Receiver.Rule.UNIT, value=code, **more)


@pytest.fixture(scope="module")
def one_assignment(one_city: City, one_meeting: Meeting) -> Case:
    return build_assignment(one_city, one_meeting)


@pytest.fixture
def assignment(city: City, meeting: Meeting, request: pytest.FixtureRequest) -> Case:
    """The school's assignment, due in ten days, with a written report asked for."""
    if "one_assignment" in request.fixturenames:
        return Case.objects.get(kind="assignment")
    return build_assignment(city, meeting)


def build_assignment(city: City, meeting: Meeting) -> Case:
    due = timezone.localdate() + timedelta(days=10)
    add(city, meeting, to_unit("SCHOOL"), due=due, asks_report=True)
    dispatch(city, meeting)
    return Case.objects.get(kind="assignment")


def move(city: City, who: str, case: Case, name: str, **asked: object) -> Case:
    """``who`` makes a move with the case's present revision before their eyes."""
    case = Case.objects.get(pk=case.pk)
    return perform(actor=city.person(who), move_name=name, case=case, seen=case.revision, **asked)


@pytest.fixture
def own_template(settings, tmp_path) -> Callable[[str, str], Path]:
    """``own_template(name, text)`` is an office's own template in the data directory."""
    settings.DATA_DIR = tmp_path

    def write(name: str, text: str) -> Path:
        path = tmp_path / "papers" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def cases(one_city: City, one_meeting: Meeting) -> CaseQuerySet:
    """Seven tasks of five units; some without deadline, some late, two with the same."""
    city, meeting = one_city, one_meeting
    for number, days in enumerate((-2, 1, 1, 30, None, None, 60)):
        due = timezone.localdate() + timedelta(days=days) if days is not None else None
        add(city, meeting, *map(to_unit, UNITS), text=f"第{number}项 整治院落", due=due)
    dispatch(city, meeting)
    done = Case.objects.filter(kind="assignment", title__startswith="第6项")
    for who, code in (("liaison", "SCHOOL"), ("rival", "RIVAL")):
        move(city, who, move(city, who, done.get(unit__code=code), "acknowledge"), "finish")
    return Case.objects.filter(kind="assignment")


def seen(city: City, who: str) -> CaseQuerySet:
    """The assignments that this persona may see."""
    return Case.objects.filter(kind="assignment").visible_to(city.person(who))
