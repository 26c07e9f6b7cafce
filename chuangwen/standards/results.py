"""What came of a self-report's reviews: the points of each line as released, and what units object to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case, open_case
from chuangwen.organizations.models import Person

REASON_LIMIT = 500  # characters


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Those of the units in the actor's scope, and of those that their office has asked.

        Whoever is only named on the self-report, to review it, never sees what the others gave.
        """
        return self.filter(open_case(actor, "self_report__case"))


class Score(models.Model):
    """The released result of a self-report; the unit may object up to and with ``objections_until``."""

    self_report = models.OneToOneField(
        "standards.SelfReport", models.PROTECT, primary_key=True, related_name="score"
    )
    released_at = models.DateTimeField(_("released"))
    objections_until = models.DateField(_("objections until"))

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")

    def __str__(self) -> str:
        return str(self.self_report)


class Result(models.Model):
    """The points of one line as they were released; ``corrected`` is what an objection made of them.

    ``occurs`` is of a veto: that which excludes the unit has occurred.
    """

    score = models.ForeignKey(Score, models.CASCADE, related_name="results")
    criterion = models.ForeignKey("standards.Criterion", models.PROTECT, related_name="results")
    points = models.DecimalField(_("points"), max_digits=8, decimal_places=2)
    occurs = models.BooleanField(default=False)
    corrected = models.DecimalField(
        _("corrected points"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    corrected_occurs = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("result of a line")
        constraints = (
            models.UniqueConstraint(fields=["score", "criterion"], name="one_result_a_line"),
            models.CheckConstraint(
                condition=Q(corrected=None, corrected_occurs=None)
                | Q(corrected__isnull=False, corrected_occurs__isnull=False),
                name="corrected_in_both",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.stands}"

    @property
    def stands(self) -> Decimal:
        """The points that count now."""
        return self.points if self.corrected is None else self.corrected

    @property
    def stands_as_veto(self) -> bool:
        return self.occurs if self.corrected_occurs is None else self.corrected_occurs


class Objection(models.Model):
    """What a unit says against the points of one line, and what the office answered."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="objection")
    result = models.OneToOneField(Result, models.PROTECT, related_name="objection")
    reason = models.CharField(_("reason"), max_length=REASON_LIMIT)
    found: Any = models.JSONField(_("what was found"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=REASON_LIMIT, blank=True)

    class Meta:
        verbose_name = _("objection")

    def __str__(self) -> str:
        return self.case.title
