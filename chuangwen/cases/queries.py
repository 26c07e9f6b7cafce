"""Reads of cases: the history of one, drawn from the journal; the desk of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import LIFECYCLES, Text, waiting_states
from chuangwen.cases.models import Case, Request
from chuangwen.core.models import Event
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import scope_of

# Verbs that are no moves of a lifecycle; each app adds its own.
VERB_LABELS: dict[str, Text] = {
    "campaign.open": _("Campaign opened"),
    "case.remind": _("Reminders sent"),
    "case.hand_over": _("Handed over to the successor"),
    "case.supersede": _("Closed: the successor has this itself"),
    "ledger.export": _("Ledger exported"),
    "evidence.add": _("Evidence added to the library"),
    "evidence.describe": _("Evidence described"),
    "evidence.conceal": _("Faces and plates concealed"),
    "evidence.restore": _("Evidence stands again"),
    "evidence.withdraw": _("Evidence withdrawn"),
}


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
    """The words for a verb of the journal: the label of a move or turn, or one of the table above."""
    kind, _dot, name = verb.partition(".")
    if kind in LIFECYCLES:
        for step, label in LIFECYCLES[kind].steps:
            if step == name:
                return label
    return VERB_LABELS.get(verb, verb)


def on_desk(actor: Person | AnonymousUser) -> QuerySet[Case]:
    """The open cases that lie with the actor, dated ones first, the most urgent on top.

    Those are the actor's own, and those of the units that they answer for which are nobody's own.
    """
    still = Case.objects.open().order_by()
    of_units = still.filter(unit__in=scope_of(actor).answers, holder=None)
    # The keys first, by the index of each of the two: in one question with who sees what, the databases walk
    # through everything that the actor sees.
    keys = of_units.values_list("pk").union(still.filter(holder=actor.pk).values_list("pk"), all=True)
    return (
        Case.objects.visible_to(actor)
        .filter(pk__in=[pk for (pk,) in keys])
        .select_related("unit", "issuer", "campaign")
        .order_by(F("due").asc(nulls_last=True), "id")
    )


def to_decide(actor: Person | AnonymousUser) -> QuerySet[Case]:
    """What waits for a decision of the units that the actor answers for, the most urgent on top.

    Whoever answers for the issuer sees its cases, so they pass no other door.
    """
    cases = Case.objects.filter(state__in=waiting_states(), issuer__in=scope_of(actor).answers)
    return cases.select_related("unit", "issuer", "campaign").order_by("due", "id")


def four_bodies_first(cases: QuerySet[Case], count: int) -> list[Case]:
    """The first ``count`` of ``cases`` in their order, those of the four bodies before all others."""
    leading = Unit.objects.exclude(four_bodies="").values("pk")
    found = list(cases.filter(unit__in=leading)[:count])
    return found + list(cases.exclude(unit__in=leading)[: count - len(found)])


def requests_to_decide(actor: Person | AnonymousUser) -> QuerySet[Request]:
    """The requests that the units of the actor have to decide, the most urgent on top; seen as above."""
    # The sum keeps the databases from reading all cases of the issuer: few requests wait, many cases do not.
    waiting = Request.objects.waiting().alias(issuer=F("case__issuer_id") + 0)
    requests: QuerySet[Request] = waiting.filter(issuer__in=scope_of(actor).answers)
    return requests.select_related("case__unit", "proposed_unit").order_by("case__due", "id")


def times_passed_on(cases: Iterable[int]) -> Counter[int]:
    """How often the duty of each case was passed on before it came to its present unit.

    A query for each time: one when none was passed on, however many cases are asked about.
    """
    times: Counter[int] = Counter()
    asked = {pk: pk for pk in cases}  # a case, or one before it → the case asked about
    while asked:
        passed = Request.objects.filter(replacement__in=asked).values_list("case_id", "replacement_id")
        asked = {before: asked[after] for before, after in passed}
        times.update(asked.values())
    return times


@dataclass(frozen=True)
class Passage:
    """A request on the page of a case, with the case on the other side of it if the reader may see that."""

    request: Request
    lapsed: bool
    other: Case | None


def passages(actor: Person | AnonymousUser, case: Case) -> list[Passage]:
    """The requests of a case and the one that brought it here, oldest first; at most two queries."""
    found = list(
        Request.objects.filter(Q(case=case) | Q(replacement=case))
        .select_related("asked_by", "decided_by", "proposed_unit", "case__unit", "replacement__unit")
        .order_by("id")
    )
    others = {row.case if row.replacement_id == case.pk else row.replacement for row in found}
    ids = {other.pk for other in others if other}
    seen = Case.objects.visible_to(actor).select_related("unit").in_bulk(ids)
    return [
        Passage(
            row,
            row.waiting and case.closed_at is not None,
            seen.get(row.case_id if row.replacement_id == case.pk else row.replacement_id or 0),
        )
        for row in found
    ]
