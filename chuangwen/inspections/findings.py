"""What a team finds: a criterion met or not at a point, in words and photos, by the clock of a telephone."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import named_on, visible_case
from chuangwen.core.models import Blob
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of
from chuangwen.rectification.models import Order
from chuangwen.standards.models import Criterion

# Telephones are minutes wrong without anybody's fault.
_LENIENCE = timedelta(minutes=15)


class Verdict(models.TextChoices):
    MET = "met", _("complies")
    UNMET = "unmet", _("does not comply")
    NOT_APPLICABLE = "not_applicable", _("does not apply")


class Decision(models.TextChoices):
    """What the leader of the team says of a finding."""

    WAITING = "", _("to be reviewed")
    CONFIRMED = "confirmed", _("confirmed")
    DROPPED = "dropped", _("not upheld")


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """All of a visit for its team and the office that sends it; for whoever else sees the visit, what
        was confirmed, once the visit is closed."""
        own = Q(visit__case__issuer__in=scope_of(actor).belongs)
        own |= Q(visit__case__in=named_on(actor))
        others = visible_case(actor, "visit__case") & Q(
            visit__case__state="closed", decision=Decision.CONFIRMED
        )
        return self.filter(own | others)


class Finding(models.Model):
    """One criterion at one place: met or not. ``key`` is given by the device, so that it arrives once.

    ``noted_at`` is the device's clock and ``received_at`` ours: the latter decides, the former is kept.
    ``latitude`` and ``longitude`` in degrees (WGS 84), where the inspector let the device say.
    """

    key = models.UUIDField(unique=True)
    visit = models.ForeignKey("inspections.Visit", models.PROTECT, related_name="findings")
    point = models.ForeignKey(
        "inspections.Point", models.PROTECT, related_name="findings", null=True, blank=True
    )
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="findings")
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict.choices)
    words = models.CharField(_("what was seen"), max_length=500, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    noted_at = models.DateTimeField(_("noted"))
    received_at = models.DateTimeField(_("received"))
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    decision = models.CharField(_("leader's review"), max_length=9, choices=Decision.choices, blank=True)
    dropped_because = models.CharField(_("not upheld because"), max_length=300, blank=True)

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="findings", null=True, blank=True, verbose_name=_("order")
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        ordering = ("received_at", "id")
        indexes = (models.Index(fields=["received_at", "id"], name="finding_time"),)

    def __str__(self) -> str:
        return self.words or str(self.criterion)

    @property
    def doubtful(self) -> bool:
        """Whether the device's clock cannot be right: before the visit was planned, or after it arrived."""
        early = self.noted_at < self.visit.case.opened_at - _LENIENCE
        return early or self.noted_at > self.received_at + _LENIENCE


class FindingPhoto(models.Model):
    """A photo of a finding, made plain as all photos; ``digest`` is the SHA-256 of what was sent."""

    key = models.UUIDField(unique=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="photos")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("photo of a finding")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.key}"


class PhotoHint(models.Model):
    """What a photo told of time and place when it was sent: apart from it, as those of evidence are."""

    photo = models.OneToOneField(FindingPhoto, models.CASCADE, primary_key=True, related_name="hint")
    taken_at = models.DateTimeField(null=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("hint of a photo")

    def __str__(self) -> str:
        return f"{self.photo_id}"
