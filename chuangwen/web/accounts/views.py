"""Where one is signed in, signing out here and elsewhere, and the way to the provider of identities."""

from __future__ import annotations

from allauth.account.views import logout
from allauth.socialaccount.providers.openid_connect.views import login
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from chuangwen.core.problems import Problem
from chuangwen.organizations.accounts import invitations, queries, services
from chuangwen.organizations.accounts.adapters import PROVIDER_FAILED, back_to_login
from chuangwen.organizations.accounts.receivers import SIGN_IN
from chuangwen.organizations.models import SignIn
from chuangwen.organizations.problems import LINK_VOID


@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """What the browser keeps of the person (drafts, findings that were not sent and their key) goes too."""
    answer: HttpResponse = logout(request)
    if request.method == "POST":
        answer["Clear-Site-Data"] = '"storage"'
    return answer


@require_GET
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the provider of identities; one that cannot be reached is no fault of the person's."""
    try:
        answer: HttpResponse = login(request, provider_id)
    except RequestException:
        return back_to_login(request, PROVIDER_FAILED)
    return answer


@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Where a link leads whoever came in with an import. Raises Problem ``account.link_void``."""
    person = invitations.invited(pk, token)
    if not person:
        raise Problem(LINK_VOID)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_first_password(person=person, password=form.cleaned_data["new_password1"])
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    status = 400 if request.method == "POST" else 200
    return render(request, "web/first_password.html", {"form": form, "person": person}, status=status)


@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """The devices on which the person is signed in, this one marked."""
    context = {
        "places": queries.places_of(request.user),  # type: ignore[arg-type]
        "here": request.session.get(SIGN_IN),
    }
    return render(request, "web/sessions.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one device out; a stranger's is as good as none."""
    return _ended(request, only=pk)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    return _ended(request, but=request.session.get(SIGN_IN, 0))


def _ended(request: HttpRequest, **which: int) -> HttpResponse:
    person = request.user
    ended = services.end_sessions(actor=person, person=person, because=SignIn.Ended.ONESELF, **which)  # type: ignore[arg-type]
    if ended:
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("Nobody was signed in there any more."))
    return redirect("web:sessions")
