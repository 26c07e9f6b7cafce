"""Rows of a file as the reader takes them, and how they fall apart into tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from chuangwen.standards.importing.columns import is_heading, role_of
from chuangwen.standards.importing.outline import is_note
from chuangwen.standards.importing.wording import is_body, is_group, squeezed

_NUMBERED = re.compile(
    r"\s*(?:[一二三四五六七八九十\d]{1,3}\s*[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)])"
)
_SHORT = 12  # characters of a heading in the second of two rows


@dataclass(frozen=True)
class Row:
    """``number``: its line in the file from 1; ``repeated``: columns that only go on with a merged cell."""

    number: int
    cells: tuple[str, ...]
    repeated: frozenset[int] = frozenset()

    @property
    def words(self) -> str:
        return " ".join(dict.fromkeys(cell.strip() for cell in self.cells if cell.strip()))

    @property
    def filled(self) -> int:
        return len({cell.strip() for cell in self.cells if cell.strip()})


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, or all of a file that has none; ``unread``: row, cell and what is seen there."""

    title: str
    rows: tuple[Row, ...]
    unread: tuple[tuple[int, str, str], ...] = ()


@dataclass
class Table:
    """Rows under one heading; ``titles`` stand above it."""

    titles: list[Row]
    heading: list[str]
    rows: list[Row] = field(default_factory=list)


def tables(rows: Sequence[Row]) -> tuple[list[Table], list[Row]]:
    """The tables of a sheet, and the rows that are their headings; a heading said again begins no new one."""
    found: list[Table] = []
    headings: list[Row] = []
    above: list[Row] = []
    waiting = [row for row in rows if row.filled]
    while waiting:
        row = waiting.pop(0)
        if not is_heading(row.cells):
            (found[-1].rows if found else above).append(row)
            continue
        names = list(row.cells)
        headings.append(row)
        if waiting and _goes_on(row.cells, waiting[0]):
            second = waiting.pop(0)
            headings.append(second)
            names = _joined(names, second.cells)
        titles = _taken_back(found[-1].rows) if found else above
        if found and found[-1].heading == names and not titles:
            continue  # the heading of the next page
        found.append(Table(titles, names))
    return found or [Table(*_without_heading(above))], headings


def _goes_on(heading: Sequence[str], row: Row) -> bool:
    """Whether a row is the second of a heading: short names only, and not just those above again."""
    pairs = [(at, squeezed(cell)) for at, cell in enumerate(row.cells) if cell.strip()]
    known = [
        (at, words)
        for at, words in pairs
        if len(words) <= _SHORT and (role_of(words) or is_group(words) or is_body(words))
    ]
    # One that only repeats what is above it is a merged cell's.
    new = [at for at, words in known if at >= len(heading) or words != squeezed(heading[at])]
    return len({words for _at, words in pairs}) > 1 and bool(new) and len(known) == len(pairs)


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The names of columns of a heading in two rows; 乡镇 under 分值 is 乡镇分值."""
    names, last = [], ""
    for at in range(max(len(above), len(below))):
        top = above[at].strip() if at < len(above) else ""
        low = below[at].strip() if at < len(below) else ""
        last = top or last
        names.append(
            low if role_of(low) and not is_group(low) else f"{low}{last}" if low and low != top else top
        )
    return names


def _taken_back(rows: list[Row]) -> list[Row]:
    """The last rows of a table that are the title of the next."""
    titles: list[Row] = []
    while rows and rows[-1].filled == 1 and not is_note(rows[-1].cells):
        titles.insert(0, rows.pop())
    return titles


def _without_heading(rows: list[Row]) -> tuple[list[Row], list[str], list[Row]]:
    """Titles and rows of a table that names no columns: what stands alone above it is its title."""
    first = next(
        (at for at, row in enumerate(rows) if row.filled > 1 or _NUMBERED.match(row.words)), len(rows)
    )
    return rows[:first], [], rows[first:]
