"""A unit's assignment in parts, each with its share of the whole, down to a person who answers for it."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of


class BreakdownQuerySet(models.QuerySet["Breakdown"]):
    def in_force(self) -> Self:
        return self.filter(in_force_at__isnull=False)


class Breakdown(models.Model):
    """How one unit has broken its assignment down, and who leads it there.

    ``revision`` counts the edits. ``changed`` says that something was edited since it was put in force.
    ``to_person`` says whether every leaf is a person, as of the last time it was put in force. ``pattern``
    says that the unit lets units of its peer group begin with its parts, without the people in them.
    """

    assignment = models.OneToOneField(
        "directives.Assignment", models.CASCADE, primary_key=True, related_name="breakdown"
    )
    principal = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("principal leader")
    )
    in_charge = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("leader in charge")
    )
    revision = models.PositiveIntegerField(default=0)
    changed = models.BooleanField(default=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    to_person = models.BooleanField(default=False)
    pattern = models.BooleanField(default=False)

    objects = BreakdownQuerySet.as_manager()

    class Meta:
        verbose_name = _("breakdown")

    def __str__(self) -> str:
        return str(self.assignment)


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The shares of the actor's own units: nobody else sees who does what inside a unit."""
        return self.filter(breakdown__assignment__case__unit__in=scope_of(actor).belongs)

    def counting(self) -> Self:
        """Those in force, of open cases."""
        return self.filter(
            breakdown__in_force_at__isnull=False, breakdown__assignment__case__closed_at__isnull=True
        )

    def of(self, person: Person | AnonymousUser) -> Self:
        """What the person answers for, while they hold a post in the unit."""
        return self.visible_to(person).counting().filter(person=person.pk)

    def reported_by(self, actor: Person | AnonymousUser) -> Self:
        """What the actor says the progress of: their own, and parts of their units that no person has."""
        nobodys = Q(person=None, below=None, breakdown__assignment__case__unit__in=scope_of(actor).answers)
        return self.visible_to(actor).counting().filter(Q(person=actor.pk) | nobodys)


class Share(models.Model):
    """One part: a department, a post or a person, and how much of the part above it is.

    ``weight`` is in per cent of the part above; those of the parts side by side make 100. ``target`` is a
    number of ``target_unit``; without one the measure is either met or not, and ``achieved`` is 1 or 0.
    """

    class Level(models.TextChoices):
        DEPARTMENT = "department", _("department")
        POST = "post", _("post")
        PERSON = "person", _("individual")

    breakdown = models.ForeignKey(Breakdown, models.CASCADE, related_name="shares")
    above = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="below")
    level = models.CharField(_("broken down to"), max_length=10, choices=Level.choices)
    name = models.CharField(_("department or post"), max_length=60, blank=True)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shares",
        verbose_name=_("person responsible"),
    )
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2, null=True, blank=True)
    target_unit = models.CharField(_("counted in"), max_length=20, blank=True)
    weight = models.DecimalField(
        _("weight, per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )
    due = models.DateField(_("due"), null=True, blank=True)
    in_charge = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("leader in charge"),
    )
    achieved = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("share")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(level="person", person__isnull=False)
                | (~Q(level="person") & Q(person__isnull=True) & ~Q(name="")),
                name="share_names_whose_it_is",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="share_has_weight"),
            models.CheckConstraint(condition=Q(target__isnull=True) | Q(target__gt=0), name="share_target"),
        )

    def __str__(self) -> str:
        return self.person.name if self.person else self.name

    @property
    def terms(self) -> str:
        """What whoever signs takes on, in short: another measure, target, weight or day is another letter."""
        taken_on = (self.measure, self.target, self.target_unit, self.weight, self.due)
        return sha256("|".join(map(str, taken_on)).encode()).hexdigest()


class ShareReport(models.Model):
    """How far a person says that their part is; the latest counts, the earlier ones stay."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="reports")
    achieved = models.DecimalField(max_digits=12, decimal_places=2)
    words = models.CharField(_("what was done"), max_length=500, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("progress of a share")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.achieved}"


class Signature(models.Model):
    """That a person has acknowledged the terms of their share, by their own account (责任书)."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="signatures")
    terms = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature")
        constraints = (models.UniqueConstraint(fields=["share", "terms"], name="signed_once"),)

    def __str__(self) -> str:
        return f"{self.signed_at:%Y-%m-%d}"
