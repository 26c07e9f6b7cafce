"""Filled-in forms of other clients: kept as they came, on the disk before that is said, then taken in."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import named_on
from chuangwen.core.models import Blob
from chuangwen.core.problems import Problem, from_kept
from chuangwen.organizations.models import Person

FILE_NAME = 100  # characters


class State(models.TextChoices):
    WAITING = "waiting", _("being taken in")
    TAKEN = "taken", _("taken in")
    REFUSED = "refused", _("not taken in")


class Arrived(models.Model):
    """What both a form and a file of it go through; ``failure`` is the problem that refused it."""

    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    failure = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def problem(self) -> Problem | None:
        """Why it was not taken in, in the words of whoever asks."""
        return from_kept(self.failure)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, actor: Person | AnonymousUser) -> Self:
        """Those of the visits in whose teams the actor is."""
        return self.filter(visit__case__in=named_on(actor))

    def unfinished(self) -> Self:
        """Those of which something is not taken in, or has not come yet."""
        return self.filter(~Q(state=State.TAKEN) | _with_file(~Q(state=State.TAKEN)))

    def being_taken_in(self) -> Self:
        """Those of which the worker has yet to take in something that has come."""
        photo = Q(state=State.TAKEN) & _with_file(Q(state=State.WAITING, blob__isnull=False))
        return self.filter(Q(state=State.WAITING) | photo)


def _with_file(which: Q) -> models.Exists:
    return models.Exists(SubmittedFile.objects.filter(which, submission=models.OuterRef("pk")))


class Submission(Arrived):
    """A filled-in form of a visit. ``instance`` is given by the device, so that it counts once.

    ``digest`` is the SHA-256 of its XML; ``xml`` is kept until its findings are.
    """

    instance = models.UUIDField(unique=True)
    visit = models.ForeignKey("inspections.Visit", models.PROTECT, related_name="submissions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("received"))
    digest = models.CharField(max_length=64)
    xml = models.TextField(blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("filled-in form")
        ordering = ("received_at", "id")
        indexes = (models.Index(fields=["id"], condition=Q(state=State.WAITING), name="submission_waiting"),)

    def __str__(self) -> str:
        return f"{self.instance}"

    @cached_property
    def left(self) -> list[SubmittedFile]:
        """Its files that have not come, or are not taken in."""
        return [file for file in self.files.all() if file.state != State.TAKEN]


class SubmittedFile(Arrived):
    """A photo that a form names. ``blob`` is what was sent, until it is taken in; none before it has come."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    name = models.CharField(max_length=FILE_NAME)
    finding = models.UUIDField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("file of a filled-in form")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["submission", "name"], name="one_file_a_name"),)
        indexes = (
            models.Index(
                fields=["id"], condition=Q(state=State.WAITING, blob__isnull=False), name="file_waiting"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_come(self) -> bool:
        return bool(self.digest)
