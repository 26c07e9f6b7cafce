"""Telephones of the field app: made known when they first come, cut off when they are lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.inspections.devices import Device, may_cut_off
from chuangwen.inspections.problems import DEVICE_CUT_OFF
from chuangwen.organizations.models import Person
from chuangwen.organizations.problems import NOT_YOUR_ACCOUNT
from chuangwen.organizations.services import journal_name

SEEN = timedelta(minutes=10)  # between two notes of when a device was last seen: a write makes others wait


def welcome(*, actor: Person, key: UUID, name: str) -> Device:
    """The person's device with this key, written down when it comes for the first time.

    Raises Problem ``device.cut_off``: it was, or it is somebody else's.
    """
    # Of two first requests at the same moment one fails, and the device asks again.
    device = Device.objects.filter(key=key).first() or _write_down(actor, key, name)
    if device.cut_off_at or device.person_id != actor.pk:
        raise Problem(DEVICE_CUT_OFF)
    if (now := timezone.now()) - device.last_seen > SEEN:
        Device.objects.filter(pk=device.pk).update(seen_at=now)
    return device


@transaction.atomic
def _write_down(actor: Person, key: UUID, name: str) -> Device:
    device = Device.objects.create(key=key, person=actor, name=name, since=timezone.now())
    _record(actor, device, "device.welcome")
    return device


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
