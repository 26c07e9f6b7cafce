from __future__ import annotations

import pytest

from chuangwen.cases.models import Case
from chuangwen.directives.tests.conftest import assignment, campaign, meeting
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import PERSONAS, City

__all__ = ["assignment", "campaign", "meeting"]
URL = "/units/SCHOOL/succession/"


def test_the_offices_way(city: City, browse, assignment: Case):
    office = browse("office")
    assert URL in office.get("/units/SCHOOL/").content.decode()
    page = office.get(URL).content.decode()
    assert "1 open case passes" in page
    assert "3 posts end" in page
    page = office.post(URL, {"successor": "东岭县第二中学"}, follow=True).content.decode()
    assert "Handed over: 1 cases; closed as doubles: 0." in page
    assert "Succeeded by" in page
    assert "/units/RIVAL/" in page
    assert URL not in page
    assert 'name="username"' not in page
    assert "its posts have ended" in page
    assert "Successor of" in office.get("/units/RIVAL/").content.decode()
    assert "no longer active" in office.get("/units/").content.decode()
    assert Case.objects.get(kind="assignment").unit.code == "RIVAL"


@pytest.mark.parametrize("who", PERSONAS)
def test_for_whom_the_page_exists(browse, who: str):
    there = who in {"office", "county", "admin"}
    assert browse(who).get(URL).status_code == (200 if there else 404)
    assert browse(who).post(URL, {"successor": "RIVAL"}).status_code == (302 if there else 404)
    assert Unit.objects.get(code="SCHOOL").active != there


@pytest.mark.parametrize(
    ("typed", "status"), [("", 400), ("没有这个单位", 400), ("SCHOOL", 400), ("EDU", 302)]
)
def test_a_successor_is_an_active_unit_that_exists(browse, typed: str, status: int):
    answer = browse("office").post(URL, {"successor": typed})
    assert answer.status_code == status
    assert status == 302 or f'value="{typed}"' in answer.content.decode() or not typed


def test_a_unit_that_has_ended_names_its_successor(city: City, browse):
    office = browse("office")
    office.post(URL, {"successor": "RIVAL"})
    other = office.post("/units/SCHOOL2/succession/", {"successor": "SCHOOL"})
    assert other.status_code == 400
    assert "This unit has ended. Its successor is: 东岭县第二中学 (RIVAL)." in other.content.decode()


def test_a_second_time_it_says_so(city: City, browse):
    office = browse("office")
    office.post(URL, {"successor": "RIVAL"})
    answer = office.post(URL, {"successor": "EDU"})
    assert answer.status_code == 409
    assert "unit.succeeded_already" in answer.content.decode()
    assert Unit.objects.get(code="SCHOOL").successor == city.units["RIVAL"]
