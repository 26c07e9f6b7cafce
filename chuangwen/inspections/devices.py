"""Telephones that carry what a team finds until it has arrived: each known by a key of its own."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from chuangwen.organizations.accounts.devices import device_words
from chuangwen.organizations.models import Person


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """One's own."""
        return self.filter(person=actor.pk)

    def carrying(self) -> Self:
        return self.filter(cut_off_at__isnull=True)


class Device(models.Model):
    """A browser in which somebody has opened the field app. ``key`` is made there and says nothing else.

    Once it is cut off, it takes nothing away any more, and forgets what it holds when it next has signal.
    """

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    name = models.CharField(_("device"), max_length=40)
    since = models.DateTimeField(_("since"))
    cut_off_at = models.DateTimeField(_("cut off"), null=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        ordering = ("-since", "-id")

    def __str__(self) -> str:
        return device_words(self.name)
