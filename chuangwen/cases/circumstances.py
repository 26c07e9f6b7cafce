"""Circumstances of requests that forbid a move: for the lifecycle of any kind of case that has requests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import Actor, Unless
from chuangwen.cases.models import Case, Request


def _waits(actor: Actor, case: Case) -> bool:
    return case.waiting_request is not None


def _nothing_waits(actor: Actor, case: Case) -> bool:
    return case.waiting_request is None


def _asks_no_extension(actor: Actor, case: Case) -> bool:
    return not (case.waiting_request and case.waiting_request.kind == Request.Kind.EXTENSION)


def _disowns_nothing(actor: Actor, case: Case) -> bool:
    return not (case.waiting_request and case.waiting_request.kind == Request.Kind.NOT_OURS)


def _appeals_nothing(actor: Actor, case: Case) -> bool:
    return not (case.waiting_request and case.waiting_request.kind == Request.Kind.APPEAL)


def _asked_oneself(actor: Actor, case: Case) -> bool:
    return bool(case.waiting_request and case.waiting_request.asked_by_id == actor.pk)


def _undated(actor: Actor, case: Case) -> bool:
    return case.due is None


def _relayed(actor: Actor, case: Case) -> bool:
    return case.children.open().exists()


REQUEST_WAITS = Unless(_("a request of your unit is waiting for a decision already"), _waits)
NOTHING_ASKED = Unless(_("the unit has asked for nothing that waits for a decision"), _nothing_waits)
NO_EXTENSION_ASKED = Unless(_("the unit has not asked for an extension"), _asks_no_extension)
NOT_DISOWNED = Unless(_("the unit has not said that the duty is another's"), _disowns_nothing)
NOT_APPEALED = Unless(_("the unit has not appealed"), _appeals_nothing)
ASKED_ONESELF = Unless(_("you made this request yourself"), _asked_oneself)
UNDATED = Unless(_("the case has no deadline"), _undated)
RELAYED = Unless(_("it has been relayed to others, who are working on it"), _relayed)
