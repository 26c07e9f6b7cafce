"""Inspections: the yearly plan, one inspection of it, where it looks at what, and the visits to its units."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Campaign, Case, named_on, visible_case
from chuangwen.inspections.devices import Device
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.findings import Finding, FindingPhoto, PhotoHint
from chuangwen.inspections.halves import Half
from chuangwen.inspections.submissions import Submission, SubmittedFile
from chuangwen.organizations.models import Person, Unit, within_any
from chuangwen.organizations.scope import scope_of
from chuangwen.standards.models import Criterion, Standard

# Tables of the app that stand elsewhere.
__all__ = ["Device", "Draw", "Finding", "FindingPhoto", "PhotoHint", "Submission", "SubmittedFile"]


class YearPlanQuerySet(models.QuerySet["YearPlan"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Drafts for the office that keeps the plan; filed ones also for offices over it and auditors."""
        scope = scope_of(actor)
        over = within_any(scope.offices | scope.audits, "issuer__territory_id")
        return self.filter(Q(issuer__in=scope.belongs) | (over & Q(filed_at__isnull=False)))


class YearPlan(models.Model):
    """The inspections of one year in one campaign (年度检查计划), filed before the first of them sets out.

    DOMAIN section 3: whoever inspects has a plan for the year on file. ``basis`` is what allows it.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="year_plans")
    issuer = models.ForeignKey(
        Unit, models.PROTECT, related_name="year_plans", verbose_name=_("sending office")
    )
    year = models.PositiveIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2099)]
    )
    basis = models.CharField(_("basis of the plan"), max_length=300)
    filed_at = models.DateTimeField(_("filed on"), null=True, blank=True)
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)

    objects = YearPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("yearly plan")
        ordering = ("-year", "-id")
        constraints = (
            models.UniqueConstraint(fields=["campaign", "issuer", "year"], name="one_plan_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.issuer} {self.year}"

    @property
    def subject(self) -> str:
        """The plan's name in the journal."""
        return f"year_plan:{self.pk}"


