"""Who succeeds whom, and who may say so."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Post, Unit
from chuangwen.organizations.services import succeed
from chuangwen.organizations.tests.personas import PERSONAS, City


def merge(city: City, old: str, new: str, who: str = "office") -> None:
    succeed(actor=city.person(who), unit=city.units[old], successor=city.units[new])


def refused(city: City, old: str, new: str, who: str = "office") -> str:
    before, events = list(Unit.objects.values()), Event.objects.count()
    with pytest.raises(Problem) as problem:
        merge(city, old, new, who)
    assert (list(Unit.objects.values()), Event.objects.count()) == (before, events)
    return problem.value.code


def test_a_unit_ends_and_its_posts_with_it(city: City):
    merge(city, "SCHOOL", "RIVAL")
    unit = Unit.objects.get(code="SCHOOL")
    today = timezone.localdate()
    assert (unit.active, unit.successor, unit.succeeded_on) == (False, city.units["RIVAL"], today)
    assert set(unit.posts.values_list("ended_on", flat=True)) == {today}
    assert Post.objects.get(unit__code="RIVAL").ended_on is None
    event = Event.objects.get(verb="unit.succeed")
    assert (event.subject, event.data) == (
        "unit:SCHOOL",
        {"successor": "RIVAL", "posts_ended": 3, "seat": False, "leads": []},
    )


def test_what_a_unit_leads_of_a_system_passes_on(city: City):
    merge(city, "EDU", "HEALTH")
    lines = Unit.objects.get(code="HEALTH").memberships.order_by("system")
    assert list(lines.values_list("system", "leads")) == [("education", True), ("health", True)]
    assert list(city.units["EDU"].memberships.values_list("system", "leads")) == [("education", False)]
    assert Event.objects.get(verb="unit.succeed").data["leads"] == ["education"]


def test_a_member_that_succeeds_a_leading_one_leads(city: City):
    merge(city, "EDU1", "SCHOOL")
    assert list(city.units["SCHOOL"].memberships.values_list("system", "leads")) == [("education", True)]


@pytest.mark.parametrize("who", PERSONAS)
def test_who_may(city: City, who: str):
    if who in {"office", "county", "admin"}:
        merge(city, "SCHOOL", "RIVAL", who)
    else:
        assert refused(city, "SCHOOL", "RIVAL", who) == "unit.not_your_directory"


@pytest.mark.parametrize(("old", "new"), [("SCHOOL", "EDU"), ("EDU", "SCHOOL"), ("SCHOOL2", "SCHOOL")])
def test_both_units_stand_in_the_directory_one_keeps(city: City, old: str, new: str):
    assert refused(city, old, new, "county") == "unit.not_your_directory"


def test_no_unit_succeeds_itself(city: City):
    assert refused(city, "SCHOOL", "SCHOOL") == "unit.succeeds_itself"
    with pytest.raises(IntegrityError):
        Unit.objects.filter(code="SCHOOL").update(successor=city.units["SCHOOL"])


def test_no_cycle_of_successors(city: City):
    merge(city, "SCHOOL", "RIVAL")
    merge(city, "RIVAL", "EDU1")
    assert refused(city, "EDU1", "SCHOOL") == "unit.succession_cycle"
    assert refused(city, "RIVAL", "SCHOOL") == "unit.succession_cycle"
    # Not even after somebody has made the first one active again.
    Unit.objects.filter(code="SCHOOL").update(active=True)
    assert refused(city, "EDU1", "SCHOOL") == "unit.succession_cycle"


def test_a_unit_is_succeeded_once_and_by_an_active_one(city: City):
    merge(city, "SCHOOL", "RIVAL")
    assert refused(city, "SCHOOL", "EDU1") == "unit.succeeded_already"
    assert refused(city, "EDU1", "SCHOOL") == "unit.successor_inactive"


def test_the_heir_is_the_last_successor(city: City, django_assert_num_queries):
    merge(city, "SCHOOL", "RIVAL")
    merge(city, "RIVAL", "EDU1")
    assert Unit.objects.get(code="SCHOOL").heir == city.units["EDU1"]
    with django_assert_num_queries(0):
        assert city.units["TOWN"].heir == city.units["TOWN"]


@pytest.mark.parametrize(("new", "seats"), [("EDU1", ["EDU1"]), ("COUNTY2", ["COUNTY1"])])
def test_the_seat_passes_on_inside_its_territory(city: City, new: str, seats: list[str]):
    merge(city, "COUNTY1", new)
    assert [u.code for u in Unit.objects.filter(territory="990101", seat=True)] == seats
    assert Unit.objects.get(code="COUNTY2").seat
