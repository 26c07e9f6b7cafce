"""Tables as xlsx: what the trade keeps its ledgers in, and so what every list can be taken away as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any
from unicodedata import east_asian_width

from django.utils import timezone
from django.utils.functional import Promise
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Value = str | Promise | int | Decimal | date | datetime | bool | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_TITLE_LENGTH = 31  # Excel's limit for the name of a sheet
_SAMPLE = 200  # rows that the widths of the columns are taken from
_WIDEST = 60  # characters; longer texts wrap


def xlsx(title: str, headings: Sequence[str | Promise], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet with a heading that stays in sight and can be filtered; written row by row.

    Texts stay texts, whatever they begin with: nobody's entry becomes a formula in the reader's machine.
    Moments are given in local time. Memory stays flat in the number of rows but for the file itself.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", title)[:_TITLE_LENGTH])
    rows = iter(rows)
    sample = list(islice(rows, _SAMPLE))
    for number, width in enumerate(_widths([headings, *sample]), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}1"
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in chain(sample, rows):
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell whose text is a text; the library's types know neither Decimal nor lazy strings."""
    if isinstance(value, datetime):
        value = timezone.make_naive(value) if timezone.is_aware(value) else value
    elif isinstance(value, (str, Promise)):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _widths(rows: Sequence[Sequence[Value]]) -> list[int]:
    """The widest value of each column in characters of the Latin kind; a Chinese one takes two."""
    return [min(max(map(_width, column)) + 2, _WIDEST) for column in zip(*rows, strict=True)]


def _width(value: Value) -> int:
    text = "" if value is None else f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
