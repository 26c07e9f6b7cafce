"""What leaves as a table is what the page shows, all of it, and for whoever may see the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import open_campaign
from chuangwen.core import downloads
from chuangwen.core.models import Delivery
from chuangwen.core.search import rebuild
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.tests.personas import City
from chuangwen.web import desk as desk_page
from chuangwen.web import finding

TODAY = timezone.localdate()
UNITS = ("SCHOOL", "RIVAL", "EDU")
DESK = ["Task", "Campaign", "State", "Request", "Due", "Unit"]


def sheet(client, name: str, *args: str, **query: str) -> list[list[object]]:
    answer = client.get(reverse(name, args=args, query=query))
    assert answer.status_code == 200, answer.content[:200]
    rows = load_workbook(BytesIO(answer.content)).active.values
    return [
        ["" if cell is None else cell.date() if isinstance(cell, datetime) else cell for cell in row]
        for row in rows
    ]


@pytest.fixture
def busy(city: City) -> City:
    """Three tasks of three units: the school's first is reported, two units ask for something else."""
    office = city.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=city.units["OFFICE"])
    meeting = planning.read_meeting(
        actor=office, campaign=campaign, title="示例推进会", held_on=TODAY, text="今天天气很好。"
    )
    for number, days in enumerate((-3, 40, 80)):
        due = TODAY + timedelta(days=days)
        add(city, meeting, *map(to_unit, UNITS), text=f"第{number}项打扫院落", due=due, asks_report=True)
    dispatch(city, meeting)
    first = case_of("SCHOOL", 0)
    move(city, "liaison", first, "acknowledge")
    move(city, "liaison", first, "file_report", text="已落实")
    later = TODAY + timedelta(days=99)
    move(city, "liaison", case_of("SCHOOL", 1), "ask_extension", due=later, reason="设备未到")
    move(city, "rival", case_of("RIVAL", 1), "ask_not_ours", reason="不是本单位职责", unit=city.units["EDU"])
    return city


def case_of(unit: str, number: int) -> Case:
    return Case.objects.get(kind="assignment", unit__code=unit, title__startswith=f"第{number}项")


def test_the_desk_is_that_of_its_page(busy: City, browse):
    liaison = browse("liaison")
    school = busy.units["SCHOOL"].name
    head, *rows = sheet(liaison, "web:desk_table", "due")
    assert head == DESK
    assert rows == [
        ["第0项打扫院落", "示例年度创建", "reported", "", TODAY - timedelta(days=3), school],
        [
            "第1项打扫院落",
            "示例年度创建",
            "to be acknowledged",
            "extension",
            TODAY + timedelta(days=40),
            school,
        ],
        ["第2项打扫院落", "示例年度创建", "to be acknowledged", "", TODAY + timedelta(days=80), school],
    ]
    assert [row[0] for row in rows] == [row.case.title for row in liaison.get("/desk/").context["due"]]


def test_the_desk_is_narrowed_by_its_slip(busy: City, browse):
    rival = browse("rival")
    assert f'href="{reverse("web:desk_table", args=["due"])}?slip=red"' in (
        rival.get("/desk/?slip=red").content.decode()
    )
    assert [row[0] for row in sheet(rival, "web:desk_table", "due", slip="red")[1:]] == ["第0项打扫院落"]
    assert len(sheet(rival, "web:desk_table", "due", slip="nothing")) == 4


def test_what_waits_for_a_decision(busy: City, browse):
    office = browse("office")
    school, rival = (busy.units[code].name for code in ("SCHOOL", "RIVAL"))
    assert sheet(office, "web:desk_table", "waiting") == [
        DESK,
        ["第0项打扫院落", "示例年度创建", "reported", "", TODAY - timedelta(days=3), school],
    ]
    due = TODAY + timedelta(days=40)
    assert sheet(office, "web:desk_table", "requests") == [
        ["Task", "Asks for", "Day asked for", "Proposed unit", "Reason", "Due", "Unit"],
        ["第1项打扫院落", "extension", TODAY + timedelta(days=99), "", "设备未到", due, school],
        ["第1项打扫院落", "not our duty", "", busy.units["EDU"].name, "不是本单位职责", due, rival],
    ]


@pytest.mark.parametrize("who", ["liaison", "rival", "delegate", "stranger"])
def test_nobody_takes_away_what_is_not_theirs(busy: City, browse, who: str):
    own = {"liaison": {busy.units["SCHOOL"].name}, "rival": {busy.units["RIVAL"].name}}
    client = browse(who)
    assert {row[5] for row in sheet(client, "web:desk_table", "due")[1:]} == own.get(who, set())
    assert sheet(client, "web:desk_table", "waiting")[1:] == []
    assert sheet(client, "web:desk_table", "requests")[1:] == []


def test_a_list_that_does_not_exist(busy: City, browse):
    assert browse("office").get(reverse("web:desk_table", args=["nothing"])).status_code == 404
    assert browse("admin").get(reverse("web:messages_table", args=["nothing"])).status_code == 404


def test_more_than_can_be_waited_for_is_refused(busy: City, browse, monkeypatch):
    rebuild()
    tables = [
        ("web:desk_table", ["due"], {}, "liaison", 3),
        ("web:desk_table", ["waiting"], {}, "office", 1),
        ("web:desk_table", ["requests"], {}, "office", 2),
        ("web:search_table", [], {"q": "打扫"}, "office", 12),
        ("directives:campaigns_table", [], {}, "office", 1),
    ]
    for name, args, query, who, rows in tables:
        monkeypatch.setattr(downloads, "MOST", rows)
        assert len(sheet(browse(who), name, *args, **query)) == rows + 1
        monkeypatch.setattr(downloads, "MOST", rows - 1)
        refused = browse(who).get(reverse(name, args=args, query=query))
        assert (refused.status_code, "export.too_many" in refused.content.decode()) == (409, True)


