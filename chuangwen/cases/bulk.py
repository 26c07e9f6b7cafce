"""One move on many cases: each goes through `perform` by itself, so each has a result of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chuangwen.cases.forms import ReasonForm
from chuangwen.cases.lifecycle import LIFECYCLES, Move
from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.cases.problems import BULK_TOO_MANY
from chuangwen.cases.services import perform
from chuangwen.core.problems import Problem
from chuangwen.core.typed import natural
from chuangwen.organizations.models import Person

MOST = 500  # cases in one request: some ten seconds


@dataclass(frozen=True)
class Result:
    """What became of one case; ``problem`` is None where the move was made."""

    case: Case
    problem: Problem | None


def bulk_moves(kind: str) -> list[Move]:
    """The moves that can be made on many cases at once: a button, or a button with a reason."""
    return [move for move in LIFECYCLES[kind].moves if not move.page and move.form in {None, ReasonForm}]


def selected(cases: CaseQuerySet, marks: Iterable[str]) -> list[tuple[Case, int]]:
    """The cases of ``number.revision`` marks, each with the revision that was seen."""
    seen = dict(mark.rpartition(".")[::2] for mark in marks)
    found = cases.filter(number__in=list(seen)[: MOST + 1]).order_by("pk")
    revisions = ((case, natural(seen[case.number])) for case in found)
    return _bounded((case, revision) for case, revision in revisions if revision is not None)


def all_matching(cases: CaseQuerySet) -> list[tuple[Case, int]]:
    """All cases as they are now: the set is fixed here, whatever is added while it is worked off.

    Raises Problem ``bulk.too_many``.
    """
    return _bounded((case, case.revision) for case in cases.order_by("pk")[: MOST + 1])


def _bounded(rows: Iterable[tuple[Case, int]]) -> list[tuple[Case, int]]:
    found = list(rows)
    if len(found) > MOST:
        raise Problem(BULK_TOO_MANY, most=MOST)
    return found


def perform_all(
    *, actor: Person, move_name: str, cases: Iterable[tuple[Case, int]], **asked: Any
) -> list[Result]:
    """Make the move on every case, or say of each why it could not be made."""
    results = []
    for case, seen in cases:
        problem = None
        try:
            perform(actor=actor, move_name=move_name, case=case, seen=seen, **asked)
        except Problem as raised:
            problem = raised
        results.append(Result(case, problem))
    return results
