"""What can be wrong in a sheet, in plain words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "accounts": _("You may not open accounts. Leave the row out, or ask the civility office."),
    "bad_code": _(
        "“%(value)s” is no valid unified social credit code. Copy it again from the certificate as text, or"
        " give an internal code of 2 to 12 letters, digits and hyphens."
    ),
    "choice": _("“%(value)s” is not one of: %(choices)s."),
    "control": _(
        "The cell holds an invisible control character. Type the text again, or paste it without format."
    ),
    "date": _("“%(value)s” is not a date. Write it like 2026-10-10."),
    "date_as_text": _(
        "The spreadsheet has made a date of this entry. Format the column as text and type it again."
    ),
    "ended_late": _("The day is after today. Enter it when the post has ended."),
    "ended_never": _(
        "There is no such post to end. Correct the row, or leave the day empty to give the post."
    ),
    "error_value": _("The cell shows the error %(value)s. Type the value itself."),
    "formula": _(
        "The cell holds a formula. Copy the column and paste it as values, then send the file again."
    ),
    "global": _("Only whoever keeps the directory of all units may change this. Delete the row."),
    "grant": _(
        "You may not give or end the role “%(role)s” in this unit. Leave the row out, or ask who may."
    ),
    "group": _(
        "“%(value)s” is neither the code nor the name of a peer group. Enter it on the sheet “%(sheet)s”."
    ),
    "group_twice": _("More than one peer group is called “%(value)s”. Write its code."),
    "head_missing": _("The column “%(heading)s” is missing. Take the headings of the template."),
    "head_twice": _("The column “%(heading)s” stands here twice. Delete one of the two."),
    "head_unknown": _(
        "“%(heading)s” is no heading of this sheet. Delete the column, or use one of: %(headings)s."
    ),
    "leads_outside": _("The unit leads “%(system)s” without standing in it. Enter it in both columns."),
    "document_mark_taken": _(
        "The document mark is that of %(unit)s as well. Each must be different: change one of them."
    ),
    "merged": _("The cells %(range)s are merged. Undo the merge and fill in every cell."),
    "missing": _("This cell must not be empty."),
    "no_rows": _("No sheet of this file holds any rows. Fill in the template and send it again."),
    "number": _(
        "The spreadsheet has made a number of this entry and lost digits. Format the column as text and"
        " type it again."
    ),
    "own_post": _("You may not give a post to yourself. Ask another security administrator."),
    "person_differs": _("Row %(first)s says otherwise of the same person. Make the two rows alike."),
    "person_elsewhere": _(
        "This person holds posts that you may not give, so you may not change their particulars. Empty the"
        " cell, or ask the office or administrator of that unit."
    ),
    "place": _(
        "“%(value)s” is neither the code nor the name of a territory. Enter it on the sheet “%(sheet)s”."
    ),
    "place_twice": _("More than one territory is called “%(value)s”. Write its code."),
    "seat_taken": _(
        "%(unit)s is the seat of this territory as well. Only one unit can be: change one of them."
    ),
    "separate": _(
        "%(person)s would hold more than one of: system administrator, security administrator, auditor."
        " Appoint somebody else, or end the other post first."
    ),
    "sheet_twice": _("The sheets “%(first)s” and “%(second)s” hold the same. Keep one of them."),
    "sheet_unknown": _(
        "This sheet is none of: %(sheets)s. Name it so, or delete it; the first row must hold the headings."
    ),
    "system": _(
        "“%(value)s” is neither the code nor the name of a system. Enter it on the sheet “%(sheet)s”."
    ),
    "system_twice": _("More than one system is called “%(value)s”. Write its code."),
    "twice": _("The same entry stands in row %(first)s already. Delete one of the two."),
    "unit": _(
        "There is no unit with the code “%(value)s”. Check it, or enter the unit on the sheet “%(sheet)s”."
    ),
    "unit_inactive": _(
        "This unit is no longer active and is not changed any more. Use the code of its successor."
    ),
    "unit_wrong": _("The row of this unit on the sheet “%(sheet)s” has mistakes. Correct them first."),
    "yes_or_no": _("“%(value)s” is neither yes nor no. Write yes or no."),
    "your_territory": _(
        "“%(value)s” is outside the territories that you keep. Delete the row, or correct it."
    ),
}


@dataclass(frozen=True)
class Fault:
    """Something wrong: in which sheet and row, as numbered there; ``column`` is empty for the whole row."""

    sheet: str
    row: int
    column: str
    sentence: str


def sentence(kind: str, **details: Any) -> str:
    return str(SENTENCES[kind]) % details


def wrong(kind: str, **details: Any) -> ValidationError:
    """The error to raise while a cell is read; its sentence is one of the table above."""
    return ValidationError(sentence(kind, **details))
