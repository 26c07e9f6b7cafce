"""Who looks at a self-report and what each of them gives: the panel of a round, reviews, and their marks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case, visible_case
from chuangwen.organizations.models import Person

REASON_LIMIT = 500  # characters
LONGEST = 60  # working days for an objection
WHOLE = Decimal(100)  # percent


class Panel(models.Model):
    """Who reviews the self-reports of a round, and by what they are held together.

    ``limit`` is the greatest difference between two reviewers that is let stand, as points or as percent
    of the criterion's points. ``seed`` is what the draw is made from: said before, so that anybody can
    repeat it. ``objection_days`` are working days.
    """

    class LimitIn(models.TextChoices):
        POINTS = "points", _("points")
        PERCENT = "percent", _("percent of the criterion's points")

    round = models.OneToOneField(
        "standards.Round", models.CASCADE, primary_key=True, related_name="panel", verbose_name=_("round")
    )
    reviewers = models.ManyToManyField(Person, related_name="panels", verbose_name=_("reviewers"))
    limit = models.DecimalField(
        _("difference that is let stand"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(20),
        validators=[MinValueValidator(Decimal(0))],
    )
    limit_in = models.CharField(
        _("measured in"), max_length=10, choices=LimitIn.choices, default=LimitIn.PERCENT
    )
    due = models.DateField(_("to be reviewed by"))
    objection_days = models.PositiveIntegerField(
        _("working days for an objection"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
    )
    seed = models.CharField(_("what the draw is made from"), max_length=100)
    drawn_at = models.DateTimeField(_("drawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("panel of reviewers")

    def __str__(self) -> str:
        return str(self.round)

    def allows(self, points: Decimal) -> Decimal:
        """The difference that is let stand at a criterion of so many ``points``."""
        return self.limit if self.limit_in == self.LimitIn.POINTS else points * self.limit / WHOLE


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Those on which the actor is named, and those that their own office has asked for."""
        return self.filter(visible_case(actor, "case"))

    def standing(self) -> Self:
        return self.exclude(case__state="withdrawn")


class Review(models.Model):
    """One reviewer's look at one self-report: the first, the second, or the third of the lines in dispute.

    ``lines`` are the keys of the criteria that a third reviewer is asked about; empty means all.
    ``third_lacking``: with this one both were in, they differ, and nobody was free to be the third.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="review")
    self_report = models.ForeignKey("standards.SelfReport", models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="reviews")
    ordinal = models.PositiveSmallIntegerField(_("which"))
    lines: Any = models.JSONField(default=list, blank=True)
    third_lacking = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        ordering = ("ordinal", "pk")
        constraints = (
            models.UniqueConstraint(fields=["self_report", "reviewer"], name="reviews_a_report_once"),
        )

    def __str__(self) -> str:
        return self.case.title


class Mark(models.Model):
    """What a reviewer found at one criterion, and the points that the rule gives for it.

    ``found`` is as ``rules.py`` takes it; ``points`` are computed, never typed. ``revision`` counts changes.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey("standards.Criterion", models.PROTECT, related_name="marks")
    found: Any = models.JSONField(_("what was found"))
    points = models.DecimalField(_("points"), max_digits=12, decimal_places=6)
    reason = models.CharField(_("reason"), max_length=REASON_LIMIT, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("mark")
        constraints = (
            models.UniqueConstraint(fields=["review", "criterion"], name="one_mark"),
            models.CheckConstraint(
                condition=Q(points__gte=-1000, points__lte=1000), name="mark_is_of_the_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.points}"
