"""The sheets of a stranger's file as plain rows: xlsx, or csv in UTF-8 or GB18030; every size is bounded."""

from __future__ import annotations

import csv
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import coordinate_from_string

from chuangwen.core import files
from chuangwen.core.archives import Archive, TooLargeError
from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_BROKEN, Problem
from chuangwen.organizations.importing.faults import Fault, sentence
from chuangwen.organizations.problems import SHEET_ENCODING, SHEET_TOO_LONG

ROWS = 60_000  # of a sheet, with something in them
COLUMNS = 40
SHEETS = 20
SHOWN = 200  # merges and formulas that are named one by one
# Unpacked bytes of the parts of an xlsx. A million formatted rows without a word take three hundred million.
_UNPACKED = 512 * 1024**2
_WORDS = 64 * 1024**2  # the texts of all cells, which are held in memory at once
_OTHER = 8 * 1024**2  # styles and the like
_ENCODINGS = ("utf-8-sig", "gb18030")
_EXACT = 10**15  # from here on a spreadsheet's numbers lose digits

Cell = str | date
Row = tuple[int, tuple[Cell, ...]]  # its number in the sheet, and what stands in it


@dataclass
class Sheet:
    """The rows of a sheet that hold something, texts trimmed; and what cannot be read, cell by cell."""

    title: str
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)  # areas, such as B3:B7
    formulas: list[str] = field(default_factory=list)  # cells, such as B3

    def fill(self, rows: Iterable[tuple[int, tuple[Any, ...]]]) -> None:
        """Keep the rows with something in them. Raises Problem ``sheet.too_long``."""
        for number, values in rows:
            if not any(value is not None and value != "" for value in values):
                continue
            if len(self.rows) == ROWS:
                raise Problem(SHEET_TOO_LONG, limit=ROWS)
            cells = tuple(self._cell(number, at, value) for at, value in enumerate(values[:COLUMNS], start=1))
            if any(cells):
                self.rows.append((number, cells))

    def _cell(self, row: int, column: int, value: Any) -> Cell:
        kind = ""
        if isinstance(value, str):
            value = _plain(value)
            kind = "error_value" if value in _ERRORS else "control" if _has_control(value) else ""
        elif isinstance(value, datetime):
            return value.date()
        elif isinstance(value, date):
            return value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            kind = "number" if abs(value) >= _EXACT else ""
            value = str(int(value)) if value == int(value) else str(value)
        elif value is None:
            value = ""
        if kind:
            self.fault(kind, row, column, value=value)
        return str(value)

    def fault(self, kind: str, row: int, column: int = 0, **details: Any) -> None:
        where = get_column_letter(column) if column else ""
        self.faults.append(Fault(self.title, row, where, sentence(kind, **details)))


_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


def _plain(text: str) -> str:
    """One line without what nobody sees at its ends and between its letters (as copied from the web)."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


def _has_control(text: str) -> bool:
    return not text.isprintable() and any(unicodedata.category(c) in {"Cc", "Cs", "Co"} for c in text)


def read(blob: Blob, name: str) -> list[Sheet]:
    """The sheets of a stored file that was called ``name``; a csv is one sheet of that title.

    Raises Problem ``file.broken``, ``sheet.too_long``, ``sheet.encoding``.
    """
    place = files.path(blob)
    if blob.media_type == files.XLSX:
        return read_xlsx(place)
    sheet = Sheet(name.rpartition(".")[0])
    sheet.fill(_csv_rows(place))
    return [sheet]


def _csv_rows(place: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    text = decoded(place.read_bytes())
    heading = text.lstrip("\r\n").partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    first = 1
    try:
        for values in reader:
            yield first, tuple(values)
            first = reader.line_num + 1  # a cell with a line break makes its row longer than a line
    except csv.Error as error:
        raise Problem(FILE_BROKEN) from error


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or GB18030. Raises Problem ``sheet.encoding``."""
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(SHEET_ENCODING)


def _limit(part: str) -> int:
    if part.startswith("xl/worksheets/"):
        return _UNPACKED
    if part.startswith("xl/media/"):
        return _UNPACKED  # pictures, which nobody opens here
    return _WORDS if part == "xl/sharedStrings.xml" else _OTHER


def read_xlsx(place: Path) -> list[Sheet]:
    """The sheets of an xlsx. Raises Problem ``file.broken``, ``sheet.too_long``."""
    with place.open("rb") as file:
        book = _opened(file)
        try:
            return [_sheet(place, source) for source in book.worksheets[:SHEETS]]
        except Problem:
            raise
        except Exception as error:  # whatever the library makes of a broken file, the file is what is wrong
            raise Problem(FILE_BROKEN) from error
        finally:
            book.close()


def _opened(file: IO[bytes]) -> Any:
    try:
        Archive(file).measure(_limit)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about looks that the library does not keep
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except TooLargeError as error:
        raise Problem(SHEET_TOO_LONG, limit=ROWS) from error
    except Exception as error:  # a broken archive, or one that the library cannot make anything of
        raise Problem(FILE_BROKEN) from error


def _sheet(place: Path, source: Any) -> Sheet:
    sheet = Sheet(source.title)
    marks = _Marks.read(place, source._worksheet_path)  # noqa: SLF001 - the name of the part, told nowhere else
    source.reset_dimensions()  # what the file says of its size is not always so, and rows would be left out
    rows = source.iter_rows(max_row=marks.last or 1, values_only=True)
    sheet.fill(enumerate(rows, start=1))
    sheet.merged, sheet.formulas = marks.merged, marks.formulas
    for area in marks.merged[:SHOWN]:
        sheet.fault("merged", int(range_boundaries(area)[1] or 1), range=area)
    for cell in marks.formulas[:SHOWN]:
        letters, number = coordinate_from_string(cell)
        sheet.faults.append(Fault(sheet.title, number, letters, sentence("formula")))
    return sheet


@dataclass
class _Marks:
    """What a sheet's source says besides its values: its last row with one, merges, formulas."""

    last: int = 0
    merged: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, place: Path, part: str) -> _Marks:
        """Walk through the source once; what is empty costs hardly anything, however much there is."""
        marks, at, filled = cls(), 0, False
        tags = ("{*}row", "{*}f", "{*}v", "{*}is", "{*}mergeCell")
        with zipfile.ZipFile(place) as archive, archive.open(part) as source:
            for _event, element in etree.iterparse(source, tag=tags, resolve_entities=False, no_network=True):
                match etree.QName(element).localname:
                    case "mergeCell":
                        marks.merged.append(element.get("ref", ""))
                    case "f":
                        marks.formulas.append(element.getparent().get("r", ""))
                    case "row":
                        at = int(element.get("r", at + 1))
                        marks.last = at if filled else marks.last
                        filled = False
                        _forget(element)
                    case _:
                        filled = True
        return marks


def _forget(element: Any) -> None:
    """Let go of a row and of those before it, so that memory stays flat."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
