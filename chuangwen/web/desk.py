"""My desk: what waits for the person, the four bodies first, then the most urgent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import LIFECYCLES, Actor, Move, State, lifecycle_of, may
from chuangwen.cases.models import Case, Notice
from chuangwen.cases.queries import four_bodies_first, on_desk, requests_to_decide, to_decide
from chuangwen.cases.reminders import unread
from chuangwen.cases.urgency import SLIPS, Slip, bearing, counted
from chuangwen.inspections.devices import Device
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

NOTICES = 8  # reminders beside the lists, which hold the same cases
REMINDED = 500  # unread reminders that are looked at
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
    everything, waiting, requests = on_desk(actor), to_decide(actor), requests_to_decide(actor)
    borne = counted(everything, timezone.localdate())
    wanted = wanted_slip(request)
    due = with_slip(everything, wanted)
    context = {
        "due": [_row(case, _next_move(actor, case)) for case in _with_their_own(due)[:SHOWN]],
        "due_count": borne[wanted.code] if wanted else everything.count(),
        "slips": [(slip, borne[slip.code]) for slip in SLIPS.values() if borne[slip.code]],
        "wanted": wanted,
        **_notices(actor),
        "cut_off": _cut_off(actor),
        "waiting": [_row(case, None) for case in four_bodies_first(_with_their_own(waiting), SHOWN)],
        "waiting_count": waiting.count(),
        "requests": requests[:SHOWN],
        "requests_count": requests.count(),
        "shown": SHOWN,
    }
    return render(request, "web/desk.html", context)


def wanted_slip(request: HttpRequest) -> Slip | None:
    return SLIPS.get(request.GET.get("slip", ""))


def with_slip(cases: QuerySet[Case], wanted: Slip | None) -> QuerySet[Case]:
    return cases.filter(bearing(wanted, timezone.localdate())) if wanted else cases


def _notices(actor: Actor) -> dict[str, Any]:
    """The newest unread reminder of each case on the desk."""
    newest: dict[int, Notice] = {}
    for notice in unread(actor)[:REMINDED] if isinstance(actor, Person) else ():
        newest.setdefault(notice.reminder.case_id, notice)
    return {"notices": list(newest.values())[:NOTICES], "notice_count": len(newest)}


def _cut_off(actor: Actor) -> list[Device]:
    """The telephones of whoever goes out that somebody else has cut off lately; they are told here."""
    scope = scope_of(actor)
    if not isinstance(actor, Person) or not (scope.inspects or scope.judges):
        return []
    return list(Device.objects.news_to(actor).select_related("cut_off_by"))


def _with_their_own(cases: QuerySet[Case]) -> QuerySet[Case]:
    related = {path for lifecycle in LIFECYCLES.values() for path in lifecycle.related}
    return cases.select_related(*sorted(related)).prefetch_related("unit__memberships", "requests")


def _row(case: Case, move: Move | None) -> Row:
    return Row(case, lifecycle_of(case).state(case.state), move)


def _next_move(actor: Actor, case: Case) -> Move | None:
    """The first move that the person may make now, unless it ends the case: that takes a second look."""
    lifecycle = lifecycle_of(case)
    first = next((move for move in lifecycle.moves if may(actor, move, case).allowed), None)
    ends = first and first.target and lifecycle.state(first.target).closed
    return None if ends else first
