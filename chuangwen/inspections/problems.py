"""The errors that offices and inspectors can cause with inspections."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

PLAN_TAKEN = Kind(
    "year_plan.taken", 409, _("This office has a plan of %(year)s in this campaign already. Go on with that.")
)
PLAN_FILED = Kind("year_plan.filed", 409, _("The plan of %(year)s has been filed and stands as it is."))
PLAN_EMPTY = Kind("year_plan.empty", 409, _("The plan has no lines yet. Say first what is inspected."))
PLAN_NOT_FILED = Kind(
    "year_plan.not_filed", 409, _("The plan of %(year)s is not filed yet. File it, then open inspections.")
)
WINDOW = Kind(
    "inspection.window", 400, _("The last day lies before the first, or has passed already. Choose others.")
)
NOT_PREPARING = Kind(
    "inspection.set_out",
    409,
    _("“%(name)s” has set out, so what is looked at stands. Withdraw it and open another to change that."),
)
NOT_OPEN = Kind("inspection.over", 409, _("“%(name)s” is over, so no unit can be added to it."))
FOREIGN_CRITERION = Kind(
    "inspection.foreign_criterion", 400, _("A criterion is not of the standard “%(name)s”. Choose others.")
)
TEAM_SMALL = Kind(
    "visit.team_small", 400, _("At least two people inspect together. Name another one to the team.")
)
NO_INSPECTOR = Kind(
    "visit.no_inspector",
    400,
    _("%(name)s holds no post of inspector, delegate or office here. Choose somebody else."),
)
CONFLICT = Kind("visit.conflict", 409, _("%(name)s cannot inspect %(unit)s (%(why)s). Choose somebody else."))
POINT_TAKEN = Kind(
    "point.taken", 409, _("The unit has a point “%(name)s” of this type already. Give this one another name.")
)
UNIT_TWICE = Kind("visit.twice", 409, _("%(unit)s is visited in this inspection already."))
UNIT_OUTSIDE = Kind(
    "visit.outside",
    400,
    _("%(unit)s lies outside the territory of the office that sends, or is that office. Choose another."),
)
WRONG_DAY = Kind(
    "visit.day", 400, _("The day of a visit lies between %(first)s and %(last)s. Choose another.")
)
KEY_USED = Kind(
    "finding.key_used",
    409,
    _("This was sent once before with other content. What was kept first stands; enter a new finding."),
)
NOT_ASKED = Kind(
    "finding.not_asked", 400, _("This is not looked at there in this inspection. Choose from its checklist.")
)
WRONG_POINT = Kind("finding.wrong_point", 400, _("This point is none of %(unit)s. Choose one of its points."))
WORDS_LONG = Kind(
    "finding.too_long",
    400,
    _("The words have %(length)s characters; at most %(limit)s are kept. Shorten them."),
)
BAD_PLACE = Kind(
    "finding.bad_place",
    400,
    _("There is no such place on earth. Send latitude and longitude in degrees, or leave both out."),
)
TOO_MANY = Kind(
    "finding.too_many",
    413,
    _("%(count)s findings came at once; at most %(limit)s are taken. Send them in parts."),
)
PHOTOS_FULL = Kind("finding.photos_full", 409, _("A finding takes at most %(limit)s photos."))
NO_REASON = Kind("finding.no_reason", 400, _("Say why the finding is not upheld: the office reads it."))
UNREADABLE = Kind(
    "field.unreadable",
    400,
    _("The field app sent what cannot be read here. Open it once with signal, so that it renews itself."),
)
DEVICES_FULL = Kind(
    "device.full",
    409,
    _("You have %(limit)s devices with a password already. Cut off one that is not used, then add this one."),
)
DEVICE_UNKNOWN = Kind(
    "device.unknown",
    401,
    _(
        "The user name or the password is wrong, or the device was cut off. On the page of your telephones"
        " you can add it anew."
    ),
)
FORM_UNREADABLE = Kind(
    "form.unreadable",
    400,
    _("This is no filled-in form that can be read here, so nothing was taken. Send it from the app again."),
)
FORM_EMPTY = Kind(
    "form.empty", 400, _("No question of this form is answered. Fill it in, or delete it on the device.")
)
FORM_RETIRED = Kind(
    "form.retired",
    409,
    _(
        "This form is no longer asked as it was filled in, so nothing was taken and the device keeps it."
        " Fetch the form anew, and enter there what you found."
    ),
)
DEVICE_CUT_OFF = Kind(
    "device.cut_off", 410, _("This device was cut off, or is somebody else's. Ask your office what to do.")
)
NO_DRAW = Kind("draw.none", 409, _("No pool is fixed for this inspection yet. Fix it first."))
DRAW_BOUND = Kind(
    "draw.bound",
    409,
    _("The pool was fixed for the value of %(day)s, which may be known now: it stands. Type the value."),
)
VALUE_TOO_EARLY = Kind(
    "draw.too_early",
    400,
    _(
        "The public value must be one that nobody knows when the pool is fixed, and is typed from its day on:"
        " %(day)s is too early. Choose a later day, or wait for it."
    ),
)
DRAW_IMPOSSIBLE = Kind(
    "draw.impossible",
    409,
    _("Nothing was fixed, as a draw from this pool could fail: %(why)s. Change the pool or the inspectors."),
)
DRAWN_ALREADY = Kind("draw.drawn", 409, _("The draw has been made, and stands. Its page shows the result."))
NOT_DRAWN = Kind(
    "draw.not_drawn", 409, _("The draw has not been made yet. Two officers must type the public value first.")
)
SENT_ALREADY = Kind(
    "draw.sent",
    409,
    _("The visits that were drawn are planned already. Plan others on the inspection's page."),
)
