"""My desk: what waits for the person, the four bodies first, then the most urgent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import Actor, Move, State, decisions, lifecycle_of
from chuangwen.cases.models import Case
from chuangwen.cases.queries import on_desk, to_decide

SHOWN = 50  # rows of each list: as many as anybody works off in a day


@dataclass(frozen=True)
class Row:
    """A case on the desk, its state, and the one thing to do next, if there is any."""

    case: Case
    state: State
    move: Move | None


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    actor = request.user
    due, waiting = on_desk(actor), to_decide(actor)
    context = {
        "due": _rows(actor, due.prefetch_related("unit__memberships")[:SHOWN]),
        "due_count": due.count(),
        "waiting": _rows(actor, waiting.prefetch_related("unit__memberships")[:SHOWN]),
        "waiting_count": waiting.count(),
        "shown": SHOWN,
    }
    return render(request, "web/desk.html", context)


def _rows(actor: Actor, cases: Iterable[Case]) -> list[Row]:
    return [Row(case, lifecycle_of(case).state(case.state), _next_move(actor, case)) for case in cases]


def _next_move(actor: Actor, case: Case) -> Move | None:
    """The first move of the lifecycle that the person may make now."""
    return next((move for move, decision in decisions(actor, case) if decision.allowed), None)
