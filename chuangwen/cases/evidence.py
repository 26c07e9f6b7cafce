"""A unit's library of evidence: uploaded once, described once, used for any number of matters and years."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.core.models import Blob
from chuangwen.core.resemblance import Bands
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import scope_of


class EvidenceKind(models.TextChoices):
    """What evidence can be."""

    DOCUMENT = "document", _("document")
    PHOTO = "photo", _("photo")
    TABLE = "table", _("register or table")
    LINK = "link", _("link to what is public")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The libraries of the units that the actor belongs to or sees along territory and system.

        Whoever reviews sees a piece where it is used, by the case that uses it.
        """
        return self.filter(scope_of(actor).sees("unit"))

    def standing(self) -> Self:
        """What has not been withdrawn, and so can be used."""
        return self.filter(withdrawn_at=None)


class Evidence(models.Model):
    """One piece: a stored file, or the address of what is public already.

    ``digest`` is the SHA-256 of what was sent, by which the same file is known again; a photo is kept
    otherwise than it was sent. ``revision`` counts the changes of its description.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="evidence", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind.choices)
    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(_("what it shows"), max_length=500, blank=True)
    dated = models.DateField(_("dated"), null=True, blank=True)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"))
    withdrawn_at = models.DateTimeField(_("no longer offered since"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(blob__isnull=True) ^ Q(link=""), name="evidence_is_a_file_or_a_link"
            ),
            models.UniqueConstraint(
                fields=["unit", "digest"], condition=~Q(digest=""), name="one_piece_a_file"
            ),
            models.UniqueConstraint(fields=["unit", "link"], condition=~Q(link=""), name="one_piece_a_link"),
        )
        # Whoever has the same link, of whatever unit (library/twins.py).
        indexes = (models.Index(fields=["link"], name="evidence_by_link"),)

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The piece's name in the journal."""
        return f"evidence:{self.pk}"

    @property
    def is_photo(self) -> bool:
        """Whether its content is a picture, whatever it is kept as."""
        return bool(self.blob and self.blob.media_type.startswith("image/"))


class Hint(models.Model):
    """What a photo told of itself when it was sent: a hint to whoever looks at it, and no proof.

    It stands apart, for the place may be somebody's home: no list, file or download holds it, and it goes
    with its piece. ``latitude`` and ``longitude`` are in degrees (WGS 84).
    """

    evidence = models.OneToOneField(Evidence, models.CASCADE, primary_key=True, related_name="hint")
    taken_at = models.DateTimeField(null=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("hint of a photo")

    def __str__(self) -> str:
        return f"{self.evidence_id}"


class Fingerprint(models.Model):
    """How a photo looks, so that one like it is found (``core.resemblance``): four bands of 16 bits.

    It is there, not ``tried`` yet, as soon as the photo is; the bands stay empty where nothing can be told.
    """

    evidence = models.OneToOneField(Evidence, models.CASCADE, primary_key=True, related_name="fingerprint")
    first = models.PositiveIntegerField(null=True)
    second = models.PositiveIntegerField(null=True)
    third = models.PositiveIntegerField(null=True)
    fourth = models.PositiveIntegerField(null=True)
    tried = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("fingerprint of a photo")
        indexes = (
            *(
                models.Index(fields=[name], name=f"looks_by_{name}")
                for name in ("first", "second", "third", "fourth")
            ),
            models.Index(fields=["evidence"], condition=Q(tried=False), name="looks_to_be_tried"),
        )

    def __str__(self) -> str:
        return f"{self.evidence_id}"

    @property
    def bands(self) -> Bands | None:
        found = (self.first, self.second, self.third, self.fourth)
        return None if None in found else found  # type: ignore[return-value]


class Concealed(models.Model):
    """The copy of a photo that may be published: faces and plates in ``boxes`` cannot be told in it.

    A person has looked at it: without boxes there is nothing to conceal, and the copy is the photo itself.
    Each box is left, top, width, height in pixels of the photo.
    """

    evidence = models.OneToOneField(Evidence, models.CASCADE, primary_key=True, related_name="concealed")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    boxes = models.JSONField(default=list)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("copy to be published")

    def __str__(self) -> str:
        return f"{self.evidence_id}"
