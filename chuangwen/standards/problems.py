"""The errors that an office can cause with its standards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

PUBLISHED = Kind(
    "standard.published",
    409,
    _(
        "“%(name)s” has been published and is kept as it is, for units are measured by it. "
        "Make a new version, change that, and publish it."
    ),
)
STALE = Kind(
    "standard.stale",
    409,
    _(
        "Somebody else has changed this standard since you opened it. What you typed is kept below; "
        "compare it with the standard as it is now and save again."
    ),
)
TAKEN = Kind(
    "standard.taken",
    409,
    _("The code “%(code)s” is taken by another standard of this office. Choose another."),
)
NOT_READY = Kind(
    "standard.not_ready",
    409,
    _("This standard cannot be published yet (%(count)s points are open). The first is: %(first)s"),
)
SUMS = Kind(
    "standard.sums",
    409,
    _(
        "The points do not agree in %(count)s places. The first is: %(first)s Correct them, or say why the "
        "standard shall be published with them all the same."
    ),
)
NOT_PUBLISHED = Kind(
    "standard.not_published",
    409,
    _("“%(name)s” is %(state)s. This can be done only with a published standard."),
)
IN_USE = Kind(
    "standard.in_use",
    409,
    _("“%(name)s” is used by self-reports, so it is kept. Make a new version and leave it out there."),
)
ROUND_OVER = Kind(
    "round.over", 400, _("The last day for filing, %(day)s, has passed already. Choose a later one.")
)
ROUND_OPEN = Kind(
    "round.open",
    409,
    _("This campaign asks for self-reports by “%(name)s” already. They are on the units' desks."),
)
NO_UNITS = Kind(
    "round.no_units",
    409,
    _(
        "No unit of the campaign's territory is of a peer group that the standard is for. "
        "Choose another campaign."
    ),
)
ANSWER_STALE = Kind(
    "answer.stale",
    409,
    _(
        "Somebody else of your unit has changed this answer since you opened it. What you typed is kept "
        "below; open the page once more beside it, compare, and save again."
    ),
)
STATEMENT_LONG = Kind(
    "answer.too_long",
    400,
    _("The statement has %(length)s characters; at most %(limit)s are read. Shorten it."),
)
INCOMPLETE = Kind(
    "self_report.incomplete",
    409,
    _(
        "%(count)s criteria lack something; the first is: %(first)s. Complete them, or tick that it shall be "
        "filed as it is."
    ),
)
