"""The errors that a person can cause while keeping the directory."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

BAD_CODE = Kind(
    "unit.bad_code",
    400,
    _(
        "%(code)s is no valid unified social credit code. Copy it again from the certificate, "
        "or give an internal code of at most 12 letters and digits."
    ),
)
CODE_TAKEN = Kind("unit.code_taken", 409, _("The code %(code)s belongs to %(unit)s already."))
GRANT_LACKS = Kind(
    "post.grant_lacks",
    403,
    _("You may not give the role “%(role)s” in %(unit)s: nobody grants what they do not hold there."),
)
NAME_TAKEN = Kind("person.name_taken", 409, _("The user name %(username)s is taken. Choose another."))
NOT_YOUR_DIRECTORY = Kind(
    "unit.not_your_directory",
    403,
    _("You may not enter units of %(territory)s; the civility office there or an administrator does."),
)
NO_ACCOUNTS = Kind(
    "person.no_accounts",
    403,
    _("You may not open accounts; heads of units, civility offices and administrators do."),
)
