"""What other departments say of the units of a round: asked of each body once, answered unit by unit."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Attachment, Case, visible_case
from chuangwen.organizations.models import Person, Unit
from chuangwen.standards.reviews import Review

WORDS_LIMIT = 500  # characters


class Consultation(models.Model):
    """One body is asked about units of a round (征求意见); its case lies on the body's desk."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="consultation")
    round = models.ForeignKey("standards.Round", models.PROTECT, related_name="consultations")
    question = models.CharField(_("what is asked"), max_length=WORDS_LIMIT)

    class Meta:
        verbose_name = _("request for opinions")

    def __str__(self) -> str:
        return self.case.title


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Those of requests that one sees, and, once given, those about units that one reviews."""
        reviews = Review.objects.standing().filter(
            reviewer=actor.pk,
            self_report__round=OuterRef("consultation__round"),
            self_report__case__unit=OuterRef("unit"),
        )
        reviewed = Q(Exists(reviews.visible_to(actor)), consultation__case__state="answered")
        return self.filter(visible_case(actor, "consultation__case") | reviewed)


class Opinion(models.Model):
    """What the body says of one unit: nothing, no objection, or facts with the day from which they are."""

    class Verdict(models.TextChoices):
        NONE = "none", _("no objection")
        FACTS = "facts", _("with facts")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="opinions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="opinions")
    verdict = models.CharField(_("opinion"), max_length=5, choices=Verdict.choices, blank=True)
    words = models.CharField(_("facts"), max_length=WORDS_LIMIT, blank=True)
    day = models.DateField(_("day"), null=True, blank=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+", null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        ordering = ("unit__code",)
        constraints = (
            models.UniqueConstraint(fields=["consultation", "unit"], name="one_opinion_a_unit"),
            models.CheckConstraint(condition=~Q(verdict="facts") | ~Q(words=""), name="facts_are_said"),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.unit_id}"
