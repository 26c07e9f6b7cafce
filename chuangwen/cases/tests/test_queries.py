from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.queries import history, on_desk, to_decide, verb_label
from chuangwen.cases.services import perform
from chuangwen.organizations.tests.personas import PERSONAS, City


def test_history_names_verbs_and_people(city: City, errand: Case, django_assert_num_queries):
    perform(actor=city.person("office"), move_name="note", case=errand, seen=0)
    perform(actor=city.person("liaison"), move_name="do", case=errand, seen=1)
    with django_assert_num_queries(2):
        steps = history(errand)
    assert [(step.who, step.label) for step in steps] == [("示例office", "Note it"), ("示例liaison", "Do it")]


def test_a_verb_without_words_shows_itself():
    assert verb_label("errand.unknown") == "errand.unknown"
    assert verb_label("other.verb") == "other.verb"


@pytest.mark.parametrize("who", PERSONAS)
def test_whose_desk_it_lies_on(city: City, errand: Case, who: str):
    assert on_desk(city.person(who)).exists() == (who in {"liaison", "head"})


@pytest.mark.parametrize("who", PERSONAS)
def test_who_has_to_decide(city: City, errand: Case, who: str):
    Case.objects.update(state="reported")
    assert to_decide(city.person(who)).exists() == (who == "county")


def test_the_most_urgent_lies_on_top(city: City, errand: Case):
    today = timezone.localdate()
    for number, days in enumerate((None, 5, 1)):
        Case.objects.create(
            number=f"N{number}",
            kind="errand",
            title=str(days),
            unit=errand.unit,
            issuer=errand.issuer,
            campaign=errand.campaign,
            state="open",
            due=None if days is None else today + timedelta(days=days),
            opened_at=timezone.now(),
        )
    errand.delete()
    assert [case.title for case in on_desk(city.person("liaison"))] == ["1", "5", "None"]


@pytest.mark.parametrize("who", PERSONAS)
def test_what_lies_with_one_person_is_on_no_other_desk(city: City, errand: Case, who: str):
    Case.objects.update(holder=city.people["staff"])
    assert on_desk(city.person(who)).exists() == (who == "staff")


def test_a_desk_shows_nothing_that_its_person_sees_no_more(city: City, errand: Case):
    Case.objects.update(holder=city.people["staff"])
    city.people["staff"].posts.update(ended_on=timezone.localdate())
    assert not on_desk(city.person("staff")).exists()
