"""Password rules beyond Django's own (GB/T 22239 level 3: length and mixture)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_KINDS = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())


class ThreeKindsValidator:
    """At least three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(any(kind(c) for c in password) for kind in _KINDS) < 3:  # noqa: PLR2004
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capitals, digits, other signs.")
