"""The ways through the product as its users go them: clerk, liaison, county; each to where its work ends."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign
from chuangwen.core import jobs
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
from chuangwen.organizations.tests.personas import City
from tests.browser.conftest import PHONE

SPEECH = """在全市窗口服务提升会上的讲话
同志们：
去年全市窗口服务取得了明显进步，群众满意度不断提高。下面，我讲三点意见。
一要迅速部署。会后，各县区、各部门要立即召开动员会，把任务分解到岗位。教育、卫生等部门要在11月底前召开系统会，对下属单位作出安排。各县区、各部门要将动员部署情况于12月20日前书面报市文明办。
二要狠抓落实。市教育局要牵头制定窗口服务规范，市卫生健康委配合，12月10日前印发。各中省驻市单位、条管单位要主动参加创建。市绿化指挥部要清理窗口周边杂物。要公开监督电话，接受群众监督。
三要营造氛围。柳树镇人民政府要每月25日前向市文明办报送进展情况。希望大家再接再厉，为全市发展作出新的贡献！
"""
LAUNCH = {"place": "二楼会议室", "chair": "王老师", "present": "32", "minutes": "传达部署。"}
NOT_IN_THE_DIRECTORY = "市绿化指挥部要清理窗口周边杂物"


def fill_meeting(page) -> None:
    page.fill("[name=new_campaign]", "示例年度创建")
    page.fill("[name=title]", "全市窗口服务提升会")
    page.fill("[name=held_on]", "2026-11-20")
    page.fill("[name=text]", SPEECH)
    page.click("main form.card .card-footer button")


def test_the_clerks_way_from_the_speech_to_the_dispatched_campaign(town: City, visit, picture):
    page = visit("office")
    page.goto("/meetings/new/")
    fill_meeting(page)
    page.wait_for_url("**/plan/")
    rows = page.locator("[data-task]")
    expect(rows).to_have_count(8)
    expect(page.locator("[data-task].undecided")).to_have_count(2)
    rows_and_sentences_show_each_other(page)
    picture(page, "plan-zh-desktop")
    a_marked_passage_is_added_dropped_and_taken_back(page)
    a_task_is_split_and_merged(page)
    the_undecided_are_decided(page)

    page.locator("a[href$='/preview/']").first.click()
    page.fill("[name=basis]", "示例办〔2026〕1号")
    page.click("main form[method=post] button.btn-primary")
    page.wait_for_url("**/work/*/")
    expect(page.get_by_text("正在排队")).to_be_visible()
    assert jobs.work_waiting()
    expect(page.get_by_text("任务已全部下达")).to_be_visible()
    picture(page, "sent-out-zh-desktop")
    page.get_by_role("link", name="查看创建进度").click()
    page.wait_for_url("**/campaigns/*/")
    assert Task.objects.filter(state=Task.State.DISPATCHED).count() == 7
    assert Case.objects.filter(kind="assignment", unit__code="TOWN", assignment__period__gt="").exists()
    received = Case.objects.filter(kind="assignment").count()
    expect(page.locator("tr.total td").first).to_have_text(str(received))
    picture(page, "campaign-zh-desktop")


def rows_and_sentences_show_each_other(page) -> None:
    page.locator("[data-task]").nth(2).locator("[data-show]").click()
    expect(page.locator("mark.chosen")).to_have_text(re.compile("各县区、各部门要将动员部署情况"))
    page.locator("mark", has_text="市教育局要牵头").click()
    expect(page.locator("[data-task].chosen")).to_contain_text("市教育局要牵头")


def a_marked_passage_is_added_dropped_and_taken_back(page) -> None:
    rows = page.locator("[data-task]")
    page.locator("[data-source]").evaluate(
        """(source) => {
            const text = [...source.childNodes].find((node) => node.textContent.includes("取得了明显进步"));
            const start = text.textContent.indexOf("群众满意度");
            getSelection().setBaseAndExtent(text, start, text, start + 5);
            source.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }"""
    )
    expect(page.locator("[data-add-task] textarea")).to_have_value("群众满意度")
    page.click("[data-add-task] button")
    expect(rows).to_have_count(9)
    added = page.locator("[data-task]", has=page.locator("h3", has_text="群众满意度"))
    added.locator("form[action$='/drop/'] button").click()
    expect(rows).to_have_count(8)
    page.locator("details", has_text="群众满意度").locator("summary").click()
    page.click("form[action$='/restore/'] button")
    expect(rows).to_have_count(9)
    added.locator("form[action$='/drop/'] button").click()
    expect(rows).to_have_count(8)


def a_task_is_split_and_merged(page) -> None:
    rows = page.locator("[data-task]")
    both = page.locator("[data-task]", has=page.locator("h3", has_text="要立即召开动员会"))
    both.locator("a[href$='/split/']").click()
    page.locator("label", has_text=re.compile("^把任务分解到岗位$")).click()
    page.click("main form button.btn-primary")
    expect(rows).to_have_count(9)
    both.locator("form[action$='/merge/'] button").click()
    expect(rows).to_have_count(8)


def the_undecided_are_decided(page) -> None:
    """What cannot be resolved blocks: one body is chosen by name, one task is dropped."""
    page.locator("a[href$='/preview/']").first.click()
    expect(page.locator("main form[method=post] button.btn-primary")).to_have_count(0)
    page.locator("main .alert a", has_text=NOT_IN_THE_DIRECTORY[:12]).click()
    page.select_option("[name=to-0-address]", "unit:")
    page.fill("[name=to-0-unit]", "示例市文明办")
    page.click("main form.card .card-footer button.btn-primary")
    expect(page.locator("[data-task].undecided")).to_have_count(1)
    page.locator("[data-task].undecided form[action$='/drop/'] button").click()
    expect(page.locator("[data-task].undecided")).to_have_count(0)


def test_the_clerks_way_on_a_phone_in_english(town: City, visit, picture):
    page = visit("office", language="en", size=PHONE)
    page.goto("/meetings/new/")
    fill_meeting(page)
    page.wait_for_url("**/plan/")
    expect(page.locator(".alert", has_text="2 tasks still need a decision")).to_be_visible()
    picture(page, "plan-en-phone")
    for row in page.locator("[data-task].undecided").all()[::-1]:
        row.locator("form[action$='/drop/'] button").click()
    page.locator("a[href$='/preview/']").first.click()
    page.fill("[name=basis]", "示例办〔2026〕2号")
    page.get_by_role("button", name=re.compile("Dispatch to")).click()
    page.wait_for_url("**/work/*/")
    assert jobs.work_waiting()
    expect(page.get_by_text("Everything is on its desk.")).to_be_visible()
    assert Case.objects.filter(kind="meeting", state="dispatched").exists()


def begin(town: City, *lines: Receiver, **fields: object) -> Meeting:
    """A dispatched campaign with one task."""
    office = town.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=town.units["OFFICE"])
    meeting = planning.read_meeting(
        actor=office, campaign=campaign, title="示例推进会", held_on=campaign.opened_on, text="今天天气很好。"
    )
    due = timezone.localdate() + timedelta(days=12)
    add(
        town,
        meeting,
        *lines,
        text="各单位要制定创建方案并书面报告落实情况",
        due=due,
        asks_report=True,
        **fields,
    )
    dispatch(town, meeting)
    return meeting


def make(page, case: Case, move: str, **asked: str) -> None:
    """Open the form of a move, fill it in and send it."""
    page.goto(f"/cases/{case.number}/{move}/")
    for name, words in asked.items():
        page.fill(f"[name={name}]", words)
    page.click("main form.card .card-footer button")


def test_the_liaisons_way_from_the_desk_to_the_accepted_report(town: City, visit, picture):
    begin(town, to_unit("SCHOOL"))
    case = Case.objects.get(kind="assignment")
    liaison, office = visit("liaison"), visit("office")
    liaison.goto("/desk/")
    picture(liaison, "desk-zh-desktop")
    liaison.get_by_role("button", name="签收").click()
    expect(liaison.locator("main")).to_contain_text("办理中")

    make(liaison, case, "record_launch", held_on=timezone.localdate().isoformat(), **LAUNCH)
    expect(liaison.locator("main")).to_contain_text("二楼会议室")
    make(liaison, case, "file_report", text="一、已制定方案。\n二、已动员到人。")
    expect(liaison.locator("main")).to_contain_text("已上报")
    make(office, case, "send_back", reason="请补充责任人和完成时间")
    liaison.goto(f"/cases/{case.number}/")
    expect(liaison.locator("main")).to_contain_text("请补充责任人和完成时间")
    picture(liaison, "case-zh-desktop")
    make(liaison, case, "file_report", text="一、已制定方案，责任到人，十二月完成。")
    office.goto("/desk/")
    office.locator("main a", has_text="各单位要制定创建方案").first.click()
    office.get_by_role("button", name=re.compile("通过|办结")).click()
    expect(office.locator("main")).to_contain_text("已办结")
    assert Case.objects.get(pk=case.pk).state == "accepted"


def test_the_way_of_a_request_from_the_desk_to_the_decision(town: City, visit, picture):
    """Each button leads to an empty form; what was asked waits on the office's desk until it is decided."""
    begin(town, to_unit("SCHOOL"))
    case = Case.objects.get(kind="assignment")
    liaison, office = visit("liaison"), visit("office")
    liaison.goto(f"/cases/{case.number}/")
    liaison.get_by_role("link", name="申请改派").click()
    expect(liaison.locator("main .invalid-feedback, main .errorlist, main [role=alert]")).to_have_count(0)
    liaison.fill("[name=reason]", "按照三定规定，此项由东岭县第二中学承办。")
    liaison.fill("[name=unit]", "东岭县第二中学")
    liaison.click("main form.card .card-footer button")
    liaison.goto("/desk/")
    expect(liaison.locator("main")).to_contain_text("已申请改派")

    office.goto("/desk/")
    expect(office.locator("#requests")).to_have_text("待批复的申请")
    picture(office, "requests-zh-desktop")
    office.locator("main a", has_text="各单位要制定创建方案").first.click()
    office.get_by_role("link", name="同意改派").click()
    expect(office.locator("[name=unit]")).to_have_value("东岭县第二中学")
    office.fill("[name=reason]", "按照三定规定办理。")
    office.click("main form.card .card-footer button")
    expect(office.locator("main")).to_contain_text("该任务已改派至东岭县第二中学")
    rival = visit("rival")
    rival.goto("/desk/")
    expect(rival.locator("main")).to_contain_text("各单位要制定创建方案")


