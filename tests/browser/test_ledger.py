"""The ledger in the hand and at the desk: its filter, and its pages turned there and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from chuangwen.cases import ledger
from chuangwen.directives.models import Receiver
from chuangwen.organizations.tests.personas import City
from tests.browser.conftest import PHONE
from tests.browser.test_ways import begin


def turn(page: Page, link: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=link).click()


@pytest.fixture
def dispatched(town: City, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.setattr(ledger, "PAGE", 2)
    begin(town, Receiver(rule="all"))
    return town


def numbers(page: Page) -> list[str]:
    """The cases on the page, by the marks of their boxes."""
    return [box.get_attribute("value") or "" for box in page.locator("td.tick input").all()]


def test_on_a_phone_the_filter_is_one_line_until_it_is_wanted(dispatched: City, visit):
    page = visit("office", size=PHONE)
    page.goto("/cases/")
    line, form = page.locator(".fold summary"), page.locator("form.card[method=get]")
    expect(line).to_have_text("筛选：全部")
    expect(form).to_be_hidden()
    line.click()
    form.get_by_label("时限情况").select_option("open")
    form.get_by_role("button", name="筛选").click()
    expect(line).to_have_text("筛选：办理中")
    expect(form).to_be_hidden()


def test_at_a_desk_the_filter_stands_open_and_only_the_columns_are_folded(dispatched: City, visit):
    page = visit("office")
    page.goto("/cases/")
    expect(page.locator(".fold")).to_be_hidden()
    expect(page.get_by_label("时限情况")).to_be_visible()
    expect(page.get_by_label("编号", exact=True)).to_be_hidden()
    page.locator(".columns-shown summary").click()
    page.get_by_label("编号", exact=True).check()
    page.get_by_label("排序").select_option("-unit")
    with page.expect_navigation():
        page.get_by_role("button", name="筛选", exact=True).click()
    headings = [head.strip() for head in page.locator("thead th").all_inner_texts()]
    assert headings == ["勾选", "任务", "单位", "区划", "状态", "完成时限", "下达单位", "编号"]
    assert page.locator("th[aria-sort=descending]").inner_text().strip() == "单位"


def test_pages_are_turned_there_and_back(dispatched: City, visit):
    page = visit("office")
    page.goto("/cases/?urgency=open&sort=unit")
    seen = [numbers(page)]
    while page.get_by_role("link", name="下一页").count():
        turn(page, "下一页")
        seen.append(numbers(page))
    assert len(seen) > 2
    for before in seen[-2::-1]:
        turn(page, "上一页")
        assert numbers(page) == before
    assert "urgency=open" in page.url
    expect(page.get_by_role("link", name="上一页")).to_have_count(0)


def test_one_box_ticks_the_page_and_a_refused_step_keeps_it(dispatched: City, visit):
    page = visit("office")
    page.goto("/cases/?sort=unit")
    whole, boxes = page.get_by_label("全选本页"), page.locator("td.tick input")
    whole.check()
    assert [box.is_checked() for box in boxes.all()] == [True, True]
    boxes.first.uncheck()
    assert whole.evaluate("box => [box.checked, box.indeterminate]") == [False, True]
    page.locator("summary", has_text="批量办理").click()
    page.get_by_label("办理事项").select_option("withdraw")
    with page.expect_navigation():
        page.get_by_role("button", name="批量办理", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("理由")
    assert [box.is_checked() for box in boxes.all()] == [False, True]
    expect(page.get_by_label("办理事项")).to_have_value("withdraw")
