"""From the speech to the report: meetings, the tasks drafted from them, assignments, records, reports."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Attachment, Campaign, Case
from chuangwen.core.models import IssuedNumber
from chuangwen.directives.recurrence import in_words
from chuangwen.directives.shares import Breakdown, Share, ShareReport, Signature
from chuangwen.organizations.models import Person, Territory, Unit

__all__ = ["Breakdown", "Share", "ShareReport", "Signature"]  # tables of the app that stand elsewhere

REPORT_LIMIT = 5000  # characters; DOMAIN §3: documents are short


class Meeting(models.Model):
    """A meeting (or a document) whose text assigns work; its tasks are the plan."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="meeting")
    held_on = models.DateField(
        _("held on"), help_text=_("Deadlines such as “within a week” count from this day.")
    )
    place = models.CharField(_("place"), max_length=100, blank=True)
    text = models.TextField(_("text"))
    basis = models.CharField(
        _("basis"),
        max_length=100,
        blank=True,
        help_text=_("Number of the document on which written reports are asked for."),
    )

    class Meta:
        verbose_name = _("meeting")

    def __str__(self) -> str:
        return self.case.title


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """The tasks of the meetings that the actor may see."""
        return self.filter(meeting__case__in=Case.objects.filter(kind="meeting").visible_to(actor))

    def standing(self) -> Self:
        return self.exclude(state=Task.State.DROPPED)


class Task(models.Model):
    """One assignment of the text: who does what, until when, and to whom it is reported.

    ``start`` and ``end`` are character offsets into the meeting's text; both null where a clerk added a task
    that the text does not say. ``recurs`` is ``weekly:5`` (Friday), ``monthly:28``, ``monthly:end``,
    ``quarterly`` or ``quarterly:end``. ``revision`` counts the edits. ``follows`` is the same task
    of the campaign before.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        DROPPED = "dropped", _("dropped")
        DISPATCHED = "dispatched", _("dispatched")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(_("task"))
    due = models.DateField(_("due"), null=True, blank=True)
    due_text = models.CharField(_("deadline as written"), max_length=100, blank=True)
    recurs = models.CharField(_("repeats"), max_length=20, blank=True)
    report_to = models.CharField(_("report to"), max_length=100, blank=True)
    asks_report = models.BooleanField(
        _("asks for a written report"), default=False, help_text=_("Ask only where the basis asks for one.")
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True) | Q(start__lt=models.F("end")),
                name="task_span_runs_forward",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def recurs_in_words(self) -> str:
        return in_words(self.recurs) if self.recurs else ""

    @property
    def subject(self) -> str:
        """The task's name in the journal."""
        return f"task:{self.pk}"


class Receiver(models.Model):
    """One line of a task's address: the wording of the text and the rule that finds its units.

    A task goes to the union of its lines less the union of its excluded ones. An undecided line has no rule
    yet and blocks dispatch.
    """

    class Rule(models.TextChoices):
        UNDECIDED = "", _("not decided")
        ALL = "all", _("every unit")
        SEATS = "seats", _("the seat of every territory of a level")
        TERRITORY = "territory", _("every unit of a territory")
        BODIES = "bodies", _("the four bodies")
        SYSTEM = "system", _("every unit of a system")
        SYSTEM_LEADS = "system_leads", _("those who lead a system")
        PEER_GROUP = "peer_group", _("a peer group")
        MARK = "mark", _("units with a mark")
        UNIT = "unit", _("one unit")
        NOBODY = "nobody", _("nobody")

    class Role(models.TextChoices):
        LEAD = "lead", _("leads")
        SUPPORT = "support", _("supports")
        EACH = "each", _("each for itself")

    task = models.ForeignKey(Task, models.CASCADE, related_name="receivers")
    wording = models.CharField(_("as written"), max_length=100, blank=True)
    rule = models.CharField(_("rule"), max_length=12, choices=Rule.choices, blank=True)
    value = models.CharField(_("of"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.EACH)
    excluded = models.BooleanField(_("except these"), default=False)

    class Meta:
        verbose_name = _("receiver")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.wording or self.get_rule_display()


class Assignment(models.Model):
    """One unit's part of one task.

    ``key`` names task, unit and period once, so that no double click, relay or clock can assign twice; an
    assignment that was withdrawn gives it up when the task comes to its unit a second time.
    ``period`` is the deadline of this round of a recurring task, in ISO form, else empty.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="assignment")
    task = models.ForeignKey(Task, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=8, choices=Receiver.Role.choices, default=Receiver.Role.EACH)
    period = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=60, unique=True, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    launched_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")

    def __str__(self) -> str:
        return self.case.title

    @staticmethod
    def key_of(task_id: int, unit_id: int, period: str) -> str:
        return f"{task_id}:{unit_id}:{period}"


class LaunchRecord(models.Model):
    """The meeting at which a unit set its part going (动员会, 部署会)."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, primary_key=True, related_name="launch")
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=100)
    chair = models.CharField(_("chair"), max_length=60)
    present = models.PositiveIntegerField(_("number present"), validators=[MinValueValidator(1)])
    minutes = models.TextField(_("minutes"), max_length=REPORT_LIMIT)

    class Meta:
        verbose_name = _("launch record")

    def __str__(self) -> str:
        return f"{self.held_on} {self.place}"


