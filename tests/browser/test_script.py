"""What the pages' script does beside the server: unsent words come back, a second click sends nothing."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from chuangwen.cases.models import Campaign, Case
from chuangwen.directives.models import Meeting, Task
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import PASSWORD

TEXT = "main form [name=text]"
SEND = "main form .card-footer button"
RESTORED = "已恢复您上次填写但未提交的内容"


@pytest.fixture
def task(city):
    """A task of a plan that the office is correcting; its form names the revision that was seen."""
    office = city.units["OFFICE"]
    campaign = Campaign.objects.create(
        name="示例年度创建", territory=office.territory, office=office, opened_on=date(2026, 9, 1)
    )
    case = Case.objects.create(
        number="26MEETING",
        kind="meeting",
        title="示例推进会",
        unit=office,
        issuer=office,
        campaign=campaign,
        state="draft",
        opened_at=timezone.now(),
    )
    meeting = Meeting.objects.create(case=case, held_on=date(2026, 9, 15), text="制定方案")
    return Task.objects.create(meeting=meeting, position=1, text="制定方案")


@pytest.fixture
def page(visit):
    """A fresh browser in which nobody has signed in."""
    return visit("")


def sign_in(page, name="office"):
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")


@pytest.fixture
def form(page, task):
    """The office's browser at the task's form; the fixture is the form's address."""
    page.goto("/accounts/login/")
    sign_in(page)
    page.goto(f"/tasks/{task.pk}/")
    return f"/tasks/{task.pk}/"


def drafts(page):
    return page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))")


def test_unsent_words_come_back_and_can_be_discarded(page, form):
    page.fill(TEXT, "制定方案并报送")
    page.goto("/desk/")
    page.goto(form)
    expect(page.locator(TEXT)).to_have_value("制定方案并报送")
    expect(page.get_by_text(RESTORED)).to_be_visible()
    page.get_by_role("button", name="不用恢复").click()
    expect(page.locator(TEXT)).to_have_value("制定方案")
    page.reload()
    expect(page.locator(TEXT)).to_have_value("制定方案")


def test_words_that_were_taken_in_do_not_come_back(page, form, task):
    page.fill(TEXT, "制定方案并报送")
    page.click(SEND)
    expect(page.get_by_text("已保存")).to_be_visible()
    task.refresh_from_db()
    assert task.text == "制定方案并报送"
    page.goto(form)
    expect(page.locator(TEXT)).to_have_value("制定方案并报送")
    expect(page.get_by_text(RESTORED)).to_have_count(0)
    assert drafts(page) == []


def test_unsent_words_are_not_put_over_what_somebody_else_has_changed(page, form, task):
    page.fill(TEXT, "制定方案并报送")
    Task.objects.filter(pk=task.pk).update(text="制定办法", revision=task.revision + 1)
    page.goto(form)
    expect(page.locator(TEXT)).to_have_value("制定办法")


def test_words_sent_after_the_login_has_expired_come_back(page, form):
    page.fill(TEXT, "制定方案并报送")
    page.context.clear_cookies(name="sessionid")
    page.click(SEND)
    expect(page.get_by_text("您填写的内容已保留")).to_be_visible()
    sign_in(page)
    expect(page).to_have_url(re.compile(f"{form}$"))
    expect(page.locator(TEXT)).to_have_value("制定方案并报送")


def test_a_colleague_at_the_same_window_gets_none_of_the_words(page, form, city):
    Post.objects.create(
        unit=city.units["OFFICE"], person=city.people["stranger"], role=Role.OFFICE, title="示例"
    )
    page.fill(TEXT, "制定方案并报送")
    page.context.clear_cookies(name="sessionid")
    page.click(SEND)
    sign_in(page, "stranger")
    page.goto(form)
    expect(page.locator(TEXT)).to_have_value("制定方案")
    assert drafts(page) == []


# Counts what would be sent, and sends nothing.
TWO_CLICKS = """(button) => {
    let sent = 0;
    window.addEventListener("submit", (event) => {
        if (!event.defaultPrevented) sent += 1;
        event.preventDefault();
    });
    button.click();
    button.click();
    return sent;
}"""


def test_a_second_click_sends_nothing(page, form):
    assert page.locator(SEND).evaluate(TWO_CLICKS) == 1
    expect(page.locator(SEND)).to_have_attribute("aria-disabled", "true")


def test_a_menu_closes_by_itself(page, form):
    menu = page.locator("details.person")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")
