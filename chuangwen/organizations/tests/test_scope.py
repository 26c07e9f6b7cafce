"""Who is what to whom; the small city of personas.py stands behind every line."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from chuangwen.organizations.models import Person, Post, Role, Unit
from chuangwen.organizations.scope import (
    Relation,
    keeps_directory,
    led_by_system,
    led_by_territory,
    may_appoint,
    may_grant,
    may_secure,
    scope_of,
)
from chuangwen.organizations.tests.personas import City

ANSWERS = {Relation.BELONGS_TO, Relation.ANSWERS_FOR}
OVER = {Relation.OFFICE_OVER, Relation.LEADS_TERRITORY, Relation.INSPECTS}


@pytest.mark.parametrize(
    ("who", "unit", "expected"),
    [
        ("liaison", "SCHOOL", ANSWERS),
        ("head", "SCHOOL", ANSWERS),
        ("staff", "SCHOOL", {Relation.BELONGS_TO}),
        ("rival", "SCHOOL", set()),
        ("stranger", "SCHOOL", set()),
        ("delegate", "PARTY", set()),
        ("inspector", "SCHOOL", {Relation.INSPECTS}),
        ("auditor", "CLINIC", {Relation.AUDITS}),
        ("admin", "SCHOOL", set()),
        ("office", "SCHOOL", OVER),
        ("office", "OFFICE", {*ANSWERS, Relation.OFFICE_OVER, Relation.INSPECTS}),
        ("county", "SCHOOL", OVER),
        ("county", "CLINIC", OVER),
        ("county", "SCHOOL2", set()),
        ("county", "EDU", set()),
        ("department", "SCHOOL2", {Relation.LEADS_SYSTEM}),
        ("department", "CLINIC", set()),
        ("department", "EDU", ANSWERS),
        ("leader", "SCHOOL", {Relation.OVERSEES}),
        ("leader", "GRID", {Relation.OVERSEES}),
        ("leader", "PARTY", ANSWERS),
    ],
)
def test_relations(city: City, who: str, unit: str, expected: set[Relation]):
    assert scope_of(city.person(who)).relations(city.units[unit]) == expected


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("liaison", {"SCHOOL"}),
        ("staff", {"SCHOOL"}),
        ("stranger", set()),
        ("delegate", set()),
        ("inspector", set()),
        ("county", {"COUNTY1", "EDU1", "SCHOOL", "RIVAL", "TOWN", "CLINIC"}),
        ("department", {"EDU", "EDU1", "SCHOOL", "RIVAL", "SCHOOL2"}),
    ],
)
def test_units_seen(city: City, who: str, codes: set[str]):
    seen = Unit.objects.filter(scope_of(city.person(who)).sees())
    assert {unit.code for unit in seen} == codes


@pytest.mark.parametrize("who", ["office", "auditor"])
def test_the_city_office_and_the_auditor_see_every_unit(city: City, who: str):
    assert Unit.objects.filter(scope_of(city.person(who)).sees()).count() == len(city.units)


def test_filter_and_relations_agree_for_everybody(city: City):
    """The door of lists and the door of single units are one door."""
    seeing = set(Relation) - {Relation.INSPECTS}
    for name in city.people:
        scope = scope_of(city.person(name))
        by_filter = {unit.code for unit in Unit.objects.filter(scope.sees())}
        by_relation = {code for code, unit in city.units.items() if scope.relations(unit) & seeing}
        assert by_filter == by_relation, name


def test_an_unsigned_visitor_and_a_disabled_account_reach_nothing(city: City):
    assert scope_of(AnonymousUser()).posts == ()
    Person.objects.filter(username="office").update(is_active=False)
    assert scope_of(city.person("office")).posts == ()


def test_an_ended_post_reaches_nothing(city: City):
    Post.objects.filter(person__username="liaison").update(ended_on=date(2026, 1, 1))
    assert not scope_of(city.person("liaison")).relations(city.units["SCHOOL"])


def test_a_scope_is_read_once(city: City, django_assert_num_queries):
    person = city.person("office")
    with django_assert_num_queries(2):
        scope_of(person)
        scope_of(person)


def test_runs(city: City):
    assert scope_of(city.person("office")).runs("9901")
    assert scope_of(city.person("county")).runs("990101")
    assert not scope_of(city.person("county")).runs("9901")
    assert not scope_of(city.person("department")).runs("9901")


def test_only_an_administrator_administers(city: City):
    assert [name for name in city.people if scope_of(city.person(name)).administers] == ["admin"]


def test_only_a_security_administrator_keeps_accounts(city: City):
    assert [name for name in city.people if scope_of(city.person(name)).secures] == ["security"]


def test_whose_account_the_security_administrator_keeps(city: City):
    actor = city.person("security")
    assert {name for name in city.people if not may_secure(actor, city.person(name))} == {
        "auditor",
        "security",
    }
    assert not any(
        may_secure(city.person(name), city.person("liaison")) for name in city.people if name != "security"
    )


def test_an_account_with_a_post_elsewhere_is_not_kept(city: City):
    Post.objects.filter(person__username="security").update(unit=city.units["COUNTY1"])
    actor = city.person("security")
    assert may_secure(actor, city.person("liaison"))
    assert not may_secure(actor, city.person("office"))
    Post.objects.create(person=city.people["liaison"], unit=city.units["EDU"], role=Role.STAFF, title="干事")
    assert not may_secure(actor, city.person("liaison"))


def test_who_keeps_the_directory(city: City):
    kept = {name: keeps_directory(city.person(name)) for name in city.people}
    assert {name: codes for name, codes in kept.items() if codes} == {
        "office": {"9901"},
        "county": {"990101"},
        "admin": {"9901"},
    }


def test_who_opens_accounts(city: City):
    assert {name for name in city.people if may_appoint(city.person(name))} == {
        "office",
        "county",
        "head",
        "leader",
        "security",
    }


@pytest.mark.parametrize(
    ("unit", "codes"),
    [
        ("COUNTY1", {"EDU1", "SCHOOL", "RIVAL", "TOWN", "CLINIC"}),
        ("TOWN", {"CLINIC"}),
        ("SCHOOL", set()),
    ],
)
def test_led_by_territory(city: City, unit: str, codes: set[str]):
    assert {u.code for u in Unit.objects.filter(led_by_territory(city.units[unit]))} == codes


@pytest.mark.parametrize(
    ("unit", "codes"),
    [("EDU", {"EDU1", "SCHOOL", "RIVAL", "SCHOOL2"}), ("EDU1", {"SCHOOL", "RIVAL"}), ("SCHOOL", set())],
)
def test_led_by_system(city: City, unit: str, codes: set[str]):
    assert {u.code for u in Unit.objects.filter(led_by_system(city.units[unit]))} == codes


# Who may give which role in the school of county 990101; nobody else may give any.
GRANTS = {
    "office": {
        Role.HEAD,
        Role.DEPUTY,
        Role.LIAISON,
        Role.STAFF,
        Role.OFFICE,
        Role.INSPECTOR,
        Role.DELEGATE,
        Role.EDITOR,
        Role.OPERATOR,
    },
    "head": {Role.HEAD, Role.DEPUTY, Role.LIAISON, Role.STAFF},
    "security": set(Role) - {Role.AUDITOR},
}
GRANTS["county"] = GRANTS["office"]


@pytest.mark.parametrize("role", Role)
def test_nobody_grants_what_they_lack(city: City, role: Role):
    may = {name for name in city.people if may_grant(city.person(name), role, city.units["SCHOOL"])}
    assert may == {name for name, roles in GRANTS.items() if role in roles}


@pytest.mark.parametrize(("who", "unit"), [("county", "SCHOOL2"), ("county", "OFFICE"), ("head", "RIVAL")])
def test_nobody_grants_beyond_their_reach(city: City, who: str, unit: str):
    assert not any(may_grant(city.person(who), role, city.units[unit]) for role in Role)
