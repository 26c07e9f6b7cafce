"""The errors that a clerk or a liaison can cause on the way from the speech to the report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

TASK_STALE = Kind(
    "task.stale",
    409,
    _(
        "Somebody else has changed this task since you opened it. What you typed is kept below; "
        "compare it with the task as it is now and save again."
    ),
)
PLAN_CLOSED = Kind("plan.closed", 409, _("This plan cannot be changed: %(reason)s"))
NOT_DECIDED = Kind(
    "plan.not_decided",
    409,
    _(
        "%(count)s tasks cannot be dispatched yet: decide who receives them, or drop them. "
        "The first is: %(first)s"
    ),
)
NO_TASKS = Kind("plan.no_tasks", 409, _("There is no task to dispatch. Add at least one."))
BAD_SPLIT = Kind("task.bad_split", 400, _("Cut the task inside its text, so that both parts have words."))
NOTHING_TO_MERGE = Kind("task.nothing_to_merge", 409, _("There is no task after this one to merge it with."))
MERGE_LOSES = Kind(
    "task.merge_loses",
    409,
    _(
        "One of the two tasks leaves out units that the other names, "
        "%(first)s among them (%(count)s in all). Edit the receivers first, then merge."
    ),
)
BAD_SPAN = Kind("task.bad_span", 400, _("The marked passage lies outside the text. Mark it again."))
RELAY_LATE = Kind(
    "relay.deadline",
    400,
    _("A relayed task must be due earlier than your own (%(due)s), and not before today. Choose such a day."),
)
RELAY_STRANGER = Kind(
    "relay.not_subordinate",
    403,
    _("%(unit)s is not led by your unit along this line, or has this task already. Choose from the list."),
)
REASSIGN_TAKEN = Kind(
    "reassign.taken",
    409,
    _("%(unit)s has this task already. Refuse the request, or withdraw the task here with that reason."),
)
REASSIGN_STRANGER = Kind(
    "reassign.not_subordinate",
    403,
    _(
        "%(unit)s is not one that %(issuer)s assigns work to. Choose another unit, or refuse the request, "
        "or ask the office above to assign it."
    ),
)
REPORT_EMPTY = Kind("report.empty", 400, _("Write the report, or upload it as a document."))
REPORT_TOO_LONG = Kind(
    "report.too_long",
    400,
    _("The report has %(length)s characters; at most %(limit)s are read. Shorten it, please."),
)
DOCUMENT_EMPTY = Kind("document.empty", 400, _("The document is empty. Choose the right file."))
DOCUMENT_WRONG_TYPE = Kind(
    "document.wrong_type", 415, _("This is no txt, docx or pdf. Save the document as one of them.")
)
DOCUMENT_NO_TEXT = Kind(
    "document.no_text",
    422,
    _("No text can be read in this document. If it is a scan, run text recognition, or paste the text."),
)
DOCUMENT_WRONG_ENCODING = Kind(
    "document.wrong_encoding",
    422,
    _("The encoding of this text file is not known. Save it as UTF-8, or paste the text."),
)
DOCUMENT_TOO_LONG = Kind(
    "document.too_long",
    413,
    _("The document has more than %(limit)s characters. Cut out the part that assigns work."),
)
DOCUMENT_BOMB = Kind(
    "document.bomb",
    413,
    _("Unpacked, this document is larger than any that is read here. Save it again, or paste the text."),
)
DOCUMENT_ENCRYPTED = Kind(
    "document.encrypted", 422, _("The document is locked with a password. Save it without one.")
)
DOCUMENT_BROKEN = Kind(
    "document.broken",
    422,
    _("The document is damaged and cannot be opened. Save it again, or paste the text."),
)
NO_BASIS = Kind(
    "plan.no_basis",
    409,
    _(
        "%(count)s tasks ask for a written report. Reports are asked for only on a stated basis: enter the"
        " number of the document, or take the reports out of the plan."
    ),
)
COMPLAINT_ANSWERED = Kind(
    "complaint.answered", 409, _("Complaint %(code)s has been answered already. Read the answer there.")
)
TOO_MANY_COMPLAINTS = Kind(
    "complaint.too_many", 429, _("Many complaints came from this address within an hour. Send yours later.")
)
SLIP_LIMIT_PAST = Kind("slip.limit_past", 400, _("The limit of a slip is today or later. Choose such a day."))
BREAKDOWN_STALE = Kind(
    "breakdown.stale",
    409,
    _(
        "Somebody else has changed this breakdown since you opened it. What you typed is kept below; "
        "compare it with the breakdown as it is now and save again."
    ),
)
BREAKDOWN_BEGUN = Kind(
    "breakdown.begun",
    409,
    _("This breakdown has parts already. Take them out first, or go on with them."),
)
BREAKDOWN_LEADERS = Kind("breakdown.leaders", 409, _("Say first who leads, then take the parts over."))
BREAKDOWN_CLOSED = Kind("breakdown.closed", 403, _("This breakdown cannot be changed: %(reason)s"))
BREAKDOWN_EMPTY = Kind("breakdown.empty", 409, _("The breakdown has no part yet. Add at least one."))
BREAKDOWN_WEIGHTS = Kind(
    "breakdown.weights",
    409,
    _(
        "The weights below “%(above)s” make %(total)s and not 100: a difference of %(difference)s. "
        "Correct them, then put the breakdown in force."
    ),
)
BREAKDOWN_DUE = Kind(
    "breakdown.due",
    409,
    _("“%(share)s” is due on %(due)s, later than what it is a part of (%(limit)s). Choose an earlier day."),
)
SHARE_EMPTY = Kind(
    "share.empty", 409, _("“%(share)s” has nothing to do yet. Say its measure, or add parts below it.")
)
SHARE_STRANGER = Kind(
    "share.stranger", 409, _("%(person)s holds no post in this unit. Choose somebody who does.")
)
SHARE_MISPLACED = Kind(
    "share.misplaced", 409, _("A part stands below a higher level: department, then post, then person.")
)
SHARE_REPORTED = Kind(
    "share.reported",
    409,
    _("Progress has been reported on “%(share)s” or below it, so it stays. Change it instead."),
)
