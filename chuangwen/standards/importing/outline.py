"""What a row of a table is: a line to be scored, a section, a total, a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from chuangwen.standards.importing.columns import Columns, Role
from chuangwen.standards.importing.marks import of_cell, of_heading
from chuangwen.standards.importing.wording import folded, is_body, is_group, squeezed

_TOTAL = re.compile(
    r"(?P<word>总分值|分值合计|总得分|考核得分|最终得分|总分|合计|小计|总计|共计|总和|满分)(?:值|数|得分|分值)?"
    r"[:为(]*(?:共|满分)?(?P<n>\d{1,6}(?:\.\d{1,4})?)?分?\)?"
)
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|附|附件\d*|填表.*|联系.*|考核组.*|评分人.*|考核人.*|填报.*|负责人.*|审核.*|审核人.*|.*签[字名].*|.*盖章.*|考核时间.*"
    r"|被考核单位.*|单位.*|考评日期.*|总得分|考核得分)[:].*|注\d?[.、:\s].*|备注.*"
)
_LEVELS = (
    re.compile(
        r"(?:第?[一二三四五六七八九十]{1,3}(?:部分|章|篇|大?类|大?项)?[、.,:\s]|第[一二三四五六七八九十]{1,3}(?:部分|章|篇|大?类|大?项))"
    ),
    re.compile(r"\([一二三四五六七八九十]{1,3}\)[、.]?"),
)
_NUMERAL = re.compile(r"[(第]?[一二三四五六七八九十]{1,3}[)部分章类项、.,:]*")
_LETTER = re.compile(r"(?:[A-Z]|[ⅠⅡⅢⅣⅤI]{1,3})(?:-\d{1,2})?[、.:\s]")
_OUTSIDE = re.compile(r"加分|奖励分|附加|奖扣|扣分|减分|负面|否决|倒扣|奖惩|加减")
_HEADING_LENGTH = 44
_BRACKETS = re.compile(r"\(([^()]*)\)")
_ENDING = re.compile(
    r"(?:目标管理|综合|年度|日常|绩效|工作)*(?:考核|测评|考评|评分|评价)?(?:的)?(?:指标|内容|标准|细则|项目|部分|类|表|办法|体系|任务|分值)*$"
)
# What ends the name of one body; 文明机关 and 示范社区 may be what is to be created.
_NAME = re.compile(r"(?:局|委|办|部|镇|乡|街道|办事处|管委会|公司|集团|法院|检察院|医院|大队|支队)$")
_FOR = re.compile(r"^(?:对|适用于|适用|面向|针对|考核对象[:是为]?|责任单位[:]?)")


@dataclass(frozen=True)
class Heading:
    """A row that names a section: its level from 0, its number and name, what it states, whom it is for."""

    level: int
    number: str
    name: str
    stated: Decimal | None
    scope: str
    outside: bool
    scorer: str = ""
    bare: bool = False


def is_numeral(number: str) -> bool:
    """Whether a number is written as those of sections are: 一, （二）, 第三部分."""
    return bool(_NUMERAL.fullmatch(squeezed(number)))


def total(cells: Sequence[str], columns: Columns) -> tuple[str, Decimal | None] | None:
    """The word of a row of totals, such as 小计, and what it states; None if it is no such row."""
    places = columns.of(Role.NUMBER, Role.GROUP, Role.TEXT, Role.RULE, Role.SCOPE)
    words = [squeezed(cells[at]) for at in places if at < len(cells) and cells[at].strip()]
    match = next((found for word in words if (found := _TOTAL.fullmatch(word))), None)
    if not match:
        return None
    stated = [
        of_cell(squeezed(cells[at])) for at in range(len(cells)) if columns.roles[at] is not Role.NUMBER
    ]
    known = next((value for value in stated if value is not None), None)
    return match["word"], Decimal(match["n"]) if match["n"] else known


def is_note(cells: Sequence[str]) -> bool:
    """Whether a row stands below or beside the table: 注：…, a place to sign."""
    filled = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    return bool(filled) and bool(_NOTE.fullmatch(squeezed(filled[0]))) and len(filled) <= 2  # noqa: PLR2004


def heading(cells: Sequence[str], columns: Columns) -> Heading | None:
    """The section that a row names; None if it is a line of the table."""
    filled = [(at, cell.strip()) for at, cell in enumerate(cells) if cell.strip()]
    if len(filled) > 1 and len({cell for _at, cell in filled}) == 1:
        filled = filled[:1]  # one cell over the whole row, said again for each column
    apart = {Role.POINTS, Role.OTHER, Role.NUMBER, Role.SCORER}
    words = [(at, cell) for at, cell in filled if columns.roles[at] not in apart]
    numbers = [cell for at, cell in filled if columns.roles[at] is Role.NUMBER]
    number = numbers[0] if numbers else ""
    if not words and number and not is_numeral(number) and len(number) > 2:  # noqa: PLR2004
        words, number = [(0, number)], ""  # a merged row stands in the column of numbers
    if len(words) != 1 or (number and not is_numeral(number)):
        return None
    at, text = words[0]
    level = _level(number or text)
    last = columns.of(Role.TEXT)[-1:] or [len(cells)]
    if level is None and (at >= last[0] or _looks_like_line(text)):
        return None
    if len(text) > _HEADING_LENGTH and (level is None or "。" in text):
        return None
    return named(number, text, _points(cells, columns), level=1 if level is None else level)


def _points(cells: Sequence[str], columns: Columns) -> Decimal | None:
    values = [of_cell(squeezed(cells[at])) for at in columns.of(Role.POINTS) if at < len(cells)]
    return next((value for value in values if value is not None), None)


def _level(text: str) -> int | None:
    words = folded(text).strip()
    if _NUMERAL.fullmatch("".join(words.split())):
        return 1 if words.startswith("(") else 0
    level = next((level for level, pattern in enumerate(_LEVELS) if pattern.match(words)), None)
    return 0 if level is None and _LETTER.match(words) else level


def _looks_like_line(text: str) -> bool:
    return bool(re.search(r"[。；;]|扣\d", text)) or bool(re.match(r"\s*\d+\s*[.、]", text))


@lru_cache(maxsize=1000)  # a section is named by each of its lines
def named(number: str, text: str, points: Decimal | None, *, level: int = 0) -> Heading:
    """A heading by its words, with the number and the points that stand among them."""
    words = folded(text)
    match = next((found for pattern in (*_LEVELS, _LETTER) if (found := pattern.match(words.lstrip()))), None)
    start = match.end() + len(words) - len(words.lstrip()) if match else 0
    mark = of_heading(words[start:])
    begin, end = (mark.start, mark.end) if mark else (len(text), len(text))
    name = (text[start:][:begin] + text[start:][end:]).strip(" \t\n：:，,")
    stated = points if points is not None or mark is None else mark.points
    return Heading(
        level,
        number or (match.group().strip() if match else ""),
        name or text.strip(),
        stated,
        scope_of(text[start:]),
        bool(_OUTSIDE.search(words)),
        scorer_of(text),
        mark is not None and mark.form == "bare" and points is None,
    )


_SCORED_BY = re.compile(
    r"由(?P<who>[^,;。()由]{2,20}?)(?:负责)?(?:考核|评分|打分|测评|评定|计分|认定|考评)"
    r"|(?:考核|考评|评分|测评|打分)(?:单位|部门|主体)[:](?P<named>[^,;。()]{2,20})"
)


def scorer_of(text: str) -> str:
    """Who scores, if words say so: 由县文明办考核, 考核单位：县文明办."""
    match = _SCORED_BY.search(folded(text))
    return (match["who"] or match["named"]).strip() if match else ""


def scope_of(text: str) -> str:
    """The body or group that a heading names: by all of its words but 考核指标 and such, or in brackets."""
    words = squeezed(text)
    mark = of_heading(words)
    rest = words[: mark.start] + words[mark.end :] if mark else words
    whole = [_bare(rest), _bare(_BRACKETS.sub("", rest))]
    inside = [_FOR.sub("", part) for one in _BRACKETS.findall(words) for part in re.split(r"[,;]", one)]
    found = next((one for one in whole if is_group(one) or (is_body(one) and _NAME.search(one))), "")
    return _as_written(found or next((one for one in inside if is_group(one) or is_body(one)), ""), text)


def _bare(words: str) -> str:
    return _FOR.sub("", _ENDING.sub("", words.strip(":")))


def _as_written(words: str, text: str) -> str:
    """``words`` (squeezed) as they stand in ``text``."""
    at = folded(text).find(words)
    return text[at : at + len(words)] if at >= 0 else words


def states_points(words: str) -> bool:
    """Whether words state points or what is taken: no note does."""
    return bool(re.search(r"\d\s*分|扣|否决", folded(words)))


def is_outside(words: str) -> bool:
    """Whether a name says that its lines count beside the hundred."""
    return bool(_OUTSIDE.search(folded(words)))
