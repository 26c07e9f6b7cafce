"""Lifecycles as tables of moves: the row of a move is the single place for everything about it.

From the rows come the buttons and the reasons why a button is not there, the permission check, the state
diagram in the documentation and the permission tests (every persona × every move × every state).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.models import Case
from chuangwen.cases.problems import MOVE_REFUSED, NO_SUCH_MOVE
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import Relation, scope_of

Text = str | Promise
Actor = Person | AnonymousUser
OPENED = gettext_lazy("Opened")


@dataclass(frozen=True)
class Decision:
    """Whether a move may be made now and, if not, why: the reason is a sentence for the person."""

    allowed: bool
    reason: Text = ""


YES = Decision(allowed=True)


@dataclass(frozen=True)
class State:
    """``tone`` is a colour word of the interface; a closed state ends the case.

    ``stalled``: the unit has not begun, or must begin again. ``answered``: the unit has done its part, and
    the case waits for somebody else. Both decide about supervision (``urgency``). ``waits`` for the body that
    issued it: it stands among what that body has to decide.
    """

    code: str
    label: Text
    tone: str
    closed: bool = False
    stalled: bool = False
    answered: bool = False
    waits: bool = False


@dataclass(frozen=True)
class Who:
    """Who may make a move, as a test and as the words that name them."""

    label: Text
    test: Callable[[Actor, Case], bool]


@dataclass(frozen=True)
class Unless:
    """A circumstance that forbids a move, and the reason given then.

    ``say`` gives the reason where it hangs on the case; ``reason`` is then what the documents say of it.
    """

    reason: Text
    test: Callable[[Actor, Case], bool]
    say: Callable[[Actor, Case], Text] | None = None


@dataclass(frozen=True)
class Move:
    """One row of a lifecycle.

    ``target`` None leaves the case in its state. ``effect`` writes what else the move writes, inside the
    move's transaction, and returns the details for the journal. ``form`` asks for what the effect needs;
    without a form the move is one button. ``grounds`` writes before the state changes what the database asks
    for where it guards the state entered. ``page`` names the URL of a page of its own, where one form would
    not do. ``beside`` is a template that stands beside the form, with what ``weigh`` gives for it. ``tone``
    is the button's colour word.
    """

    name: str
    label: Text
    sources: tuple[str, ...]
    target: str | None
    who: Who
    unless: tuple[Unless, ...] = ()
    form: type[BaseForm] | None = None
    effect: Callable[..., Mapping[str, Any]] | None = None
    grounds: Callable[..., None] | None = None
    page: str = ""
    beside: str = ""
    weigh: Callable[[Actor, Case], Mapping[str, Any]] = field(default=lambda actor, case: {})
    tone: str = "primary"


@dataclass(frozen=True)
class Turn:
    """A change of state that nobody makes: the worker does, when what it waits for has come about."""

    name: str
    label: Text
    source: str
    target: str


@dataclass(frozen=True)
class Doubled:
    """Two cases of one matter that meet on a successor's desk; ``closed`` ends there, ``kept`` stays."""

    closed: Case
    kept: Case


@dataclass(frozen=True)
class Lifecycle:
    """All states, moves and turns of one kind of case, and the template that shows its particulars.

    ``inherit`` is called with a unit and its successor while the open cases of the one pass to the other: it
    rewrites what the kind itself keeps about the unit, and gives the cases that the successor has twice then.
    ``superseded`` is the state in which a double ends. ``related`` is what its circumstances read beside a
    case: a list of many fetches that along.
    """

    kind: str
    label: Text
    initial: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    turns: tuple[Turn, ...] = ()
    template: str = ""
    opened: Text = OPENED
    detail: Callable[[Actor, Case], Mapping[str, Any]] = field(default=lambda actor, case: {})
    superseded: str = ""
    related: tuple[str, ...] = ()
    inherit: Callable[[Unit, Unit], Sequence[Doubled]] = field(default=lambda unit, successor: ())

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def move(self, name: str) -> Move:
        """Raises Problem ``case.no_such_move``."""
        for move in self.moves:
            if move.name == name:
                return move
        raise Problem(NO_SUCH_MOVE, move=name)

    @property
    def steps(self) -> list[tuple[str, Text]]:
        """Everything that the journal may say of such a case, with its words: moves, then turns."""
        moves = [(move.name, move.label) for move in self.moves]
        return moves + [(turn.name, turn.label) for turn in self.turns]

    def turn(self, name: str) -> Turn:
        return next(turn for turn in self.turns if turn.name == name)


LIFECYCLES: dict[str, Lifecycle] = {}


def waiting_states() -> list[str]:
    """The states of any kind in which a case waits for the body that issued it."""
    return sorted({s.code for cycle in LIFECYCLES.values() for s in cycle.states if s.waits})


def register(lifecycle: Lifecycle) -> None:
    LIFECYCLES[lifecycle.kind] = lifecycle


def lifecycle_of(case: Case) -> Lifecycle:
    return LIFECYCLES[case.kind]


def may(actor: Actor, move: Move, case: Case) -> Decision:
    """The door for writing: may ``actor`` make ``move`` on ``case`` now, and if not, why not."""
    if not move.who.test(actor, case):
        return Decision(allowed=False, reason=_("only for %(who)s") % {"who": move.who.label})
    if case.state not in move.sources:
        states = [str(lifecycle_of(case).state(code).label) for code in move.sources]
        return Decision(
            allowed=False,
            reason=_("only when the case is %(states)s") % {"states": _either(states)},
        )
    for circumstance in move.unless:
        if circumstance.test(actor, case):
            say = circumstance.say
            return Decision(allowed=False, reason=say(actor, case) if say else circumstance.reason)
    return YES


def require(actor: Actor, move: str, case: Case) -> Move:
    """The move of that name, which ``actor`` may make now. Raises Problem ``case.move_refused``."""
    found = lifecycle_of(case).move(move)
    if not (decision := may(actor, found, case)).allowed:
        raise Problem(MOVE_REFUSED, move=found.label, reason=decision.reason)
    return found


def _either(words: list[str]) -> str:
    """The words as a choice: “a, b or c”, without the spaces between Chinese words."""
    *rest, last = words
    return _("%(others)s or %(last)s") % {"others": _(", ").join(rest), "last": last} if rest else last


def decisions(actor: Actor, case: Case) -> list[tuple[Move, Decision]]:
    """Every move of the case's kind with its decision, in the order of the table."""
    return [(move, may(actor, move, case)) for move in lifecycle_of(case).moves]


def _to_unit(relation: Relation) -> Callable[[Actor, Case], bool]:
    return lambda actor, case: relation in scope_of(actor).relations(case.unit)


def _issued_it(actor: Actor, case: Case) -> bool:
    relations = scope_of(actor).relations(case.issuer)
    return not relations.isdisjoint({Relation.ANSWERS_FOR, Relation.OFFICE_OVER})


def _holds_it(actor: Actor, case: Case) -> bool:
    return actor.pk is not None and actor.pk == case.holder_id


HOLDER = Who(gettext_lazy("the person it lies with"), _holds_it)
ANSWERS_FOR_UNIT = Who(gettext_lazy("those who answer for the unit"), _to_unit(Relation.ANSWERS_FOR))
OFFICE_OVER_UNIT = Who(gettext_lazy("the civility office over the unit"), _to_unit(Relation.OFFICE_OVER))
ISSUER = Who(gettext_lazy("the body that issued it, or the civility office over that body"), _issued_it)
