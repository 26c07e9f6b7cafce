from __future__ import annotations

import pytest

from chuangwen.directives.models import Receiver
from chuangwen.directives.receivers import recipients
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import City

Rule = Receiver.Rule


def line(rule: Rule, value: str = "", **more: object) -> Receiver:
    return Receiver(rule=rule, value=value, **more)


def codes(*lines: Receiver, **more: int) -> list[str]:
    return [unit.code for unit in recipients(lines, "9901", **more)]


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (Rule.SEATS, "county", ["COUNTY1", "COUNTY2"]),
        (Rule.SEATS, "township", ["TOWN"]),
        (Rule.TERRITORY, "990102", ["COUNTY2", "SCHOOL2"]),
        (Rule.BODIES, "city:", ["PARTY"]),
        (Rule.BODIES, "county:party", []),
        (Rule.BODIES, "city+county:party+cppcc", ["PARTY"]),
        (Rule.SYSTEM, "health", ["CLINIC", "HEALTH"]),
        (Rule.SYSTEM_LEADS, "education", ["EDU"]),
        (Rule.PEER_GROUP, "schools", ["RIVAL", "SCHOOL", "SCHOOL2"]),
        (Rule.MARK, "stationed", ["GRID"]),
        (Rule.MARK, "demonstration", ["SCHOOL"]),
        (Rule.UNIT, "CLINIC", ["CLINIC"]),
        (Rule.NOBODY, "", []),
    ],
)
def test_each_rule(city: City, rule: Rule, value: str, expected: list[str]):
    assert codes(line(rule, value)) == expected


def test_four_bodies_come_first(city: City):
    assert codes(line(Rule.ALL))[0] == "PARTY"


def test_all_is_every_active_unit(city: City):
    Unit.objects.filter(code="CLINIC").update(active=False)
    assert set(codes(line(Rule.ALL))) == set(city.units) - {"CLINIC"}


def test_union_less_the_excluded(city: City):
    schools = line(Rule.PEER_GROUP, "schools")
    assert codes(schools, line(Rule.UNIT, "CLINIC"), line(Rule.TERRITORY, "990102", excluded=True)) == [
        "CLINIC",
        "RIVAL",
        "SCHOOL",
    ]


def test_a_unit_named_twice_is_in_once_and_leads(city: City):
    role = Receiver.Role
    found = recipients(
        [
            line(Rule.ALL, role=role.EACH),
            line(Rule.UNIT, "EDU", role=role.SUPPORT),
            line(Rule.UNIT, "EDU", role=role.LEAD),
        ],
        "9901",
    )
    assert found[city.units["EDU"]] == role.LEAD
    assert len(found) == len(city.units)


def test_the_dispatching_office_is_left_out_unless_named(city: City):
    office = city.units["OFFICE"].pk
    assert "OFFICE" not in codes(line(Rule.ALL), except_unit=office)
    assert "OFFICE" in codes(line(Rule.UNIT, "OFFICE"), except_unit=office)


def test_nothing_outside_the_territory(city: City):
    assert [u.code for u in recipients([line(Rule.ALL)], "990102")] == ["COUNTY2", "SCHOOL2"]
