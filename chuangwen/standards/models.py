"""What a unit is measured by: the standard and its criteria; what the unit says of itself: self-reports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.evidence import Evidence, EvidenceKind
from chuangwen.cases.models import Campaign, Case
from chuangwen.organizations.models import PeerGroup, Person, Territory, Unit, within_any
from chuangwen.organizations.scope import scope_of
from chuangwen.standards import rules
from chuangwen.standards.opinions import Consultation, Opinion
from chuangwen.standards.results import Objection, Result, Score
from chuangwen.standards.reviews import Mark, Panel, Review

# Tables of the app that stand elsewhere.
__all__ = ["Consultation", "Mark", "Objection", "Opinion", "Panel", "Result", "Review", "Score"]

STATEMENT_LIMIT = 500  # characters; DOMAIN §2


def points_field(label: Any, **more: Any) -> models.DecimalField[Any, Any]:
    """Points: exact, two digits, never less than nothing; what takes away says so by its rule."""
    validators = [MinValueValidator(Decimal(0))]
    return models.DecimalField(label, max_digits=7, decimal_places=2, validators=validators, **more)


class StandardQuerySet(models.QuerySet["Standard"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Published ones of the territories that the actor has a post in; drafts for office and auditors."""
        scope = scope_of(actor)
        codes = {post.unit.territory_id for post in scope.posts}
        prefixes = {code[:n] for code in codes for n in Territory.LEVELS if n <= len(code)}
        kept = within_any(scope.offices | scope.audits, "office__territory_id")
        return self.filter(kept | (Q(office__territory__in=prefixes) & ~Q(state=Standard.State.DRAFT)))