class PlanLineQuerySet(models.QuerySet["PlanLine"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Lines of the plans that the actor sees; those of covert inspections for the sending office only."""
        own = Q(plan__issuer__in=scope_of(actor).belongs)
        return self.filter(own | Q(covert=False), plan__in=YearPlan.objects.visible_to(actor))


class PlanLine(models.Model):
    """One line of a yearly plan: what is inspected, how many units of it, until when."""

    plan = models.ForeignKey(YearPlan, models.CASCADE, related_name="lines")
    name = models.CharField(_("what is inspected"), max_length=100)
    covert = models.BooleanField(_("covert"), default=False)
    units = models.PositiveIntegerField(_("units"), validators=[MinValueValidator(1)])
    by = models.DateField(_("done by"))

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a yearly plan")
        ordering = ("by", "id")

    def __str__(self) -> str:
        return self.name


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Inspections whose case the actor sees: a covert one only in the office that sends it."""
        return self.filter(visible_case(actor, "case"))


class Inspection(models.Model):
    """One inspection of a plan: open, announced by ``notice`` halves of a day, or covert.

    Its case is the sending office's own (unit = issuer). ``opened_at`` is when a covert one was opened to
    others, by the publication of the bulletin that takes it in; until then nobody else can learn of it.
    ``units_wanted`` is how many units a draw is to give.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="inspection")
    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="inspections")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="inspections")
    covert = models.BooleanField(_("covert"), default=False)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    notice = models.PositiveSmallIntegerField(
        _("announced before, in half days"), default=1, validators=[MaxValueValidator(10)]
    )
    units_wanted = models.PositiveIntegerField(
        _("units to visit"), default=1, validators=[MinValueValidator(1)]
    )
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        constraints = (
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="inspection_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return self.case.title

    @property
    def plan(self) -> YearPlan:
        return self.line.plan

    @property
    def withheld(self) -> bool:
        """Whether only the sending office and the teams may know of it."""
        return self.covert and self.opened_at is None


class Followed(models.Model):
    """The place in the journal up to which published bulletins were looked for; one row."""

    position = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("place in the journal")

    def __str__(self) -> str:
        return f"{self.position}"


class PointType(models.Model):
    """A kind of place that is looked at: a service window, a courtyard, a wall."""

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("type of point")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


def visited_by(actor: Person | AnonymousUser) -> models.QuerySet[Visit, Any]:
    """The keys of the units that the actor visits."""
    return Visit.objects.filter(case__in=named_on(actor)).values("case__unit")


class PointQuerySet(models.QuerySet["Point"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Points of the units that the actor sees, or visits."""
        return self.filter(scope_of(actor).sees("unit") | Q(unit__in=visited_by(actor)))

    def standing(self) -> Self:
        return self.filter(active=True)

    def looked_at(self, visit: Visit) -> Self:
        """The points of the visit's unit that it looks at: those that the lot chose, or all without a lot."""
        chosen = Visit.points.through.objects.filter(visit=visit.pk, point__active=True)
        own = self.standing().filter(unit=visit.case.unit_id)
        return own.filter(~Exists(chosen) | Q(pk__in=chosen.values("point")))


class Point(models.Model):
    """A place of a unit that can be looked at (点位). ``latitude`` and ``longitude`` in degrees (WGS 84)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="points", verbose_name=_("unit"))
    type = models.ForeignKey(PointType, models.PROTECT, related_name="points", verbose_name=_("type"))
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    active = models.BooleanField(_("looked at"), default=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point")
        ordering = ("type__position", "name", "id")
        constraints = (
            models.UniqueConstraint(fields=["unit", "type", "name"], name="one_point_a_name"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) ^ Q(longitude__isnull=False), name="point_has_both"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Check(models.Model):
    """What is looked at where: a criterion at every point of a type; without a type, at the unit itself."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="checks")
    point_type = models.ForeignKey(PointType, models.PROTECT, related_name="+", null=True, blank=True)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="checks")

    class Meta:
        verbose_name = _("check of an inspection")
        ordering = ("point_type__position", "criterion__position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["inspection", "point_type", "criterion"], name="one_check", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.point_type or ''} {self.criterion}".strip()


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Visits whose case the actor sees: those not announced only for team and sending office."""
        return self.filter(visible_case(actor, "case"))


class Visit(models.Model):
    """One unit's part of an inspection, lying with the leader of its team.

    ``day`` and ``half`` are when the team means to come; without a day, on the inspection's first. ``points``
    are those that a lot chose; without one all of the unit's are looked at.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="visit")
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="visits")
    day = models.DateField(_("day"), null=True, blank=True)
    half = models.CharField(_("half of the day"), max_length=2, choices=Half.choices, default=Half.MORNING)
    points = models.ManyToManyField(Point, related_name="+", verbose_name=_("points drawn"), blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")

    def __str__(self) -> str:
        return self.case.title

    @property
    def planned_for(self) -> date:
        return self.day or self.inspection.opens_on


class Member(models.Model):
    """Somebody of a visit's team, and as whom they come along (DOMAIN S14: outside inspectors)."""

    class Capacity(models.TextChoices):
        INSPECTOR = "inspector", _("inspector")
        CONGRESS = "congress", _("deputy to the people's congress")
        PARTY = "party", _("delegate to the party congress")
        CPPCC = "cppcc", _("member of the CPPCC")
        SUPERVISOR = "supervisor", _("style supervisor")
        SERVED = "served", _("service user")
        CITIZEN = "citizen", _("citizen")
        MEDIA = "media", _("journalist")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    capacity = models.CharField(_("as"), max_length=10, choices=Capacity.choices, default=Capacity.INSPECTOR)

    class Meta:
        verbose_name = _("member of a team")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["visit", "person"], name="in_a_team_once"),)

    def __str__(self) -> str:
        return f"{self.person}"
