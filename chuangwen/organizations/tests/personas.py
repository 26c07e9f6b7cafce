"""A small invented city and the people who come to it; every test names whom it lets in.

City 9901 with the counties 990101 and 990102 and the town 990101001. The education system is led by the
city's bureau in the city and by the county's in its county; school and clinic stand in county 990101.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client

from chuangwen.organizations.models import (
    FourBodies,
    Membership,
    PeerGroup,
    Person,
    Post,
    Role,
    System,
    Territory,
    Unit,
)

PASSWORD = "Harbour-lantern-26"
BEGINNING = date(2020, 1, 1)

# code, name, territory, peer group, marks
_UNITS = (
    ("OFFICE", "示例市文明办", "9901", "departments", {"seat": True}),
    ("EDU", "示例市教育局", "9901", "departments", {}),
    ("HEALTH", "示例市卫生健康委", "9901", "departments", {}),
    ("PARTY", "中共示例市委", "9901", "bodies", {"four_bodies": FourBodies.PARTY}),
    ("COUNTY1", "东岭县文明办", "990101", "departments", {"seat": True}),
    ("COUNTY2", "西河区文明办", "990102", "departments", {"seat": True}),
    ("TOWN", "柳树镇人民政府", "990101001", "towns", {"seat": True}),
    ("EDU1", "东岭县教育局", "990101", "departments", {}),
    ("SCHOOL", "东岭县第一中学", "990101", "schools", {"demonstration": True}),
    ("RIVAL", "东岭县第二中学", "990101", "schools", {}),
    ("SCHOOL2", "西河区实验小学", "990102", "schools", {}),
    ("CLINIC", "柳树镇卫生院", "990101001", "clinics", {}),
    ("GRID", "省电网驻市公司", "9901", "enterprises", {"stationed": True, "system_managed": True}),
)
_TERRITORIES = (
    ("99", "示例省"),
    ("9901", "示例市"),
    ("990101", "东岭县"),
    ("990102", "西河区"),
    ("990101001", "柳树镇"),
)
_MEMBERS = (
    ("EDU", "education", True),
    ("EDU1", "education", True),
    ("SCHOOL", "education", False),
    ("RIVAL", "education", False),
    ("SCHOOL2", "education", False),
    ("HEALTH", "health", True),
    ("CLINIC", "health", False),
)
# persona, unit, role; a stranger has an account and no post
_PEOPLE = (
    ("office", "OFFICE", Role.OFFICE),
    ("county", "COUNTY1", Role.OFFICE),
    ("leader", "PARTY", Role.HEAD),
    ("department", "EDU", Role.LIAISON),
    ("liaison", "SCHOOL", Role.LIAISON),
    ("head", "SCHOOL", Role.HEAD),
    ("staff", "SCHOOL", Role.STAFF),
    ("rival", "RIVAL", Role.LIAISON),
    ("inspector", "OFFICE", Role.INSPECTOR),
    ("delegate", "PARTY", Role.DELEGATE),
    ("editor", "PARTY", Role.EDITOR),
    ("operator", "GRID", Role.OPERATOR),
    ("auditor", "OFFICE", Role.AUDITOR),
    ("admin", "OFFICE", Role.ADMIN),
    ("security", "OFFICE", Role.SECURITY),
)
PERSONAS = (*(name for name, _unit, _role in _PEOPLE), "stranger")


@dataclass
class City:
    """The invented city; people and units by their names above."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """The person as a new request would load them."""
        return Person.objects.get(pk=self.people[name].pk)


def build_city() -> City:
    """Few writes, as nearly every test begins with it."""
    Territory.objects.bulk_create(
        Territory(code=code, name=name, valid_from=BEGINNING) for code, name in _TERRITORIES
    )
    System.objects.bulk_create(
        [System(code="education", name="教育系统"), System(code="health", name="卫生系统")]
    )
    groups = dict.fromkeys(group for _code, _name, _territory, group, _marks in _UNITS)
    PeerGroup.objects.bulk_create(PeerGroup(code=group, name=group) for group in groups)
    units = Unit.objects.bulk_create(
        Unit(code=code, name=name, territory_id=territory, peer_group_id=group, **marks)
        for code, name, territory, group, marks in _UNITS
    )
    people = [Person(username=name, name=f"示例{name}") for name in PERSONAS]
    for person in people:
        person.set_password(PASSWORD)
    Person.objects.bulk_create(people)
    city = City({unit.code: unit for unit in units}, {person.username: person for person in people})
    Membership.objects.bulk_create(
        Membership(unit=city.units[unit], system_id=system, leads=leads) for unit, system, leads in _MEMBERS
    )
    Post.objects.bulk_create(
        Post(unit=city.units[unit], person=city.people[name], role=role, title=role.label)
        for name, unit, role in _PEOPLE
    )
    return city


@pytest.fixture(scope="module")
def one_city(together: None) -> City:
    """For modules of many tests: the city is built once, and each test has its own copy of these objects."""
    return build_city()


@pytest.fixture
def city(db: None, request: pytest.FixtureRequest) -> City:
    if "one_city" in request.fixturenames:
        return deepcopy(request.getfixturevalue("one_city"))
    return build_city()


class Browser(Client):
    """A test client that one persona is signed in with; pages come in English."""

    def __init__(self, person: Person | None) -> None:
        super().__init__(headers={"accept-language": "en"})
        if person:
            self.force_login(person)


@pytest.fixture
def browse(city: City) -> Callable[[str], Browser]:
    """``browse("liaison")`` is the liaison's browser; ``browse("")`` is nobody's."""
    return lambda who: Browser(city.people[who] if who else None)
