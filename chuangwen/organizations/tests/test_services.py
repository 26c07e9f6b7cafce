from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations import services
from chuangwen.organizations.models import Membership, Person, Post, Role, System, Territory, Unit
from chuangwen.organizations.tests.personas import PASSWORD, City


def test_a_directory_is_loaded_whole_as_one_event(db: None):
    directory = services.Directory(
        territories=[Territory(code="9902", name="示例市", valid_from=date(2020, 1, 1))],
        systems=[System(code="water", name="水利系统")],
    )
    services.load_directory(actor=None, directory=directory)
    event = Event.objects.get()
    assert (event.actor, event.verb, event.data["territories"], event.data["systems"]) == (
        "system",
        "directory.load",
        1,
        1,
    )


def test_a_bad_code_leaves_nothing_of_the_directory(city: City):
    directory = services.Directory(
        territories=[Territory(code="9902", name="示例市", valid_from=date(2020, 1, 1))],
        units=[
            Unit(code="91350100M000100Y44", name="错码单位", territory_id="9902", peer_group_id="schools")
        ],
    )
    with pytest.raises(Problem) as problem:
        services.load_directory(actor=None, directory=directory)
    assert problem.value.code == "unit.bad_code"
    assert not Territory.objects.filter(code="9902").exists()
    assert not Event.objects.exists()


def test_add_unit_cleans_its_code_and_enters_its_systems(city: City):
    unit = services.add_unit(
        actor=city.person("office"),
        unit=Unit(code="sch-9 ", name="新设学校", territory_id="990101", peer_group_id="schools"),
        systems=[Membership(system_id="education")],
    )
    assert unit.code == "SCH-9"
    assert [m.system_id for m in unit.memberships.all()] == ["education"]
    assert Event.objects.get().subject == "unit:SCH-9"


def test_a_code_is_used_once(city: City):
    with pytest.raises(Problem) as problem:
        services.add_unit(
            actor=None, unit=Unit(code="school", name="重名", territory_id="9901", peer_group_id="schools")
        )
    assert problem.value.code == "unit.code_taken"
    assert problem.value.details["unit"] == city.units["SCHOOL"]


@pytest.mark.parametrize(
    ("who", "territory"), [("county", "990102"), ("head", "990101"), ("stranger", "9901")]
)
def test_nobody_enters_units_of_anothers_directory(city: City, who: str, territory: str):
    unit = Unit(code="SCH-9", name="新设学校", territory_id=territory, peer_group_id="schools")
    with pytest.raises(Problem) as problem:
        services.add_unit(actor=city.person(who), unit=unit)
    assert problem.value.code == "unit.not_your_directory"
    assert not Unit.objects.filter(code="SCH-9").exists()


@pytest.mark.parametrize("who", ["liaison", "auditor", "stranger"])
def test_others_open_no_accounts(city: City, who: str):
    with pytest.raises(Problem) as problem:
        services.open_account(
            actor=city.person(who), username="new.clerk", name="示例新人", password=PASSWORD
        )
    assert problem.value.code == "person.no_accounts"
    assert not Person.objects.filter(username="new.clerk").exists()


def test_open_account(city: City):
    person = services.open_account(actor=None, username="new.clerk", name="示例新人", password=PASSWORD)
    assert Person.objects.get(username="new.clerk").check_password(PASSWORD)
    assert Event.objects.get().subject == f"person:{person.pk}"


def test_a_user_name_is_used_once(city: City):
    with pytest.raises(Problem) as problem:
        services.open_account(actor=None, username="office", name="重名", password=PASSWORD)
    assert problem.value.code == "person.name_taken"


@pytest.mark.parametrize("password", ["short-A1", "alllowercaseletters", "New.clerk-26"])
def test_weak_passwords_are_refused(city: City, password: str):
    with pytest.raises(ValidationError):
        services.open_account(actor=None, username="new.clerk", name="示例新人", password=password)
    assert not Person.objects.filter(username="new.clerk").exists()


def test_appoint_and_end(city: City):
    post = services.appoint(
        actor=city.person("head"),
        person=city.person("stranger"),
        unit=city.units["SCHOOL"],
        role=Role.LIAISON,
        title="联络员",
    )
    assert post in Post.objects.held()
    services.end_post(actor=city.person("head"), post=post)
    assert post not in Post.objects.held()
    assert Post.objects.get(pk=post.pk).ended_on == timezone.localdate()
    assert [event.verb for event in Event.objects.order_by("id")] == ["post.appoint", "post.end"]


def test_the_command_line_appoints_the_first_person(city: City):
    post = services.appoint(
        actor=None, person=city.person("stranger"), unit=city.units["OFFICE"], role=Role.AUDITOR, title="审计"
    )
    services.end_post(actor=None, post=post)
    assert Event.objects.last().actor == "system"


@pytest.mark.parametrize("who", ["liaison", "rival", "department", "auditor", "stranger"])
def test_others_neither_appoint_nor_end(city: City, who: str):
    post = Post.objects.get(person__username="liaison")
    with pytest.raises(Problem) as problem:
        services.appoint(
            actor=city.person(who),
            person=city.person("stranger"),
            unit=city.units["SCHOOL"],
            role=Role.LIAISON,
            title="联络员",
        )
    assert problem.value.code == "post.grant_lacks"
    with pytest.raises(Problem):
        services.end_post(actor=city.person(who), post=post)
    assert post in Post.objects.held()
    assert not Event.objects.exists()


def test_demo_accounts_are_noticed(city: City):
    assert not services.has_demo_accounts()
    Person.objects.filter(username="office").update(demo=True)
    assert services.has_demo_accounts()
