"""Where evidence is used: every floor above tells for itself, so that this one need not know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.models import Attachment, visible_case
from chuangwen.organizations.models import Person

Actor = Person | AnonymousUser


@dataclass(frozen=True)
class Use:
    """One place: what it is used for, by its words and its address, and in which campaign."""

    words: str
    url: str
    campaign: str


# Each gives the uses of a piece that the reader may see.
SOURCES: list[Callable[[Actor, Evidence], Iterable[Use]]] = []


def register(source: Callable[[Actor, Evidence], Iterable[Use]]) -> None:
    SOURCES.append(source)


def uses_of(actor: Actor, piece: Evidence) -> list[Use]:
    """Where a piece is used, as far as the reader may see; a query for each floor."""
    return [use for source in SOURCES for use in source(actor, piece)]


def _attached(actor: Actor, piece: Evidence) -> Iterable[Use]:
    """The cases that it is a file of."""
    rows: Any = Attachment.objects.filter(visible_case(actor, "case"), evidence=piece)
    for row in rows.select_related("case__campaign"):
        yield Use(row.case.title, reverse("cases:case", args=[row.case.number]), row.case.campaign.name)


register(_attached)