def test_a_page_shows_few_and_its_table_all(busy: City, browse, monkeypatch):
    monkeypatch.setattr(desk_page, "SHOWN", 1)
    liaison = browse("liaison")
    assert len(liaison.get("/desk/").context["due"]) == 1
    assert len(sheet(liaison, "web:desk_table", "due")) == 4


def test_all_that_was_found_and_where(busy: City, browse, monkeypatch):
    rebuild()
    monkeypatch.setattr(finding, "SHOWN", 2)
    office = browse("office")
    page = office.get("/search/", {"q": "打扫"})
    assert [(len(shelf.hits), shelf.more) for shelf in page.context["shelves"]] == [(2, True), (2, True)]
    assert f'href="{reverse("web:search_table")}?q=%E6%89%93%E6%89%AB"' in page.content.decode()
    head, *rows = sheet(office, "web:search_table", q="打扫")
    assert head == ["Found among", "Called", "Belongs to", "Passage"]
    tasks = [["Tasks", "示例推进会", "", f"第{number}项打扫院落"] for number in (2, 1, 0)]
    assert rows[:3] == tasks
    cases = [["Cases", busy.units[unit].name, "", f"第{n}项打扫院落"] for unit in UNITS for n in range(3)]
    assert sorted(rows[3:]) == sorted(cases)
    unit = busy.units["SCHOOL"].name
    reports = sheet(office, "web:search_table", q="落实")[1:]
    case = case_of("SCHOOL", 0)
    assert reports == [["Reports", f"{unit}-{case.number}.docx", f"{unit} · {case.title}", "已落实"]]


def test_more_than_a_page_shows_was_found(busy: City, browse):
    office = busy.person("office")
    drafted = planning.read_meeting(
        actor=office, campaign=Campaign.objects.get(), title="补充通知", held_on=TODAY, text="今天天气很好。"
    )
    for number in range(finding.SHOWN + 1):
        planning.add_task(actor=office, meeting=drafted, text=f"第{number}项擦窗")
    rebuild()
    assert len(browse("office").get("/search/", {"q": "擦窗"}).context["shelves"][0].hits) == finding.SHOWN
    assert len(sheet(browse("office"), "web:search_table", q="擦窗")) == finding.SHOWN + 2


@pytest.mark.parametrize("who", ["rival", "delegate", "stranger"])
def test_nobody_finds_more_by_taking_it_away(busy: City, browse, who: str):
    rebuild()
    rows = sheet(browse(who), "web:search_table", q="打扫")[1:]
    assert {row[1] for row in rows} == ({busy.units["RIVAL"].name} if who == "rival" else set())
    assert sheet(browse(who), "web:search_table", q="落实")[1:] == []


def test_nothing_asked_is_nothing_found(busy: City, browse):
    assert len(sheet(browse("office"), "web:search_table", q=" ")) == 1
    assert reverse("web:search_table") not in browse("office").get("/search/").content.decode()


@pytest.fixture
def messages(city: City) -> None:
    liaison = f"person:{city.people['liaison'].pk}"
    for key, state, trouble, attempts in (
        ("failed", "failed", "refused", 8),
        ("doubtful", "uncertain", "timeout", 1),
        ("retried", "waiting", "refused", 2),
        ("sent", "sent", "", 1),
    ):
        Delivery.objects.create(
            key=key, recipient=liaison, channel="email", address="liaison@example.org", body="保密内容",
            subject=f"subject {key}", state=state, attempts=attempts, trouble=trouble, detail="550",
        )  # fmt: skip


def test_the_messages_without_their_texts(messages: None, browse):
    admin = browse("admin")
    stuck = sheet(admin, "web:messages_table", "stuck")
    assert stuck[0] == ["Message", "Written at", "Recipient", "Channel", "State", "Trouble", "Details"]
    common = [TODAY, "示例liaison", "by e-mail"]
    assert stuck[1:] == [
        ["subject doubtful", *common, "perhaps sent", "no answer in time", "550"],
        ["subject failed", *common, "given up", "refused or not reached", "550"],
    ]
    assert sheet(admin, "web:messages_table", "retried") == [
        ["Channel", "Message", "Trouble", "Details", "Attempts", "Next attempt at"],
        ["by e-mail", "subject retried", "refused or not reached", "550", 2, TODAY],
    ]
    assert sheet(admin, "web:messages_table", "counts")[1:] == [
        ["by e-mail", "given up", 1],
        ["by e-mail", "sent", 1],
        ["by e-mail", "perhaps sent", 1],
        ["by e-mail", "waiting", 1],
    ]
    page = admin.get("/messages/").content.decode()
    assert all(reverse("web:messages_table", args=[name]) in page for name in ("stuck", "retried", "counts"))


@pytest.mark.parametrize("who", ["office", "security", "auditor", "liaison", "stranger"])
def test_the_messages_are_the_administrators(messages: None, browse, who: str):
    for name in ("stuck", "retried", "counts"):
        assert browse(who).get(reverse("web:messages_table", args=[name])).status_code == 403
