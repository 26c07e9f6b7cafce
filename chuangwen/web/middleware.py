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
from chuangwen.core.typed import has_null
from chuangwen.organizations.accounts import second_factor
from chuangwen.web.answers import answer, htmx_of, page_of, wants_json
from chuangwen.web.problems import BAD_REQUEST, METHOD, SECOND_FACTOR, SIGN_IN

# Everything that may be asked for without signing in, by the name of its address.
PUBLIC = frozenset(
    {
        "account_login",
        "first_password",
        "account_logout",
        "account_signup",
        "account_inactive",
        "mfa_authenticate",
        "openid_connect_login",
        "openid_connect_callback",
        "set_language",
        "directives:complain",
        "directives:complaint",
        "inspections:draws",
        "inspections:draw",
        "inspections:draw_file",
        "web:look",
        "web:journal",
        "web:journal_head",
        "rectification:bulletin",
        "field:shell",
        "field:worker",
        "field:manifest",
        "field:standing",
        # Clients that bring a device's password with each request.
        "openrosa:form_list",
        "openrosa:form",
        "openrosa:submission",
    }
)
# What whoever must first set up a second factor may do besides: set it up, prove who they are, and leave.
SET_UP = frozenset(
    {
        "account_change_password",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_reauthenticate",
    }
)
Next = Callable[[HttpRequest], HttpResponse]


class SignedInOnly:
    """Sends whoever is not signed in to the login, and afterwards back to the page, with what they typed.

    Whoever holds a post that needs a second factor and has none is sent to set it up first.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Runs after the CSRF check, so that nobody else's words are kept for the person."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PUBLIC:
            return None
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if name not in SET_UP and second_factor.is_missing(request):
            return ask_for_second_factor(request)
        return None


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return answer(request, Problem(SIGN_IN))
    if request.method == "POST" and keep(request):
        messages.info(request, _("What you typed is kept. Sign in and it is back in its form."))
    return _send(request, f"{resolve_url('account_login')}?{urlencode({'next': page_of(request)})}")


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return answer(request, Problem(SECOND_FACTOR))
    if request.method == "POST":
        keep(request)
    messages.warning(request, _("Your post needs a second factor. Set it up; then everything else opens."))
    return _send(request, resolve_url("mfa_activate_totp"))


def _send(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if htmx_of(request) else HttpResponseRedirect(address)


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

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        return answer(request, Problem(BAD_REQUEST)) if has_null(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, Problem) else None
