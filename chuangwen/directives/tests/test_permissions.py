"""Every persona × every move × every state: the table of who may, written out by hand."""

from __future__ import annotations

import pytest

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case
from chuangwen.directives.models import Meeting, Task
from chuangwen.directives.tests.conftest import add, to_unit
from chuangwen.organizations.tests.personas import PERSONAS, City

UNIT = frozenset({"liaison", "head"})
OFFICE = frozenset({"office"})

# kind, move → who may, and in which states
EXPECTED: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {
    ("meeting", "edit"): (OFFICE, frozenset({"draft"})),
    ("meeting", "dispatch"): (OFFICE, frozenset({"draft"})),
    ("assignment", "acknowledge"): (UNIT, frozenset({"issued"})),
    ("assignment", "file_report"): (UNIT, frozenset({"acknowledged", "returned"})),
    ("assignment", "finish"): (UNIT, frozenset({"acknowledged"})),
    ("assignment", "record_launch"): (UNIT, frozenset({"acknowledged", "reported", "returned"})),
    ("assignment", "relay"): (frozenset(), frozenset()),  # the school leads nobody
    ("assignment", "accept"): (OFFICE, frozenset({"reported"})),
    ("assignment", "send_back"): (OFFICE, frozenset({"reported"})),
    ("assignment", "withdraw"): (
        OFFICE,
        frozenset({"issued", "acknowledged", "reported", "returned"}),
    ),
}
ROWS = [(kind, move.name) for kind in ("meeting", "assignment") for move in LIFECYCLES[kind].moves]


def test_the_table_names_every_move():
    assert set(EXPECTED) == set(ROWS)


@pytest.mark.parametrize(("kind", "name"), ROWS)
def test_who_may_and_when(city: City, assignment: Case, meeting: Meeting, kind: str, name: str):
    Task.objects.update(asks_report=False)
    case = assignment if kind == "assignment" else meeting.case
    lifecycle = LIFECYCLES[kind]
    allowed = set()
    for state in lifecycle.states:
        case.state = state.code
        for persona in PERSONAS:
            decision = may(city.person(persona), lifecycle.move(name), case)
            assert decision.allowed or str(decision.reason), "a refusal gives its reason"
            if decision.allowed:
                allowed.add((persona, state.code))
    who, states = EXPECTED[kind, name]
    assert allowed == {(persona, state) for persona in who for state in states}


@pytest.mark.parametrize("kind", ["meeting", "assignment"])
def test_every_state_is_reached_and_every_open_one_left(kind: str):
    lifecycle = LIFECYCLES[kind]
    reached, frontier = {lifecycle.initial}, {lifecycle.initial}
    while frontier:
        frontier = {
            move.target
            for move in lifecycle.moves
            for state in frontier
            if state in move.sources and move.target
        } - reached
        reached |= frontier
    assert reached == {state.code for state in lifecycle.states}
    for state in lifecycle.states:
        left = any(state.code in move.sources for move in lifecycle.moves)
        assert left != state.closed


def test_a_county_relays_and_a_clinic_cannot(city: City, meeting: Meeting):
    from chuangwen.directives.tests.conftest import dispatch

    add(city, meeting, to_unit("COUNTY1"))
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment")
    case.state = "acknowledged"
    relay = LIFECYCLES["assignment"].move("relay")
    assert {p for p in PERSONAS if may(city.person(p), relay, case).allowed} == {"county"}
