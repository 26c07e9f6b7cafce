"""The errors that a person can cause with orders to rectify."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

NO_FAULT = Kind(
    "order.no_fault", 400, _("An order names one fault at least. Write what was found, and where.")
)
ELSEWHERE = Kind(
    "order.elsewhere",
    400,
    _("%(unit)s lies outside the territory of the campaign “%(campaign)s”. Choose another unit or campaign."),
)
KIND_UNKNOWN = Kind("order.kind_unknown", 400, _("There is no kind of fault “%(code)s” now. Choose another."))
TABLE_BROKEN = Kind(
    "order.table_broken",
    409,
    _("Line %(line)s of %(file)s cannot be used: %(what)s. Ask whoever keeps the system to correct it."),
)
DUE_PAST = Kind("order.due_past", 400, _("The deadline is today or later. Choose such a day."))
ITEM_STRANGER = Kind(
    "order.item_stranger",
    400,
    _("Proof was sent for a fault that is not in this order. Open its page again."),
)
NO_PROOF = Kind(
    "order.no_proof",
    400,
    _("Fault %(number)s lacks its proof. Write what was done, and add one photo at least of how it is now."),
)
NO_PHOTO = Kind("order.no_photo", 400, _("“%(name)s” is no photo. Choose a photo of how it is now."))
NOT_LED = Kind(
    "order.not_led",
    409,
    _("%(unit)s is no active unit of the campaign's territory, or has this order already. Choose another."),
)
NO_CHECKER = Kind(
    "order.no_checker",
    409,
    _("%(person)s found the fault, belongs to the unit, or inspects here no more. Choose somebody else."),
)
RUNG_NOT_NEXT = Kind(
    "order.rung_not_next",
    409,
    _("“%(rung)s” is not the rung that comes next now. Open the form again, and decide about the one there."),
)
MEETS_TOO_SOON = Kind(
    "order.meets_too_soon", 400, _("An interview has a time that is still to come, and a place. Enter both.")
)
PERIOD_WRONG = Kind("bulletin.period", 400, _("The period ends before it begins. Choose other days."))
NOTHING_TAKEN_IN = Kind(
    "bulletin.empty",
    409,
    _("The bulletin takes in no order. Go back to the draft and choose what it reports on."),
)