def test_the_countys_way_relays_and_decides(town: City, visit, picture):
    begin(town, to_unit("COUNTY1"), to_unit("EDU"))
    mine = Case.objects.get(kind="assignment", unit__code="COUNTY1")
    county, liaison = visit("county"), visit("liaison")
    county.goto("/desk/")
    county.get_by_role("button", name="签收").click()
    county.goto(f"/cases/{mine.number}/relay/")
    picture(county, "relay-zh-desktop")
    county.get_by_label("东岭县第一中学").check()
    county.fill("[name=due]", (timezone.localdate() + timedelta(days=5)).isoformat())
    county.click("main form.card .card-footer button")
    expect(county.locator("main")).to_contain_text("东岭县第一中学")

    liaison.goto("/desk/")
    liaison.get_by_role("button", name="签收").click()
    child = Case.objects.get(unit__code="SCHOOL")
    make(liaison, child, "file_report", text="已落实。")
    county.goto(f"/cases/{child.number}/")
    county.get_by_role("button", name=re.compile("通过|办结")).click()
    expect(county.locator("main")).to_contain_text("已办结")

    # The bureau relays along its system; the school, which has the task, is not offered again.
    department = visit("department", language="en")
    department.goto("/desk/")
    department.get_by_role("button", name="Acknowledge").click()
    theirs = Case.objects.get(kind="assignment", unit__code="EDU")
    department.goto(f"/cases/{theirs.number}/relay/")
    expect(department.get_by_label("西河区实验小学")).to_be_visible()
    expect(department.get_by_label("东岭县第一中学")).to_have_count(0)
    picture(department, "relay-en-desktop")