class Standard(models.Model):
    """A standard (测评体系) of one version: a draft, then published and never changed again, then retired.

    ``full`` is what the dimensions inside the hundred make for every unit, ``bonus`` what can be added.
    ``doubts`` are those with which it was read from a table (kind, row, scope, stated, found); ``despite`` is
    why it was published with sums that do not agree. ``revision`` counts the changes of the draft.
    """

    class Level(models.TextChoices):
        COUNTY = "county", _("county level")
        CITY = "city", _("city level")
        PROVINCE = "province", _("province level")
        NATIONAL = "national", _("national level")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=100)
    basis = models.CharField(_("basis"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.CITY)
    office = models.ForeignKey(Unit, models.PROTECT, related_name="standards", verbose_name=_("office"))
    peer_groups = models.ManyToManyField(
        PeerGroup, related_name="standards", verbose_name=_("peer groups"), blank=True
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    full = points_field(_("full points"), default=Decimal(100))
    bonus = points_field(_("bonus at most"), default=Decimal(0))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    doubts = models.JSONField(default=list, blank=True)
    despite = models.CharField(_("published all the same because"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard")
        ordering = ("code", "-version")
        constraints = (
            models.UniqueConstraint(fields=["office", "code", "version"], name="one_standard_a_version"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="standard_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def tone(self) -> str:
        """The tone of its state, for the badge."""
        return {"draft": "blue", "published": "green"}.get(self.state, "secondary")

    @property
    def subject(self) -> str:
        """The standard's name in the journal."""
        return f"standard:{self.pk}"


class Dimension(models.Model):
    """A part of a standard: inside the hundred for all or for one peer group, a bonus, or a deduction."""

    class Part(models.TextChoices):
        INSIDE = "inside", _("inside the hundred")
        BONUS = "bonus", _("bonus")
        DEDUCTION = "deduction", _("deduction or veto")

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="dimensions")
    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=100)
    part = models.CharField(_("part"), max_length=10, choices=Part.choices, default=Part.INSIDE)
    peer_group = models.ForeignKey(
        PeerGroup,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("only for the peer group"),
        help_text=_("Empty: for every unit that the standard is for."),
    )
    points = points_field(_("points"))

    class Meta:
        verbose_name = _("dimension")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """What a dimension looks at; its criteria say by what it is seen."""

    dimension = models.ForeignKey(Dimension, models.CASCADE, related_name="indicators")
    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=200)
    points = points_field(_("points"))

    class Meta:
        verbose_name = _("indicator")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Method(models.TextChoices):
    """How a criterion is looked at (DOMAIN §2)."""

    MATERIAL = "material", _("material")
    SITE = "site", _("site visit")
    SURVEY = "survey", _("survey")
    OPINION = "opinion", _("opinions of departments")
    VETO = "veto", _("negative list")


class Criterion(models.Model):
    """One line that is scored: what is asked, how it is looked at, by which rule, on what evidence, by whom.

    ``parameters`` belong to ``rule`` as ``rules.py`` keeps them. ``shows`` names what the evidence must show.
    """

    Kind = EvidenceKind

    class Shows(models.TextChoices):
        """What evidence must show."""

        UNIT_NAME = "unit_name", _("the unit's name")
        NUMBER = "number", _("a document number")
        PERIOD = "period", _("a date inside the period")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="criteria")
    position = models.PositiveIntegerField(_("position"), default=0)
    text = models.TextField(_("criterion"), max_length=1000)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices, default=Method.MATERIAL)
    points = points_field(_("points"))
    rule = models.CharField(_("rule"), max_length=20, default="manual")
    parameters = models.JSONField(default=dict, blank=True)
    scorer = models.CharField(_("scored by"), max_length=60, blank=True)
    kinds = models.JSONField(_("kinds of evidence"), default=list, blank=True)
    pieces = models.PositiveIntegerField(_("pieces of evidence at least"), default=0)
    shows = models.JSONField(_("evidence must show"), default=list, blank=True)
    words = models.PositiveIntegerField(_("characters of the statement at least"), default=0)
    limit = models.PositiveIntegerField(
        _("characters of the statement at most"),
        default=STATEMENT_LIMIT,
        validators=[MaxValueValidator(STATEMENT_LIMIT)],
    )

    class Meta:
        verbose_name = _("criterion")
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(limit__lte=STATEMENT_LIMIT, words__lte=models.F("limit")),
                name="statement_is_short",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def rule_in_words(self) -> str:
        return rules.in_words(self.rule, self.points, self.parameters)

    @property
    def evidence_in_words(self) -> str:
        """What is asked as evidence, in words; empty where nothing is."""
        kinds = [str(self.Kind(kind).label) for kind in self.kinds]
        shown = [str(self.Shows(name).label) for name in self.shows]
        comma = str(_(", "))
        parts = []
        if self.pieces:
            parts.append(str(_("at least %(count)s")) % {"count": self.pieces})
        if kinds:
            parts.append(comma.join(kinds))
        if shown:
            parts.append(str(_("showing %(what)s")) % {"what": comma.join(shown)})
        return str(_("; ")).join(parts)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The rounds of the campaigns that the actor is the civility office of, or audits."""
        scope = scope_of(actor)
        return self.filter(within_any(scope.offices | scope.audits, "campaign__office__territory_id"))


class Round(models.Model):
    """The self-reports of one standard in one campaign: about what period, and until when they are filed."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="rounds", verbose_name=_("campaign"))
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="rounds")
    begins = models.DateField(_("the period begins"))
    ends = models.DateField(_("the period ends"))
    closes = models.DateField(_("to be filed by"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of self-reports")
        constraints = (models.UniqueConstraint(fields=["campaign", "standard"], name="one_round_a_standard"),)

    def __str__(self) -> str:
        return str(self.standard)

    @property
    def subject(self) -> str:
        """The round's name in the journal."""
        return f"round:{self.pk}"


class SelfReport(models.Model):
    """What a unit says of itself, criterion by criterion. ``key`` lets a round ask each unit once."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="self_report")
    round = models.ForeignKey(Round, models.PROTECT, related_name="self_reports")
    key = models.CharField(max_length=40, unique=True)
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)

    class Meta:
        verbose_name = _("self-report")

    def __str__(self) -> str:
        return self.case.title


class Answer(models.Model):
    """What a unit says to one criterion. ``revision`` counts the changes."""

    self_report = models.ForeignKey(SelfReport, models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="answers")
    statement = models.CharField(_("statement"), max_length=STATEMENT_LIMIT, blank=True)
    shown = models.JSONField(_("what the evidence shows"), default=list, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("answer")
        constraints = (models.UniqueConstraint(fields=["self_report", "criterion"], name="one_answer"),)

    def __str__(self) -> str:
        return self.statement


class Proof(models.Model):
    """That an answer is shown by a piece of the unit's library."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="proofs")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="proofs")

    class Meta:
        verbose_name = _("use of a piece of evidence")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["answer", "evidence"], name="one_proof_a_piece"),)

    def __str__(self) -> str:
        return str(self.evidence)
