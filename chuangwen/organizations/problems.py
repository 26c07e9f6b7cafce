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
MARK_TAKEN = Kind(
    "unit.mark_taken",
    409,
    _("The document mark %(mark)s is that of %(unit)s: no two bodies number their papers alike."),
)
GRANT_LACKS = Kind(
    "post.grant_lacks",
    403,
    _("You may not give the role “%(role)s” in %(unit)s: nobody grants what they do not hold there."),
)
OWN_POST = Kind(
    "post.own",
    403,
    _("A security administrator gives no post to themselves. Ask another one, or use the command line."),
)
SEPARATE_POSTS = Kind(
    "post.separate",
    409,
    _(
        "%(person)s may hold only one of these at a time: system administrator, security administrator, "
        "auditor. End the other post first, or appoint somebody else."
    ),
)
NOT_YOUR_ACCOUNT = Kind(
    "account.not_yours",
    403,
    _(
        "You may not change the account of %(person)s. The security administrator of all their units does; "
        "for an auditor the command line."
    ),
)
LINK_VOID = Kind(
    "account.link_void",
    410,
    _(
        "This link was used already, or is too old. If you have no password yet, ask whoever sent it for a"
        " new one; else sign in."
    ),
)
NO_FACTOR = Kind("account.no_factor", 409, _("%(person)s has no second factor that could be reset."))
FACTOR_UNREADABLE = Kind(
    "account.factor_unreadable",
    409,
    _(
        "Your second factor cannot be read, because the key of this installation was changed. "
        "Ask the security administrator to reset it."
    ),
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
SUCCEEDS_ITSELF = Kind(
    "unit.succeeds_itself", 400, _("A unit cannot succeed itself. Choose the unit that takes its place.")
)
SUCCESSION_CYCLE = Kind(
    "unit.succession_cycle",
    409,
    _(
        "%(successor)s was itself succeeded by %(unit)s, directly or through others; "
        "two units cannot succeed each other. Enter the new body as a unit of its own."
    ),
)
SUCCESSOR_INACTIVE = Kind(
    "unit.successor_inactive",
    409,
    _("%(successor)s is no longer active, so it can take nothing over. Choose an active unit."),
)
SUCCEEDED_ALREADY = Kind(
    "unit.succeeded_already", 409, _("%(unit)s is no longer active; its cases were handed over before.")
)
SHEET_TYPE = Kind(
    "sheet.type",
    415,
    _(
        "This is neither xlsx nor csv. Open it in a spreadsheet program, save it as xlsx (without macros) or"
        " as csv, and send it again."
    ),
)
SHEET_TOO_LONG = Kind(
    "sheet.too_long",
    413,
    _("A sheet has more than %(limit)s rows, or is larger than can be read. Divide it into several files."),
)
SHEET_ENCODING = Kind(
    "sheet.encoding",
    400,
    _("The text of this csv cannot be read. Save it as UTF-8, or as xlsx, and send it again."),
)
IMPORT_FAULTS = Kind(
    "import.faults", 409, _("The file has mistakes, so nothing was imported. Correct them and send it again.")
)
IMPORT_MEANWHILE = Kind(
    "import.meanwhile",
    409,
    _("The directory was changed by somebody else meanwhile, so nothing was imported. Import once more."),
)
IMPORT_NOTHING = Kind(
    "import.nothing", 409, _("This file changes nothing, or was not checked to the end. Send a file first.")
)
