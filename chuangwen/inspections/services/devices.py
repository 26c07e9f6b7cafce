"""Telephones of the field app: made known when they first come, cut off when they are lost."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.inspections.devices import Device
from chuangwen.inspections.problems import DEVICE_CUT_OFF
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name


def welcome(*, actor: Person, key: UUID, name: str) -> Device:
    """The person's device with this key, written down when it comes for the first time.

    Raises Problem ``device.cut_off``: it was, or it is somebody else's.
    """
    # Of two first requests at the same moment one fails, and the device asks again.
    device = Device.objects.filter(key=key).first() or _write_down(actor, key, name)
    if device.cut_off_at or device.person_id != actor.pk:
        raise Problem(DEVICE_CUT_OFF)
    return device


@transaction.atomic
def _write_down(actor: Person, key: UUID, name: str) -> Device:
    device = Device.objects.create(key=key, person=actor, name=name, since=timezone.now())
    _record(actor, device, "device.welcome")
    return device


@transaction.atomic
def cut_off(*, actor: Person, device: Device) -> None:
    """Nothing goes to this device any more; cut off again, nothing changes."""
    if Device.objects.carrying().filter(pk=device.pk).update(cut_off_at=timezone.now()):
        _record(actor, device, "device.cut_off")


def _record(actor: Person, device: Device, verb: str) -> None:
    data = {"device": str(device.key)}
    record(actor=journal_name(actor), verb=verb, subject=journal_name(device.person), data=data)
