"""What is taken away as xlsx says what was on the page, and does nothing of its own."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils.functional import lazystr
from openpyxl import load_workbook

from chuangwen.core.spreadsheets import xlsx


def opened(data: bytes):
    (sheet,) = load_workbook(BytesIO(data)).worksheets
    return sheet


def test_values_come_back_as_they_are():
    moment = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)
    row = ("示例单位", 3, Decimal("2.50"), date(2026, 9, 30), moment, True, None)
    sheet = opened(xlsx("台账", list("一二三四五六七"), [row]))
    assert [cell.value for cell in sheet[1]] == list("一二三四五六七")
    assert [cell.value for cell in sheet[2]] == [
        "示例单位",
        3,
        2.5,
        datetime(2026, 9, 30),  # noqa: DTZ001 - a sheet knows no zones
        datetime(2026, 10, 1, 0, 30),  # noqa: DTZ001
        True,
        None,
    ]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula(text):
    cell = opened(xlsx("表", ["甲"], [[text]]))["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_headings_stay_in_sight_and_filter():
    sheet = opened(xlsx("表", ["甲", lazystr("乙")], [["一", "二"]]))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B1"
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert sheet["B1"].value == "乙"


def test_characters_that_no_sheet_may_hold_are_left_out():
    sheet = opened(xlsx("a/b:[c]" + "长" * 40, ["甲"], [["前\x00\x0b后"]]))
    assert sheet["A2"].value == "前后"
    assert sheet.title == "a b  c " + "长" * 24


def test_columns_are_as_wide_as_their_text():
    sheet = opened(xlsx("表", ["甲", "乙"], [["一二三", "x" * 500], ["一", None]]))
    assert sheet.column_dimensions["A"].width == 8
    assert sheet.column_dimensions["B"].width == 60


def test_an_empty_list_is_a_sheet_with_headings():
    assert [[cell.value for cell in row] for row in opened(xlsx("表", ["甲"], []))] == [["甲"]]


def test_the_product_loads_without_what_only_its_helpers_need():
    """Each of the processes that serve would hold it in memory."""
    program = (
        "import django, sys; django.setup(); import chuangwen.urls; from django.urls import get_resolver;"
        "get_resolver().url_patterns; heavy = {'numpy', 'cv2', 'imagehash', 'rapidfuzz'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert told.stdout.strip() == "[]"
