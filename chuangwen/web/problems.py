"""The errors that come from the way of asking, whatever was asked for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

SECOND_FACTOR = Kind(
    "page.second_factor", 403, _("Your post needs a second factor. Sign in in a browser and set it up first.")
)
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
NOT_AUDITOR = Kind(
    "journal.not_auditor",
    403,
    _(
        "The lines of the journal are read by an auditor of all units. "
        "What happened to a case that you may see stands on its own page."
    ),
)
EXPORT_TOO_LARGE = Kind(
    "journal.export_too_large",
    413,
    _("There are more than %(limit)s lines. Choose fewer days, one person or one subject, and export again."),
)
EXPORT_FILTER = Kind(
    "journal.export_filter", 400, _("A field of the filter is wrong. Search first, then export what you see.")
)
