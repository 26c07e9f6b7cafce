"""Campaigns and cases: everything that moves is a case on some unit's desk; its reminders."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.evidence import Evidence
from chuangwen.core.models import Blob
from chuangwen.organizations.models import Person, Territory, Unit
from chuangwen.organizations.scope import scope_of


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Campaigns of the territories in which the actor has a post; those of their own case list."""
        codes = {post.unit.territory_id for post in scope_of(actor).posts}
        prefixes = {code[:n] for code in codes for n in Territory.LEVELS if n <= len(code)}
        return self.filter(Q(territory__in=prefixes))

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)


class Campaign(models.Model):
    """One city-wide effort, from the meeting to the plaque."""

    name = models.CharField(_("name"), max_length=100)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="campaigns")
    office = models.ForeignKey(Unit, models.PROTECT, related_name="campaigns", verbose_name=_("office"))
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next", verbose_name=_("follows")
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        ordering = ("-opened_on", "-id")

    def __str__(self) -> str:
        return self.name


class Circle(models.TextChoices):
    """Who sees a case at all."""

    OPEN = "", _("whoever sees its unit, and the body that issued it")
    UNIT = "unit", _("only those who belong to its unit")
    NAMED = "named", _("only those who are named on it, and the body that issued it")


def open_case(actor: Person | AnonymousUser, path: str = "") -> Q:
    """A filter for rows of unit and issuer as cases have them, as if all were open (``Circle.OPEN``)."""
    scope, dot = scope_of(actor), f"{path}__" if path else ""
    return scope.sees(f"{dot}unit") | Q(**{f"{dot}issuer__in": scope.belongs})


def open_case_apart(actor: Person | AnonymousUser) -> tuple[Q, Q]:
    """`open_case` as two filters that share no row, for sums: an index answers each, none answers both."""
    scope = scope_of(actor)
    seen = Q(unit__in=Unit.objects.filter(scope.sees()).values("pk"))
    return seen, Q(issuer__in=scope.belongs) & ~seen


def visible_case(actor: Person | AnonymousUser, path: str = "") -> Q:
    """What ``actor`` may see, for rows that hang on a case; ``path`` leads to it (``"assignment__case"``).

    Every kind of case passes here. What is open is looked at first, so that it is found as fast as before.
    """
    scope, dot = scope_of(actor), f"{path}__" if path else ""
    inside = Q(**{f"{dot}circle": Circle.OPEN})
    inside |= Q(**{f"{dot}circle": Circle.UNIT, f"{dot}unit__in": scope.belongs})
    inside |= Q(**{f"{dot}circle": Circle.NAMED, f"{dot}issuer__in": scope.belongs})
    seen = open_case(actor, path) & inside
    named = named_on(actor)
    return seen | Q(**{f"{dot}pk__in": named}) if named else seen


def named_on(actor: Person | AnonymousUser) -> list[int]:
    """The cases on which ``actor`` is named; read once a person, and only for those who can be."""
    scope = scope_of(actor)
    if not isinstance(actor, Person) or not (scope.inspects or scope.judges):
        return []
    if not hasattr(actor, "_named_on"):
        actor._named_on = list(actor.named_on.values_list("case", flat=True))  # type: ignore[attr-defined]  # noqa: SLF001
    found: list[int] = actor._named_on  # type: ignore[attr-defined]  # noqa: SLF001
    return found


# Whose unit has yet to do its part.
UNANSWERED = Q(closed_at__isnull=True, answered_at__isnull=True)


def overdue(today: date | None = None) -> Q:
    """Past its deadline on ``today`` and unanswered: the one rule by which anything is late."""
    return UNANSWERED & Q(due__lt=today or timezone.localdate())


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The cases that the actor may see: of units in their scope, or issued by a unit of theirs."""
        return self.filter(visible_case(actor))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def late(self) -> Self:
        """Those whose unit has not done its part in time; what waits for somebody's decision is not."""
        return self.filter(overdue())


