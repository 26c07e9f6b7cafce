"""Long work in tests: the job to whose page an answer leads, and the same job once a worker has done it."""

from __future__ import annotations

from typing import Any

from chuangwen.core import jobs
from chuangwen.core.models import Job


def job_after(answer: Any) -> Job:
    """The job to whose page an answer leads."""
    assert answer.status_code == 302
    return Job.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def done_after(answer: Any) -> Job:
    """The same, done."""
    job = job_after(answer)
    assert jobs.work_waiting()
    return Job.objects.get(pk=job.pk)
