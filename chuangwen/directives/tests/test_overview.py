"""What is late stands on one page, two clicks from the case; no number without its table."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.models import Case
from chuangwen.directives import overview
from chuangwen.directives.models import Assignment, Report, Task
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Membership, Territory, Unit

pytestmark = pytest.mark.usefixtures("one_meeting")

UNITS = ("SCHOOL", "RIVAL", "COUNTY1", "EDU")
LATE = ("SCHOOL", "COUNTY1", "EDU")  # the other has reported and waits for the office


@pytest.fixture
def late(city, meeting):
    """One task of four units, due yesterday: sent back, reported, acknowledged, and nothing done."""
    yesterday = timezone.localdate() - timedelta(days=1)
    add(city, meeting, *map(to_unit, UNITS), due=yesterday, asks_report=True)
    add(city, meeting, to_unit("SCHOOL"), text="不逾期的任务")
    dispatch(city, meeting)
    cases = {case.unit.code: case for case in Case.objects.filter(kind="assignment", due=yesterday)}
    move(city, "liaison", cases["SCHOOL"], "acknowledge")
    move(city, "liaison", cases["SCHOOL"], "file_report", text="已落实")
    move(city, "office", cases["SCHOOL"], "send_back", reason="没有数据")
    move(city, "rival", cases["RIVAL"], "acknowledge")
    move(city, "rival", cases["RIVAL"], "file_report", text="已落实")
    move(city, "county", cases["COUNTY1"], "acknowledge")
    return cases


def seen(campaign, city, who="office"):
    return overview.Seen(campaign, city.person(who))


def figure(campaign, city, name, who="office"):
    return {row.label: row.values for row in overview.FIGURES[name](seen(campaign, city, who)).rows}


def test_late_by_territory_counts_each_case_once(city, campaign, late):
    places = {code: city.units[code].territory for code in UNITS}
    found = figure(campaign, city, "territories")
    assert sum(values[0] for values in found.values()) == len(LATE)
    assert sum(values[1] for values in found.values()) == 5
    county = places["COUNTY1"].name
    inside = [code for code in LATE if places[code].pk.startswith(places["COUNTY1"].pk)]
    assert found[county][0] == len(inside)


def test_late_by_body_and_by_system(city, campaign, late):
    assert figure(campaign, city, "bodies") == {city.units[code].name: (1,) for code in LATE}
    systems = figure(campaign, city, "systems")
    schools = [code for code in UNITS if city.units[code].memberships.filter(system="education").exists()]
    assert systems["教育系统"] == (len(schools) - 1, len(schools) + 1)


def test_done_and_withdrawn_cases_are_not_late(city, campaign, late):
    move(city, "office", late["RIVAL"], "accept")
    move(city, "office", late["EDU"], "withdraw", reason="不再需要")
    assert figure(campaign, city, "bodies") == {city.units[code].name: (1,) for code in ("SCHOOL", "COUNTY1")}


def test_the_matrix_and_the_figures_say_the_same(city, campaign, late):
    matrix = overview.matrix(seen(campaign, city))
    systems = figure(campaign, city, "systems")
    for at, system in enumerate(matrix.systems):
        column = [cells[at] for _place, cells in matrix.rows if cells[at]]
        assert (sum(c.late for c in column), sum(c.all for c in column)) == systems[system]


def test_a_territory_whose_county_is_not_known_stands_for_itself(city, campaign, late):
    Territory.objects.create(code="990107001", name="飞地街道", valid_from=timezone.localdate())
    Unit.objects.filter(code="SCHOOL").update(territory="990107001")
    assert figure(campaign, city, "territories")["飞地街道"] == (1, 2)
    assert "飞地街道" in dict(overview.matrix(seen(campaign, city)).rows)


def test_two_clicks_from_the_overview_to_the_case_and_its_reason(city, campaign, late, browse):
    office = browse("office")
    page = office.get(reverse("directives:overview", args=[campaign.pk]))
    assert [shown.name for shown in page.context["figures"]] == ["territories", "systems", "bodies"]
    for shown in page.context["figures"]:
        for row in shown.rows:
            if row.url:
                cases = office.get(row.url).context["rows"]
                assert len(cases) == row.values[0], (shown.name, row.label)
    for _place, cells in page.context["matrix"].rows:
        for cell in filter(None, cells):
            assert len(office.get(cell.url).context["rows"]) == cell.late
    rows = office.get(reverse("directives:late", args=[campaign.pk])).context["rows"]
    assert {row.case.unit.code: (row.why, row.who) for row in rows} == {
        "SCHOOL": ("没有数据", "示例head, 示例liaison"),
        "COUNTY1": ("not reported", ""),
        "EDU": ("not acknowledged", "示例department"),
    }


@pytest.mark.parametrize("who", ["county", "department", "liaison", "rival", "stranger"])
def test_nobody_counts_what_they_do_not_see(city, campaign, late, who):
    actor = city.person(who)
    cases = campaign.cases.filter(kind="assignment").visible_to(actor)
    assert sum(v[1] for v in figure(campaign, city, "territories", who).values()) == cases.count()
    assert overview.late_cases(campaign, actor, {}).count() == cases.late().count()


def test_day_by_day(city, campaign, late):
    monday = date(2026, 11, 16)
    moment = datetime(2026, 11, 16, 23, 30, tzinfo=timezone.get_default_timezone())
    for days, code in enumerate(UNITS):
        case = Case.objects.filter(pk=late[code].pk)
        case.update(opened_at=moment + timedelta(days=days))
    Case.objects.filter(due=None, kind="assignment").update(opened_at=moment)
    signed = Assignment.objects.filter(acknowledged_at__isnull=False)
    signed.update(acknowledged_at=moment + timedelta(days=3))
    Report.objects.update(filed_at=moment + timedelta(days=4))
    rows = {row.label: row.values for row in overview.timeline(seen(campaign, city)).rows}
    days = [(monday + timedelta(days=n)).isoformat() for n in range(5)]
    assert [rows[day] for day in days] == [
        (2, 0, 0, 0),
        (3, 0, 0, 0),
        (4, 0, 0, 0),
        (5, 3, 0, 0),
        (5, 3, 2, 0),
    ]
    assert list(rows) == sorted(rows)


def test_a_report_filed_twice_is_counted_on_its_first_day(city, campaign, late):
    move(city, "liaison", late["SCHOOL"], "file_report", text="已补充")
    first = Report.objects.filter(assignment__case=late["SCHOOL"]).earliest("pk")
    Report.objects.filter(pk=first.pk).update(filed_at=timezone.now() - timedelta(days=3))
    last = overview.timeline(seen(campaign, city)).rows[-1]
    assert last.values[2] == 2


@pytest.mark.parametrize("name", overview.FIGURES)
def test_every_figure_is_taken_away_as_it_is_shown(city, campaign, late, browse, name):
    office = browse("office")
    page = office.get(reverse("directives:figure", args=[campaign.pk, name]))
    answer = office.get(reverse("directives:figure_table", args=[campaign.pk, name]))
    (sheet,) = load_workbook(BytesIO(answer.content)).worksheets
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    shown = overview.FIGURES[name](seen(campaign, city))
    assert rows == [(row.label, *row.values) for row in shown.rows] != []
    assert [(row.label, *row.values) for row in page.context["figure"].rows] == rows


@pytest.mark.parametrize("page", ["figure", "figure_table"])
def test_a_figure_of_a_campaign_one_does_not_see_is_none(campaign, late, browse, page):
    address = reverse(f"directives:{page}", args=[campaign.pk, "timeline"])
    assert browse("stranger").get(address).status_code == 404


def test_why_a_case_is_late(city, campaign, meeting, late, browse):
    """What waits for a decision is said first; a task that asks for no report is not done."""
    move(city, "department", late["EDU"], "ask_not_ours", reason="职责在县教育局")
    Task.objects.update(asks_report=False)
    rows = browse("office").get(reverse("directives:late", args=[campaign.pk])).context["rows"]
    assert {row.case.unit.code: row.why for row in rows} == {
        "SCHOOL": "没有数据",
        "COUNTY1": "not done",
        "EDU": "has asked to pass the duty on; that is not decided yet",
    }
    move(city, "office", late["EDU"], "refuse", reason="职责在市教育局")
    move(city, "department", late["EDU"], "ask_extension", due=date(2099, 9, 30), reason="在建")
    rows = browse("office").get(reverse("directives:late", args=[campaign.pk])).context["rows"]
    assert "has asked an extension; that is not decided yet" in [row.why for row in rows]


def test_the_late_cases_page_by_page(city, campaign, late, browse, monkeypatch):
    monkeypatch.setattr(overview, "LATE_SHOWN", 1)
    address, office = reverse("directives:late", args=[campaign.pk]), browse("office")
    Case.objects.filter(unit__code="SCHOOL", closed_at=None).update(due=date(2026, 1, 5))  # both of them
    found, after = [], ""
    for _page in range(9):
        page = office.get(address, {"after": after}).context
        found += [row.case.pk for row in page["rows"]]
        after = page["after"]
        if not after:
            break
    whole = overview.late_cases(campaign, city.person("office"), {})
    assert found == [case.pk for case in whole]
    assert len(set(found)) == 4


def test_a_case_that_one_does_not_see_moves_no_page_of_the_late(city, campaign, late, browse):
    rows = [
        [row.case.pk for row in browse("liaison").get(address).context["rows"]]
        for address in (
            reverse("directives:late", args=[campaign.pk]),
            reverse("directives:late", args=[campaign.pk]) + f"?after={late['EDU'].number}",
        )
    ]
    assert rows[0] == rows[1] == [late["SCHOOL"].pk]


def test_what_is_no_figure(campaign, browse):
    assert browse("office").get(reverse("directives:figure", args=[campaign.pk, "people"])).status_code == 404


PAGES = ("overview", "campaign", "systems")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("late")
def test_who_sees_nothing_of_a_dispatched_campaign_is_not_told_that_nothing_was(campaign, browse, page):
    address = reverse(f"directives:{page}", args=[campaign.pk])
    said = {who: browse(who).get(address).content.decode() for who in ("leader", "admin", "delegate")}
    assert [who for who, words in said.items() if "Nothing has been dispatched" in words] == []
    blind = [who for who, words in said.items() if "None of its tasks are yours to see" in words]
    assert blind == ["admin", "delegate"]
    assert [who for who, words in said.items() if "东岭县" in words or "教育系统" in words] == ["leader"]


def test_a_city_without_systems_has_its_figures(city, campaign, late, browse):
    Membership.objects.all().delete()
    page = browse("office").get(reverse("directives:overview", args=[campaign.pk]))
    assert page.context["matrix"].rows == []
    assert "Late by territory" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "words"), [("office", "示例市, all"), ("liaison", "示例市, as far as you see it")]
)
def test_a_total_says_of_what_it_is(campaign, late, browse, who, words):
    assert words in browse(who).get(reverse("directives:campaign", args=[campaign.pk])).content.decode()


def test_an_empty_campaign_says_what_will_stand_here(campaign, browse):
    page = browse("office").get(reverse("directives:overview", args=[campaign.pk])).content.decode()
    assert "Nothing has been dispatched here yet" in page


def test_the_room_leads_to_the_newest_campaign(campaign, browse):
    answer = browse("office").get(reverse("directives:newest"))
    assert answer["Location"] == reverse("directives:overview", args=[campaign.pk])
    assert browse("stranger").get(reverse("directives:newest"))["Location"] == reverse("directives:campaigns")
