"""A table of assessment, read: rows → criteria and doubts. The same rows give the same reading anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chuangwen.standards.importing.columns import Role, columns
from chuangwen.standards.importing.cutting import requires
from chuangwen.standards.importing.found import Criterion, Doubt, Reading
from chuangwen.standards.importing.outline import scope_of
from chuangwen.standards.importing.rows import Sheet, Table, tables
from chuangwen.standards.importing.walking import Walk

_MOSTLY, _DISTINCT = 0.5, 0.75
_TITLE = 6  # letters of a title


def read(sheets: Sequence[Sheet]) -> Reading:
    """All criteria of ``sheets`` in their order, and every doubt about them, in the order of the rows."""
    criteria: list[Criterion] = []
    doubts: list[Doubt] = []
    headings: dict[tuple[str, int], str] = {}
    split = [(sheet, *tables(sheet.rows)) for sheet in sheets]
    several = sum(any(table.rows for table in found) for _sheet, found, _headings in split) > 1 or any(
        len(found) > 1 for _sheet, found, _headings in split
    )
    for sheet, found, named in split:
        headings |= {(sheet.title, row.number): row.words for row in named}
        of_sheet = [
            Doubt("unread_cell", row, "", cell or None, shown or None) for row, cell, shown in sheet.unread
        ]
        for table in found:
            walk = _walked(table, _scope(sheet, table) if several else "")
            criteria += [replace(one, sheet=sheet.title) for one in walk.criteria]
            of_sheet += walk.doubts
            headings |= {(sheet.title, row): words for row, words in walk.headings.items()}
        doubts += [replace(one, sheet=sheet.title) for one in sorted(of_sheet, key=lambda doubt: doubt.row)]
    if not criteria:
        doubts.append(Doubt("no_table", 1))
    above = (row.words for _sheet, found, _named in split for table in found for row in table.titles)
    title = next((words for words in above if len(words) >= _TITLE), "")
    return Reading(tuple(criteria), tuple(dict.fromkeys(doubts)), headings, title)


def _scope(sheet: Sheet, table: Table) -> str:
    """Whom a table is for, if there are several: the last of its titles that names somebody, or its sheet."""
    titles = [row.words for row in reversed(table.titles)]
    return next((scope for title in (*titles, sheet.title) if (scope := _named(title))), "")


_IN_TITLE = re.compile(
    r"(?:[县市区省州]直(?:部门|单位|机关)|乡镇(?:\(街道\))?|街道|镇街|村\(社区\)|社区|窗口单位|学校|企业)"
)


def _named(title: str) -> str:
    if scope := scope_of(title):
        return scope
    found = _IN_TITLE.findall(title)
    return found[0] if len(found) == 1 else ""


def _walked(table: Table, scope: str) -> Walk:
    named = columns(table.heading, [row.cells for row in table.rows])
    rules, texts = named.of(Role.RULE), named.of(Role.TEXT)
    if rules:
        cells = ("".join(row.cells[rules[0] : rules[0] + 1]).strip() for row in table.rows)
        filled = [cell for cell in cells if cell]
        named_rows = [
            row.cells[texts[-1]].strip() for row in table.rows if texts and len(row.cells) > texts[-1]
        ]
        gathers = len(set(filter(None, named_rows))) < _DISTINCT * len(filled)
        if not texts or gathers or sum(map(requires, filled)) > _MOSTLY * len(filled):
            # What is to be done stands with its points among the rules; the column before gathers it.
            named.take_criteria_from(rules[0])
    walk = Walk(named, scope)
    walk.titles(table.titles)
    walk.lines(table.rows)
    return walk
