"""The pages of the main job: who gets in, what they show, what bad input does."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from chuangwen.cases.models import Campaign, Case
from chuangwen.core.tests.works import done_after
from chuangwen.directives import queries
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import TEXT, add, to_unit
from chuangwen.organizations.tests.personas import PERSONAS, City

OTHERS = [who for who in PERSONAS if who not in {"office", "county"}]
MEETING = {"title": "示例推进会", "held_on": "2026-09-15", "new_campaign": "示例年度创建", "text": TEXT}


def test_paste_a_speech_and_get_a_plan(browse):
    answer = browse("office").post("/meetings/new/", MEETING, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/plan/")
    page = answer.content.decode()
    assert page.count("data-task=") == Task.objects.count() == 3
    assert "3 tasks drafted" in page
    assert page.count("to be decided") == 1
    assert Campaign.objects.get().name == "示例年度创建"


def test_the_text_stands_whole_on_the_page(browse):
    answer = browse("office").post("/meetings/new/", MEETING, follow=True)
    assert "".join(p.text for p in answer.context["passages"]) == TEXT


def test_upload_a_speech(browse):
    upload = SimpleUploadedFile("讲话.txt", TEXT.encode("gb18030"))
    browse("office").post("/meetings/new/", {**MEETING, "text": "", "upload": upload})
    meeting = Meeting.objects.get()
    assert meeting.text == TEXT
    assert [a.name for a in meeting.case.attachments.all()] == ["讲话.txt"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("讲话.txt", b"", "empty"),
        ("讲话.docx", b"MZ\x90\x00\x03 a program", "file.wrong_type"),
        ("讲话.txt", bytes(range(0x80, 0x100)) * 30, "document.wrong_encoding"),
    ],
    ids=["empty", "program", "garbage"],
)
def test_a_bad_upload_is_refused_and_nothing_typed_is_lost(browse, name: str, data: bytes, code: str):
    upload = SimpleUploadedFile(name, data)
    answer = browse("office").post("/meetings/new/", {**MEETING, "text": "", "upload": upload})
    page = answer.content.decode()
    assert 400 <= answer.status_code < 500
    assert code in page
    assert "示例推进会" in page
    assert "示例年度创建" in page
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "missing", [{"title": ""}, {"text": ""}, {"new_campaign": ""}, {"held_on": "2026-02-30"}], ids=str
)
def test_what_is_missing_is_asked_for_again(browse, missing: dict[str, str]):
    answer = browse("office").post("/meetings/new/", {**MEETING, **missing})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == list(missing)
    assert not Meeting.objects.exists()


def test_a_text_without_tasks_says_so_and_is_kept(browse):
    answer = browse("office").post("/meetings/new/", {**MEETING, "text": "今天天气很好。"}, follow=True)
    assert "No assignment was found" in answer.content.decode()
    assert Meeting.objects.get().text == "今天天气很好。"


@pytest.mark.parametrize("who", OTHERS)
def test_others_read_no_meeting_in(browse, who: str):
    assert browse(who).get("/meetings/new/").status_code == 403
    assert browse(who).post("/meetings/new/", MEETING).status_code == 403
    assert not Meeting.objects.exists()


@pytest.fixture
def plan(city: City, meeting: Meeting) -> str:
    return f"/meetings/{meeting.case.number}"


@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_the_plan(browse, plan: str, who: str):
    expected = 200 if who in {"office", "leader", "auditor"} else 404
    for page in ("plan", "preview"):
        assert browse(who).get(f"{plan}/{page}/").status_code == expected


def test_the_case_of_a_meeting_leads_to_its_plan(city: City, browse, meeting: Meeting, plan: str):
    add(city, meeting, text="制定方案", recurs="monthly:28")
    page = browse("office").get(f"/cases/{meeting.case.number}/").content.decode()
    assert f'href="{plan}/plan/"' in page
    assert "制定方案" in page
    assert "every month on day 28" in page
    assert browse("office").get(f"/cases/{meeting.case.number}/edit/")["Location"] == f"{plan}/plan/"


def task_data(task: Task, **changes: object) -> dict[str, object]:
    return {
        "seen": task.revision,
        "text": task.text,
        "due": "2099-10-01",
        "recurs": "",
        "report_to": "",
        "asks_report": "on",
        "to-TOTAL_FORMS": 1,
        "to-INITIAL_FORMS": 0,
        "to-0-wording": "",
        "to-0-address": "unit:",
        "to-0-unit": "东岭县第一中学",
        "to-0-role": "each",
        **changes,
    }


def test_edit_a_task(city: City, browse, meeting: Meeting, plan: str):
    task = add(city, meeting)
    answer = browse("office").post(f"/tasks/{task.pk}/", task_data(task, text="新的文字"))
    assert answer["Location"] == f"{plan}/plan/#task-{task.pk}"
    task = Task.objects.get()
    assert (task.text, task.due, task.asks_report) == ("新的文字", date(2099, 10, 1), True)
    assert [(r.rule, r.value) for r in task.receivers.all()] == [("unit", "SCHOOL")]


def test_the_edit_page_keeps_each_line_as_it_was(city: City, browse, meeting: Meeting):
    """Opened and saved without a change, the address is the same: odd values are offered too."""
    lines = [
        Receiver(wording="市县党委", rule="bodies", value="city+county:party"),
        Receiver(wording="某局"),
        Receiver(rule="unit", value="SCHOOL", role="lead"),
        Receiver(rule="seats", value="county", excluded=True),
    ]
    task = add(city, meeting, *lines)
    page = browse("office").get(f"/tasks/{task.pk}/")
    data = {"seen": task.revision, "text": task.text}
    for form in (page.context["receivers"].management_form, *page.context["receivers"]):
        data |= {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    answer = browse("office").post(f"/tasks/{task.pk}/", data)
    assert answer.status_code == 302
    rows = [(r.wording, r.rule, r.value, r.role, r.excluded) for r in Task.objects.get().receivers.all()]
    assert rows == [(r.wording, r.rule, r.value, r.role, r.excluded) for r in lines]


def test_a_unit_that_does_not_exist_is_asked_for_again(city: City, browse, meeting: Meeting):
    task = add(city, meeting)
    answer = browse("office").post(f"/tasks/{task.pk}/", task_data(task, **{"to-0-unit": "没有这个单位"}))
    assert answer.status_code == 400
    assert "没有这个单位" in answer.content.decode()
    assert not Receiver.objects.exists()


def test_the_second_clerk_keeps_what_they_typed(city: City, browse, meeting: Meeting):
    task = add(city, meeting)
    seen = task.revision
    browse("office").post(f"/tasks/{task.pk}/", task_data(task, text="第一人"))
    answer = browse("office").post(f"/tasks/{task.pk}/", task_data(task, text="第二人", seen=seen))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "task.stale" in page
    assert "第二人" in page
    assert "第一人" in page
    assert Task.objects.get().text == "第一人"


@pytest.mark.parametrize("what", ["", "split/", "merge/", "drop/", "restore/"])
@pytest.mark.parametrize("who", [who for who in PERSONAS if who not in {"office", "leader", "auditor"}])
def test_others_find_no_task(city: City, browse, meeting: Meeting, who: str, what: str):
    task = add(city, meeting)
    assert browse(who).post(f"/tasks/{task.pk}/{what}", task_data(task, at=2)).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "leader"])
def test_who_only_looks_changes_nothing(city: City, browse, meeting: Meeting, who: str):
    task = add(city, meeting)
    assert browse(who).post(f"/tasks/{task.pk}/drop/", {"seen": task.revision}).status_code == 409
    assert Task.objects.get().state == "draft"


def test_split_merge_drop_restore_by_page(city: City, browse, meeting: Meeting, plan: str):
    office = browse("office")
    task = add(city, meeting, text="先制定方案，再报送总结")
    assert "再报送总结" in office.get(f"/tasks/{task.pk}/split/").content.decode()
    office.post(f"/tasks/{task.pk}/split/", {"seen": task.revision, "at": 6})
    assert [t.text for t in Task.objects.all()] == ["先制定方案", "再报送总结"]
    task.refresh_from_db()
    office.post(f"/tasks/{task.pk}/merge/", {"seen": task.revision})
    task.refresh_from_db()
    assert task.text == "先制定方案；再报送总结"
    office.post(f"/tasks/{task.pk}/drop/", {"seen": task.revision})
    assert "2 dropped tasks" in office.get(f"{plan}/plan/").content.decode()
    task.refresh_from_db()
    office.post(f"/tasks/{task.pk}/restore/", {"seen": task.revision})
    assert Task.objects.get(pk=task.pk).state == "draft"


def test_a_split_at_no_clause_is_refused(city: City, browse, meeting: Meeting):
    task = add(city, meeting, text="先制定方案，再报送总结")
    assert browse("office").post(f"/tasks/{task.pk}/split/", {"seen": 1, "at": 3}).status_code == 400
    assert Task.objects.count() == 1


def test_add_a_passage_of_the_text(browse, meeting: Meeting, plan: str):
    browse("office").post(f"{plan}/tasks/", {"text": "天气很好"})
    task = Task.objects.get()
    assert meeting.text[task.start : task.end] == "天气很好"
    browse("office").post(f"{plan}/tasks/", {"text": "自拟任务"})
    assert Task.objects.get(text="自拟任务").start is None
    refused = browse("office").post(f"{plan}/tasks/", {"text": ""})
    assert (refused.status_code, refused.context["add_form"].errors["text"]) == (
        400,
        ["Write the task first."],
    )
    assert Task.objects.count() == 2


def test_a_task_too_long_to_add_stays_in_its_form(browse, plan: str):
    words = "落实" * 1001
    refused = browse("office").post(f"{plan}/tasks/", {"text": words})
    assert refused.status_code == 400
    assert words in refused.content.decode()
    assert "2000" in refused.context["add_form"].errors["text"][0]


@pytest.mark.parametrize(
    ("marked", "place"), [((2, 6), 2), ((10, 14), 10), ((None, None), None), ((3, 7), None)]
)
def test_a_marked_passage_is_the_marked_one_of_two_equal_ones(city, browse, campaign, marked, place):
    text = "一、制定方案。\r\n二、制定方案。"
    meeting = planning.read_meeting(
        actor=city.person("office"), campaign=campaign, title="会", held_on=date(2026, 9, 15), text=text
    )
    fields = {} if marked[0] is None else dict(zip(("start", "end"), marked, strict=True))
    browse("office").post(f"/meetings/{meeting.case.number}/tasks/", {"text": "制定方案", **fields})
    assert meeting.text.count("制定方案") == 2
    added = meeting.tasks.get(text="制定方案")
    assert (added.start, added.end) == (place, place and place + 4)


def test_a_passage_over_two_lines_is_tied_to_its_place(city, browse, campaign):
    meeting = planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="会",
        held_on=date(2026, 9, 15),
        text="同志们：\r\n第一行\r\n第二行\r\n",
    )
    browse("office").post(f"/meetings/{meeting.case.number}/tasks/", {"text": "第一行\r\n第二行"})
    task = meeting.tasks.get()
    assert meeting.text[task.start : task.end] == task.text == "第一行\n第二行"


def test_preview_counts_what_is_asked(city: City, browse, meeting: Meeting, plan: str):
    add(city, meeting, Receiver(rule="peer_group", value="schools"), asks_report=True)
    add(city, meeting, to_unit("SCHOOL"))
    page = browse("office").get(f"{plan}/preview/")
    meter = page.context["meter"]
    assert (meter.units, meter.burden.cases, meter.burden.reports) == (3, 4, 3)
    assert "Dispatch to 3 units" in page.content.decode()


def test_an_undecided_plan_has_no_dispatch_button(city: City, browse, meeting: Meeting, plan: str):
    add(city, meeting, text="待定任务")
    page = browse("office").get(f"{plan}/preview/").content.decode()
    assert "Dispatch to" not in page
    assert "待定任务" in page


def test_the_preview_names_the_first_units_and_gives_all_as_a_file(
    city: City, browse, meeting: Meeting, plan: str, monkeypatch
):
    monkeypatch.setattr(queries, "LISTED", 2)
    task = add(city, meeting, Receiver(rule="peer_group", value="schools"), to_unit("EDU", role="lead"))
    office = browse("office")
    page = office.get(f"{plan}/preview/")
    assert "and 2 more units" in page.content.decode()
    assert [unit.code for unit, _role in page.context["deliveries"][0].first] == ["EDU", "RIVAL"]
    file = office.get(f"{plan}/preview/{task.pk}.xlsx")
    (sheet,) = load_workbook(BytesIO(file.content)).worksheets
    rows = [row[:3] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(rows) == [
        ("东岭县第一中学", "SCHOOL", "东岭县"),
        ("东岭县第二中学", "RIVAL", "东岭县"),
        ("示例市教育局", "EDU", "示例市"),
        ("西河区实验小学", "SCHOOL2", "西河区"),
    ]
    assert browse("county").get(f"{plan}/preview/{task.pk}.xlsx").status_code == 404
    assert office.get(f"{plan}/preview/{task.pk + 1}.xlsx").status_code == 404


def test_dispatch_twice_by_page(city: City, browse, meeting: Meeting, plan: str):
    add(city, meeting, to_unit("SCHOOL"))
    office = browse("office")
    job = done_after(office.post(f"{plan}/preview/", {"seen": 2}))
    page = office.get(f"/work/{job.pk}/").content.decode()
    assert "Everything is on its desk. Tasks: 1, units: 1, cases: 1." in page
    assert f'href="/campaigns/{meeting.case.campaign_id}/"' in page
    again = office.post(f"{plan}/preview/", {"seen": 2})
    assert again.status_code == 409
    assert Case.objects.filter(kind="assignment").count() == 1


@pytest.mark.parametrize("tasks", [1, 6])
def test_the_plan_asks_as_many_questions_for_many_tasks(
    city: City, browse, meeting: Meeting, django_assert_num_queries, tasks: int
):
    for _ in range(tasks):
        add(city, meeting, Receiver(rule="seats", value="county"), to_unit("SCHOOL"))
    client = browse("office")
    client.get("/campaigns/")
    with django_assert_num_queries(PLAN_QUERIES):
        client.get(f"/meetings/{meeting.case.number}/plan/")


# session, person, posts, led systems, meeting, tasks, receivers, systems, peer groups, territories,
# units named one by one, the top's campaigns
PLAN_QUERIES = 13


@pytest.mark.parametrize("change", ["edit", "add", "drop"])
def test_a_plan_changed_since_its_preview_is_not_dispatched(city, browse, meeting, plan, change):
    task = add(city, meeting, to_unit("SCHOOL"))
    office, actor = browse("office"), city.person("office")
    seen = office.get(f"{plan}/preview/").context["form"].initial["seen"]
    {
        "edit": lambda: planning.edit_task(
            actor=actor, task=task, seen=task.revision, receivers=[to_unit("RIVAL")]
        ),
        "add": lambda: planning.add_task(actor=actor, meeting=meeting, text="后加的任务"),
        "drop": lambda: planning.drop_task(actor=actor, task=task, seen=task.revision),
    }[change]()
    refused = office.post(f"{plan}/preview/", {"seen": seen})
    assert refused.status_code == 409
    assert not Case.objects.filter(kind="assignment").exists()


@pytest.mark.parametrize("seen", ["9" * 5000, "", "x"])
def test_a_revision_of_a_task_that_is_none_is_stale(city, browse, meeting, seen: str):
    task = add(city, meeting, to_unit("SCHOOL"))
    assert browse("office").post(f"/tasks/{task.pk}/drop/", {"seen": seen}).status_code == 409
    assert Task.objects.get().state == "draft"
