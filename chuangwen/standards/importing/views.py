"""Reading a table of assessment, as pages: send a file, which the worker reads; make a draft of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chuangwen.core import files, jobs
from chuangwen.core.models import Blob, Job
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.standards import queries
from chuangwen.standards.importing.entering import draft_of
from chuangwen.standards.importing.forms import DraftForm, TableForm, stored_table
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.importing.reading import read
from chuangwen.standards.importing.work import READ
from chuangwen.standards.models import Standard

SHOWN = 10  # of one's own files


@require_http_methods(["GET", "POST"])
def read_page(request: HttpRequest) -> HttpResponse:
    """Send a file, which is then read; and one's files of late, to find them again."""
    actor: Person = request.user  # type: ignore[assignment]
    if not scope_of(actor).offices:
        raise Problem(NOT_ALLOWED, reason=_("only civility offices check tables of assessment"))
    form = TableForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            blob = stored_table(upload)
        except Problem as raised:
            problem = raised
        else:
            arguments = {"file": blob.digest, "name": files.safe_name(upload.name)}
            return redirect(
                "web:job", jobs.start(kind=READ, actor=journal_name(actor), arguments=arguments).pk
            )
    context = {
        "form": form,
        "problem": problem,
        "jobs": Job.objects.filter(actor=journal_name(actor), kind=READ)[:SHOWN],
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/read_table.html", context, status=status)


@require_http_methods(["GET", "POST"])
def draft_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make a draft of a table that one has had read; its doubts stay with the draft."""
    actor: Person = request.user  # type: ignore[assignment]
    job = get_object_or_404(Job, pk=key, actor=journal_name(actor), kind=READ, state=Job.State.DONE)
    offices = queries.offices_of(actor)
    result: dict[str, Any] = job.result or {}
    initial = {"name": result["title"] or job.arguments["name"].rpartition(".")[0], "office": offices.first()}
    initial["code"] = f"standard-{timezone.localdate().year}"
    form = DraftForm(request.POST or None, offices=offices, scopes=result["scopes"], initial=initial)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            standard = _drafted(actor, job, **{"scope": "", **form.cleaned_data})
        except Problem as raised:
            problem = raised
        else:
            return redirect("standards:standard", standard.pk)
    context = {"form": form, "problem": problem, "job": job, "doubts": result["doubt_count"]}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/draft_table.html", context, status=status)


def _drafted(actor: Person, job: Job, **asked: Any) -> Standard:
    """The file read once more, as a draft. Raises Problem ``page.not_allowed``, ``standard.taken``."""
    reading = read(sheets(files.path(Blob.objects.get(pk=job.arguments["file"]))))
    return draft_of(actor=actor, reading=reading, **asked)
