"""Files as an office fills them in, for the tests of the import."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from chuangwen.core import files
from chuangwen.core.models import Blob
from chuangwen.organizations.importing.planning import Plan, plan
from chuangwen.organizations.importing.services import import_directory
from chuangwen.organizations.models import Person

UNIT_HEADS = ("代码", "名称", "区划", "同类组")
POST_HEADS = ("单位代码", "内设机构", "职务", "角色", "用户名", "姓名")
Rows = Sequence[Sequence[Any]]


def unit_row(code: str, name: str = "示例新单位", place: str = "990101", group: str = "departments") -> tuple:
    return (code, name, place, group)


def post_row(unit: str, role: str, username: str, name: str = "示例新人", title: str = "示例职务") -> tuple:
    return (unit, "", title, role, username, name)


def workbook(**sheets: Rows) -> Workbook:
    """A book with these sheets; the first row of each are its headings."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return book


def kept(book: Workbook) -> Blob:
    file = BytesIO()
    book.save(file)
    return files.store_bytes(file.getvalue(), files.XLSX)


def book_of(**sheets: Rows) -> Blob:
    return kept(workbook(**sheets))


def units(*rows: Sequence[Any], heads: Sequence[str] = UNIT_HEADS) -> Blob:
    return book_of(单位=[heads, *rows])


def posts(*rows: Sequence[Any], heads: Sequence[str] = POST_HEADS) -> Blob:
    return book_of(岗位人员=[heads, *rows])


def csv(text: str, encoding: str = "utf-8") -> Blob:
    return files.store_bytes(text.encode(encoding), files.TEXT)


def planned(actor: Person, blob: Blob, name: str = "名录.xlsx") -> Plan:
    return plan(actor=actor, blob=blob, name=name)


def faults(actor: Person, blob: Blob, name: str = "名录.xlsx") -> list[tuple[int, str, str]]:
    """What is wrong: row, column and the beginning of the sentence."""
    return [(fault.row, fault.column, fault.sentence) for fault in planned(actor, blob, name).faults]


def imported(actor: Person, blob: Blob, name: str = "名录.xlsx") -> Plan:
    found = planned(actor, blob, name)
    import_directory(plan=found, file=blob.digest)
    return found
