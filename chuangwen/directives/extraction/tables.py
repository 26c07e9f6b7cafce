"""Task tables flattened to text: a line with 序号 and 牵头单位, then rows of cells parted by tabs."""

from __future__ import annotations

import re

from chuangwen.directives.extraction.bodies import members
from chuangwen.directives.extraction.deadlines import Reader
from chuangwen.directives.extraction.found import Found

_HEAD = re.compile(r"序号.*(?:任务|内容|事项|措施|项目).*(?:单位|部门)")
_COLUMNS = {
    "task": re.compile(r"任务|内容|事项|措施|项目"),
    "lead": re.compile(r"牵头|主办"),
    "doer": re.compile(r"责任(?!领导|人)|单位|部门|配合|协办|参与"),
    "due": re.compile(r"时限|时间|期限|进度"),
}

_GROUP = 20  # characters of a group's heading at most


def is_head(line: str) -> bool:
    return bool(_HEAD.search(line))


def rows(text: str, reader: Reader) -> list[Found]:
    """The rows of every table of ``text`` as assignments."""
    found: list[Found] = []
    columns: list[str] = []
    start = 0
    for line in text.split("\n"):
        if is_head(line):
            columns = [_kind(cell) for cell in line.split("\t")]
        elif columns and "\t" in line:
            found += _row(line, start, columns, reader)
        elif len(line) > _GROUP or line.endswith("。"):
            columns = []  # the table is over; a short line is the heading of a group of rows
        start += len(line) + 1
    return found


def _kind(cell: str) -> str:
    return next((kind for kind, form in _COLUMNS.items() if form.search(cell)), "")


def _row(line: str, start: int, columns: list[str], reader: Reader) -> list[Found]:
    cells = []
    for words in line.split("\t"):
        cells.append((start, start + len(words), words))
        start += len(words) + 1
    by_kind: dict[str, list[tuple[int, int, str]]] = {}
    for kind, cell in zip(columns, cells, strict=False):
        by_kind.setdefault(kind, []).append(cell)
    tasks = by_kind.get("task", [])
    if not tasks or len(cells) < 3:  # noqa: PLR2004
        return []
    leads = _bodies(by_kind.get("lead", []))
    limits = [limit for s, _e, words in by_kind.get("due", []) for limit in reader.read(words, s)]
    return [
        Found(
            start=tasks[0][0],
            end=cells[-1][1],
            doers=(*leads, *_bodies(by_kind.get("doer", []))),
            lead=leads[0] if leads else None,
            deadline=limits[0] if limits else None,
        )
    ]


def _bodies(cells: list[tuple[int, int, str]]) -> tuple[tuple[int, int], ...]:
    return tuple((s + start, e + start) for start, _end, words in cells for s, e in members(words))
