"""What the pages share on which a sheet is sent to be checked, whatever it is about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from chuangwen.core import files, jobs
from chuangwen.core.models import Job
from chuangwen.core.problems import Problem
from chuangwen.organizations.importing.forms import SheetForm, stored_sheet
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

SHOWN = 10  # of one's own jobs


def own_jobs(request: HttpRequest, kinds: Collection[str]) -> QuerySet[Job]:
    """The person's own work of these kinds; nobody sees another one's."""
    actor: Person = request.user  # type: ignore[assignment]
    return Job.objects.filter(actor=journal_name(actor), kind__in=kinds)


def start(request: HttpRequest, kind: str, arguments: dict[str, Any]) -> HttpResponse:
    """Ask for work in the person's name, and lead to its page."""
    actor: Person = request.user  # type: ignore[assignment]
    job = jobs.start(kind=kind, actor=journal_name(actor), arguments=arguments)
    return redirect("web:job", job.pk)


def sheet_page(request: HttpRequest, template: str, check: str, kinds: Collection[str]) -> HttpResponse:
    """Take a sheet, which the work ``check`` then looks at; or show the form and one's jobs of ``kinds``."""
    form = SheetForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            blob = stored_sheet(upload)
        except Problem as raised:
            problem = raised
        else:
            name = files.safe_name(upload.name)  # of a csv, the name is that of its sheet
            return start(request, check, {"file": blob.digest, "name": name})
    files_of_late = [(jobs.KINDS[job.kind].label, job) for job in own_jobs(request, kinds)[:SHOWN]]
    status = problem.status if problem else 400 if request.method == "POST" else 200
    context = {"form": form, "problem": problem, "jobs": files_of_late}
    return render(request, template, context, status=status)
