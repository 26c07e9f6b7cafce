"""Every table of moves is sound: nothing in it is out of reach, and every case can end."""

import pytest

from chuangwen.cases.lifecycle import LIFECYCLES
from chuangwen.core.templatetags.house import TONE_ICONS

pytestmark = pytest.mark.parametrize("lifecycle", LIFECYCLES.values(), ids=LIFECYCLES.keys())


def reach(start, steps):
    """The states that can be reached from ``start`` along ``steps``, itself included."""
    found, fresh = set(), {start}
    while fresh:
        found |= fresh
        fresh = {target for source, target in steps if source in found} - found
    return found


def steps(lifecycle):
    moves = {(source, move.target or source) for move in lifecycle.moves for source in move.sources}
    return moves | {(turn.source, turn.target) for turn in lifecycle.turns}


def test_names_are_unique_and_steps_join_known_states(lifecycle):
    codes = [state.code for state in lifecycle.states]
    names = [name for name, _label in lifecycle.steps]
    assert sorted(set(codes)) == sorted(codes)
    assert sorted(set(names)) == sorted(names)
    assert {lifecycle.initial, *(code for step in steps(lifecycle) for code in step)} <= set(codes)
    assert all(move.sources for move in lifecycle.moves)


def test_every_state_can_be_reached(lifecycle):
    assert reach(lifecycle.initial, steps(lifecycle)) == {state.code for state in lifecycle.states}


def test_every_case_can_be_closed(lifecycle):
    closed = {state.code for state in lifecycle.states if state.closed}
    assert closed
    for state in lifecycle.states:
        assert reach(state.code, steps(lifecycle)) & closed


# Kinds that leave a closed state → by which move, and why.
REOPENED = {"order": ("reopen", "what was put right is so no more; its number and history go on (ADR 0020)")}


def test_no_move_leaves_a_closed_state(lifecycle):
    closed = {state.code for state in lifecycle.states if state.closed}
    leaving = {
        move.name
        for move in lifecycle.moves
        if closed & {*move.sources} and move.target and move.target not in closed
    }
    assert leaving == {name for kind, (name, _why) in REOPENED.items() if kind == lifecycle.kind}
    assert not [turn for turn in lifecycle.turns if turn.source in closed]


def test_every_tone_has_a_shape(lifecycle):
    assert sorted({state.tone for state in lifecycle.states} - TONE_ICONS.keys()) == []
