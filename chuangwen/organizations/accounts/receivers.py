"""What allauth reports about accounts, put into the journal and the list of sign-ins."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_out
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from chuangwen.organizations.accounts import services
from chuangwen.organizations.accounts.devices import device_of
from chuangwen.organizations.accounts.second_factor import SEEN
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

# In the session: which line of the list of sign-ins it is.
SIGN_IN = "sign_in"

# What the person did to their own second factor.
_FACTOR_VERBS: dict[Signal, str] = {
    authenticator_added: "account.factor_add",
    authenticator_removed: "account.factor_remove",
    authenticator_reset: "account.factor_renew",
}


@receiver(user_logged_in, dispatch_uid="chuangwen")
def signed_in(request: HttpRequest, user: Person, **_rest: Any) -> None:
    if not request.session.session_key:
        request.session.save()
    begun = services.begin_session(
        person=user,
        session_key=request.session.session_key or "",
        device=device_of(request.headers.get("User-Agent", "")),
    )
    request.session[SIGN_IN] = begun.pk


@receiver(user_logged_out, dispatch_uid="chuangwen")
def signed_out(request: HttpRequest, user: Person | None, **_rest: Any) -> None:
    if user:
        services.sign_out(person=user, session_key=request.session.session_key or "")


@receiver(password_changed, dispatch_uid="chuangwen")
def password_is_new(request: HttpRequest, user: Person, **_rest: Any) -> None:
    services.change_password(
        person=user,
        sign_in=request.session.get(SIGN_IN, 0),
        session_key=request.session.session_key or "",
    )


@receiver(list(_FACTOR_VERBS), dispatch_uid="chuangwen")
def factor_changed(
    signal: Signal, request: HttpRequest, user: Person, authenticator: Authenticator, **_rest: Any
) -> None:
    """Recovery codes come and go with the app, which is one line, and are renewed alone, which is another."""
    request.session.pop(SEEN, None)
    if authenticator.type == Authenticator.Type.TOTP or signal is authenticator_reset:
        services.note(actor=journal_name(user), verb=_FACTOR_VERBS[signal], person=user)


@receiver(authenticator_used, dispatch_uid="chuangwen")
def factor_used(user: Person, authenticator: Authenticator, **_rest: Any) -> None:
    """A recovery code is used when the telephone is gone, which is worth a line; a usual code is not."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        services.note(actor=journal_name(user), verb="account.recovery_code", person=user)


@receiver(authentication_failed, dispatch_uid="chuangwen")
def factor_failed(user: Person, **_rest: Any) -> None:
    services.note(actor=services.NOBODY, verb="account.code_refused", person=user)
