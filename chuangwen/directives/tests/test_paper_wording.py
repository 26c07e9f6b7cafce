"""What is printed is fit to be issued: no empty brackets, no speech as a meeting, no report too long."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone, translation

from chuangwen.cases.models import Case
from chuangwen.cases.papers import write
from chuangwen.core.papers import Table
from chuangwen.directives.models import Assignment, Meeting, Receiver, Report
from chuangwen.directives.papers import compiling, contents
from chuangwen.directives.recurrence import in_words
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import City


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def notice(meeting: Meeting) -> list[str]:
    return [str(block) for block in write("notice", contents.notice(meeting), "zh").blocks]


def test_a_task_says_its_deadline_or_nothing(city: City, meeting: Meeting):
    school = to_unit("SCHOOL", wording="一中")
    add(city, meeting, school, text="制定方案。", due=date(2026, 10, 15))
    add(city, meeting, school, text="报送信息", recurs="weekly:5")
    add(city, meeting, school, text="组织暗访")
    add(city, meeting, school, text="纳入日常监督")
    add(city, meeting, school, text="见到变化", due_text="年底前")
    add(city, meeting, text="还没有承办单位")
    support = to_unit("CLINIC", role=Receiver.Role.SUPPORT, wording="二院")
    add(city, meeting, to_unit("SCHOOL", role=Receiver.Role.LEAD, wording="一中"), support, text="设立服务台")
    assert [line for line in notice(meeting) if re.match(r"\d\.", line)] == [
        "1.制定方案。（责任单位：一中；完成时限：2026年10月15日）",
        "2.报送信息。（责任单位：一中；完成时限：每周五）",
        "3.组织暗访。（责任单位：一中）",
        "4.纳入日常监督。（责任单位：一中；完成时限：长期坚持）",
        "5.见到变化。（责任单位：一中；完成时限：年底前）",
        "6.还没有承办单位。（责任单位：待确定）",
        "7.设立服务台。（责任单位：一中；配合单位：二院）",
    ]


@pytest.mark.parametrize(
    ("recurs", "words"),
    [
        ("weekly:1", "每周一"),
        ("weekly:7", "每周日"),
        ("monthly:25", "每月25日"),
        ("monthly:end", "每月底"),
        ("quarterly", "每季度末"),
    ],
)
def test_a_rule_is_said_as_an_office_says_it(recurs: str, words: str):
    assert in_words(recurs) == words


@pytest.mark.parametrize(
    ("title", "heading", "opening", "table"),
    [
        (
            "在全市文明单位创建工作推进会上的讲话",
            "关于贯彻落实全市文明单位创建工作推进会精神任务分工的通知",
            "2026年9月15日，示例市召开全市文明单位创建工作推进会，",
            "全市文明单位创建工作推进会任务分解表",
        ),
        (
            "关于开展擂台赛的通知",
            "关于贯彻落实《关于开展擂台赛的通知》任务分工的通知",
            "《关于开展擂台赛的通知》对相关工作作出部署。",
            "《关于开展擂台赛的通知》任务分解表",
        ),
    ],
)
def test_papers_speak_of_the_meeting_or_of_the_document(
    meeting: Meeting, title: str, heading: str, opening: str, table: str
):
    meeting.case.title = title
    paper = write("notice", contents.notice(meeting), "zh")
    assert (paper.title, str(paper.blocks[0])[: len(opening)]) == (heading, opening)
    assert write("plan", contents.plan(meeting), "zh").title == table


def test_a_slip_names_the_meeting_and_not_the_speech(city: City, assignment: Case):
    Case.objects.filter(kind="meeting").update(title="在示例推进会上的讲话")
    case = Case.objects.get(pk=assignment.pk)
    slip = write("slip", contents.slip(case, number="号", limit=date(2026, 9, 15), demand="办"), "zh")
    assert str(slip.blocks[0]).startswith("示例推进会安排你单位办理的下列事项")


def test_a_report_on_one_task_says_which_and_names_more_of_the_late_units(city: City, meeting: Meeting):
    units = [to_unit(code) for code in ("SCHOOL", "RIVAL", "CLINIC", "EDU")]
    task = add(city, meeting, *units, text="召开动员会", due=timezone.localdate())
    dispatch(city, meeting)
    Case.objects.filter(kind="assignment").update(due=date(2026, 9, 1))
    actor, campaign = city.person("office"), meeting.case.campaign
    alone, of_all = (compiling.summary(actor, campaign, only) for only in (task, None))
    assert (alone.values["task"], of_all.values["task"]) == ("召开动员会", "")
    assert write("summary", alone, "zh").title == "关于示例年度创建有关任务落实情况的汇总"
    assert write("summary", of_all, "zh").title == "关于示例年度创建任务落实情况的汇总"
    names = [case.unit.name for case in Case.objects.filter(kind="assignment").order_by("pk")]
    assert (alone.values["late_units"], of_all.values["late_units"]) == ("、".join(names), "")
    table = [block for block in write("summary", of_all, "zh").blocks if isinstance(block, Table)][-1]
    assert table.rows == [["1", "召开动员会", "4", "、".join(names[:3]) + "等4个单位"]]


def test_a_report_keeps_to_5000_characters_whatever_it_sums_up(city: City, meeting: Meeting):
    """More late tasks, units and reports than it lists, each as long as it may be."""
    long = "甲" * 200
    Unit.objects.update(name=long[:100])
    tasks = [
        add(city, meeting, *map(to_unit, ("SCHOOL", "RIVAL", "CLINIC", "EDU")), text=f"{number}{long}")
        for number in range(compiling.TASKS + 2)
    ]
    dispatch(city, meeting)
    Case.objects.filter(kind="assignment").update(due=date(2026, 9, 1))
    reported = Case.objects.filter(assignment__task=tasks[0]).first()
    assert reported
    move(city, "liaison", reported, "acknowledge")
    move(city, "liaison", reported, "file_report", text=long)
    move(city, "office", reported, "accept")
    filed = Report.objects.get()
    for assignment in Assignment.objects.exclude(pk=reported.pk)[: compiling.REPORTS + 2]:
        Case.objects.filter(pk=assignment.pk).update(state="accepted")
        filed.pk, filed.assignment = None, assignment
        filed.save()
    paper = write("summary", compiling.summary(city.person("office"), meeting.case.campaign), "zh")
    cells = [
        cell for block in paper.blocks if not isinstance(block, str) for row in block.rows for cell in row
    ]
    texts = [block for block in paper.blocks if isinstance(block, str)]
    assert sum(map(len, [*texts, *cells])) < 5000
    assert "另有2项任务存在逾期未办结情况，未列入本表。" in texts
    assert "另有3份报告，全文另附。" in texts
