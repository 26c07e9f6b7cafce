"""How a problem is answered: as a page, as a fragment for htmx, or as JSON, in that reader's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from chuangwen.core.problems import Problem
from chuangwen.core.sessions import keep


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to a request that ended in ``problem``; what was typed is kept and the page says so."""
    if wants_json(request):
        return JsonResponse(as_json(problem), status=problem.status)
    if not hasattr(request, "user"):  # it failed before anybody knew whose request it is
        return bare(request, problem)
    context: dict[str, Any] = {"problem": problem}
    if request.method == "POST":
        context |= {"kept": keep(request), "back": page_of(request)}
    template = "web/problem_words.html" if htmx_of(request) else "web/problem.html"
    return render(request, template, context, status=problem.status)


def bare(request: HttpRequest, problem: Problem, *, kept: bool = False) -> HttpResponse:
    """A page that needs neither a session nor a database."""
    demo = settings.MODE == "demo"
    context = {"problem": problem, "kept": kept, "method": request.method, "demo": demo}
    return HttpResponse(render_to_string("web/bare.html", context), status=problem.status)


def as_json(problem: Problem) -> dict[str, Any]:
    details = {name: str(value) for name, value in problem.details.items()}
    return {"code": problem.code, "sentence": problem.sentence, "details": details}


def htmx_of(request: HttpRequest) -> HtmxDetails | None:
    """The details of a request that htmx made; None for a page that the browser asked for itself."""
    return getattr(request, "htmx", None) or None


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def page_of(request: HttpRequest) -> str:
    """The page that the person had before their eyes, as a path of this site.

    For a page asked for it is its own address; for a form sent, the page that it stood on.
    """
    htmx = htmx_of(request)
    if request.method in {"GET", "HEAD"} and not htmx:
        return request.get_full_path()
    shown = (htmx and htmx.current_url) or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(shown, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(shown)._replace(scheme="", netloc="", fragment="").geturl() if ours else request.path


def is_our_own(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this site."""
    origin = request.headers.get("Origin", "")
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS
