"""What allauth asks this house: no sign-up, secrets encrypted, providers vouch for known people only."""

from __future__ import annotations

import base64
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Problem
from chuangwen.organizations.accounts import services
from chuangwen.organizations.accounts.second_factor import is_compulsory
from chuangwen.organizations.models import Person
from chuangwen.organizations.problems import FACTOR_UNREADABLE

UNKNOWN_AT_HOME = _(
    "%(provider)s knows you, but there is no account for you here under the name it gives. "
    "Ask the civility office to open one."
)
PROVIDER_FAILED = _("Signing in by %(provider)s did not succeed. Try again, or use your password.")


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up from outside: the office or the security administrator opens accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Lets a try at a password pass, unless there were too many; a lock-out is recorded."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            services.note_lock(credentials.get("username", ""))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.note_failure(credentials.get("username", ""))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask for the password once more: not of somebody who has only just signed in."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > REAUTHENTICATION_TIMEOUT


class SecretAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors whose secrets rest encrypted, and stay while a post demands them."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("These digits are wrong or too old. Enter those that the app shows now."),
    }

    def get_totp_label(self, user: Person) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises Problem ``account.factor_unreadable`` when the key is another one."""
        try:
            return _cipher().decrypt(encrypted_text).decode()
        except InvalidToken as error:
            raise Problem(FACTOR_UNREADABLE) from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_compulsory(authenticator.user)


def _cipher() -> Fernet:
    """Fernet (AES-128-CBC with HMAC-SHA-256) under a key drawn from the environment's by HKDF."""
    drawn = HKDF(SHA256(), length=32, salt=None, info=b"chuangwen second factor")
    return Fernet(base64.urlsafe_b64encode(drawn.derive(settings.FACTOR_KEY.encode())))


class KnownPeopleAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by a provider of OpenID Connect: it only says who comes, and nobody unknown gets in.

    Nothing of what the provider tells is stored. The directory there decides at each sign-in whose name the
    claim is, so a name that it gives to somebody else opens the account to them.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Put the person of that name into the sign-in; others are sent back to the login with a sentence."""
        name = claimed_name(sociallogin.account.extra_data)
        person = Person.objects.filter(username=name).first() if name else None
        if not person:
            services.note_failure("")
            raise ImmediateHttpResponse(back_to_login(request, UNKNOWN_AT_HOME))
        sociallogin.user = person

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        raise ImmediateHttpResponse(back_to_login(request, PROVIDER_FAILED))


def claimed_name(told: dict[str, Any]) -> str:
    """The configured claim, from the signed token or else from the page of that same subject; "" if none.

    OpenID Connect Core 1.0, 5.3.2: what is said about another subject than the token's is not to be used.
    """
    token, page = told.get("id_token") or {}, told.get("userinfo") or {}
    claims = page | token if page.get("sub") == token.get("sub") else token
    name = claims.get(settings.OIDC_CLAIM)
    return name if isinstance(name, str) and token.get("sub") else ""


def back_to_login(request: HttpRequest, sentence: str | Promise) -> HttpResponse:
    """The page of sign-in, saying what became of the way round by the provider."""
    messages.error(request, sentence % {"provider": settings.OIDC_NAME})
    return redirect("account_login")
