from __future__ import annotations

from datetime import date

import pytest

from chuangwen.cases.models import Campaign, Case
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import TEXT, add, dispatch, to_unit
from chuangwen.organizations.tests.personas import PERSONAS, City


def read(city: City, campaign: Campaign, who: str = "office") -> Meeting:
    return planning.read_meeting(
        actor=city.person(who),
        campaign=campaign,
        title="示例推进会",
        held_on=date(2026, 9, 15),
        text=TEXT,
        place="礼堂",
    )


def address(task: Task) -> list[tuple[str, str, str]]:
    return [(r.wording, r.rule, r.value) for r in task.receivers.all()]


def test_a_speech_becomes_a_plan(city: City, campaign: Campaign):
    meeting = read(city, campaign)
    first, second, third = meeting.tasks.all()
    assert (first.due, first.due_text, first.report_to) == (date(2026, 10, 15), "10月15日前", "市文明办")
    assert first.asks_report
    assert not second.asks_report
    assert address(first) == [("各县区", "seats", "county"), ("各部门", "peer_group", "departments")]
    assert address(second) == [
        ("教育", "system_leads", "education"),
        ("卫生", "system_leads", "health"),
    ]
    assert address(third) == [("市新风报社", "", "")]
    for task in (first, second, third):
        assert TEXT[task.start : task.end] == task.text
    assert [task.position for task in (first, second, third)] == [1, 2, 3]
    assert (meeting.case.state, meeting.case.unit) == ("draft", city.units["OFFICE"])


def test_who_leads_and_who_supports(city: City, campaign: Campaign):
    meeting = planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="示例会",
        held_on=date(2026, 9, 15),
        text="会议要求，由市教育局牵头，市卫生健康委配合，10月底前制定健康校园方案。",
    )
    roles = {r.wording: r.role for r in meeting.tasks.get().receivers.all()}
    assert roles == {"市教育局": "lead", "市卫生健康委": "support"}


@pytest.mark.parametrize("who", [name for name in PERSONAS if name != "office"])
def test_only_the_office_of_the_city_reads_a_meeting_in(city: City, campaign: Campaign, who: str):
    with pytest.raises(Problem) as problem:
        read(city, campaign, who)
    assert problem.value.code == "page.not_allowed"
    assert not Case.objects.exists()


def test_a_text_without_tasks_is_kept(city: City, meeting: Meeting):
    assert meeting.tasks.count() == 0
    assert Meeting.objects.get().text == "今天天气很好。"


def test_edit_replaces_fields_and_address(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("SCHOOL"), due=date(2026, 10, 1))
    planning.edit_task(
        actor=city.person("office"),
        task=task,
        seen=task.revision,
        receivers=[to_unit("RIVAL", excluded=True)],
        text="改后",
        recurs="weekly:5",
    )
    task = Task.objects.get()
    assert (task.text, task.recurs, task.due) == ("改后", "weekly:5", date(2026, 10, 1))
    assert [(r.value, r.excluded) for r in task.receivers.all()] == [("RIVAL", True)]
    assert Event.objects.last().data == {"task": task.pk, "fields": ["recurs", "text"]}


def test_the_second_of_two_clerks_changes_nothing(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("SCHOOL"))
    seen = task.revision
    planning.edit_task(actor=city.person("office"), task=task, seen=seen, receivers=[], text="甲")
    with pytest.raises(Problem) as problem:
        planning.edit_task(
            actor=city.person("office"), task=task, seen=seen, receivers=[to_unit("RIVAL")], text="乙"
        )
    assert problem.value.code == "task.stale"
    assert Task.objects.get().text == "甲"
    assert not Receiver.objects.exists()


def test_add_keeps_the_order_of_the_text(city: City, campaign: Campaign):
    meeting = read(city, campaign)
    start = TEXT.index("去年创建工作")
    task = planning.add_task(
        actor=city.person("office"), meeting=meeting, text="去年创建工作", start=start, end=start + 6
    )
    assert task.position == 1
    assert [t.position for t in meeting.tasks.all()] == [1, 2, 3, 4]
    last = planning.add_task(actor=city.person("office"), meeting=meeting, text="另行安排")
    assert last.position == 5
    assert (
        planning.add_task(
            actor=city.person("office"),
            meeting=meeting,
            text=TEXT[-3:-1],
            start=len(TEXT) - 3,
            end=len(TEXT) - 1,
        ).position
        == 6
    )


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (0, 8), (1, None)])
def test_a_passage_outside_the_text_is_refused(city: City, meeting: Meeting, start: int, end: int | None):
    with pytest.raises(Problem) as problem:
        planning.add_task(actor=city.person("office"), meeting=meeting, text="x", start=start, end=end)
    assert problem.value.code == "task.bad_span"
    assert not Task.objects.exists()


def test_split_cuts_words_and_span_alike(city: City, campaign: Campaign):
    meeting = read(city, campaign)
    task = meeting.tasks.get(position=1)
    at = task.text.index("报市文明办")
    second = planning.split_task(actor=city.person("office"), task=task, seen=task.revision, at=at)
    task.refresh_from_db()
    assert second.text == "报市文明办"
    assert not task.text.endswith("，")
    for part in (task, second):
        assert TEXT[part.start : part.end] == part.text
    assert address(second) == address(task)
    assert second.due == task.due
    assert [t.position for t in meeting.tasks.all()] == [1, 2, 3, 4]


