"""Reads of sign-ins: where a person is signed in now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.sessions.models import Session
from django.utils import timezone

from chuangwen.core.sessions import seen_at
from chuangwen.organizations.accounts.devices import device_words
from chuangwen.organizations.models import Person


@dataclass(frozen=True)
class Place:
    """A device on which a person is signed in; ``seen`` is exact to ``core.sessions.REFRESH_SECONDS``."""

    pk: int
    session_key: str
    device: str
    since: datetime
    seen: datetime


def places_of(person: Person) -> list[Place]:
    """Where ``person`` is signed in, the newest first; two queries."""
    begun = {one.session_key: one for one in person.sign_ins.filter(ended="")}
    living = Session.objects.filter(session_key__in=begun, expire_date__gt=timezone.now())
    seen = {session.session_key: seen_at(session.get_decoded()) for session in living}
    return [
        Place(
            one.pk,
            key,
            device_words(one.device),
            one.since,
            max(datetime.fromtimestamp(seen[key], UTC), one.since),
        )
        for key, one in begun.items()
        if key in seen
    ]
