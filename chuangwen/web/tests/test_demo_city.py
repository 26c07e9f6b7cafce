"""The invented city has what the issue names, and nothing of a real place."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest
from stdnum.cn import uscc

from chuangwen.organizations.identifiers import unit_code
from chuangwen.organizations.models import FourBodies
from chuangwen.organizations.powers import POWERS, Power
from chuangwen.organizations.services import Directory
from chuangwen.web.demo.accounts import ACCOUNTS, PASSWORD
from chuangwen.web.demo.city import SYSTEMS, build_city


@pytest.fixture(scope="module")
def directory() -> Directory:
    return build_city()


def level(unit) -> str:
    return unit.territory.level


def test_territories(directory):
    counties = [place for place in directory.territories if place.level == "county"]
    towns = Counter(place.code[:6] for place in directory.territories if place.level == "township")
    assert len(counties) == 12
    assert set(towns) == {county.code for county in counties}
    assert {8, 14} <= set(towns.values()) <= set(range(8, 15))
    assert all(place.code.startswith("99") for place in directory.territories)


def test_no_territory_is_a_real_one(directory):
    real = (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8")
    places = [place for place in directory.territories if place.level != "township"]
    assert "朝阳区" in real
    assert [place.name for place in places if place.name in real] == []


def test_units(directory):
    units = directory.units
    assert 850 <= len(units) <= 950
    for column in ("code", "name", "short_name"):
        assert len({getattr(unit, column) for unit in units}) == len(units), column
    assert len([u for u in units if u.peer_group_id == "departments"]) == 40
    assert {unit.peer_group_id for unit in units} == {group.code for group in directory.peer_groups}
    assert any(unit.stationed and not unit.system_managed for unit in units)
    assert any(unit.stationed and unit.system_managed for unit in units)
    assert any(unit.demonstration for unit in units)


def test_codes_are_valid_and_begin_with_99(directory):
    codes = [unit.code for unit in directory.units]
    registered = [code for code in codes if len(code) == 18]
    assert len(registered) > 800
    assert all(uscc.is_valid(code) and code[2:4] == "99" for code in registered)
    internal = set(codes) - set(registered)
    assert internal
    assert all(unit_code(code) == code and code.startswith("99") for code in internal)


def test_each_territory_has_one_seat_and_the_upper_ones_their_four_bodies(directory):
    seats = Counter(unit.territory.code for unit in directory.units if unit.seat)
    inhabited = {place.code for place in directory.territories} - {"99"}
    assert seats == Counter(inhabited)
    bodies = Counter((u.territory.code, u.four_bodies) for u in directory.units if u.four_bodies)
    upper = {place.code for place in directory.territories if place.level in {"city", "county"}}
    assert bodies == Counter((code, body) for code in upper for body in FourBodies.values if body)


def test_each_system_is_led_in_the_city_and_in_every_county(directory):
    assert len(SYSTEMS) == 11
    leads = Counter((m.system_id, m.unit.territory.code) for m in directory.memberships if m.leads)
    upper = {place.code for place in directory.territories if place.level in {"city", "county"}}
    assert leads == Counter((system, code) for system in SYSTEMS for code in upper)
    members = Counter(m.system_id for m in directory.memberships if not m.leads)
    assert set(members) == set(SYSTEMS)


def test_everybody_has_a_post_and_every_unit_somebody_who_answers(directory):
    answering = {post.unit.code for post in directory.posts if Power.ANSWER in POWERS[post.role]}
    assert answering == {unit.code for unit in directory.units}
    usernames = [person.username for person in directory.people]
    assert {post.person.username for post in directory.posts} == set(usernames)
    assert len(set(usernames)) == len(usernames)
    assert all(person.name for person in directory.people)


def test_only_the_accounts_can_sign_in(directory):
    known = {person.username for person in directory.people if person.has_usable_password()}
    assert known == {account.username for account in ACCOUNTS}
    assert known == {person.username for person in directory.people if person.demo}
    assert all(person.check_password(PASSWORD) for person in directory.people if person.demo)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_accounts_hold_their_roles_in_their_unit(directory, account):
    held = [post for post in directory.posts if post.person.username == account.username]
    assert {(post.unit.short_name, post.role) for post in held} == {
        (account.unit, role) for role in account.roles
    }


def test_the_city_is_the_same_every_time(directory):
    again = build_city()
    assert [(u.code, u.name) for u in again.units] == [(u.code, u.name) for u in directory.units]
    assert [(p.unit.code, p.title, p.person.name) for p in again.posts] == [
        (p.unit.code, p.title, p.person.name) for p in directory.posts
    ]
