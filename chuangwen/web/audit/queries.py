"""Reads of the journal and of the log of reading, for auditors; the newest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.models import Attachment
from chuangwen.core.models import Access, Event
from chuangwen.inspections.covert import withheld_subjects
from chuangwen.organizations.accounts.services import NOBODY, UNKNOWN
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import audits_all
from chuangwen.web import traces
from chuangwen.web.audit import verbs

_PERSON, _ITEM = "person:", "attachment:"
# What can be read, by how the item begins.
KINDS: Mapping[str, str | Promise] = {
    traces.PAGE: gettext_lazy("Page of a case"),
    _ITEM: gettext_lazy("File of a case"),
    "evidence:": gettext_lazy("File of the evidence library"),
    "finding_photo:": gettext_lazy("Photo of a finding"),
    traces.FILE: gettext_lazy("List or paper taken away"),
    traces.SEARCH: gettext_lazy("Search"),
}


@dataclass(frozen=True)
class Line:
    """One line of a list: an event, or that something was read (``what`` is then the file's name)."""

    pk: int
    at: datetime
    who: str
    what: str | Promise
    about: str
    link: str
    details: str


def reads_journal(actor: Person | AnonymousUser) -> bool:
    """Whether the person audits every unit: the journal is one, and cannot be shown in parts by territory."""
    return audits_all(actor)


def events(asked: Mapping[str, Any]) -> QuerySet[Event]:
    """The events that the form asks for, by time: a clock set back puts no event out of its day."""
    found = _narrowed(Event.objects.order_by("-at", "-id"), asked)
    return found.filter(verb=asked["verb"]) if asked.get("verb") else found


def reads(asked: Mapping[str, Any]) -> QuerySet[Access]:
    found = _narrowed(Access.objects.order_by("-at", "-id"), asked)
    return found.filter(item__startswith=asked["kind"]) if asked.get("kind") else found


def after(rows: QuerySet[Any], mark: str) -> QuerySet[Any]:
    """The rows behind ``mark``, as ``mark_of`` made it of the last one shown; a bad mark moves nothing."""
    moment, _dash, pk = mark.rpartition("-")
    try:
        at = datetime.fromisoformat(moment)
        before = Q(at__lt=at) | Q(at=at, pk__lt=int(pk))
    except ValueError:
        return rows
    # The first condition says again what the second holds, so that the index by time is used.
    return rows.filter(Q(at__lte=at), before) if timezone.is_aware(at) else rows


def mark_of(line: Line) -> str:
    return f"{line.at.isoformat()}-{line.pk}"


def _narrowed(rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
    """What the form asks for; of what is covert nobody reads here before its bulletin (ADR 0021)."""
    rows = rows.exclude(subject__in=withheld_subjects())
    if asked.get("person"):
        rows = rows.filter(actor=asked["person"])
    if asked.get("subject"):
        rows = rows.filter(subject__in=asked["subject"])
    if asked.get("since"):
        rows = rows.filter(at__gte=timezone.make_aware(datetime.combine(asked["since"], time.min)))
    if asked.get("until"):
        end = datetime.combine(asked["until"] + timedelta(days=1), time.min)
        rows = rows.filter(at__lt=timezone.make_aware(end))
    return rows


def event_lines(rows: Iterable[Event]) -> list[Line]:
    """Events in words; one query for the names."""
    rows = list(rows)
    names = _names(name for row in rows for name in (row.actor, row.subject))
    return [
        Line(
            pk=row.pk,
            at=row.at,
            who=_who(row.actor, names),
            what=verbs.label(row.verb),
            about=names.get(row.subject) or _who(row.subject, names),
            link=_link(row.subject),
            details=json.dumps(row.data, ensure_ascii=False) if row.data else "",
        )
        for row in rows
    ]


def read_lines(rows: Iterable[Access]) -> list[Line]:
    """What was read, in words; two queries for the names."""
    rows = list(rows)
    names = _names(row.actor for row in rows)
    keys = {row.item.removeprefix(_ITEM) for row in rows if row.item.startswith(_ITEM)}
    files = {
        f"{_ITEM}{pk}": name for pk, name in Attachment.objects.filter(pk__in=keys).values_list("pk", "name")
    }
    return [
        Line(
            pk=row.pk,
            at=row.at,
            who=_who(row.actor, names),
            what=files.get(row.item) or _read(row.item),
            about=row.subject.removeprefix(traces.SEARCH),
            link=_link(row.subject),
            details="",
        )
        for row in rows
    ]


def _read(item: str) -> str | Promise:
    """What was read, in words: a file by its name, everything else by its kind."""
    kind, _colon, rest = item.partition(":")
    return rest.partition(":")[2] if f"{kind}:" == traces.FILE else KINDS.get(f"{kind}:", item)


def _names(called: Iterable[str]) -> dict[str, str]:
    """Person and user name of everybody whom the journal names."""
    ids = {name.removeprefix(_PERSON) for name in called if name.startswith(_PERSON) and name != UNKNOWN}
    people = Person.objects.filter(pk__in=ids).values_list("pk", "name", "username")
    return {f"{_PERSON}{pk}": f"{name} ({username})" for pk, name, username in people}


def _who(called: str, names: Mapping[str, str]) -> str:
    fixed = {
        "system": _("the system"),
        "clock": _("the system, by its clock"),
        "reminders": _("reminders"),
        NOBODY: _("somebody not signed in"),
        UNKNOWN: _("an account that does not exist"),
    }
    return names.get(called) or fixed.get(called, called)


def _link(subject: str) -> str:
    kind, _colon, name = subject.partition(":")
    if kind == "case":
        return reverse("cases:case", args=[name])
    if kind == "evidence":
        return reverse("cases:evidence", args=[name])
    return reverse("organizations:unit", args=[name]) if kind == "unit" else ""
