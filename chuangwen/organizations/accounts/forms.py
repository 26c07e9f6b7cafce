"""allauth's forms of the second factor, in the words of this house."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _


class _Digits:
    """One field for the digits, with the keyboard for them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Digits")
        field.widget = TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"})


class SetUpForm(_Digits, ActivateTOTPForm):  # type: ignore[misc]
    """Proves that the app has taken the secret."""


class SignInForm(_Digits, AuthenticateForm):  # type: ignore[misc]
    """The second question at the door."""


class OnceMoreForm(_Digits, ReauthenticateForm):  # type: ignore[misc]
    """The same question before a change of the account."""