def test_words_typed_before_the_login_expired_come_back(town: City, visit):
    begin(town, to_unit("SCHOOL"))
    case = Case.objects.get(kind="assignment")
    page = visit("liaison")
    page.goto("/desk/")
    page.get_by_role("button", name="签收").click()
    page.goto(f"/cases/{case.number}/file_report/")
    page.fill("[name=text]", "写了很久的报告")
    page.context.clear_cookies(name="sessionid")
    page.click("main form.card .card-footer button")
    page.fill("[name=login]", "liaison")
    page.fill("[name=password]", "Harbour-lantern-26")
    page.click("main form button")
    expect(page.locator("[name=text]")).to_have_value("写了很久的报告")


def test_the_leaders_way_from_the_overview_to_what_is_late_and_why(town: City, visit, picture):
    """Two clicks; the timeline comes after the rest of the page, with its chart."""
    begin(town, Receiver(rule="all"))
    late = Case.objects.filter(kind="assignment", unit__code="SCHOOL")
    late.update(due=timezone.localdate() - timedelta(days=2))
    page = visit("office")
    page.get_by_role("link", name="工作总览").first.click()
    expect(page.locator("#timeline canvas")).to_be_visible()
    picture(page, "overview-zh-desktop")
    page.locator(".matrix a.text-danger").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.locator("main tbody a").click()
    expect(page.locator("main")).to_contain_text("红色督办")
    assert page.url.endswith(f"/cases/{late.get().number}/")
