from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from chuangwen.cases.lifecycle import HOLDER, decisions, lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.cases.tests.conftest import ERRAND
from chuangwen.core.problems import Problem
from chuangwen.organizations.tests.personas import PERSONAS, City

WHO = {
    "do": {"liaison", "head"},
    "note": {"office", "county"},
    "undo": set(),
    "reopen": {"office", "county"},
}


@pytest.mark.parametrize("move", ERRAND.moves, ids=lambda move: move.name)
def test_who_may(city: City, errand: Case, move):
    errand.state = move.sources[0]
    assert {who for who in PERSONAS if may(city.person(who), move, errand).allowed} == WHO[move.name]
    assert not may(AnonymousUser(), move, errand).allowed


def test_a_refusal_says_who_may(city: City, errand: Case):
    with override("en"):
        reason = may(city.person("rival"), ERRAND.move("do"), errand).reason
    assert reason == "only for those who answer for the unit"


def test_a_refusal_says_when(city: City, errand: Case):
    with override("en"):
        reason = may(city.person("county"), ERRAND.move("reopen"), errand).reason
    assert reason == "only when the case is done"


def test_a_circumstance_gives_its_own_reason(city: City, errand: Case):
    errand.state = "done"
    assert may(city.person("county"), ERRAND.move("undo"), errand).reason == "too late"


def test_all_decisions_in_the_order_of_the_table(city: City, errand: Case):
    rows = decisions(city.person("liaison"), errand)
    assert [(move.name, decision.allowed) for move, decision in rows] == [
        ("do", True),
        ("note", False),
        ("undo", False),
        ("reopen", False),
    ]


def test_an_unknown_move_is_a_problem(errand: Case):
    with pytest.raises(Problem) as problem:
        lifecycle_of(errand).move("fly")
    assert problem.value.code == "case.no_such_move"


@pytest.mark.parametrize("who", PERSONAS)
def test_a_move_of_the_one_it_lies_with_is_nobody_elses(city: City, errand: Case, who: str):
    errand.holder = city.people["staff"]
    assert HOLDER.test(city.person(who), errand) == (who == "staff")
    errand.holder = None
    assert not HOLDER.test(city.person(who), errand)
    assert not HOLDER.test(AnonymousUser(), errand)
