"""Telephones in the field: known since they first came or got a password, cut off when they are lost."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.inspections.devices import NAME, Device, may_cut_off
from chuangwen.inspections.problems import DEVICE_CUT_OFF, DEVICES_FULL
from chuangwen.organizations.models import Person
from chuangwen.organizations.problems import NOT_YOUR_ACCOUNT
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name

SEEN = timedelta(minutes=10)  # between two notes of when a device was last seen: a write makes others wait
MOST = 5  # devices of a person that have a password
# Neither a letter nor a digit that is taken for another one when typed on a telephone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_A_GROUP = 5, 4  # 31^20: a hundred bits


def welcome(*, actor: Person, key: UUID, name: str) -> Device:
    """The person's device with this key, written down when it comes for the first time.

    Raises Problem ``device.cut_off``: it was, or it is somebody else's.
    """
    # Of two first requests at the same moment one fails, and the device asks again.
    device = Device.objects.filter(key=key).first() or _write_down(actor, key, name)
    if device.cut_off_at or device.person_id != actor.pk:
        raise Problem(DEVICE_CUT_OFF)
    return _note_seen(device)


def _note_seen(device: Device) -> Device:
    if (now := timezone.now()) - device.last_seen > SEEN:
        Device.objects.filter(pk=device.pk).update(seen_at=now)
    return device


@transaction.atomic
def _write_down(actor: Person, key: UUID, name: str) -> Device:
    device = Device.objects.create(key=key, person=actor, name=name, since=timezone.now())
    _record(actor, device, "device.welcome")
    return device


@transaction.atomic
def give_password(*, actor: Person, name: str) -> tuple[Device, str]:
    """A device of the actor's that signs in by a password; the second value is it, kept nowhere.

    Raises Problem ``page.not_allowed`` (whoever inspects nothing), ``device.full``.
    """
    scope = scope_of(actor)
    if not (scope.inspects or scope.judges):
        raise Problem(NOT_ALLOWED, reason=_("you hold no post that inspects"))
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if Device.objects.carrying().filter(person=actor).exclude(digest="").count() >= MOST:
        raise Problem(DEVICES_FULL, limit=MOST)
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(_IN_A_GROUP)) for _group in range(_GROUPS))
    password = "-".join(groups)
    device = Device.objects.create(
        person=actor, name=name[:NAME], digest=_digest(password), since=timezone.now()
    )
    _record(actor, device, "device.password")
    return device, password


def person_of(username: str, password: str) -> Person | None:
    """Whose device signs in so; None for a wrong password, and for one that is cut off."""
    known = Device.objects.carrying().filter(
        digest=_digest(password), person__username=username, person__is_active=True
    )
    device = known.select_related("person").first()
    return _note_seen(device).person if device else None


def _digest(password: str) -> str:
    """Of the password as typed: a keyboard may begin with a capital, or somebody leave out the dashes."""
    return sha256(password.strip().lower().replace("-", "").encode()).hexdigest()


@transaction.atomic
def cut_off(*, actor: Person, device: Device) -> None:
    """Nothing goes to this device any more; cut off again, nothing changes.

    Raises Problem ``account.not_yours``: neither one's own, nor of somebody whose account one keeps.
    """
    if not may_cut_off(actor, device.person):
        raise Problem(NOT_YOUR_ACCOUNT, person=device.person)
    cut = {"cut_off_at": timezone.now(), "cut_off_by": actor}
    if Device.objects.carrying().filter(pk=device.pk).update(**cut):
        _record(actor, device, "device.cut_off")


def _record(actor: Person, device: Device, verb: str) -> None:
    data = {"device": str(device.key)}
    record(actor=journal_name(actor), verb=verb, subject=journal_name(device.person), data=data)
