"""The two doors before every page: who are you, and what to say when something went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from chuangwen.core.problems import Problem
from chuangwen.core.sessions import keep
from chuangwen.web.answers import answer, htmx_of, page_of, wants_json
from chuangwen.web.problems import METHOD, SIGN_IN

# Everything that may be asked for without signing in, by the name of its address.
PUBLIC = frozenset(
    {
        "account_login",
        "account_logout",
        "account_signup",
        "account_inactive",
        "set_language",
        "directives:complain",
        "directives:complaint",
        "web:look",
        "web:journal",
        "web:journal_head",
    }
)
Next = Callable[[HttpRequest], HttpResponse]


class SignedInOnly:
    """Sends whoever is not signed in to the login, and afterwards back to the page, with what they typed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Runs after the CSRF check, so that nobody else's words are kept for the person."""
        match = request.resolver_match
        if request.user.is_authenticated or (match and match.view_name in PUBLIC):
            return None
        return ask_to_sign_in(request)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return answer(request, Problem(SIGN_IN))
    if request.method == "POST" and keep(request):
        messages.info(request, _("What you typed is kept. Sign in and it is back in its form."))
    login = f"{resolve_url('account_login')}?{urlencode({'next': page_of(request)})}"
    return HttpResponseClientRedirect(login) if htmx_of(request) else HttpResponseRedirect(login)


class Problems:
    """Answers every Problem; what is no problem of the user's goes on to the handlers of errors."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == METHOD.status and not response.content:
            said = answer(request, Problem(METHOD))
            said["Allow"] = response["Allow"]
            return said
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, Problem) else None
