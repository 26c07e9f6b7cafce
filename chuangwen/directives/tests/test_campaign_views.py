"""The campaign's tree: what each may see of it, and what it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.directives.models import Meeting, Receiver
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.directives.views import campaigns
from chuangwen.organizations.tests.personas import City


def test_the_tree_shows_each_their_part(city: City, browse, meeting: Meeting):
    add(city, meeting, Receiver(rule="all"))
    dispatch(city, meeting)
    top = f"/campaigns/{meeting.case.campaign_id}/"
    tree = browse("office").get(top).context["tree"]
    assert tree.total.received == len(city.units) - 1
    assert [(row.code, row.received) for row in tree.territories] == [("990101", 6), ("990102", 2)]
    assert tree.units[0].code == "PARTY"
    county = browse("county").get(f"{top}territory/990101/").context["tree"]
    assert (county.total.received, [row.code for row in county.territories]) == (6, ["990101001"])
    assert browse("county").get(top).context["tree"].total.received == 6
    assert browse("rival").get(top).context["tree"].total.received == 1
    assert browse("stranger").get(top).status_code == 404


def test_the_tree_counts_each_step(city: City, browse, meeting: Meeting):
    yesterday = timezone.localdate() - timedelta(days=1)
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), asks_report=True, due=yesterday)
    dispatch(city, meeting)
    case = Case.objects.get(unit__code="SCHOOL")
    url = f"/campaigns/{meeting.case.campaign_id}/"

    def counts() -> tuple[int, ...]:
        total = browse("office").get(url).context["tree"].total
        names = ("received", "acknowledged", "launched", "reported", "accepted", "late")
        return tuple(getattr(total, name) for name in names)

    assert counts() == (2, 0, 0, 0, 0, 2)
    move(city, "liaison", case, "acknowledge")
    assert counts() == (2, 1, 0, 0, 0, 2)
    move(
        city,
        "liaison",
        case,
        "record_launch",
        held_on=yesterday,
        place="礼堂",
        chair="王老师",
        present=3,
        minutes="部署",
    )
    move(city, "liaison", case, "file_report", text="报告")
    assert counts() == (2, 1, 1, 1, 0, 1)
    move(city, "office", case, "accept")
    assert counts() == (2, 1, 1, 1, 1, 1)
    rival = Case.objects.get(unit__code="RIVAL")
    move(city, "office", rival, "withdraw", reason="重复")
    assert counts() == (1, 1, 1, 1, 1, 0)


def test_the_tree_along_a_system(city: City, browse, meeting: Meeting):
    add(city, meeting, Receiver(rule="all"))
    dispatch(city, meeting)
    url = f"/campaigns/{meeting.case.campaign_id}/"
    rows = browse("office").get(f"{url}systems/").context["systems"]
    assert [(row.code, row.received) for row in rows] == [("education", 5), ("health", 2)]
    tree = browse("office").get(f"{url}territory/990101/?system=education").context["tree"]
    assert sorted(row.code for row in tree.units) == ["EDU1", "RIVAL", "SCHOOL"]


def test_many_units_of_one_place_come_page_by_page(city: City, browse, meeting: Meeting, monkeypatch):
    add(city, meeting, Receiver(rule="all"))
    dispatch(city, meeting)
    monkeypatch.setattr(campaigns, "UNITS_SHOWN", 2)
    address = f"/campaigns/{meeting.case.campaign_id}/territory/990101/"
    found, after = [], ""
    for _page in range(2):
        page = browse("office").get(address, {"after": after}).context
        assert page["tree"].total.received == 6
        found.append([row.code for row in page["units"]])
        after = page["after"]
    assert (found, after) == ([["COUNTY1", "EDU1"], ["RIVAL", "SCHOOL"]], "")
    nowhere = browse("office").get(address, {"after": "NOWHERE"}).context["units"]
    assert [row.code for row in nowhere] == ["COUNTY1", "EDU1"]


def test_a_unit_of_the_tree(city: City, browse, assignment: Case):
    url = f"/campaigns/{assignment.campaign_id}/units/SCHOOL/"
    assert assignment.number in browse("office").get(url).content.decode()
    assert browse("rival").get(url).status_code == 404


def test_a_territory_outside_the_campaign_is_not_found(browse, campaign: Campaign):
    assert browse("office").get(f"/campaigns/{campaign.pk}/territory/99/").status_code == 404


@pytest.mark.parametrize("units", [1, 13])
def test_the_tree_asks_as_many_questions_for_many_units(
    city: City, browse, meeting: Meeting, django_assert_num_queries, units: int
):
    lines = [Receiver(rule="all")] if units > 1 else [to_unit("SCHOOL")]
    add(city, meeting, *lines)
    dispatch(city, meeting)
    client = browse("office")
    client.get("/campaigns/")
    with django_assert_num_queries(TREE_QUERIES):
        client.get(f"/campaigns/{meeting.case.campaign_id}/")


# session, person, posts, led systems, campaign, names, counts, units here, meetings, top's campaigns, path
TREE_QUERIES = 12