class Case(models.Model):
    """What lies on a unit's desk: in a state, with a deadline, moved by certain people, remembering all.

    ``number`` is random, not counted, so that numbers tell nobody how many cases they cannot see.
    ``revision`` counts the moves; a move names the revision it was decided on (compare-and-swap).
    ``answered_at`` is when the unit did its part, while that stands: a report sent back is none.
    ``holder`` is the person on whose desk it lies; without one it is on those of all who answer for the unit.
    """

    number = models.CharField(_("number"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name=_("unit"))
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="issued_cases", verbose_name=_("issued by"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="cases", verbose_name=_("campaign"))
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    holder = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="held_cases",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("lies with"),
    )
    circle = models.CharField(
        _("seen by"), max_length=5, choices=Circle.choices, default=Circle.OPEN, blank=True
    )
    state = models.CharField(_("state"), max_length=20)
    revision = models.PositiveIntegerField(default=0)
    due = models.DateField(_("due"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        ordering = ("-opened_at", "-id")
        indexes = (
            models.Index(fields=["unit", "closed_at", "due"], name="case_desk"),
            models.Index(fields=["campaign", "kind", "unit"], name="case_campaign"),
            models.Index(fields=["issuer", "state", "due", "unit"], name="case_to_decide"),
            # The ledger and the late cases are read in the order of an index.
            models.Index(fields=["kind", "due"], name="case_by_due"),
            models.Index(fields=["kind", "state"], name="case_by_state"),
            models.Index(fields=["kind", "opened_at"], name="case_by_opening"),
            models.Index(fields=["kind", "closed_at"], name="case_by_closing"),
            # Said as IS NOT NULL: SQLite does not take NOT (… IS NULL) for the same.
            models.Index(fields=["holder", "closed_at"], condition=Q(holder__isnull=False), name="case_held"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """The case's name in the journal."""
        return f"case:{self.number}"

    @cached_property
    def waiting_request(self) -> Request | None:
        """The unit's request that waits for a decision; read once, and again after ``refresh_from_db``."""
        return next((request for request in self.requests.all() if request.waiting), None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("waiting_request", None)


class Participant(models.Model):
    """A person who is named on a case: whoever inspects, reviews or judges it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="named_on")

    class Meta:
        verbose_name = _("person named on a case")
        constraints = (models.UniqueConstraint(fields=["case", "person"], name="named_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.case_id}"


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The requests of the cases that the actor may see."""
        return self.filter(case__in=Case.objects.visible_to(actor))

    def waiting(self) -> Self:
        """Those to be decided; the end of the case answers a request that was still open then."""
        return self.filter(decision="", case__closed_at__isnull=True)


class Request(models.Model):
    """What a unit asks about its case: more time (延期), that the duty go to its right owner (改派), or that
    what it is held to be taken back (申诉).

    Asking changes nothing else: the deadline stands until the issuer has decided (DOMAIN section 2).
    ``wanted_due`` is the day asked for, ``proposed_unit`` the unit named as the right one, if any.
    ``replacement`` is the case that took the place of this one when the duty was passed on.
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("extension")
        NOT_OURS = "not_ours", _("not our duty")
        APPEAL = "appeal", _("appeal")

    class Decision(models.TextChoices):
        WAITING = "", _("waiting for a decision")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    case = models.ForeignKey(Case, models.CASCADE, related_name="requests", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    reason = models.CharField(_("reason"), max_length=500)
    wanted_due = models.DateField(_("day asked for"), null=True, blank=True)
    proposed_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("proposed unit")
    )
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.CharField(_("reason for the decision"), max_length=500, blank=True)
    replacement = models.OneToOneField(
        Case,
        models.PROTECT,
        related_name="passed_on_by",
        null=True,
        blank=True,
        verbose_name=_("opened instead"),
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=Q(decision=""), name="one_request_waits_a_case"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(~Q(decision=""), decided_at__isnull=False),
                name="decision_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return self.reason

    @property
    def waiting(self) -> bool:
        return self.decision == self.Decision.WAITING


class Attachment(models.Model):
    """A file that belongs to a case; seen by whoever sees the case.

    ``evidence`` is the piece of the unit's library that it was picked from, if it was.
    """

    class Purpose(models.TextChoices):
        SOURCE = "source", _("source document")
        REPORT = "report", _("report")
        PHOTO = "photo", _("photo")
        PAPER = "paper", _("official paper")
        EVIDENCE = "evidence", _("evidence")

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="attachments", null=True, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    name = models.CharField(_("file name"), max_length=200)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Rung(models.TextChoices):
    """The steps of a reminder, each with its own notice: before the deadline, on the day, and after it."""

    BLUE = "blue", _("near due")
    YELLOW = "yellow", _("near due and slow")
    TODAY = "today", _("due today")
    RED = "red", _("overdue")
    # No steps of a reminder: something came about that the unit is to know.
    TOLD = "told", _("announced to your unit")
    RAISED = "raised", _("escalated")


class Reminder(models.Model):
    """A case was brought to mind once, on one rung. Written by ``reminders`` only.

    ``day`` tells apart what would otherwise be the same: the deadline, so that an extended case is reminded
    of again; on the red rung the day on which its week of being late began.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="reminders")
    rung = models.CharField(max_length=6, choices=Rung.choices)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["case", "rung", "day"], name="reminded_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.rung} {self.day}"


class Notice(models.Model):
    """A reminder on one person's desk; ``told_at`` is when it was also put into a message of theirs."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="notices")
    read_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["person", "reminder"], name="noticed_once"),)
        indexes = (
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["person"], condition=Q(read_at=None, told_at=None), name="notice_untold"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.reminder_id}"


class Preference(models.Model):
    """How a person wants to be reminded besides on their desk; ``channels`` are names of the outbox's."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="preference")
    channels = models.JSONField(default=list)
    digested_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("preference")

    def __str__(self) -> str:
        return ", ".join(self.channels)
