"""Reads of cases: the history of one, drawn from the journal; the desk of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import LIFECYCLES, Text
from chuangwen.cases.models import Case
from chuangwen.core.models import Event
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

# Verbs that are no moves of a lifecycle; each app adds its own.
VERB_LABELS: dict[str, Text] = {"campaign.open": _("Campaign opened")}


@dataclass(frozen=True)
class Step:
    """One line of a case's history."""

    at: datetime
    who: str
    label: Text
    reason: str
    data: Mapping[str, Any]


def history(case: Case) -> list[Step]:
    """What happened to a case, oldest first; two queries."""
    events = list(Event.objects.filter(subject=case.subject).order_by("id"))
    ids = {event.actor.removeprefix("person:") for event in events if event.actor.startswith("person:")}
    names = {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [
        Step(
            event.at,
            names.get(event.actor, ""),
            verb_label(event.verb),
            event.data.get("reason", ""),
            event.data,
        )
        for event in events
    ]


def verb_label(verb: str) -> Text:
    """The words for a verb of the journal: a move's label, or one of the table above."""
    kind, _dot, name = verb.partition(".")
    if kind in LIFECYCLES:
        for move in LIFECYCLES[kind].moves:
            if move.name == name:
                return move.label
    return VERB_LABELS.get(verb, verb)


def on_desk(actor: Person | AnonymousUser) -> QuerySet[Case]:
    """The open cases of the units that the actor answers for: dated ones first, the most urgent on top."""
    return (
        Case.objects.visible_to(actor)
        .open()
        .filter(unit__in=scope_of(actor).answers)
        .select_related("unit", "issuer", "campaign")
        .order_by(F("due").asc(nulls_last=True), "id")
    )


def to_decide(actor: Person | AnonymousUser) -> QuerySet[Case]:
    """The reports that wait for a decision of the units that the actor answers for; four bodies first."""
    return (
        Case.objects.visible_to(actor)
        .filter(state="reported", issuer__in=scope_of(actor).answers)
        .select_related("unit", "issuer", "campaign")
        .order_by(F("unit__four_bodies").desc(), "due", "id")
    )
