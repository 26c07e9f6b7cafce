"""One move on many cases: each goes through `perform` by itself, so each has a result of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chuangwen.cases.forms import ReasonForm
from chuangwen.cases.lifecycle import LIFECYCLES, Move
from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.cases.problems import BULK_TOO_MANY, STALE
from chuangwen.cases.services import perform
from chuangwen.core.models import Event
from chuangwen.core.problems import NOT_FOUND, Problem
from chuangwen.core.typed import natural
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

MOST = 20_000  # cases of one piece of work
AT_ONCE = 500  # cases read together

Marks = Sequence[tuple[str, int]]  # numbers of cases, each with the revision that was seen


@dataclass(frozen=True)
class Result:
    """What became of one case; ``problem`` is None where the move was made, ``case`` where it is not seen."""

    number: str
    case: Case | None
    problem: Problem | None


def bulk_moves(kind: str) -> list[Move]:
    """The moves that can be made on many cases at once: a button, or a button with a reason."""
    return [move for move in LIFECYCLES[kind].moves if not move.page and move.form in {None, ReasonForm}]


def selected(cases: CaseQuerySet, marks: Iterable[str]) -> Marks:
    """Those of ``cases`` that ``number.revision`` marks name. Raises Problem ``bulk.too_many``."""
    parted = (mark.rpartition(".") for mark in marks)
    seen = {number: natural(revision) for number, _dot, revision in parted}
    found = cases.filter(number__in=list(seen)[: MOST + 1]).order_by("pk").values_list("number", flat=True)
    revisions = ((number, seen[number]) for number in found)
    return _bounded((number, revision) for number, revision in revisions if revision is not None)


def all_matching(cases: CaseQuerySet) -> Marks:
    """All cases as they are now: the set is fixed here, whatever is added while it is worked off.

    Raises Problem ``bulk.too_many``.
    """
    return _bounded(cases.order_by("pk").values_list("number", "revision")[: MOST + 1])


def _bounded(marks: Iterable[tuple[str, int]]) -> Marks:
    found = list(marks)
    if len(found) > MOST:
        raise Problem(BULK_TOO_MANY, most=MOST)
    return found


def perform_all(
    *,
    actor: Person,
    move_name: str,
    cases: CaseQuerySet,
    marks: Marks,
    progress: Callable[[int, int], None],
    **asked: Any,
) -> Iterator[Result]:
    """Make the move on every marked one of ``cases``, or say of each why it could not be made.

    Begun anew after it was broken off, it counts as done what it did before.
    """
    for first in range(0, len(marks), AT_ONCE):
        some = marks[first : first + AT_ONCE]
        found = cases.select_related("unit").in_bulk([number for number, _seen in some], field_name="number")
        for done, (number, seen) in enumerate(some, start=first + 1):
            case = found.get(number)
            yield Result(number, case, _made(actor, move_name, case, seen, asked))
            progress(done, len(marks))


def _made(
    actor: Person, move_name: str, case: Case | None, seen: int, asked: dict[str, Any]
) -> Problem | None:
    if case is None:
        return Problem(NOT_FOUND)
    try:
        perform(actor=actor, move_name=move_name, case=case, seen=seen, **asked)
    except Problem as problem:
        return None if problem.kind is STALE and _did_it(actor, move_name, case, seen) else problem
    return None


def _did_it(actor: Person, move_name: str, case: Case, seen: int) -> bool:
    """Whether the revision after the one seen is this very move of this person."""
    moves = Event.objects.filter(subject=case.subject, verb=f"{case.kind}.{move_name}")
    return moves.filter(actor=journal_name(actor), data__revision=seen + 1).exists()
