"""The verbs of the journal in words, by what they are about: the auditor's choice on the page of events."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import LIFECYCLES
from chuangwen.cases.queries import VERB_LABELS, verb_label

Text = str | Promise
ACCOUNTS: dict[str, Text] = {
    "account.sign_in": _("Signed in"),
    "account.sign_out": _("Signed out"),
    "account.refused": _("Wrong password, or not let in"),
    "account.code_refused": _("Wrong code of the second factor"),
    "account.locked": _("Locked out for five minutes"),
    "account.password": _("Password changed"),
    "account.first_password": _("First password chosen"),
    "account.links": _("Links for first passwords taken away"),
    "account.factor_add": _("Second factor set up"),
    "account.factor_remove": _("Second factor removed"),
    "account.factor_renew": _("New recovery codes made"),
    "account.factor_reset": _("Second factor taken away by an administrator"),
    "account.recovery_code": _("Recovery code used"),
    "account.sessions_end": _("Sessions ended"),
}
DIRECTORY: dict[str, Text] = {
    "person.add": _("Account opened"),
    "post.appoint": _("Post given"),
    "post.end": _("Post ended"),
    "person.email": _("E-mail address changed"),
    "person.reminders": _("Way of being reminded chosen"),
    "unit.add": _("Unit entered"),
    "unit.mark": _("Document mark of a unit set"),
    "unit.succeed": _("Unit succeeded by another"),
    "directory.load": _("Directory loaded"),
    "directory.import": _("Directory imported from a file"),
    "directory.export": _("Directory exported"),
}
JOURNAL: dict[str, Text] = {
    "journal.export": _("Events exported"),
    "journal.export_reads": _("Log of reading exported"),
}
# What is neither a move of a case nor done to a plan; those have their words where they are made.
WORK: dict[str, Text] = {
    "task.next_round": _("Next round opened"),
    "complaint.file": _("Complaint of needless work filed"),
    "complaint.answer": _("Complaint of needless work answered"),
    "calendar.import": _("Table of holidays imported"),
    "outbox.again": _("Messages sent again"),
    "outbox.leave": _("Messages left as they are"),
}
_OWN = ACCOUNTS | DIRECTORY | JOURNAL | WORK


def label(verb: str) -> Text:
    """The words for a verb; one that nobody has put into words stands as it is."""
    return _OWN.get(verb) or verb_label(verb)


def choices() -> list[tuple[Text, list[tuple[str, Text]]]]:
    """All verbs with words, grouped for a select."""
    groups: list[tuple[Text, list[tuple[str, Text]]]] = [
        (_("Accounts"), list(ACCOUNTS.items())),
        (_("Directory and posts"), list(DIRECTORY.items())),
        (_("Campaigns and tasks"), list((VERB_LABELS | WORK).items())),
    ]
    groups += [
        (kind.label, [(f"{kind.kind}.{name}", words) for name, words in kind.steps])
        for kind in LIFECYCLES.values()
    ]
    return [*groups, (_("Journal"), list(JOURNAL.items()))]
