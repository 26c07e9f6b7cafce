"""The pages that belong to no room of their own: home, the journal's head, and what errors look like."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chuangwen.core import journal
from chuangwen.core.problems import NOT_ALLOWED, NOT_FOUND, SERVER_ERROR, Problem
from chuangwen.core.sessions import keep
from chuangwen.organizations.scope import scope_of
from chuangwen.web.answers import answer, as_json, bare, is_our_own, wants_json
from chuangwen.web.problems import BAD_REQUEST, FORM_EXPIRED, TOO_LARGE, TOO_MANY


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where the day begins: for those who look over a territory with the overview, else with the desk."""
    return redirect("directives:newest" if scope_of(request.user).oversees else "web:desk")


@require_GET
def journal_page(request: HttpRequest) -> HttpResponse:
    """The newest head of the journal, for anybody who wants to hold it against a later one."""
    head = journal.public_head()
    context = {"head": head, "signed_at": datetime.fromisoformat(head["at"]) if head else None}
    return render(request, "web/journal.html", context)


@require_GET
def journal_head(request: HttpRequest) -> HttpResponse:
    head = journal.public_head()
    if head is None:
        raise Problem(NOT_FOUND)
    return JsonResponse(head)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token; its words are kept if it stood on a page of ours."""
    problem = Problem(FORM_EXPIRED)
    return answer(request, problem) if is_our_own(request) else bare(request, problem)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024**2
        return answer(request, Problem(TOO_LARGE, limit=limit))
    return answer(request, Problem(BAD_REQUEST))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Problem(NOT_ALLOWED, reason=str(exception) or _("it is not yours to do")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Problem(NOT_FOUND))


def too_many(request: HttpRequest) -> HttpResponse:
    return answer(request, Problem(TOO_MANY))


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault: nothing here may depend on what has just failed, yet the words typed are saved."""
    problem = Problem(SERVER_ERROR)
    if wants_json(request):
        return JsonResponse(as_json(problem), status=problem.status)
    return bare(request, problem, kept=request.method == "POST" and _keep_in_spite_of_all(request))


def _keep_in_spite_of_all(request: HttpRequest) -> bool:
    try:
        if kept := hasattr(request, "user") and keep(request):
            request.session.save()  # Django saves no session behind an answer 500
    except DatabaseError:
        return False
    return kept
