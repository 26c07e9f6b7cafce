"""The breakdown of an assignment inside its unit: goals of departments, posts and people."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of

WHOLE = Decimal(100)  # what the weights of siblings make together


class BreakdownQuerySet(models.QuerySet["Breakdown"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Those of the actor's own unit: what colleagues are set stays among them."""
        return self.filter(case__unit__in=scope_of(actor).belongs)


class Breakdown(models.Model):
    """The tree of goals of one assignment. ``revision`` counts the changes (compare-and-swap)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("breakdown being drafted")
        IN_FORCE = "in_force", _("in force")
        CHANGED = "changed", _("changed, not yet in force again")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="breakdown")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)

    objects = BreakdownQuerySet.as_manager()

    class Meta:
        verbose_name = _("breakdown")

    def __str__(self) -> str:
        return str(self.case)


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        return self.filter(breakdown__in=Breakdown.objects.visible_to(actor))


class Goal(models.Model):
    """What one department, post or person has to do, by when, and who leads it.

    The target is a number with its unit, or a state that can be checked (``condition``). ``weight`` is of
    100 among the goals with the same parent.
    """

    class Level(models.TextChoices):
        DEPARTMENT = "department", _("department")
        POST = "post", _("post")
        PERSON = "person", _("individual")

    breakdown = models.ForeignKey(Breakdown, models.CASCADE, related_name="goals")
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    level = models.CharField(_("broken down to"), max_length=10, choices=Level.choices)
    name = models.CharField(_("name of the department or post"), max_length=60, blank=True)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="goals",
        null=True,
        blank=True,
        verbose_name=_("person responsible"),
    )
    measure = models.CharField(_("measure"), max_length=200, help_text=_("What is done."))
    target = models.DecimalField(
        _("target"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    unit_of_measure = models.CharField(
        _("unit of measure"), max_length=20, blank=True, help_text=_("Times, households, per cent …")
    )
    condition = models.CharField(
        _("or state to be reached"),
        max_length=200,
        blank=True,
        help_text=_("Where no number fits: what one can check, yes or no."),
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(WHOLE)],
        help_text=_("The goals side by side make 100 together."),
    )
    due = models.DateField(_("due"))
    principal = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("principal leader")
    )
    in_charge = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("leader in charge")
    )

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(level="person", person__isnull=False)
                | (~Q(level="person") & Q(person__isnull=True)),
                name="a_goal_of_a_person_names_them",
            ),
        )

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.name