def test_split_of_a_reworded_task_keeps_the_whole_span(city: City, campaign: Campaign):
    meeting = read(city, campaign)
    task = meeting.tasks.get(position=1)
    span = (task.start, task.end)
    planning.edit_task(
        actor=city.person("office"), task=task, seen=task.revision, receivers=[], text="先制定，后上报"
    )
    second = planning.split_task(actor=city.person("office"), task=task, seen=task.revision, at=4)
    task.refresh_from_db()
    assert (task.text, second.text) == ("先制定", "后上报")
    assert (task.start, task.end) == span == (second.start, second.end)


@pytest.mark.parametrize("at", [-1, 0, 4, 99])
def test_a_split_needs_words_on_both_sides(city: City, meeting: Meeting, at: int):
    task = add(city, meeting, text="制定方案")
    with pytest.raises(Problem) as problem:
        planning.split_task(actor=city.person("office"), task=task, seen=task.revision, at=at)
    assert problem.value.code == "task.bad_split"
    assert Task.objects.count() == 1


def test_a_stale_split_leaves_no_second_half(city: City, meeting: Meeting):
    task = add(city, meeting, text="先制定，后上报")
    with pytest.raises(Problem) as problem:
        planning.split_task(actor=city.person("office"), task=task, seen=task.revision - 1, at=4)
    assert problem.value.code == "task.stale"
    assert Task.objects.count() == 1


def test_merge_joins_texts_addresses_and_the_earlier_deadline(city: City, meeting: Meeting):
    first = add(city, meeting, to_unit("SCHOOL"), text="甲")
    add(
        city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), text="乙", due=date(2026, 10, 1), asks_report=True
    )
    planning.merge_task(actor=city.person("office"), task=first, seen=first.revision)
    merged = Task.objects.get(state=Task.State.DRAFT)
    assert (merged.text, merged.due, merged.asks_report) == ("甲；乙", date(2026, 10, 1), True)
    assert [r.value for r in merged.receivers.all()] == ["SCHOOL", "RIVAL"]
    assert Task.objects.get(state=Task.State.DROPPED).text == "乙"


def test_merge_spans_both_passages(city: City, campaign: Campaign):
    meeting = read(city, campaign)
    first, second, _third = meeting.tasks.all()
    planning.merge_task(actor=city.person("office"), task=first, seen=first.revision)
    merged = meeting.tasks.get(position=1)
    assert (merged.start, merged.end) == (first.start, second.end)


def test_the_last_task_has_nothing_to_merge_with(city: City, meeting: Meeting):
    task = add(city, meeting)
    with pytest.raises(Problem) as problem:
        planning.merge_task(actor=city.person("office"), task=task, seen=task.revision)
    assert problem.value.code == "task.nothing_to_merge"


def test_drop_and_restore(city: City, meeting: Meeting):
    task = add(city, meeting)
    planning.drop_task(actor=city.person("office"), task=task, seen=task.revision)
    assert Task.objects.get().state == Task.State.DROPPED
    planning.restore_task(actor=city.person("office"), task=task, seen=task.revision)
    assert Task.objects.get().state == Task.State.DRAFT
    assert [e.verb for e in Event.objects.order_by("id")][-2:] == ["task.drop", "task.restore"]


def test_a_dispatched_plan_is_closed(city: City, meeting: Meeting):
    task = add(city, meeting, to_unit("SCHOOL"))
    dispatch(city, meeting)
    with pytest.raises(Problem) as problem:
        planning.drop_task(actor=city.person("office"), task=task, seen=task.revision)
    assert problem.value.code == "plan.closed"
    assert Task.objects.get().state == Task.State.DISPATCHED


@pytest.mark.parametrize("who", [name for name in PERSONAS if name != "office"])
def test_nobody_else_changes_a_plan(city: City, meeting: Meeting, who: str):
    task = add(city, meeting)
    for change in (planning.drop_task, planning.merge_task):
        with pytest.raises(Problem) as problem:
            change(actor=city.person(who), task=task, seen=task.revision)
        assert problem.value.code == "plan.closed"
    assert Task.objects.get().state == Task.State.DRAFT


@pytest.mark.parametrize("named_first", [True, False])
def test_merging_never_drops_whom_one_of_the_two_names(city: City, meeting: Meeting, named_first: bool):  # noqa: FBT001
    everybody_else = [Receiver(rule="peer_group", value="schools"), to_unit("SCHOOL", excluded=True)]
    addresses = [[to_unit("SCHOOL")], everybody_else]
    first, second = (add(city, meeting, *lines) for lines in (addresses if named_first else addresses[::-1]))
    with pytest.raises(Problem) as problem:
        planning.merge_task(actor=city.person("office"), task=first, seen=first.revision)
    assert problem.value.code == "task.merge_loses"
    assert problem.value.details == {"count": 1, "first": str(city.units["SCHOOL"])}
    assert {task.state for task in meeting.tasks.all()} == {"draft"}
    assert [len(address(task)) for task in (first, second)] == ([1, 2] if named_first else [2, 1])


def test_merging_tasks_that_leave_out_the_same_unit(city: City, meeting: Meeting):
    lines = [Receiver(rule="peer_group", value="schools"), to_unit("SCHOOL", excluded=True)]
    first, _second = add(city, meeting, *lines), add(city, meeting, *lines, to_unit("EDU"))
    merged = planning.merge_task(actor=city.person("office"), task=first, seen=first.revision)
    assert address(merged) == [("", "peer_group", "schools"), ("", "unit", "SCHOOL"), ("", "unit", "EDU")]
