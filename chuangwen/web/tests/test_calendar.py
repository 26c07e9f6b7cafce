"""The page of the working calendar: what is known and from where, entered once and again, what is wrong."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign
from chuangwen.core import calendar
from chuangwen.core.models import Event
from chuangwen.core.tests.test_yearly_table import TABLE, YEAR
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
from tests.house.test_pages import meeting

PAGE = reverse("web:calendar")


@pytest.fixture(autouse=True)
def _own_file(settings, tmp_path):
    settings.CALENDAR_FILE = tmp_path / "calendar.csv"


def send(browser, text, name="放假安排.csv"):
    return browser.post(PAGE, {"file": SimpleUploadedFile(name, text.encode())})


def row(page, year=YEAR):
    (found,) = (one for one in page.context["years"] if one.number == year)
    return found


def test_the_administrator_enters_a_year_and_everybody_sees_from_where(city, browse):
    admin = browse("admin")
    assert send(admin, TABLE).status_code == 302
    assert calendar.is_published(YEAR)
    assert Event.objects.get(verb="calendar.import").actor == f"person:{city.people['admin'].pk}"
    page = browse("liaison").get(PAGE)
    one = row(page)
    assert (one.days, one.source, one.line.who) == (5, "放假安排.csv", "示例admin (admin)")
    assert page.context["form"] is None
    assert row(page, 2026).line is None
    send(admin, TABLE + f"{YEAR}-06-02,放假,端午节\n", "更正.csv")
    page = admin.get(PAGE)
    assert (row(page).days, row(page).source) == (6, "更正.csv")


def test_mistakes_are_told_row_by_row_and_change_nothing(browse):
    page = send(browse("admin"), TABLE + "2031-13-01,holiday,?\n2031-06-02,<b>feast,端午节\n")
    assert page.status_code == 400
    assert [(fault.line, fault.words) for fault in page.context["faults"]] == [
        (7, "2031-13-01,holiday,?"),
        (8, "2031-06-02,<b>feast,端午节"),
    ]
    assert "&lt;b&gt;feast" in page.content.decode()
    assert not calendar.is_published(YEAR)
    assert not Event.objects.filter(verb="calendar.import").exists()
    page = send(browse("admin"), "长" * 50_000)
    assert (page.status_code, list(page.context["form"].errors)) == (400, ["file"])
    assert browse("admin").post(PAGE).status_code == 400


@pytest.mark.parametrize("who", ["office", "security", "auditor", "head", "stranger"])
def test_nobody_else_enters_one(browse, who):
    assert send(browse(who), TABLE).status_code == 403
    assert not calendar.is_published(YEAR)


def test_the_table_of_a_year_comes_back_as_it_went_in(browse):
    admin = browse("admin")
    file = admin.get(reverse("web:calendar_file", args=[2026])).content.decode()
    assert "2026-10-10,workday,National Day" in file
    table = calendar.table_of(2026)
    assert send(admin, file).status_code == 302
    assert calendar.table_of(2026) == table
    assert admin.get(reverse("web:calendar_file", args=[YEAR])).status_code == 404


def test_a_page_says_once_that_a_year_is_not_published(city, browse):
    office = city.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=city.units["OFFICE"])
    sent = meeting(office, campaign, "示例部署会")
    for number in range(3):
        add(city, sent, to_unit("SCHOOL"), text=f"第{number}件", due=date(YEAR, 3, 2))
    dispatch(city, sent)
    desk = browse("liaison")
    page = desk.get(reverse("web:desk")).content.decode()
    assert page.count(str(YEAR) + "-03-02") >= 3
    assert page.count("counted Monday to Friday") == 1
    assert f"{YEAR}" in page.partition('class="guessed"')[2].partition("</p>")[0]
    assert "counted Monday" not in desk.get(PAGE).content.decode().partition('class="guessed"')[2]
    Case.objects.update(due=date(2026, 12, 30))
    assert "counted Monday to Friday" not in desk.get(reverse("web:desk")).content.decode()
