"""The search finds what the words say, and nobody finds what they may not see."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core.journal import sequence
from chuangwen.core.search import follow, rebuild
from chuangwen.directives.models import IssuedPaper
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
from chuangwen.organizations.services import set_document_mark


def search(browser, query):
    return browser.get(reverse("web:search"), {"q": query})


def links(browser, query):
    """Section → addresses of what was found."""
    return {
        str(shelf.label): [hit.url for hit in shelf.hits]
        for shelf in search(browser, query).context["shelves"]
    }


@pytest.fixture
def plan(city):
    office = city.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=city.units["OFFICE"])
    return planning.read_meeting(
        actor=office, campaign=campaign, title="示例动员会", held_on=date(2026, 9, 15), text="今天天气很好。"
    )


@pytest.fixture
def filed(city, plan):
    """The school's assignment, reported on, with everything indexed as the worker does it."""
    add(city, plan, to_unit("SCHOOL"), text="各学校开展文明礼仪教育", asks_report=True)
    dispatch(city, plan)
    case = Case.objects.get(kind="assignment")
    liaison = city.person("liaison")
    case = perform(actor=liaison, move_name="acknowledge", case=case, seen=case.revision)
    perform(actor=liaison, move_name="file_report", case=case, seen=case.revision, text="晨会已讲解 ODK 用法")
    sequence()
    follow()
    return case


def address(case):
    return reverse("cases:case", args=(case.number,))


def test_the_office_finds_case_report_and_meeting(filed, browse, plan):
    office = browse("office")
    task = f"{reverse('directives:plan', args=[plan.case.number])}#task-{plan.tasks.get().pk}"
    assert links(office, "礼仪") == {"Tasks": [task], "Cases": [address(filed)]}
    assert links(office, "晨会 odk") == {"Reports": [address(filed)]}
    assert links(office, "示例 动员") == {"Meetings": [address(plan.case)]}


def test_the_unit_finds_its_own_case(filed, browse):
    assert links(browse("liaison"), "礼仪") == {"Cases": [address(filed)]}
    assert links(browse("liaison"), "晨会") == {"Reports": [address(filed)]}


@pytest.mark.parametrize("query", ["礼仪", "晨会", "动员", "SCHOOL"])
@pytest.mark.parametrize("persona", ["rival", "delegate", "operator"])
def test_a_stranger_finds_nothing_of_it(filed, browse, persona, query):
    assert links(browse(persona), query) == {}


def test_a_number_leads_to_the_case_of_whoever_may_see_it(filed, browse):
    answer = search(browse("liaison"), f" {filed.number.lower()} ")
    assert (answer.status_code, answer["Location"]) == (302, address(filed))
    assert search(browse("rival"), filed.number).status_code == 200


def test_units_by_name_and_by_the_beginning_of_a_code(city, browse):
    rebuild()
    expected = {"Units": [reverse("organizations:unit", args=("HEALTH",))]}
    assert links(browse("office"), city.units["HEALTH"].name) == expected
    assert links(browse("office"), "heal") == expected


def test_words_are_shown_where_they_stand_and_nothing_is_markup(city, plan, browse):
    add(city, plan, to_unit("SCHOOL"), text="<b>教育</b>系统开展示范")
    dispatch(city, plan)
    rebuild()
    page = search(browse("office"), "教育").content.decode()
    assert "&lt;b&gt;<mark>教育</mark>&lt;/b&gt;系统" in page


def test_nothing_found_says_what_to_do(city, browse):
    page = search(browse("office"), "没有的词").content.decode()
    assert "Nothing found for “没有的词”" in page
    assert 'class="empty card"' not in search(browse("office"), "").content.decode()


def test_a_section_is_as_long_as_it_says(city, plan, browse):
    for number in range(21):
        add(city, plan, to_unit("SCHOOL"), text=f"第{number}项任务：打扫院落")
    dispatch(city, plan)
    rebuild()
    page = search(browse("office"), "打扫")
    assert [(len(shelf.hits), shelf.more) for shelf in page.context["shelves"]] == [(20, True), (20, True)]
    assert "20 of many; another word" in page.content.decode()


def test_a_paper_is_found_by_its_number_and_by_nobody_who_may_not_see_it(filed, browse, city, plan):
    office = city.person("office")
    set_document_mark(actor=office, unit=city.units["OFFICE"], mark="示文办")
    case = Case.objects.get(pk=plan.pk)
    perform(actor=office, move_name="issue_notice", case=case, seen=case.revision)
    sequence()
    follow()
    number = str(IssuedPaper.objects.get().number)
    assert number == f"示文办发〔{timezone.localdate().year}〕1号"
    assert links(browse("office"), number) == {"Papers": [address(plan.case)]}
    assert links(browse("liaison"), number) == {}
