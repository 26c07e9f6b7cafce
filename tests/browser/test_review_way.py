"""The way of a self-report through its review, in a browser: clerk, reviewers, liaison, clerk again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import Page, expect

from chuangwen.cases.models import Case
from chuangwen.core import jobs
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.models import Objection, Result, Review
from chuangwen.standards.tests.conftest import draft_of, publish
from chuangwen.standards.tests.reviewing import expert, filed_round
from tests.browser.conftest import PHONE

WHY = "材料中没有上墙照片"


def test_the_way_from_the_draw_to_the_corrected_points(town: City, visit):
    found = filed_round(town, publish(town, draft_of(town)))
    for name in ("expert1", "expert2"):
        expert(town, name)
    clerk = visit("office")
    the_panel_is_named_and_drawn(clerk, found.pk)
    for review, met in zip(Review.objects.order_by("ordinal"), (True, False), strict=True):
        page = visit(review.reviewer.username, size=PHONE)
        the_reviewer_goes_from_one_to_the_next(page, review, met=met)
    report = Case.objects.get(kind="self_report", unit__code="SCHOOL")
    clerk.goto(f"/cases/{report.number}/")
    clerk.get_by_role("button", name="公布结果").click()
    expect(clerk.get_by_text("评审结果已于")).to_be_visible()
    liaison = visit("liaison", size=PHONE)
    the_unit_objects(liaison, report)
    the_clerk_corrects(clerk)
    liaison.goto(f"/standards/results/{report.number}/")
    expect(liaison.locator("del", has_text="30")).to_be_visible()
    expect(liaison.get_by_text("示例expert")).to_have_count(0)


def the_panel_is_named_and_drawn(page: Page, pk: int) -> None:
    page.goto(f"/standards/rounds/{pk}/panel/")
    for name in ("示例expert1", "示例expert2"):
        page.get_by_label(name).check()
    page.fill("[name=limit]", "100")
    page.fill("[name=due]", f"{timezone.localdate() + timedelta(days=9):%Y-%m-%d}")
    page.fill("[name=seed]", "彩票 03 17 22")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="抽取评审人").click()
    page.wait_for_url("**/work/*/")
    assert jobs.work_waiting()
    page.goto(f"/standards/rounds/{pk}/")
    expect(page.get_by_text("结果一致")).to_be_visible()


def the_reviewer_goes_from_one_to_the_next(page: Page, review: Review, *, met: bool) -> None:
    page.goto("/desk/")
    page.locator(f"main a[href='/cases/{review.case.number}/']").first.click()
    page.get_by_role("link", name="评审", exact=True).click()
    evidence = page.locator("#proofs").bounding_box()
    form = page.locator("[name=reason]").bounding_box()
    assert evidence
    assert form
    assert evidence["y"] < form["y"]  # on a phone the evidence stands above the form
    page.locator(f"[name=found][value={'yes' if met else 'no'}]").check()
    if not met:
        page.fill("[name=reason]", WHY)
    page.get_by_role("button", name="保存并评下一条").click()
    expect(page.get_by_text("已评1 / 3条").first).to_be_visible()
    page.fill("[name=found]", "0")
    page.get_by_role("button", name="保存并评下一条").click()
    page.locator("[name=found][value=no]").check()
    page.get_by_role("button", name="保存并评下一条").click()
    page.get_by_role("button", name="提交评审").click()
    expect(page.locator("main").get_by_text("已提交").first).to_be_visible()


def the_unit_objects(page: Page, report: Case) -> None:
    page.goto(f"/cases/{report.number}/")
    page.get_by_role("link", name="查看结果").click()
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_role("link", name="提出异议").first.click()
    page.fill("[name=reason]", "照片在第二页")
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_text("异议已提交文明办")).to_be_visible()
    assert Objection.objects.get().reason == "照片在第二页"


def the_clerk_corrects(page: Page) -> None:
    page.goto(f"/cases/{Objection.objects.get().case.number}/correct/")
    expect(page.get_by_text("照片在第二页")).to_be_visible()
    page.locator("[name=found][value=yes]").check()
    page.fill("[name=reason]", "经核实，第二页有照片")
    page.get_by_role("button", name="更正分数").click()
    page.wait_for_url("**/cases/*/")
    result = Result.objects.get(criterion__text="制度上墙")
    assert (result.points, result.corrected) == (Decimal(30), Decimal(60))
