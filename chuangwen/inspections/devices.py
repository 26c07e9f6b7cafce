"""Telephones that carry what a team finds until it has arrived: each known by a key, or by a password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.organizations.accounts.devices import device_words
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import may_secure

TOLD = timedelta(days=7)  # as long its owner is told that somebody else cut a device off

NAME = 40  # characters


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """One's own."""
        return self.filter(person=actor.pk)

    def carrying(self) -> Self:
        return self.filter(cut_off_at__isnull=True)

    def news_to(self, owner: Person) -> Self:
        """The owner's devices that somebody else has cut off lately."""
        lately = self.visible_to(owner).filter(cut_off_at__gt=timezone.now() - TOLD)
        return lately.exclude(cut_off_by=owner).exclude(cut_off_by=None)


class Device(models.Model):
    """A browser in which somebody has opened the field app, or another client that signs in by a password.

    ``key`` is made by the browser and says nothing else. ``digest`` is the SHA-256 of a hundred random bits,
    the password of a client without pages: there is nothing to guess, so nothing to slow down; a browser
    has none. Once it is cut off, a device takes nothing away any more; a browser forgets what it holds when
    it next has signal. ``seen_at`` is when it last asked for something, exact to ``services.devices.SEEN``.
    """

    key = models.UUIDField(unique=True, default=uuid4)
    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    name = models.CharField(_("device"), max_length=NAME)
    digest = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"), null=True)
    cut_off_at = models.DateTimeField(_("cut off"), null=True)
    cut_off_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        ordering = ("-since", "-id")
        constraints = (
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="one_device_a_password"),
        )

    def __str__(self) -> str:
        return self.name if self.digest else device_words(self.name)

    @property
    def last_seen(self) -> datetime:
        """When it came first, for one that has not come since this is written down."""
        return self.seen_at or self.since


def may_cut_off(actor: Person, owner: Person) -> bool:
    """One's own devices, and those of whose account one keeps: as with sessions, a lost one cannot wait."""
    return actor.pk == owner.pk or may_secure(actor, owner)
