"""Whatever a file holds: the row, the column, what is wrong, what to do; and nothing in the directory."""

from __future__ import annotations

import re
import time
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from chuangwen.core import files
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import upload
from chuangwen.organizations.importing import sheets
from chuangwen.organizations.importing.forms import stored_sheet
from chuangwen.organizations.models import PeerGroup, Post, System, Territory, Unit
from chuangwen.organizations.tests.personas import City
from chuangwen.organizations.tests.tables import (
    POST_HEADS,
    UNIT_HEADS,
    book_of,
    csv,
    faults,
    imported,
    kept,
    planned,
    post_row,
    posts,
    unit_row,
    units,
    workbook,
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(city: City):
    return city.person("office")


def test_a_unit_listed_twice(office):
    assert faults(office, units(unit_row("NEW1"), unit_row("NEW2"), unit_row("new1 "))) == [
        (4, "A 代码", "与第2行重复，请删除其中一行。")
    ]


def test_a_post_listed_twice_and_a_person_named_twice(office):
    first = post_row("SCHOOL", "staff", "new.one")
    assert faults(office, posts(first, first)) == [(3, "E 用户名", "与第2行重复，请删除其中一行。")]
    other = ("SCHOOL", "", "别的职务", "staff", "new.one", "另一个名字")
    assert faults(office, posts(first, other)) == [(3, "F 姓名", "与第2行同一人的内容不一致，请改为一致。")]


def test_merged_cells(office):
    book = workbook(单位=[UNIT_HEADS, unit_row("NEW1"), unit_row("NEW2")])
    book["单位"].merge_cells("C2:C3")
    assert faults(office, kept(book)) == [
        (2, "", "单元格C2:C3已合并。请取消合并，并逐格填写。"),
        (3, "C 区划", "此处必填。"),
    ]


def test_formulas(office):
    book = units(unit_row("NEW1", name='=CONCATENATE("示例","单位")'))
    said = "单元格中是公式。请复制该列，用“选择性粘贴—数值”粘贴后重新上传。"
    assert (2, "B 名称", said) in faults(office, book)


def test_the_value_of_a_formula_is_not_taken_for_what_was_meant(office):
    """A file that a spreadsheet program has saved holds formula and value."""
    source = units(unit_row("NEW1", name="VALUE"))
    cell, formula = b' t="inlineStr"><is><t>VALUE</t></is>', b"><f>A1</f><v>5</v>"
    book = changed(source, "xl/worksheets/sheet1.xml", cell, formula)
    assert [row for row, column, _words in faults(office, book) if column == "B 名称"] == [2]


def changed(blob, part: str, old: bytes, new: bytes):
    """The file with some bytes of a part replaced."""
    target = BytesIO()
    with zipfile.ZipFile(files.path(blob)) as source, zipfile.ZipFile(target, "w", 8) as copy:
        assert old in source.read(part)
        for name in source.namelist():
            data = source.read(name)
            copy.writestr(name, data.replace(old, new) if name == part else data)
    return files.store_bytes(target.getvalue(), files.XLSX)


def sheet_of(rows: bytes) -> bytes:
    """An xlsx whose first sheet has exactly this source for its rows."""
    blob = units(unit_row("NEW1"))
    end = b"</sheetData>"
    return files.read(changed(blob, "xl/worksheets/sheet1.xml", end, rows + end))


def test_a_million_empty_rows_are_read_fast_and_in_little_memory(office):
    empty = b"".join(
        b'<row r="%d" spans="1:4" ht="14"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1_000_003)
    )
    blob = files.store_bytes(sheet_of(empty), files.XLSX)
    del empty
    memory()
    before = memory()
    began = time.monotonic()
    found = planned(office, blob)
    assert time.monotonic() - began < 30  # seconds on a busy machine; five on an idle one
    assert (found.faults, found.counts["units"]["new"]) == ([], 1)
    assert memory() - before < 40


def memory() -> int:
    """The peak of this process in MB since the last call, as Linux counts it: the libraries' own included."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def test_a_file_that_says_it_is_smaller_than_it_is_is_read_whole(office):
    source = units(unit_row("NEW1"), unit_row("NEW2"), unit_row("NEW3", group="没有的类"))
    book = changed(source, "xl/worksheets/sheet1.xml", b'<dimension ref="A1:D4"', b'<dimension ref="A1:B2"')
    assert [(row, column) for row, column, _words in faults(office, book)] == [(4, "D 同类组")]
    assert planned(office, book).counts["units"]["new"] == 2


def test_more_rows_than_are_read(office, monkeypatch):
    monkeypatch.setattr(sheets, "ROWS", 3)
    with pytest.raises(Problem) as caught:
        planned(office, units(*(unit_row(f"NEW{n}") for n in range(3))))
    assert caught.value.code == "sheet.too_long"


def test_a_huge_file_is_refused_before_it_is_unpacked(office, settings, monkeypatch):
    blob = units(unit_row("NEW1"))
    settings.UPLOAD_LIMIT = 1000
    with pytest.raises(Problem) as caught:
        stored_sheet(upload(files.read(blob)))
    assert caught.value.code == "file.too_big"
    monkeypatch.setattr(sheets, "_UNPACKED", 100)
    with pytest.raises(Problem) as caught:
        planned(office, blob)
    assert caught.value.code == "sheet.too_long"


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-1",
        "2026/10/01",
        "2026.10.1",
        "2026年10月1日",
        "20261001",
        datetime(2026, 10, 1),  # noqa: DTZ001 - as a cell has it
        date(2026, 10, 1),
    ],
)
def test_dates_as_text_and_as_dates(office, text):
    heads = ("代码", "名称", "启用日期")
    Unit.objects.filter(code="OFFICE").update(territory="99")
    imported(office, book_of(区划=[heads, ("990103", "示例县", text)]))
    assert Territory.objects.get(code="990103").valid_from == date(2026, 10, 1)


@pytest.mark.parametrize("text", ["昨天", "2026-13-01", "2026-2-30", "10/1", 45000, "2026"])
def test_dates_that_are_none(office, text):
    heads = (*POST_HEADS, "卸任日期")
    book = posts(("SCHOOL", "", "联络员", "liaison", "liaison", "", text), heads=heads)
    assert faults(office, book) == [(2, "G 卸任日期", f"“{text}”不是日期，请按2026-10-10的格式填写。")]


def test_a_post_ends_today_at_the_latest_and_only_if_there_is_one(office):
    heads = (*POST_HEADS, "卸任日期")
    ends = posts(
        ("SCHOOL", "", "联络员", "liaison", "liaison", "", "2099-01-01"),
        ("SCHOOL", "", "没有的职务", "liaison", "liaison", "", "2026-01-01"),
        heads=heads,
    )
    assert [(row, column) for row, column, _words in faults(office, ends)] == [
        (2, "G 卸任日期"),
        (3, "G 卸任日期"),
    ]


def test_a_spreadsheet_that_made_dates_and_numbers_of_texts(office):
    book = units(
        unit_row("NEW1", name=date(2026, 3, 4)),
        unit_row(111990100000000019, name="示例"),
        ("NEW2", "示例", 990101, "schools"),
        ("NEW3", "示例", 990101.0, "schools"),
    )
    assert [(row, column) for row, column, _words in faults(office, book)] == [
        (2, "B 名称"),
        (3, "A 代码"),
        (3, "A 代码"),
    ]


def test_places_systems_and_groups_that_do_not_exist_or_are_several(office):
    Territory.objects.create(code="990104", name="东岭县", valid_from=date(2020, 1, 1))
    PeerGroup.objects.create(code="schools2", name="schools2")
    PeerGroup.objects.create(code="schools3", name="schools2x")
    System.objects.create(code="education2", name="教育系统")
    heads = (*UNIT_HEADS, "所属系统", "牵头系统")
    book = units(
        ("NEW1", "示例", "没有的县", "没有的类", "没有的系统", ""),
        ("NEW2", "示例", "东岭县", "schools", "教育系统", ""),
        ("NEW3", "示例", "990101", "schools", "education、卫生系统", "education2"),
        heads=heads,
    )
    assert faults(office, book) == [
        (2, "C 区划", "没有代码或名称为“没有的县”的区划。请核对，或者先在“区划”表中登记。"),
        (2, "D 同类组", "没有代码或名称为“没有的类”的同类组。请核对，或者先在“同类组”表中登记。"),
        (2, "E 所属系统", "没有代码或名称为“没有的系统”的系统。请核对，或者先在“系统”表中登记。"),
        (3, "C 区划", "名为“东岭县”的区划不止一个，请填代码。"),
        (3, "E 所属系统", "名为“教育系统”的系统不止一个，请填代码。"),
        (4, "F 牵头系统", "该单位牵头“教育系统”，但未列入该系统。请在两列中都填写。"),
    ]


def test_a_wrong_credit_code(office):
    book = units(unit_row("11990100MB00000018"), unit_row("太长或带汉字"), unit_row(""))
    assert [(row, column) for row, column, _words in faults(office, book)] == [
        (2, "A 代码"),
        (3, "A 代码"),
        (4, "A 代码"),
    ]
    assert faults(office, book)[0][2].startswith("“11990100MB00000018”不是有效的统一社会信用代码。")


def test_wrong_headings(office):
    book = units(unit_row("NEW1"), heads=("代码", "单位全称", "区划", "代码"))
    assert [(row, column) for row, column, _words in faults(office, book)] == [
        (1, ""),
        (1, ""),
        (1, "B"),
        (1, "D"),
    ]
    assert {words.partition("。")[0] for row, column, words in faults(office, book)} == {
        "缺少“名称”列",
        "缺少“同类组”列",
        "“单位全称”不是本表的表头",
        "“代码”列重复",
    }


def test_a_column_without_a_heading(office):
    rows = [(*UNIT_HEADS, "", ""), (*unit_row("NEW1"), "", "旁注"), (*unit_row("NEW2"), "", "")]
    assert [(row, column) for row, column, _words in faults(office, book_of(单位=rows))] == [(1, "F")]


def test_no_headings_and_sheets_that_nobody_knows(office):
    book = book_of(名单=[unit_row("NEW1"), unit_row("NEW2")], 单位=[UNIT_HEADS, unit_row("NEW3")])
    [(row, column, words)] = faults(office, book)
    assert (row, column) == (0, "")
    assert "请改名为以下之一：区划、系统、同类组、单位、岗位人员；不需要的请删除。" in words
    twice = book_of(单位=[UNIT_HEADS, unit_row("NEW1")], 名单=[UNIT_HEADS, unit_row("NEW2")])
    assert faults(office, twice) == [(0, "", "工作表“单位”与“名单”类别相同，请只保留一个。")]


def test_an_empty_file(office):
    assert faults(office, book_of(单位=[])) == [(0, "", "文件中没有可导入的内容。请按模板填写后重新上传。")]


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),  # xls
        b"%PDF-1.7\n%%EOF",
        b"PK\x03\x04" + bytes(100),
        b"<html><table><tr><td>1</td></tr></table></html>",  # what some programs call xls
    ],
)
def test_other_types_of_file(db, data: bytes):
    with pytest.raises(Problem) as caught:
        stored_sheet(upload(data, "名录.xlsx"))
    assert caught.value.code in {"sheet.type", "file.broken"}


def test_a_broken_file(office):
    blob = units(unit_row("NEW1"))
    broken = changed(blob, "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheet")
    with pytest.raises(Problem) as caught:
        planned(office, broken)
    assert caught.value.code == "file.broken"
    with pytest.raises(Problem) as caught:
        planned(office, files.store_bytes(files.read(blob)[:2000], files.XLSX))
    assert caught.value.code == "file.broken"
    with pytest.raises(Problem) as caught:
        planned(office, files.store_bytes("代码".encode() + b"\xff\xfe\x81", files.TEXT))
    assert caught.value.code == "sheet.encoding"


def test_control_characters_and_what_nobody_sees(office):
    heads = ",".join(UNIT_HEADS)
    bad = "NEW1,示例\x00单位,990101,schools\nNEW2,示例\x07,990101,schools"
    text = f"{heads}\n{bad}\n\u200bNEW3\ufeff, 示例\u3000单位 ,990101,schools\n"
    blob = csv(text)
    assert [(row, column) for row, column, _words in faults(office, blob, "a.csv")] == [
        (2, "B 名称"),
        (3, "B 名称"),
    ]
    imported(office, csv(text.replace("\x00", "").replace("\x07", "")), "a.csv")
    assert Unit.objects.get(code="NEW3").name == "示例 单位"


def test_a_cell_of_several_lines_keeps_the_numbers_of_the_rows(office):
    text = f'{",".join(UNIT_HEADS)}\nNEW1,"示例\n单位",990101,schools\nNEW2,示例,没有,schools\n'
    assert [row for row, _column, _words in faults(office, csv(text), "a.csv")] == [4]


def test_errors_of_a_spreadsheet(office):
    assert faults(office, units(unit_row("NEW1", name="#REF!"))) == [
        (2, "B 名称", "单元格显示错误值#REF!，请直接填写内容。")
    ]


def test_texts_that_are_too_long_and_words_that_are_no_choice(office):
    heads = (*UNIT_HEADS, "示范单位", "四大家", "机关代字")
    book = units((*unit_row("NEW1", name="长" * 101), "也许", "文联", "示1"), heads=heads)
    assert [(row, column) for row, column, _words in faults(office, book)] == [
        (2, "B 名称"),
        (2, "E 示范单位"),
        (2, "F 四大家"),
        (2, "G 机关代字"),
    ]
    person = posts(post_row("SCHOOL", "队长", "a b", "长" * 61))
    assert [(row, column) for row, column, _words in faults(office, person)] == [
        (2, "D 角色"),
        (2, "E 用户名"),
        (2, "F 姓名"),
    ]


def test_two_seats_of_one_territory_and_two_units_of_one_mark(office):
    Unit.objects.filter(code="EDU").update(document_mark="示教")
    heads = (*UNIT_HEADS, "区划承接单位", "机关代字")
    book = units((*unit_row("NEW1"), "是", ""), (*unit_row("NEW2"), "", "示教"), heads=heads)
    assert faults(office, book) == [
        (2, "E 区划承接单位", "东岭县文明办也是本区划的承接单位。每个区划只能有一个，请修改其中之一。"),
        (3, "F 机关代字", "机关代字与示例市教育局相同。各单位不得相同，请修改其中之一。"),
    ]


def test_posts_of_units_that_do_not_exist_or_are_wrong_themselves(office):
    book = book_of(
        单位=[UNIT_HEADS, unit_row("NEW1", place="没有")],
        岗位人员=[POST_HEADS, post_row("NEW1", "staff", "one"), post_row("NEW2", "staff", "two")],
    )
    assert faults(office, book)[1:] == [
        (2, "A 单位代码", "该单位在“单位”表中的一行有误，请先更正。"),
        (3, "A 单位代码", "没有代码为“NEW2”的单位。请核对代码，或者先在“单位”表中登记。"),
    ]


def test_a_unit_that_is_no_longer_active(office, city: City):
    Unit.objects.filter(code="SCHOOL").update(active=False, successor=city.units["RIVAL"])
    same = ("SCHOOL", "东岭县第一中学", "990101", "schools")
    assert faults(office, units(same)) == []
    assert faults(office, units(unit_row("SCHOOL"))) == [
        (2, "", "该单位已停用，不再修改。请使用承接单位的代码。")
    ]
    assert [row for row, column, _w in faults(office, posts(post_row("SCHOOL", "staff", "new")))] == [2]


def test_a_new_account_without_a_name(office):
    assert faults(office, posts(post_row("SCHOOL", "staff", "new.one", ""))) == [(2, "F 姓名", "此处必填。")]


def test_nothing_of_all_this_was_written(office):
    before = (Unit.objects.count(), Post.objects.count())
    for book in (units(unit_row("NEW1"), unit_row("NEW1")), posts(post_row("NONE", "staff", "new"))):
        with pytest.raises(Problem):
            imported(office, book)
    assert (Unit.objects.count(), Post.objects.count()) == before
