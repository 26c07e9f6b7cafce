"""Every write about accounts in use: what happened to them, the sessions, a lost second factor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, SignIn
from chuangwen.organizations.problems import LINK_VOID, NO_FACTOR, NOT_YOUR_ACCOUNT
from chuangwen.organizations.scope import may_secure
from chuangwen.organizations.services import journal_name

NOBODY = "nobody"  # the actor of what was tried without an identity that we believe
UNKNOWN = (
    "person:unknown"  # an account that does not exist; the name typed may be a password, so it is not kept
)
LOCK_SECONDS = 300


@transaction.atomic
def note(*, actor: str, verb: str, person: Person | None, data: Mapping[str, Any] | None = None) -> None:
    """Record that something happened to an account; never a password, a code, a name typed or an address."""
    record(actor=actor, verb=verb, subject=journal_name(person) if person else UNKNOWN, data=data)


def note_failure(username: str) -> None:
    """Record a wrong password."""
    note(actor=NOBODY, verb="account.refused", person=Person.objects.filter(username=username).first())


def note_lock(username: str) -> None:
    """Record that an account is locked for a while: once for each lock, however often it is tried."""
    person = Person.objects.filter(username=username).first()
    if cache.add(f"account.locked:{person.pk if person else 0}", value=True, timeout=LOCK_SECONDS):
        note(actor=NOBODY, verb="account.locked", person=person)


@transaction.atomic
def begin_session(*, person: Person, session_key: str, device: str) -> SignIn:
    """Record a sign-in; where the installation allows one at a time, the older ones end."""
    # Two sign-ins of one person at once wait for each other, so that one of them is the later one.
    Person.objects.select_for_update().get(pk=person.pk)
    forgotten = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignIn.objects.filter(person=person, since__lt=forgotten).delete()
    SignIn.objects.filter(session_key=session_key).delete()
    begun = SignIn.objects.create(person=person, session_key=session_key, device=device, since=timezone.now())
    note(actor=journal_name(person), verb="account.sign_in", person=person)
    if settings.ONE_SESSION:
        end_sessions(actor=person, person=person, because=SignIn.Ended.ELSEWHERE, but=begun.pk)
    return begun


@transaction.atomic
def end_sessions(
    *, actor: Person | None, person: Person, because: SignIn.Ended, only: int = 0, but: int = 0
) -> int:
    """End the sessions of ``person``: all, only one, or all but one. Returns how many ended."""
    ending = SignIn.objects.filter(person=person, ended="").exclude(pk=but)
    if only:
        ending = ending.filter(pk=only)
    keys = list(ending.values_list("session_key", flat=True))
    if not keys:
        return 0
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session_key__in=keys).update(ended=because)
    data = {"because": because.value, "count": len(keys)}
    note(actor=journal_name(actor), verb="account.sessions_end", person=person, data=data)
    return len(keys)


def cut_off(*, actor: Person, person: Person) -> int:
    """End all sessions of somebody else. Returns how many ended. Raises Problem ``account.not_yours``."""
    if not may_secure(actor, person):
        raise Problem(NOT_YOUR_ACCOUNT, person=person)
    return end_sessions(actor=actor, person=person, because=SignIn.Ended.SECURITY)


def why_ended(session_key: str) -> str:
    """Why somebody ended the session with which a browser comes back; said once, "" if nobody did."""
    ended = SignIn.objects.filter(session_key=session_key).exclude(ended="").first()
    if not ended:
        return ""
    ended.delete()
    return str(SignIn.Ended(ended.ended).label)


@transaction.atomic
def sign_out(*, person: Person, session_key: str) -> None:
    SignIn.objects.filter(session_key=session_key).delete()
    note(actor=journal_name(person), verb="account.sign_out", person=person)


@transaction.atomic
def change_password(*, person: Person, sign_in: int, session_key: str) -> None:
    """After a change of password: this session goes on under a new key, all others have ended."""
    SignIn.objects.filter(pk=sign_in, person=person).update(session_key=session_key)
    note(actor=journal_name(person), verb="account.password", person=person)
    end_sessions(actor=person, person=person, because=SignIn.Ended.PASSWORD, but=sign_in)


@transaction.atomic
def set_first_password(*, person: Person, password: str) -> None:
    """Give an account that has none its password, which the caller has judged.

    Raises Problem ``account.link_void`` if it has one by now.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.has_usable_password():
        raise Problem(LINK_VOID)
    person.set_password(password)
    person.save(update_fields=["password"])
    note(actor=journal_name(person), verb="account.first_password", person=person)


@transaction.atomic
def note_links(*, actor: Person, count: int) -> None:
    """Record that somebody took away the links for first passwords, and how many."""
    record(actor=journal_name(actor), verb="account.links", subject="directory", data={"count": count})


@transaction.atomic
def reset_second_factor(*, actor: Person | None, person: Person) -> None:
    """Take away a lost second factor, and end the sessions; the person sets a new one up at the next sign-in.

    The command line (actor None) may do so for anybody. Raises Problem ``account.not_yours``,
    ``account.no_factor``.
    """
    if actor and not may_secure(actor, person):
        raise Problem(NOT_YOUR_ACCOUNT, person=person)
    removed, _each = Authenticator.objects.filter(user=person).delete()
    if not removed:
        raise Problem(NO_FACTOR, person=person)
    note(actor=journal_name(actor), verb="account.factor_reset", person=person)
    end_sessions(actor=actor, person=person, because=SignIn.Ended.FACTOR)
