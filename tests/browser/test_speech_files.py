"""The clerk's way with a whole speech as a file: the demo's, and a real one that CHUANGWEN_SPEECH names."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from chuangwen.cases.models import Case
from chuangwen.core import jobs
from chuangwen.core.models import Event
from chuangwen.directives.models import Meeting, Task
from chuangwen.directives.reading import read_document
from chuangwen.organizations.tests.personas import City

SAMPLE = Path(settings.BASE_DIR, "chuangwen", "web", "demo", "speech.txt")
REAL = os.environ.get("CHUANGWEN_SPEECH")
SCHOOL = "东岭县第一中学"


@pytest.mark.parametrize(
    "speech",
    [SAMPLE, *([Path(REAL)] if REAL else [])],
    ids=lambda path: "sample" if path == SAMPLE else "real",
)
def test_from_the_file_of_a_speech_to_the_desk_of_a_liaison(town: City, visit, speech: Path):
    office = visit("office")
    upload(office, speech)
    meeting = Meeting.objects.get()
    assert meeting.text == read_document(speech.read_bytes())
    shown = office.locator("[data-source]").inner_text()
    assert squeezed(shown) == squeezed(meeting.text)
    drafted = meeting.tasks.count()
    assert drafted >= 10
    expect(office.locator("[data-task]")).to_have_count(drafted)

    task = correct_the_first(office, meeting)
    dropped = drop_the_undecided(office)
    office.locator("a[href$='/preview/']").first.click()
    expect(office.locator("main details.card")).to_have_count(drafted - dropped)
    units = office.locator("main details.card").first.locator(".units li")
    expect(units.filter(has_text=SCHOOL)).to_have_text(f"{SCHOOL} 配合")
    rows = office.locator("main details.card .units li").count()
    office.fill("[name=basis]", "示例办〔2026〕1号")
    office.get_by_role("button", name=re.compile("部署")).click()
    office.wait_for_url("**/work/*/")
    assert jobs.work_waiting()
    office.get_by_role("link", name="查看创建进度").click()
    office.wait_for_url("**/campaigns/*/")
    assert Case.objects.filter(kind="assignment").count() == rows > 10
    assert Event.objects.filter(verb="meeting.dispatch").count() == 1

    acknowledge(visit("liaison"), task)


def upload(page: Page, speech: Path) -> None:
    page.goto("/meetings/new/")
    page.fill("[name=new_campaign]", "示例年度创建")
    page.fill("[name=title]", "示例推进会")
    page.fill("[name=held_on]", "2026-09-15")
    page.set_input_files("[name=upload]", speech)
    page.click("main form.card .card-footer button")
    page.wait_for_url("**/plan/")


def correct_the_first(page: Page, meeting: Meeting) -> Task:
    """One task gets words, a deadline, a report and one more receiver."""
    page.locator("[data-task]").first.get_by_role("link", name="修改").click()
    words = page.locator("[name=text]").input_value() + "，并建立台账"
    page.fill("[name=text]", words)
    page.fill("[name=due]", "2099-12-31")
    page.check("[name=asks_report]")
    line = page.locator("fieldset.receiver").last
    line.locator("[name$='-address']").select_option("unit:")
    line.locator("[name$='-unit']").fill(SCHOOL)
    line.locator("[name$='-role']").select_option("support")
    page.click("main form.card .card-footer button")
    page.wait_for_url("**/plan/#task-*")
    row = page.locator("[data-task]").first
    expect(row.locator("h3")).to_contain_text("并建立台账")
    expect(row).to_contain_text(SCHOOL)
    expect(row).to_contain_text("2099-12-31")
    task = meeting.tasks.get(text=words)
    assert task.asks_report
    return task


def drop_the_undecided(page: Page) -> int:
    waiting = page.locator("[data-task].undecided")
    dropped = waiting.count()
    for left in range(dropped - 1, -1, -1):
        waiting.first.locator("form[action$='/drop/'] button").click()
        expect(waiting).to_have_count(left)
    return dropped


def acknowledge(liaison: Page, task: Task) -> None:
    """The school finds the task on its desk, reads it and signs for it."""
    case = Case.objects.get(unit__code="SCHOOL", assignment__task=task)
    liaison.locator(f"main a[href='/cases/{case.number}/']").first.click()
    expect(liaison.locator("blockquote.task-text")).to_have_text(task.text)
    liaison.get_by_role("button", name="签收").click()
    expect(liaison.locator("main")).to_contain_text("办理中")
    assert Case.objects.get(pk=case.pk).state == "acknowledged"


def squeezed(text: str) -> str:
    return "".join(text.split())
