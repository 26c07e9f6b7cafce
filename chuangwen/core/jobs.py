"""Long work: a request asks for it, the worker does it, and whoever asked may leave and find it again.

What a piece of work writes and that it is done are one transaction, so it is done once or not at all,
however often a worker dies over it (docs/adr/0012-jobs.md).
"""

from __future__ import annotations

import ctypes
import gc
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, override

from chuangwen.core.models import Blob, Job
from chuangwen.core.problems import JOB_LOST, SERVER_ERROR, Problem, from_kept, kept

# After so long without a sign of life the worker is taken for dead and the job is begun anew. Longer than the
# longest stretch between two of them: the writing of a whole directory.
LOST = timedelta(minutes=3)
ATTEMPTS = 3  # a job that has killed so many workers is given up
KEPT = timedelta(days=90)  # ended jobs are erased after this
BEAT = 0.5  # seconds between two signs of life, at least

logger = logging.getLogger(__name__)


class OvertakenError(Exception):
    """The job was taken for dead and given to another worker; what this one would write is void."""


@dataclass
class Run:
    """One attempt at a job, as the work sees it. The work ends by calling ``finish``."""

    job: Job
    _beaten: float = field(default=0, init=False)

    def progress(self, done: int, total: int) -> None:
        """Say how far it is, and give a sign of life. Outside a transaction, or nobody would see it."""
        if time.monotonic() - self._beaten > BEAT or done == total:
            self._beaten = time.monotonic()
            self._held().update(done=done, total=total, beat_at=timezone.now())

    def finish(self, result: Mapping[str, Any], file: Blob | None = None) -> None:
        """The work is done; called in the transaction of what it wrote. Raises ``OvertakenError``."""
        ended = {"state": Job.State.DONE, "result": result, "file": file, "beat_at": timezone.now()}
        if not self._held().update(**ended):
            raise OvertakenError

    def fail(self, problem: Problem) -> None:
        self._held().update(state=Job.State.FAILED, failure=kept(problem), beat_at=timezone.now())

    def _held(self) -> Any:
        same = Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING)
        return same.filter(attempts=self.job.attempts)


@dataclass(frozen=True)
class Kind:
    """One kind of long work, which can be begun anew without harm, and how its page speaks of it.

    ``came_from`` gives address and words of the pages that lead there; ``template`` shows what came of a job,
    with the words of ``detail``. Both are asked for the person whose job it is.
    """

    name: str
    label: str | Promise
    work: Callable[[Run], None]
    came_from: Callable[[Job], Sequence[tuple[str, str | Promise]]]
    template: str
    detail: Callable[[Any, Job], Mapping[str, Any]] = field(default=lambda person, job: {})


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def start(*, kind: str, actor: str, arguments: Mapping[str, Any]) -> Job:
    """Ask for work in the name of ``actor`` (a name of the journal); it is done in the language of now."""
    if kind not in KINDS:
        raise LookupError(f"there is no work {kind!r}")
    language = get_language() or ""
    return Job.objects.create(kind=kind, actor=actor, language=language, arguments=dict(arguments))


def newest(kind: str, **arguments: str) -> Job | None:
    """The job of ``kind`` that was asked for last with these arguments."""
    asked = {f"arguments__{name}": value for name, value in arguments.items()}
    return Job.objects.filter(kind=kind, **asked).order_by("created_at", "pk").last()


def problem_of(job: Job) -> Problem | None:
    """The problem that ended the job, in the words of whoever asks."""
    return from_kept(job.failure)


def work_waiting() -> bool:
    """Worker: do the job that waits longest; whether there was one."""
    _revive()
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("created_at", "pk").first()
    if not waiting or not _take(waiting):
        return False
    run = Run(waiting)
    try:
        with override(waiting.language or None):
            KINDS[waiting.kind].work(run)
    except OvertakenError:
        logger.warning("the job %s was done by another worker", waiting)
    except Problem as problem:
        run.fail(problem)
    except Exception:  # shown to whoever asked as a fault of ours, and logged
        logger.exception("the job %s failed", waiting)
        run.fail(Problem(SERVER_ERROR))
    finally:
        _give_back()
    return True


def _give_back() -> None:
    """What the job has taken of memory goes back to the machine; the C library would keep most of it."""
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _take(job: Job) -> bool:
    """Compare and swap: whoever comes second gets nothing."""
    same = Job.objects.filter(pk=job.pk, state=Job.State.WAITING, attempts=job.attempts)
    job.attempts += 1
    fresh = {"state": Job.State.RUNNING, "attempts": job.attempts, "done": 0, "total": 0}
    return bool(same.update(**fresh, beat_at=timezone.now()))


def _revive() -> None:
    """Put back what a worker left behind that was killed or lost its power; give up what kills them."""
    left = Job.objects.filter(state=Job.State.RUNNING, beat_at__lt=timezone.now() - LOST)
    if not left.exists():  # most of the time; a write would make others wait
        return
    failure = {"code": JOB_LOST.code, "details": {"times": ATTEMPTS}}
    left.filter(attempts__gte=ATTEMPTS).update(state=Job.State.FAILED, failure=failure)
    left.update(state=Job.State.WAITING, done=0)


def forget() -> int:
    """Clock: erase jobs that ended long ago; returns their number."""
    old = Job.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state__in=Job.OPEN)
    with transaction.atomic():
        return old.delete()[0]
