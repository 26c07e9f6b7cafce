"""What the numbers of a unit's papers begin with: entered by the directory's keepers, one unit's alone."""

from __future__ import annotations

import pytest

from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Unit
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import City


def mark_of(code: str) -> str:
    return Unit.objects.get(code=code).document_mark


def test_the_office_enters_the_mark_of_a_unit_by_page(browse, city: City):
    office = browse("office")
    assert "document_mark" in office.get("/units/OFFICE/").content.decode()
    answer = office.post("/units/OFFICE/mark/", {"document_mark": "示文明办"})
    assert (answer.status_code, mark_of("OFFICE")) == (302, "示文明办")
    assert "示文明办" in office.get("/units/OFFICE/").content.decode()
    event = Event.objects.get(verb="unit.mark")
    assert (event.subject, event.data) == ("unit:OFFICE", {"mark": "示文明办"})


@pytest.mark.parametrize("mark", ["示文〔2026〕", "示 文", "示文1", "示" * 21])
def test_a_mark_is_letters_only(browse, city: City, mark: str):
    answer = browse("office").post("/units/OFFICE/mark/", {"document_mark": mark})
    assert (answer.status_code, mark_of("OFFICE")) == (400, "")
    assert mark in answer.content.decode()


def test_two_units_have_no_mark_in_common(browse, city: City):
    set_document_mark(actor=city.person("office"), unit=city.units["OFFICE"], mark="示文明办")
    answer = browse("office").post("/units/COUNTY1/mark/", {"document_mark": "示文明办"})
    assert (answer.status_code, mark_of("COUNTY1")) == (409, "")
    assert "示例市文明办" in answer.content.decode()
    assert not Event.objects.filter(subject="unit:COUNTY1").exists()
    for code in ("COUNTY1", "COUNTY2"):
        set_document_mark(actor=None, unit=city.units[code], mark="")


def test_others_enter_none(browse, city: City):
    assert "document_mark" not in browse("liaison").get("/units/SCHOOL/").content.decode()
    assert browse("liaison").post("/units/SCHOOL/mark/", {"document_mark": "中学"}).status_code == 403
    with pytest.raises(Problem) as caught:
        set_document_mark(actor=city.person("county"), unit=city.units["OFFICE"], mark="县文明办")
    assert caught.value.code == "unit.not_your_directory"
    assert mark_of("SCHOOL") == mark_of("OFFICE") == ""
