"""The worker takes in what was received: the findings of each form, then its photos, made plain."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid5

from django.core.files.base import File
from django.db import DatabaseError, transaction
from django.utils import timezone

from chuangwen.core import files
from chuangwen.core.problems import SERVER_ERROR, Problem, kept
from chuangwen.inspections.models import Finding, Visit
from chuangwen.inspections.openrosa.filled import read
from chuangwen.inspections.openrosa.services.receiving import answered, noted
from chuangwen.inspections.services.arriving import arrive
from chuangwen.inspections.services.findings import add_photo
from chuangwen.inspections.submissions import State, Submission, SubmittedFile

ROUND = 2  # seconds after which nothing further is begun, so that the clock's other jobs get their turn
QUIET = timedelta(seconds=2)  # after the last form has come
PATIENCE = timedelta(minutes=1)  # after which a form is taken in although others still come
_LATER = 503  # of a problem that passes by itself, such as a scanner that does not answer

logger = logging.getLogger(__name__)


def take_in_when_quiet() -> int:
    """Clock: ``take_in``, but not while forms arrive, unless the oldest has waited long.

    Somebody stands in the one place that has signal until theirs is kept; nobody waits for its being entered.
    """
    now, waiting = timezone.now(), Submission.objects.filter(state=State.WAITING).order_by("pk")
    newest, oldest = Submission.objects.order_by("pk").last(), waiting.first()
    arriving = newest is not None and newest.received_at > now - QUIET
    patient = oldest is None or oldest.received_at > now - PATIENCE
    return 0 if arriving and patient else take_in()


def take_in() -> int:
    """Enter what waits, forms before photos, the oldest first; returns how much was looked at."""
    end, looked = time.monotonic() + ROUND, 0
    while time.monotonic() < end and (_next_form() or _next_photo()):
        looked += 1
    return looked


def _next_form() -> bool:
    """Whether there was one that did not have to wait."""
    waiting = Submission.objects.filter(state=State.WAITING).order_by("pk").first()
    return waiting is not None and _try(waiting, partial(_enter, waiting.pk))


def _next_photo() -> bool:
    ready = SubmittedFile.objects.filter(
        state=State.WAITING, blob__isnull=False, submission__state=State.TAKEN
    )
    waiting = ready.select_related("submission__person", "blob").order_by("pk").first()
    return waiting is not None and _try(waiting, partial(_make_plain, waiting))


def _try(row: Submission | SubmittedFile, work: Callable[[], None]) -> bool:
    """Do it, or write down why not; False where it is to be tried later."""
    try:
        work()
    except DatabaseError:
        raise
    except Problem as problem:
        if problem.status == _LATER:
            return False
        _refuse(row, problem)
    except Exception:  # shown to the team as a fault of ours, and logged
        logger.exception("%s could not be taken in", row)
        _refuse(row, Problem(SERVER_ERROR))
    return True


def _refuse(row: Submission | SubmittedFile, problem: Problem) -> None:
    row.state, row.failure = State.REFUSED, kept(problem)
    row.save(update_fields=["state", "failure"])


@transaction.atomic
def _enter(pk: int) -> None:
    """The findings of a form and that they are entered: together, once, whoever else tries."""
    submission = Submission.objects.select_for_update(no_key=True).get(pk=pk)
    if submission.state != State.WAITING:
        return
    visits = Visit.objects.select_related("case__unit", "case__issuer", "case__campaign", "inspection")
    visit = visits.get(pk=submission.visit_id)
    filled = read(submission.xml.encode())
    rows = [noted(filled, answer) for answer in answered(filled)]
    arrive(actor=submission.person, visit=visit, rows=rows)
    # What was sent is told by its hash in the journal; its words stand in the findings.
    submission.state, submission.xml = State.TAKEN, ""
    submission.save(update_fields=["state", "xml"])


def _make_plain(file: SubmittedFile) -> None:
    """The photo under a key of its own, so that one that was broken off is not there twice."""
    submission = file.submission
    key = uuid5(submission.instance, f"photo/{file.name}")
    with files.path(file.blob).open("rb") as sent:  # type: ignore[arg-type]  # only those that have come wait
        finding = Finding.objects.select_related("visit").get(key=file.finding)
        add_photo(actor=submission.person, finding=finding, key=key, upload=File(sent, file.name))
    file.state, file.blob = State.TAKEN, None
    file.save(update_fields=["state", "blob"])
