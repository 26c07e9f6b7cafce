"""Every persona × every move × every state: the table of who may, written out by hand."""

from __future__ import annotations

import pytest
from django.utils import timezone

from chuangwen.cases.circumstances import ASKED_ONESELF
from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case, Request
from chuangwen.directives.models import Meeting, Task
from chuangwen.directives.tests.conftest import add, to_unit
from chuangwen.organizations.tests.personas import PERSONAS, City

pytestmark = pytest.mark.usefixtures("one_meeting")

UNIT = frozenset({"liaison", "head"})
OFFICE = frozenset({"office"})
TO_DO = frozenset({"issued", "acknowledged", "returned"})
OPEN = TO_DO | {"reported"}

# What waits for a decision while a move is tried: the decisions need something to decide.
WAITING = {"extend": "extension", "reassign": "not_ours", "refuse": "not_ours"}

# kind, move → who may, and in which states
EXPECTED: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {
    ("meeting", "edit"): (OFFICE, frozenset({"draft"})),
    ("meeting", "dispatch"): (OFFICE, frozenset({"draft"})),
    ("meeting", "resume"): (OFFICE, frozenset({"dispatching"})),
    ("meeting", "correct"): (OFFICE, frozenset({"draft"})),
    ("meeting", "cancel"): (OFFICE, frozenset({"draft"})),
    ("meeting", "issue_notice"): (OFFICE, frozenset({"dispatched"})),
    ("assignment", "acknowledge"): (UNIT, frozenset({"issued"})),
    ("assignment", "file_report"): (UNIT, frozenset({"acknowledged", "returned"})),
    ("assignment", "finish"): (UNIT, frozenset({"acknowledged"})),
    ("assignment", "record_launch"): (UNIT, frozenset({"acknowledged", "reported", "returned"})),
    ("assignment", "break_down"): (UNIT, frozenset({"acknowledged", "reported", "returned"})),
    ("assignment", "relay"): (frozenset(), frozenset()),  # the school leads nobody
    ("assignment", "ask_extension"): (UNIT, TO_DO),
    ("assignment", "ask_not_ours"): (UNIT, TO_DO),
    ("assignment", "extend"): (OFFICE, OPEN),
    ("assignment", "reassign"): (OFFICE, OPEN),
    ("assignment", "refuse"): (OFFICE, OPEN),
    ("assignment", "accept"): (OFFICE, frozenset({"reported"})),
    ("assignment", "send_back"): (OFFICE, frozenset({"reported"})),
    ("assignment", "issue_slip"): (OFFICE, TO_DO),
    ("assignment", "withdraw"): (OFFICE, OPEN),
}
ROWS = [(kind, move.name) for kind in ("meeting", "assignment") for move in LIFECYCLES[kind].moves]


def test_the_table_names_every_move():
    assert set(EXPECTED) == set(ROWS)


@pytest.mark.parametrize(("kind", "name"), ROWS)
def test_who_may_and_when(city: City, assignment: Case, meeting: Meeting, kind: str, name: str):
    Task.objects.update(asks_report=False)
    case = assignment if kind == "assignment" else meeting.case
    if name in WAITING:
        ask(city, case, WAITING[name])
    if name == "issue_slip":
        case.due = timezone.localdate()  # only what presses is supervised
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
        moved = {move.target for move in lifecycle.moves if frontier & {*move.sources} and move.target}
        turned = {turn.target for turn in lifecycle.turns if turn.source in frontier}
        frontier = (moved | turned) - reached
        reached |= frontier
    assert reached == {state.code for state in lifecycle.states}
    for state in lifecycle.states:
        left = any(state.code in move.sources and move.target for move in lifecycle.moves) or any(
            state.code == turn.source for turn in lifecycle.turns
        )
        assert left != state.closed


def ask(city: City, case: Case, kind: str) -> None:
    """A request of the school's staff, who decide nothing and so never decide on their own."""
    Request.objects.create(
        case=case, kind=kind, asked_by=city.people["staff"], asked_at=timezone.now(), reason="示例"
    )


@pytest.mark.parametrize("waiting", [None, "extension", "not_ours"])
def test_only_what_was_asked_is_decided(city: City, assignment: Case, waiting: str | None):
    """Every move about a request × what waits: the unit asks one thing at a time, the office decides that."""
    if waiting:
        ask(city, assignment, waiting)
    table = LIFECYCLES["assignment"]
    allowed = {
        name
        for who in ("liaison", "office")
        for name in ("ask_extension", "ask_not_ours", "extend", "reassign", "refuse")
        if may(city.person(who), table.move(name), assignment).allowed
    }
    assert (
        allowed
        == {
            None: {"ask_extension", "ask_not_ours"},
            "extension": {"extend", "refuse"},
            "not_ours": {"reassign", "refuse"},
        }[waiting]
    )


@pytest.mark.parametrize("name", WAITING)
def test_nobody_decides_on_their_own_request(city: City, assignment: Case, name: str):
    ask(city, assignment, WAITING[name])
    Request.objects.update(asked_by=city.people["office"])
    decision = may(city.person("office"), LIFECYCLES["assignment"].move(name), assignment)
    assert (decision.allowed, decision.reason) == (False, ASKED_ONESELF.reason)


def test_a_county_relays_and_a_clinic_cannot(city: City, meeting: Meeting):
    from chuangwen.directives.tests.conftest import dispatch

    add(city, meeting, to_unit("COUNTY1"))
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment")
    case.state = "acknowledged"
    relay = LIFECYCLES["assignment"].move("relay")
    assert {p for p in PERSONAS if may(city.person(p), relay, case).allowed} == {"county"}
