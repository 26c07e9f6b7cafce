"""The rows of a file that somebody gives: xlsx, docx, or text with tabs or commas; each size is bounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple

from chuangwen.core.archives import TooLargeError
from chuangwen.core.docx_text import BrokenDocxError, Line, docx_lines
from chuangwen.core.files import DOCX, LOCKED, TEXT, XLSX, sniff
from chuangwen.core.problems import FILE_BROKEN, FILE_EMPTY, FILE_LOCKED, FILE_WRONG_TYPE, Problem
from chuangwen.organizations.importing import sheets as spreadsheets
from chuangwen.organizations.importing.sheets import COLUMNS, ROWS, decoded
from chuangwen.organizations.problems import SHEET_TOO_LONG
from chuangwen.standards.importing.rows import Row, Sheet

ACCEPTED = "xlsx, docx, tsv, csv"
TYPES = frozenset({XLSX, DOCX, TEXT})
_LETTERS = 2_000_000  # of a docx, what merged cells repeat included
_FILLED = 500_000  # cells that merges fill
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


def sheets(place: Path) -> list[Sheet]:
    """The sheets of a file; its content alone tells what it is. A text or a docx is one sheet.

    Raises Problem ``file.empty``, ``file.wrong_type``, ``file.locked``, ``file.broken``, ``sheet.too_long``,
    ``sheet.encoding``; OSError.
    """
    with place.open("rb") as file:
        kind = sniff(file)
        file.seek(0)
        empty = not file.read(1)
    if empty:
        raise Problem(FILE_EMPTY)
    if kind == LOCKED:
        raise Problem(FILE_LOCKED)
    reader = {XLSX: _of_xlsx, DOCX: _of_docx, TEXT: _of_text}.get(kind)
    if not reader:
        raise Problem(FILE_WRONG_TYPE, accepted=ACCEPTED)
    return reader(place)


# Text.


def _of_text(place: Path) -> list[Sheet]:
    text = decoded(place.read_bytes())
    if not text.strip("\ufeff \t\r\n"):
        raise Problem(FILE_EMPTY)
    return [Sheet("", tuple(_text_rows(text)))]


def _text_rows(text: str) -> Iterator[Row]:
    for count, (number, cells) in enumerate(_cells(text)):
        if count == ROWS:
            raise Problem(SHEET_TOO_LONG, limit=ROWS)
        yield Row(number, tuple(cells[:COLUMNS]))


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with their numbers; a cell in quotes may go over several of them, and begins with the first."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    separator = "\t" if "\t" in text else ","
    if f'{separator}"' not in text and not any(line.startswith('"') for line in lines):
        for number, line in enumerate(lines, start=1):
            yield number, line.split(separator)
        return
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator)
    first = 1
    try:
        for values in reader:
            yield first, values
            first = reader.line_num + 1
    except csv.Error as error:
        raise Problem(FILE_BROKEN) from error


# Spreadsheets.


def _of_xlsx(place: Path) -> list[Sheet]:
    found = [_sheet(source) for source in spreadsheets.read_xlsx(place)]
    if not any(sheet.rows for sheet in found):
        raise Problem(FILE_EMPTY)
    return found


def _sheet(source: spreadsheets.Sheet) -> Sheet:
    rows = {number: Row(number, tuple(map(str, cells))) for number, cells in source.rows}
    _fill(rows, source.merged)
    unread = [
        (row.number, "", cell)
        for row in rows.values()
        for cell in dict.fromkeys(row.cells)
        if cell in _ERRORS
    ]
    for address in source.formulas:
        number, column = coordinate_to_tuple(address)
        row = rows.get(number)
        if row is None or column > len(row.cells) or not row.cells[column - 1]:
            unread.append((number, address, ""))
    return Sheet(source.title, tuple(rows.values()), tuple(unread))


def _fill(rows: dict[int, Row], merged: list[str]) -> None:
    """Say in every row what a merged cell says in its first. Raises Problem ``sheet.too_long``."""
    filled = 0
    for area in merged:
        left, top, right, bottom = (int(border or 1) for border in range_boundaries(area))
        if bottom == top or top not in rows or left > len(rows[top].cells):
            continue
        words = rows[top].cells[left - 1]
        for number in [row for row in range(top + 1, min(bottom, max(rows)) + 1) if row in rows]:
            filled += 1
            if filled > _FILLED:
                raise Problem(SHEET_TOO_LONG, limit=ROWS)
            row = rows[number]
            cells = [*row.cells, *[""] * (left - len(row.cells))]
            cells[left - 1] = words
            goes_on = row.repeated | set(range(left - 1, min(right, COLUMNS)))
            rows[number] = replace(row, cells=tuple(cells), repeated=frozenset(goes_on))


# Documents.


def _of_docx(place: Path) -> list[Sheet]:
    try:
        lines = docx_lines(place.read_bytes(), limit=_LETTERS)
    except BrokenDocxError as error:
        raise Problem(FILE_BROKEN) from error
    except TooLargeError as error:
        raise Problem(SHEET_TOO_LONG, limit=ROWS) from error
    if len(lines) > ROWS:
        raise Problem(SHEET_TOO_LONG, limit=ROWS)
    return [Sheet("", tuple(_row(number, line) for number, line in enumerate(lines, start=1)))]


def _row(number: int, line: Line) -> Row:
    """A cell that spans columns stands in the first of them; a paragraph is a row of one cell."""
    cells: list[str] = []
    repeated: set[int] = set()
    for cell in line:
        if cell.continued:
            repeated |= set(range(len(cells), min(len(cells) + cell.span, COLUMNS)))
        cells += [cell.words.strip(), *[""] * (min(cell.span, COLUMNS) - 1)]
        if len(cells) >= COLUMNS:
            break
    return Row(number, tuple(cells[:COLUMNS]), frozenset(repeated))
