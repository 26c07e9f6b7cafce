"""Reading a table of assessment, as a page: send a file; the worker reads it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chuangwen.core import files, jobs
from chuangwen.core.models import Job
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.standards.importing.forms import TableForm, stored_table
from chuangwen.standards.importing.work import READ

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
