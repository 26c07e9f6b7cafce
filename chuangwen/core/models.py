"""The tables every trade needs: what happened (events, signed heads), files by content, outbox, long work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def _moment(at: datetime) -> str:
    """An instant in one spelling for all databases and time zones."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Event(models.Model):
    """One thing that was done: history, audit and outbox at once. Written by ``journal.record`` only.

    ``position`` is the event's place in the journal's tree, null until it is sequenced. ``seal`` covers
    every other column, so that no value can be changed without the journal's key.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=128)
    data = models.JSONField()
    position = models.PositiveBigIntegerField(null=True, unique=True)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["subject", "id"], name="event_history"),
            models.Index(fields=["id"], condition=Q(position=None), name="event_waiting"),
            models.Index(fields=["at", "id"], name="event_time"),
            models.Index(fields=["actor", "at", "id"], name="event_actor"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    def content(self) -> dict[str, Any]:
        """All columns but the seal, as plain JSON values: what is sealed, and the leaf of the tree."""
        return {
            "id": self.pk,
            "at": _moment(self.at),
            "actor": self.actor,
            "verb": self.verb,
            "subject": self.subject,
            "data": self.data,
            "position": self.position,
        }


class TreeHead(models.Model):
    """The journal's Merkle tree (RFC 9162) after a batch, signed. Written by ``journal.sequence`` only.

    ``number`` counts heads from 1 without gaps; ``size`` is the number of sequenced events. ``frontier``
    holds the hexadecimal hashes of the perfect subtrees from left to right, from which the next head is
    computed; ``signature`` (Ed25519, hexadecimal) covers every other column.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    frontier = models.JSONField()
    algorithm = models.CharField(max_length=16)
    at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("tree head")
        ordering = ("number",)
        constraints = (
            # Every head adds at least one event.
            models.CheckConstraint(condition=Q(number__gte=1, size__gte=F("number")), name="head_grows"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.size} {self.root}"

    def content(self) -> dict[str, Any]:
        """All columns but the signature, as plain JSON values: what is signed."""
        return {
            "number": self.number,
            "size": self.size,
            "root": self.root,
            "frontier": self.frontier,
            "algorithm": self.algorithm,
            "at": _moment(self.at),
        }


class Blob(models.Model):
    """A stored file, known by its content: two uploads of the same bytes are one blob.

    ``stored_at`` is the last of them. Written by ``files`` only, erased by ``retention`` only.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file")
        ordering = ("stored_at", "digest")

    def __str__(self) -> str:
        return self.digest


class SearchEntry(models.Model):
    """The tokens of one thing that can be found. Written by ``search.py`` only.

    On SQLite an FTS5 table follows this one by triggers; on PostgreSQL it has a GIN index.
    """

    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    words = models.TextField()

    class Meta:
        verbose_name = _("search entry")
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class SearchCursor(models.Model):
    """The place in the journal up to which the index of the search has followed it; one row."""

    position = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("search cursor")

    def __str__(self) -> str:
        return str(self.position)


class Delivery(models.Model):
    """One message by one channel, to one person or to all who chose the channel. Written by ``outbox`` only.

    ``key`` says what the message is about: it is sent once, however often it is put in. ``recipient`` is a
    name of the journal (``person:12``), or "" for all of a channel; ``channel`` is ``email``, with an
    ``address``, or the name of a configured channel. While ``sending``, ``next_at`` is when the worker is
    taken for dead.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("perhaps sent")
        FAILED = "failed", _("given up")
        LEFT = "left", _("left as it is")

    class Trouble(models.TextChoices):
        TIMEOUT = "timeout", _("no answer in time")
        REFUSED = "refused", _("refused or not reached")
        INTERRUPTED = "interrupted", _("the worker stopped in the middle")
        UNKNOWN_CHANNEL = "unknown_channel", _("this channel is not configured, or not properly")

    # Where somebody has to decide.
    STUCK: ClassVar[tuple[str, ...]] = (State.FAILED, State.UNCERTAIN)

    key = models.CharField(max_length=120, unique=True)
    recipient = models.CharField(max_length=64, blank=True)
    channel = models.CharField(_("channel"), max_length=40)
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(default=timezone.now)
    trouble = models.CharField(max_length=16, choices=Trouble.choices, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["state", "channel", "next_at"],
                condition=Q(state__in=("waiting", "sending", "uncertain", "failed")),
                name="delivery_due",
            ),
        )

    def __str__(self) -> str:
        return self.subject


class NumberSeries(models.Model):
    """The numbers of one kind of paper of one office in one year: ``last`` is the one issued last.

    The mark (机关代字) names office and kind, so that no two series give the same number.
    """

    mark = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        ordering = ("mark", "year")
        constraints = (models.UniqueConstraint(fields=["mark", "year"], name="one_series_a_year"),)

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕"


class IssuedNumber(models.Model):
    """A number that a paper bears; ``subject`` is its case in the journal. Written by ``series.issue``."""

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="issued")
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=128)
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("issued number")
        ordering = ("series", "number")
        constraints = (models.UniqueConstraint(fields=["series", "number"], name="one_paper_a_number"),)

    def __str__(self) -> str:
        return f"{self.series}{self.number}号"


class Access(models.Model):
    """That somebody read something on a day: one row, however often. Written by ``core.access`` only.

    ``subject`` is what it belongs to, as in the journal (``case:26X1``); ``item`` is the thing itself
    (``attachment:5``). ``at`` is the first time on that day.
    """

    day = models.DateField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=128)
    item = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("access")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["day", "actor", "item"], name="read_once_a_day"),)
        indexes = (models.Index(fields=["subject", "id"], name="access_subject"),)

    def __str__(self) -> str:
        return f"{self.actor} {self.item}"


class Job(models.Model):
    """Long work that somebody asked for and the worker does. Written by ``jobs`` only.

    ``done`` of ``total`` are in whatever the work counts; ``total`` is 0 as long as it is unknown. ``result``
    is plain JSON and ``file`` what there is to fetch; ``failure`` is the problem that ended it, as code and
    details. ``beat_at`` is the last sign of life.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for its turn")
        RUNNING = "running", _("under way")
        DONE = "done", _("finished")
        FAILED = "failed", _("failed")

    OPEN: ClassVar[tuple[str, ...]] = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=40)
    actor = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    arguments = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    file = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    failure = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("background job")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=["actor", "-created_at"], name="job_actor"),
            models.Index(
                fields=["created_at"], condition=Q(state__in=("waiting", "running")), name="job_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def tone(self) -> str:
        """The colour of its state, by the names of ``state_badge``."""
        return {"waiting": "blue", "running": "azure", "done": "green", "failed": "red"}[self.state]