class Report(models.Model):
    """A written report as filed once; a report sent back stays, with the reason, and a new one follows."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reports")
    text = models.TextField(_("report"), max_length=REPORT_LIMIT)
    document = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    returned_reason = models.CharField(_("reason for sending back"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("report")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:60]


class Complaint(models.Model):
    """What somebody says against needless work; no name is asked, a code leads back to it."""

    code = models.CharField(_("number"), max_length=12, unique=True)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    about = models.CharField(
        _("about"), max_length=100, blank=True, help_text=_("The task, form or meeting, if it has a name.")
    )
    text = models.TextField(_("what is too much"), max_length=1000)
    filed_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("complaint about burden")
        ordering = ("-filed_at", "-id")

    def __str__(self) -> str:
        return self.code


class IssuedPaper(models.Model):
    """A numbered paper as it was issued: its files stay what they were, whatever changes afterwards."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice of deployment")
        SLIP = "slip", _("Supervision slip")

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.OneToOneField(IssuedNumber, models.PROTECT, related_name="+")
    docx = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    pdf = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    issued_on = models.DateField()

    class Meta:
        verbose_name = _("issued paper")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["case"], condition=Q(kind="notice"), name="one_notice_a_meeting"),
        )

    def __str__(self) -> str:
        return str(self.number)

    @property
    def files(self) -> list[tuple[str, int]]:
        """Its forms, each with its attachment."""
        return [("docx", self.docx_id), ("pdf", self.pdf_id)]


_PROGRESS = ("received", "acknowledged", "launched", "reported", "accepted", "waiting")
_REACH = ("begun", "in_force", "to_person")
_STEPS = ("received", "acknowledged", "reported", "accepted")


class Tally(models.Model):
    """How many cases a unit has of a campaign and an issuer, how far they are, and how far down broken down.

    Each number is the sum of its rows. ``begun``, ``in_force`` and ``to_person`` are those of breakdowns.

    Progress on a day is the sum over the rows with an earlier ``day``: ``waiting`` counts the cases that are
    late when ``day`` is over, unless their unit does its part; the other numbers count on every day, and have
    the first of all. Withdrawn cases count nowhere. Written by the triggers of ``triggers.py`` alone, which
    append what changes; ``services.tallying`` replaces rows by their sum.
    """

    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False)
    issuer = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField()
    received = models.IntegerField()
    acknowledged = models.IntegerField()
    launched = models.IntegerField()
    reported = models.IntegerField()
    accepted = models.IntegerField()
    waiting = models.IntegerField()
    begun = models.IntegerField(db_default=0)
    in_force = models.IntegerField(db_default=0)
    to_person = models.IntegerField(db_default=0)
    folded = models.BooleanField(db_default=False)

    class Meta:
        verbose_name = _("tally")
        indexes = (
            # All that is read of a campaign, so that its rows need not be visited.
            models.Index(
                fields=("campaign", "day", "unit", "issuer", *_PROGRESS, *_REACH),
                name="tally_of_a_campaign",
            ),
            models.Index(fields=["unit"], condition=Q(folded=False), name="tally_to_fold"),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id} {self.day}"


class HourTally(models.Model):
    """How many cases of a unit were received, acknowledged … in one hour (UTC, ``2026-11-16 15``).

    An hour and not a day, whose beginning is the time zone's matter. Unit and issuer 0
    are all of the campaign together. Kept as ``Tally`` is.
    """

    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False)
    issuer = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    hour = models.CharField(max_length=13)
    received = models.IntegerField()
    acknowledged = models.IntegerField()
    reported = models.IntegerField()
    accepted = models.IntegerField()
    folded = models.BooleanField(db_default=False)

    class Meta:
        verbose_name = _("tally by hours")
        indexes = (
            models.Index(fields=("campaign", "unit", "issuer", "hour", *_STEPS), name="hours_of_a_campaign"),
            models.Index(fields=["unit"], condition=Q(folded=False), name="hours_to_fold"),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id} {self.hour}"
