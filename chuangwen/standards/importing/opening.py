"""The rows of a file that somebody gives: text with tabs or commas, each size bounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO

from chuangwen.core.files import LOCKED, TEXT, sniff
from chuangwen.core.problems import FILE_BROKEN, FILE_EMPTY, FILE_LOCKED, FILE_WRONG_TYPE, Problem
from chuangwen.organizations.importing.sheets import COLUMNS, ROWS, decoded
from chuangwen.organizations.problems import SHEET_TOO_LONG
from chuangwen.standards.importing.rows import Row, Sheet

ACCEPTED = "tsv, csv"


def sheets(data: bytes) -> list[Sheet]:
    """The sheets of a file; its content alone tells what it is.

    Raises Problem ``file.empty``, ``file.wrong_type``, ``file.locked``, ``file.broken``, ``sheet.too_long``,
    ``sheet.encoding``.
    """
    if not data.strip():
        raise Problem(FILE_EMPTY)
    kind = sniff(BytesIO(data))
    if kind == LOCKED:
        raise Problem(FILE_LOCKED)
    if kind != TEXT:
        raise Problem(FILE_WRONG_TYPE, accepted=ACCEPTED)
    return [Sheet("", tuple(_text_rows(decoded(data))))]


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
