"""The same table as text, spreadsheet and document is read alike; merged cells are said in every row."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook

from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import locked_docx
from chuangwen.standards.importing.found import Reading
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.importing.reading import read
from chuangwen.standards.tests.test_tables import TABLES

SHAPES = [
    path for path in TABLES if path.stem in {"forty_and_sixty", "points_over_groups", "column_of_points"}
]
# Columns whose equal neighbours are merged downwards, as offices do.
MERGED = {"forty_and_sixty": (0, 1, 2), "points_over_groups": (0, 1), "column_of_points": (0,)}


def cells_of(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def runs(rows: list[list[str]], column: int) -> list[tuple[int, int]]:
    """First and last of neighbouring rows that say the same in a column, from 0."""
    found: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        words = row[column] if column < len(row) else ""
        same = found and words and at and column < len(rows[at - 1]) and rows[at - 1][column] == words
        if same and rows[at - 1][: column + 1] == row[: column + 1]:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return [(first, last) for first, last in found if last > first]


def spreadsheet(path: Path) -> Workbook:
    rows, book = cells_of(path), Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in row])
    for column in MERGED[path.stem]:
        for first, last in runs(rows, column):
            book.active.merge_cells(
                start_row=first + 1, end_row=last + 1, start_column=column + 1, end_column=column + 1
            )
    return book


def document(path: Path) -> docx.document.Document:
    """The title as a paragraph, the rest as a table."""
    rows, made = cells_of(path), docx.Document()
    made.add_paragraph(rows[0][0])
    body = rows[1:]
    table = made.add_table(len(body), max(map(len, body)))
    for at, row in enumerate(body):
        for column, words in enumerate(row):
            table.cell(at, column).text = words
    for column in MERGED[path.stem]:
        for first, last in runs(body, column):
            for at in range(first + 1, last + 1):
                table.cell(at, column).text = ""
            table.cell(first, column).merge(table.cell(last, column))
    return made


def saved(made, place: Path) -> Reading:
    made.save(place)
    return read(sheets(place))


@pytest.fixture(params=SHAPES, ids=lambda path: path.stem)
def table(request) -> Path:
    return request.param


@pytest.mark.parametrize("make", [spreadsheet, document])
def test_a_table_is_read_alike_in_every_format(table, make, tmp_path):
    assert runs(cells_of(table), MERGED[table.stem][0]), "something is merged"
    expected = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))
    assert saved(make(table), tmp_path / "table").to_json() == expected


def test_every_sheet_is_a_table_for_whom_its_name_says(tmp_path):
    book = Workbook()
    for title, points in (("乡镇", (60, 40)), ("县直部门", (70, 40))):
        sheet = book.create_sheet(title)
        sheet.append(["考核内容", "分值"])
        sheet.append(["日常巡查", points[0]])
        sheet.append(["台账资料", points[1]])
        sheet.append(["合计", 100])
    found = saved(book, tmp_path / "book.xlsx")
    assert [(one.sheet, one.scope, one.points) for one in found.criteria] == [
        ("乡镇", "乡镇", 60),
        ("乡镇", "乡镇", 40),
        ("县直部门", "县直部门", 70),
        ("县直部门", "县直部门", 40),
    ]
    assert [(one.kind, one.sheet, one.row, one.scope, one.found) for one in found.doubts] == [
        ("sum_mismatch", "县直部门", 4, "县直部门", 110)
    ]


def test_lines_that_share_one_merged_cell_of_points_have_none_of_their_own(tmp_path):
    book = Workbook()
    for row in (
        ["序号", "考核内容", "分值"],
        [1, "环境整洁", 10],
        [2, "秩序良好", None],
        [3, "服务热情", 10],
    ):
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    found = saved(book, tmp_path / "book.xlsx")
    assert [one.points for one in found.criteria] == [None, None, 10]
    assert [(one.kind, one.row) for one in found.doubts] == [("missing_points", 2), ("missing_points", 3)]


def test_a_cell_without_a_result_is_told(tmp_path):
    book = Workbook()
    for row in (["考核内容", "分值"], ["环境整洁", "#REF!"], ["服务热情", 10], ["合计", "=SUM(B2:B3)"]):
        book.active.append(row)
    found = saved(book, tmp_path / "book.xlsx")
    assert [(one.kind, one.row, one.stated, one.found) for one in found.doubts] == [
        ("unread_cell", 2, None, "#REF!"),
        ("missing_points", 2, "#REF!", None),
        ("unread_cell", 4, "B4", None),
    ]


def test_a_million_empty_rows_and_a_merge_over_many_of_them_are_no_lines(tmp_path):
    book = Workbook()
    book.active.append(["考核内容", "分值"])
    book.active.append(["环境整洁", 10])
    book.active.merge_cells("A2:A5000")
    book.active.cell(1_000_000, 2).number_format = "0.00"
    assert [one.text for one in saved(book, tmp_path / "book.xlsx").criteria] == ["环境整洁"]


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(tmp_path):
    def refused(data: bytes) -> str:
        (tmp_path / "file").write_bytes(data)
        with pytest.raises(Problem) as caught:
            sheets(tmp_path / "file")
        return caught.value.code

    empty, broken = BytesIO(), BytesIO()
    Workbook().save(empty)
    docx.Document().save(broken)
    assert refused(empty.getvalue()) == "file.empty"
    assert refused(locked_docx()) == "file.locked"
    assert refused(broken.getvalue().replace(b"word/document.xml", b"word/documents.xm")) == "file.broken"
