"""What a list shows is what its table holds, narrowed alike, and for whoever may see the page."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.models import Case
from chuangwen.directives.services.complaints import file_complaint
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit

COUNTS = ("received", "acknowledged", "launched", "reported", "accepted", "late")


@pytest.fixture
def running(city, meeting):
    """Two tasks of three units, one late; the school has been sent its report back."""
    yesterday = timezone.localdate() - timedelta(days=1)
    add(city, meeting, *map(to_unit, ("SCHOOL", "RIVAL", "EDU")), due=yesterday, asks_report=True)
    add(city, meeting, to_unit("SCHOOL"), text="不逾期的任务")
    dispatch(city, meeting)
    case = Case.objects.get(unit__code="SCHOOL", due=yesterday)
    move(city, "liaison", case, "acknowledge")
    move(city, "liaison", case, "file_report", text="已落实")
    move(city, "office", case, "send_back", reason="没有数据")
    return meeting.case.campaign


def taken(client, name, *args, **query):
    answer = client.get(reverse(name, args=args, query=query))
    assert answer.status_code == 200, answer.content[:200]
    return [list(row) for row in load_workbook(BytesIO(answer.content)).active.values]


def test_the_campaigns_are_those_of_the_page(city, running, browse):
    office = city.units["OFFICE"].name
    assert [row[:2] for row in taken(browse("office"), "directives:campaigns_table")] == [
        ["Campaign", "Office"],
        ["示例年度创建", office],
    ]
    assert taken(browse("stranger"), "directives:campaigns_table")[1:] == []


def test_the_progress_of_a_place_is_that_of_its_page(city, running, browse):
    office = browse("office")
    page = office.get(reverse("directives:campaign", args=[running.pk])).context["tree"]
    shown = [page.total, *page.territories, *page.units]
    rows = taken(office, "directives:progress_table", running.pk, running.territory_id)
    assert rows[0] == ["Territory or unit", "Code", *COUNTS]
    assert rows[1:] == [[row.label, row.code, *(getattr(row, name) for name in COUNTS)] for row in shown]
    assert rows[1][2:] == [4, 1, 0, 0, 0, 3]
    along = taken(office, "directives:progress_table", running.pk, running.territory_id, system="health")
    assert len(along) == 2
    assert along[1][2] == 0


def test_a_place_outside_the_campaign_has_no_table(city, running, browse):
    url = reverse("directives:progress_table", args=[running.pk, "990102"])
    assert browse("office").get(url).status_code == 200
    type(running).objects.update(territory="990101")
    assert browse("office").get(url).status_code == 404


def test_the_systems_are_those_of_the_page(city, running, browse):
    office = browse("office")
    shown = office.get(reverse("directives:systems", args=[running.pk])).context["systems"]
    rows = taken(office, "directives:systems_table", running.pk)
    assert [row[:3] for row in rows[1:]] == [[row.label, row.code, row.received] for row in shown]
    assert shown


def test_the_late_cases_with_where_each_hangs(city, running, browse):
    rows = taken(browse("office"), "directives:late_table", running.pk)
    assert {(row[0], row[3], row[4]) for row in rows[1:]} == {
        (city.units["SCHOOL"].name, "sent back", "没有数据"),
        (city.units["RIVAL"].name, "to be acknowledged", "not acknowledged"),
        (city.units["EDU"].name, "to be acknowledged", "not acknowledged"),
    }
    only = taken(browse("office"), "directives:late_table", running.pk, unit="EDU")
    assert [row[0] for row in only[1:]] == [city.units["EDU"].name]


def test_a_units_tasks_with_how_often_they_came_back(city, running, browse):
    rows = taken(browse("office"), "directives:unit_table", running.pk, "SCHOOL")
    assert sorted((row[1], row[4], row[5]) for row in rows[1:]) == [
        ("sent back", 1, 0),
        ("to be acknowledged", 0, 0),
    ]
    hidden = reverse("directives:unit_table", args=[running.pk, "RIVAL"])
    assert browse("liaison").get(hidden).status_code == 404


def test_nobody_takes_away_what_they_do_not_see(city, running, browse):
    rows = taken(browse("rival"), "directives:late_table", running.pk)
    assert [row[0] for row in rows[1:]] == [city.units["RIVAL"].name]
    url = reverse("directives:late_table", args=[running.pk])
    assert browse("stranger").get(url).status_code == 404


def test_what_is_asked_of_units_and_what_they_say(city, running, browse):
    complaint = file_complaint(territory=running.territory, about="周报", text="报表太多")
    office = browse("office")
    assert [row[1:4] for row in taken(office, "directives:burden_table", "tasks")[1:]] == [
        [3, 3, office_hours(office, "tasks", 0)],
        [1, 0, office_hours(office, "tasks", 1)],
    ]
    assert {row[1] for row in taken(office, "directives:burden_table", "units")[1:]} == {
        "SCHOOL",
        "RIVAL",
        "EDU",
    }
    [said] = taken(office, "directives:burden_table", "complaints")[1:]
    assert (said[0], said[3], said[4], said[5]) == (complaint.code, "周报", "报表太多", None)
    assert office.get(reverse("directives:burden_table", args=["nothing"])).status_code == 404
    assert browse("liaison").get(reverse("directives:burden_table", args=["tasks"])).status_code == 403


def office_hours(office, name, at):
    return office.get(reverse("directives:burden")).context[name][at].burden.hours
