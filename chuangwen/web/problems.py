"""The errors that come from the way of asking, whatever was asked for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

SIGN_IN = Kind("page.sign_in", 401, _("Sign in first."))
BAD_REQUEST = Kind(
    "page.bad_request", 400, _("Your browser sent something that cannot be read. Go back and try again.")
)
TOO_LARGE = Kind(
    "page.too_large",
    413,
    _("What you sent is larger than %(limit)s MB of text and was not read. Upload it as a file instead."),
)
METHOD = Kind("page.method", 405, _("This address takes no such request. Open the page and use its buttons."))
FORM_EXPIRED = Kind(
    "page.form_expired",
    403,
    _(
        "This form is no longer valid, perhaps because you signed in again in another window. "
        "Nothing was changed. Open the form again, check it and send it."
    ),
)
TOO_MANY = Kind(
    "page.too_many", 429, _("Too many requests came from here in a short time. Wait a minute and try again.")
)
