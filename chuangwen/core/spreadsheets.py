"""Tables as xlsx: what the trade keeps its ledgers in, and so what every list can be taken away as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sheet:
    """One sheet to be written. In one ``to_fill`` whatever is typed stays text: codes keep their digits."""

    title: str | Promise
    headings: Sequence[str | Promise]
    rows: Iterable[Sequence[Value]] = ()
    to_fill: bool = False


def xlsx(title: str, headings: Sequence[str | Promise], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet with a heading that stays in sight and can be filtered; written row by row.

    Texts stay texts, whatever they begin with: nobody's entry becomes a formula in the reader's machine.
    Moments are given in local time. Memory stays flat in the number of rows but for the file itself.
    """
    return book(Sheet(title, headings, rows))


def book(*sheets: Sheet) -> bytes:
    """Several such sheets in one file, in this order."""
    written = Workbook(write_only=True)
    for sheet in sheets:
        _write(written.create_sheet(_NOT_IN_A_TITLE.sub(" ", str(sheet.title))[:_TITLE_LENGTH]), sheet)
    file = BytesIO()
    written.save(file)
    return file.getvalue()


def _write(target: Any, sheet: Sheet) -> None:
    rows = iter(sheet.rows)
    sample = list(islice(rows, _SAMPLE))
    for number, width in enumerate(_widths([sheet.headings, *sample]), start=1):
        column = target.column_dimensions[get_column_letter(number)]
        column.width = width
        if sheet.to_fill:
            column.number_format = "@"
    target.freeze_panes = "A2"
    target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headings))}1"
    target.append([_cell(target, heading, bold=True) for heading in sheet.headings])
    for row in chain(sample, rows):
        target.append([_cell(target, value) for value in row])


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
