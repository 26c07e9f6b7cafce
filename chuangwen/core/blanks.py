"""Blank papers: wording and order of an official paper in a plain text file that an office may replace.

A file holds blocks; each begins with a line in square brackets, and the lines under it are its text::

    [title]
    关于做好“{{meeting}}”任务落实工作的通知

    [text if place]
    会议地点：{{place}}。

    [table tasks]
    序号 | 任务
    1 | 6
    {{no}} | {{task}}

``{{name}}`` is replaced by a value, once: nothing in a value is ever read as a place or a block. What stands
before the name, as in ``{{；时限：due}}``, is printed with a value and left out with an empty one. Lines that
begin with ``#`` and empty lines are left out. Blocks:

- ``[masthead]`` ``[number]`` ``[title]`` ``[addressee]`` ``[signature]`` ``[copies]`` ``[imprint]``: once;
- ``[text]``: a paragraph a line; ``[each list]``: its lines for every row of the list;
- ``[table list]``: headings, widths (shares of the line) and cells, in this order;
- ``[form]``: widths, then rows; a line that begins with ``|`` goes on in the last cell above it;
- ``[landscape]``: the page lies on its side.

Any block may end in ``if name`` or ``unless name`` inside its brackets: it stands only if that value or list
is not empty, or is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.core.papers import Block, Paper, Table
from chuangwen.core.problems import BLANK_BROKEN, Problem

Row = Mapping[str, str]

_HEADER = re.compile(r"\[(\w+)(?: (?!if |unless )(\w+))?(?: (if|unless) (\w+))?\]")
# Words that end in no letter, if any, and the name.
_PLACE = re.compile(r"\{\{ *([^{}]*[^\w{}])??(\w+) *\}\}")
_ONCE = frozenset({"masthead", "number", "title", "addressee", "signature", "copies", "imprint", "landscape"})
_HEADS = ("masthead", "number", "title", "addressee", "copies")
_OF_A_LIST = frozenset({"each", "table"})
_TABLE_LINES = 3  # headings, widths, cells
_FORM_SIZE = 14


@dataclass(frozen=True)
class Vocabulary:
    """The names that a kind of paper has: values, and lists with the names in each of their rows."""

    values: frozenset[str]
    lists: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Line:
    number: int
    text: str


@dataclass(frozen=True)
class Part:
    """One block of a blank: ``of`` is the list it is for; ``sense`` and ``flag`` say when it stands."""

    kind: str
    of: str
    sense: str
    flag: str
    line: int
    lines: list[Line]


@dataclass(frozen=True)
class Blank:
    parts: Sequence[Part]

    def fill(self, *, values: Row, lists: Mapping[str, Sequence[Row]], day: date) -> Paper:
        """The paper with its values; ``day`` is what the file says of its making."""
        standing = [part for part in self.parts if _stands(part, values, lists)]
        once = {part.kind: [line.text for line in part.lines] for part in standing if part.kind in _ONCE}
        heads = {kind: [_filled(line, values) for line in lines] for kind, lines in once.items()}
        blocks = [block for part in standing for block in _blocks(part, values, lists.get(part.of, ()))]
        return Paper(
            blocks=blocks,
            date=day,
            signature=heads.get("signature", ()),
            imprint=[_filled(cell, values) for line in once.get("imprint", ()) for cell in _cells(line)],
            landscape="landscape" in heads,
            **{name: "".join(heads.get(name, ())) for name in _HEADS},
        )


def read_blank(path: Path, vocabulary: Vocabulary) -> Blank:
    """The blank in a file, checked against the names that the paper has.

    Raises Problem ``paper.blank_broken`` with file and line for whatever cannot be filled in.
    """
    fail = partial(_fail, path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fail(path.read_bytes()[: error.start].count(b"\n") + 1, _("the file is not saved as UTF-8"))
    parts = _parts(text, fail)
    for part in parts:
        _check(part, vocabulary, fail)
    for kind in _ONCE:
        again = [part for part in parts if part.kind == kind and not part.flag][1:]
        if again:
            fail(again[0].line, _("[%(name)s] may stand only once") % {"name": kind})
    if not parts:
        fail(1, _("the file has no blocks"))
    return Blank(parts)


Fail = Callable[[int, str], Any]


def _fail(path: Path, line: int, what: str) -> None:
    raise Problem(BLANK_BROKEN, file=path.name, line=line, what=what)


def _parts(text: str, fail: Fail) -> list[Part]:
    parts: list[Part] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            header = _HEADER.fullmatch(line)
            if not header:
                fail(number, _("%(line)s is no beginning of a block") % {"line": line})
            kind, of, sense, flag = (group or "" for group in header.groups())  # type: ignore[union-attr]
            parts.append(Part(kind, of, sense, flag, number, []))
        elif not parts:
            fail(number, _("text stands before the first block"))
        else:
            parts[-1].lines.append(Line(number, line))
    return parts


def _check(part: Part, vocabulary: Vocabulary, fail: Fail) -> None:
    """Names, places and shapes of one block."""
    if part.kind not in _ONCE | _OF_A_LIST | {"text", "form"}:
        fail(part.line, _("there is no block [%(name)s]") % {"name": part.kind})
    if (part.kind in _OF_A_LIST) != bool(part.of) or (part.of and part.of not in vocabulary.lists):
        known = ", ".join(sorted(vocabulary.lists)) or "–"
        what = _("[table] and [each] name a list, other blocks none; the lists are: %(known)s")
        fail(part.line, what % {"known": known})
    if part.flag and part.flag not in vocabulary.values | vocabulary.lists.keys():
        fail(part.line, _("nothing is called “%(name)s”") % {"name": part.flag})
    known_here = vocabulary.values | vocabulary.lists.get(part.of, frozenset())
    for line in part.lines:
        for _words, name in _PLACE.findall(line.text):
            if name not in known_here:
                fail(line.number, _("nothing is called “%(name)s”") % {"name": name})
        if "{{" in _PLACE.sub("", line.text) or "}}" in _PLACE.sub("", line.text):
            fail(line.number, _("a place has two braces on each side of its name"))
    if part.kind in {"table", "form"}:
        _check_grid(part, fail)


def _check_grid(part: Part, fail: Fail) -> None:
    form = part.kind == "form"
    if len(part.lines) < _TABLE_LINES - form or (not form and len(part.lines) > _TABLE_LINES):
        fail(part.line, _("a table has three lines: headings, widths, cells; a form has widths and rows"))
    widths = part.lines[0 if form else 1]
    if not all(cell.isdecimal() and int(cell) > 0 for cell in _cells(widths.text)):
        fail(widths.number, _("widths are whole numbers with | between them"))
    columns = len(_cells(widths.text))
    for position, line in enumerate(part.lines):
        goes_on = form and line.text.startswith("|")
        if goes_on and position > 1:
            continue
        if goes_on or len(_cells(line.text)) != columns:
            fail(line.number, _("this line has not the %(count)s columns of the widths") % {"count": columns})


def _stands(part: Part, values: Row, lists: Mapping[str, Sequence[Row]]) -> bool:
    present = bool(values.get(part.flag) or lists.get(part.flag))
    return present == (part.sense == "if") if part.flag else True


def _blocks(part: Part, values: Row, rows: Sequence[Row]) -> list[Block]:
    """What a block puts into the body of the paper."""
    if part.kind == "text":
        return [_one_line(_filled(line.text, values)) for line in part.lines]
    if part.kind == "each":
        return [_one_line(_filled(line.text, {**values, **row})) for row in rows for line in part.lines]
    if part.kind == "form":
        widths, *lines = part.lines
        return [Table(_form_rows(lines, values), _widths(widths), size=_FORM_SIZE)]
    if part.kind == "table" and rows:
        headings, widths, cells = part.lines
        filled = [[_filled(cell, {**values, **row}) for cell in _cells(cells.text)] for row in rows]
        return [Table(filled, _widths(widths), [_filled(cell, values) for cell in _cells(headings.text)])]
    return []


def _form_rows(lines: Sequence[Line], values: Row) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        if line.text.startswith("|"):
            rows[-1][-1] += "\n" + _filled(line.text[1:].strip(), values)
        else:
            rows.append([_filled(cell, values) for cell in _cells(line.text)])
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _widths(line: Line) -> list[int]:
    return [int(cell) for cell in _cells(line.text)]


def _filled(text: str, values: Row) -> str:
    return _PLACE.sub(lambda place: (place[1] or "") + values[place[2]] if values[place[2]] else "", text)


def _one_line(text: str) -> str:
    """A paragraph is one, whatever breaks were typed into a value."""
    return " ".join(text.split("\n")).strip()
