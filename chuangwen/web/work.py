"""Long work as pages: how far it is, what came of it, and where to find it again after leaving."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chuangwen.core import files, jobs
from chuangwen.core.models import Job
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

SHOWN = 50  # of one's own jobs, the newest first
POLL = 1  # seconds until a page looks again


def _own(request: HttpRequest) -> QuerySet[Job]:
    """The person's own work; nobody sees another one's."""
    actor: Person = request.user  # type: ignore[assignment]
    return Job.objects.filter(actor=journal_name(actor), kind__in=jobs.KINDS)


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    rows = [(jobs.KINDS[job.kind], job) for job in _own(request)[:SHOWN]]
    return render(request, "web/jobs.html", {"rows": rows})


@require_GET
def job_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is; once it has ended, what came of it and what to do next."""
    job = get_object_or_404(_own(request), pk=key)
    kind = jobs.KINDS[job.kind]
    context = {
        "job": job,
        "kind": kind,
        "came_from": kind.came_from(job),
        "poll": POLL,
        "problem": jobs.problem_of(job),
        "nobody_works": job.state == Job.State.WAITING and timezone.now() - job.created_at > jobs.LOST,
    }
    if job.state == Job.State.DONE:
        context |= kind.detail(request.user, job)
    return render(request, "web/job.html", context)


@require_GET
def job_file(request: HttpRequest, key: UUID) -> FileResponse:
    """The file that the work has made."""
    job = get_object_or_404(_own(request).select_related("file"), pk=key, file__isnull=False)
    assert job.file  # noqa: S101 - asked for above
    return files.download(job.file, (job.result or {})["file_name"])
