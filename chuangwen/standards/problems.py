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
