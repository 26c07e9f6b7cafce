"""The errors that a person can cause while moving a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

STALE = Kind(
    "case.stale",
    409,
    _(
        "Somebody has moved “%(title)s” since you opened this page, so nothing was changed. "
        "Look at its state now and decide again; what you typed is kept."
    ),
)
MOVE_REFUSED = Kind("case.move_refused", 403, _("“%(move)s” is not possible: %(reason)s"))
NO_SUCH_MOVE = Kind("case.no_such_move", 404, _("A case of this kind has no move “%(move)s”."))
BAD_EXTENSION = Kind(
    "request.bad_extension",
    400,
    _("An extension ends after the present deadline (%(due)s), and not before today. Choose such a day."),
)
EXTENSION_LIMIT = Kind(
    "request.extension_limit",
    409,
    _(
        "The body that relayed this is itself due on %(limit)s, and relayed work is due before that. "
        "Choose an earlier day, or let that body ask for an extension first."
    ),
)
BULK_NOTHING = Kind(
    "bulk.nothing", 400, _("No case or no step was chosen. Tick the cases, choose the step, and press again.")
)
BULK_REASON = Kind("bulk.reason", 400, _("“%(move)s” needs a reason. Write it, and press again."))
BULK_TOO_MANY = Kind(
    "bulk.too_many", 409, _("At most %(most)s cases are moved at once. Narrow the list, and press again.")
)
EVIDENCE_NONE = Kind(
    "evidence.none",
    400,
    _("No file and no link was given. Choose files, or name the address of what is public."),
)
EVIDENCE_NO_PHOTO = Kind(
    "evidence.no_photo", 409, _("Only in a photo can faces and plates be concealed. Choose a photo.")
)
EVIDENCE_STALE = Kind(
    "evidence.stale",
    409,
    _(
        "Somebody else of your unit has changed this piece since you opened it. What you typed is kept below;"
        " compare it with the piece as it is now and save again."
    ),
)
EVIDENCE_STRANGER = Kind(
    "evidence.stranger",
    409,
    _("“%(name)s” cannot be used here: it is not in the library of this unit, or it was withdrawn."),
)
FOLLOWED = Kind(
    "campaign.followed",
    409,
    _("The campaign after this one has been begun already: “%(name)s”. Read further meetings into that one."),
)
NO_DOCUMENT_MARK = Kind(
    "paper.no_mark",
    409,
    _(
        "%(unit)s has no document mark yet, so its papers cannot be numbered."
        " Enter it on the unit's page, then issue the paper again."
    ),
)
