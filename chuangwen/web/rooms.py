"""The rooms of the house, as one table: what stands in the navigation on the left, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.library.queries import has_library
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

Actor = Person | AnonymousUser


@dataclass(frozen=True)
class Room:
    """``url`` is the name of its address; ``open_to`` says who finds it in the navigation.

    The navigation only spares people doors that are locked for them: each page decides for itself.
    """

    label: str | Promise
    url: str
    icon: str
    open_to: Callable[[Actor], bool]


def everybody(actor: Actor) -> bool:
    return True


def the_signed_in(actor: Actor) -> bool:
    return actor.is_authenticated


def who_holds_a_post(actor: Actor) -> bool:
    return bool(scope_of(actor).posts)


def who_belongs_to_a_unit(actor: Actor) -> bool:
    return bool(scope_of(actor).belongs)


def who_audits(actor: Actor) -> bool:
    return bool(scope_of(actor).audits)


def who_runs_campaigns(actor: Actor) -> bool:
    return bool(scope_of(actor).offices)


def who_leads(actor: Actor) -> bool:
    scope = scope_of(actor)
    return bool(scope.territories or scope.lines)


def who_goes_out(actor: Actor) -> bool:
    scope = scope_of(actor)
    return bool(scope.inspects or scope.judges)


def who_administers(actor: Actor) -> bool:
    return bool(scope_of(actor).administers)


ROOMS = (
    Room(_("My desk"), "web:desk", "inbox", the_signed_in),
    Room(_("My share"), "directives:my_share", "user-check", who_belongs_to_a_unit),
    Room(_("Overview"), "directives:newest", "chart-bar", who_leads),
    Room(_("Campaigns"), "directives:campaigns", "flag", the_signed_in),
    Room(_("Ledger"), "cases:ledger", "table", the_signed_in),
    Room(_("Evidence library"), "cases:library", "books", has_library),
    Room(_("Read a meeting in"), "directives:new_meeting", "file-plus", who_runs_campaigns),
    Room(_("Orders to rectify"), "rectification:orders", "clipboard-list", who_holds_a_post),
    Room(_("Draw up an order"), "rectification:new", "clipboard-plus", who_runs_campaigns),
    Room(_("Bulletins"), "rectification:bulletins", "speakerphone", who_holds_a_post),
    Room(_("Standards"), "standards:standards", "ruler-measure", who_holds_a_post),
    Room(_("Inspections"), "inspections:inspections", "clipboard-check", who_holds_a_post),
    Room(_("Inspection in the field"), "field:shell", "device-mobile", who_goes_out),
    Room(_("Check a table of assessment"), "standards:import", "table-import", who_runs_campaigns),
    Room(_("Burden"), "directives:burden", "scale", who_runs_campaigns),
    Room(_("Units"), "organizations:units", "building-community", who_holds_a_post),
    Room(_("Long work"), "web:jobs", "progress", who_holds_a_post),
    Room(_("Too much paper?"), "directives:complain", "message-off", everybody),
    Room(_("Messages"), "web:sent_messages", "mail", who_administers),
    Room(_("Working calendar"), "web:calendar", "calendar", who_administers),
    Room(_("Public draws"), "inspections:draws", "arrows-random", everybody),
    Room(_("Journal"), "web:journal", "shield-check", everybody),
    Room(_("Who did what"), "web:events", "file-search", who_audits),
)


def rooms_of(actor: Actor) -> list[Room]:
    return [room for room in ROOMS if room.open_to(actor)]
