"""The error catalogue: every error that a user can cause has a code and a sentence.

Each app declares its kinds in its own ``problems.py``; declaring registers them here, so the catalogue
can be printed, translated and tested as a whole. One middleware in ``web`` turns a raised problem into
a page, a fragment or JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CATALOGUE: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """One row of the catalogue.

    ``code`` is stable and safe to quote on the telephone; ``status`` is the HTTP status it answers with;
    ``sentence`` says what happened and what to do next, with ``%(name)s`` places for the details.
    """

    code: str
    status: int
    sentence: str | Promise

    def __post_init__(self) -> None:
        if self.code in CATALOGUE:
            raise ValueError(f"the problem code {self.code} is declared twice")
        CATALOGUE[self.code] = self


class Problem(Exception):
    """An error with a code, a sentence in the reader's language, and named details."""

    def __init__(self, kind: Kind, **details: Any) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.details = details

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def status(self) -> int:
        return self.kind.status

    @property
    def sentence(self) -> str:
        return str(self.kind.sentence) % self.details

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


def kept(problem: Problem) -> dict[str, Any]:
    """A problem as plain values, for a column of JSON: it is told later, in the words of whoever asks."""
    details = problem.details.items()
    plain = {name: value if isinstance(value, int | str) else str(value) for name, value in details}
    return {"code": problem.code, "details": plain}


def from_kept(failure: Mapping[str, Any] | None) -> Problem | None:
    """The problem that ``kept`` made plain; None of nothing."""
    return Problem(CATALOGUE[failure["code"]], **failure["details"]) if failure else None


NOT_FOUND = Kind(
    "page.not_found", 404, _("There is nothing here, or it is not meant for you. Check the address.")
)
NOT_ALLOWED = Kind("page.not_allowed", 403, _("You may not do this: %(reason)s"))
SERVER_ERROR = Kind(
    "page.server_error",
    500,
    _("Something went wrong on our side and has been logged. Go back and try again; nothing was half saved."),
)
JOURNAL_BROKEN = Kind(
    "journal.broken",
    409,
    _(
        "The journal's end is not as it was left: rows were changed from outside, or its key or hash was."
        " Nothing more is sequenced. Run `chuangwen verify`, then restore a backup or the settings."
    ),
)
FILE_EMPTY = Kind("file.empty", 400, _("The file is empty. Choose the right one and send it again."))
FILE_TOO_BIG = Kind(
    "file.too_big", 413, _("The file is larger than %(limit)s MB. Send a smaller one, or only the text.")
)
FILE_WRONG_TYPE = Kind(
    "file.wrong_type",
    415,
    _("The content of this file is of no type that is read here. Save it as %(accepted)s and send it again."),
)
FILE_LOCKED = Kind(
    "file.locked", 415, _("The document is locked with a password. Save it without one and send it again.")
)
FILE_BROKEN = Kind("file.broken", 400, _("The file is damaged. Save it again and send the new one."))
FILE_BROKEN_IMAGE = Kind(
    "file.broken_image", 400, _("This picture is damaged or too large to be opened. Take or save it again.")
)
FILE_TOO_MANY_PIXELS = Kind(
    "file.too_many_pixels",
    413,
    _(
        "This picture has more pixels than can be opened. Send it as a JPEG, or save it smaller: 12 million"
        " pixels are plenty."
    ),
)
FILE_INFECTED = Kind(
    "file.infected",
    422,
    _(
        "The virus scanner found “%(name)s” in this file, so it was not kept. Do not pass it on; have the"
        " computer that it comes from checked."
    ),
)
FILE_NOT_SCANNED = Kind(
    "file.not_scanned",
    503,
    _(
        "The virus scanner does not answer, so the file was not taken in. Try again in a few minutes; if it"
        " goes on, tell the system administrator."
    ),
)
CALENDAR_BROKEN = Kind(
    "calendar.broken",
    400,
    _(
        "This is not a year's table of holidays: line %(line)s (%(words)s). Each line is date,kind,name:"
        " a day such as 2027-01-01, holiday or workday (a make-up day at a weekend), a name. Each day stands"
        " once, and every year has its 1 January, 1 May and 1 October. Nothing was changed."
    ),
)
NO_CHINESE_FACE = Kind(
    "paper.no_face",
    503,
    _(
        "The server has no typeface for %(face)s, so no PDF can be set. Take the docx, "
        "and have the administrator install a Chinese typeface such as Noto CJK."
    ),
)
BLANK_BROKEN = Kind(
    "paper.blank_broken",
    409,
    _(
        "The paper's template %(file)s cannot be used, line %(line)s: %(what)s. "
        "Have the administrator correct that line, or remove the file to use the one that is shipped."
    ),
)
JOB_LOST = Kind(
    "job.lost",
    500,
    _(
        "The worker stopped in the middle of this %(times)s times, so it is not tried again. Nothing was half"
        " done. Send a smaller file, or ask the system administrator to look at the worker's log."
    ),
)
EXPORT_TOO_MANY = Kind(
    "export.too_many", 409, _("At most %(most)s rows are taken away at once. Narrow the list, and try again.")
)
