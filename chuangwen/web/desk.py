"""My desk: what waits for the person, the four bodies first, then the most urgent."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import Actor, Move, State, lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.cases.queries import on_desk, requests_to_decide, to_decide

SHOWN = 50  # rows of each list: as many as anybody works off in a day


@dataclass(frozen=True)
class Row:
    """A case on the desk, its state, and the one thing to do next, if it can be done from here."""

    case: Case
    state: State
    move: Move | None


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What the person has to do, and to decide: reports and requests are read first, so have no button."""
    actor = request.user
    due, waiting, requests = on_desk(actor), to_decide(actor), requests_to_decide(actor)
    context = {
        "due": [_row(case, _next_move(actor, case)) for case in _shown(due)],
        "due_count": due.count(),
        "waiting": [_row(case, None) for case in _shown(waiting)],
        "waiting_count": waiting.count(),
        "requests": requests[:SHOWN],
        "requests_count": requests.count(),
        "shown": SHOWN,
    }
    return render(request, "web/desk.html", context)


def _shown(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.prefetch_related("unit__memberships", "requests")[:SHOWN]


def _row(case: Case, move: Move | None) -> Row:
    return Row(case, lifecycle_of(case).state(case.state), move)


def _next_move(actor: Actor, case: Case) -> Move | None:
    """The first move of the lifecycle that the person may make now."""
    return next((move for move in lifecycle_of(case).moves if may(actor, move, case).allowed), None)
