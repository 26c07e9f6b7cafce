"""A file's way into the directory in a real browser, with scripts and without."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from chuangwen.core import files, jobs
from chuangwen.core.models import Job
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import PASSWORD, City
from chuangwen.organizations.tests.tables import unit_row, units


def send(page: Page, folder: Path) -> None:
    """Choose a file of two new units and have it checked."""
    file = folder / "名录.xlsx"
    file.write_bytes(files.read(units(unit_row("NEW1"), unit_row("NEW2"))))
    page.goto("/units/")
    page.get_by_role("link", name="导入", exact=True).click()
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url("**/work/*/")


def test_a_page_follows_the_work_by_itself(town: City, visit, picture, tmp_path: Path):
    page = visit("office")
    send(page, tmp_path)
    expect(page.get_by_text("正在排队")).to_be_visible()
    Job.objects.update(state=Job.State.RUNNING, done=7, total=20)
    expect(page.get_by_text("已办7项，共20项")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 7)
    picture(page, "import-zh-desktop")
    Job.objects.update(state=Job.State.WAITING)
    assert jobs.work_waiting()
    page.get_by_role("button", name="全部导入").click()
    page.wait_for_url(re.compile("/work/"))
    assert jobs.work_waiting()
    expect(page.get_by_text("文件内容已全部导入。")).to_be_visible()
    assert Unit.objects.filter(code__startswith="NEW").count() == 2


def test_the_work_is_left_and_found_again(town: City, visit, tmp_path: Path):
    page = visit("office")
    send(page, tmp_path)
    page.goto("/desk/")
    assert jobs.work_waiting()
    page.goto("/units/import/")
    page.get_by_role("link", name="检查文件").click()
    expect(page.get_by_text("文件无误，尚未作任何修改。")).to_be_visible()


def test_without_a_script_the_page_looks_again_too(
    chromium: Browser, live_server, town: City, tmp_path: Path
):
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", "office")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    send(page, tmp_path)
    expect(page.get_by_role("link", name="刷新")).to_be_visible()
    assert jobs.work_waiting()
    expect(page.get_by_role("button", name="全部导入")).to_be_visible()
    context.close()
