"""Points in words: （15分）, 得5分, （20） without its 分; told from steps, limits and thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chuangwen.standards.importing.wording import MEASURE, NUMBER, decimal


@dataclass(frozen=True)
class Mark:
    """Points stated at [start, end) of a text.

    ``form``: "bracket" stands after (or before) what it is for, "bare" is a bracket without its 分;
    "given" is 得5分, "plain" is 5分 at the end of a clause.
    """

    start: int
    end: int
    points: Decimal
    form: str


_BRACKET = re.compile(
    rf"\(\s*(?:本项|该项|此项|本小?项|分值|标准分|基本分|基础分|满分|总分|最高(?:得|计)?|占|共|合计|计|总计|得|权重|[:+])*\s*(?:为|[:])?\s*"
    rf"(?:0\s*[-~—至到]\s*)?(?P<n>{NUMBER})\s*分(?P<rest>\s*[,;:、。][^()]*(?:\([^()]*\)[^()]*)*)?\)"
)
# （每项5分，共50分）
_BRACKET_SUM = re.compile(
    rf"\([^()]{{1,20}}[,;、]?(?:共|共计|满分|合计|最高|总计|最多)(?:得|计)?\s*(?P<n>{NUMBER})\s*分\s*\)"
)
_BARE = re.compile(r"\(\s*(?P<n>\d{1,3}(?:\.\d+)?)\s*\)(?=\s*(?:[。;,、.\n]|$|\d{1,2}[.、]|\(\d|[①-⑳]|\s\S))")
_GIVEN = re.compile(
    rf"(?:得|计|记|给|赋|评|为)\s*(?:基本分|基础分|满分)?\s*(?P<n>{NUMBER})\s*分(?!之|项|制|钟|级)"
)
_STATED = re.compile(
    rf"(?:满分|分值|标准分|总分|基本分|基础分)\s*(?:为|是|共|[:])?\s*(?P<n>{NUMBER})\s*分(?!之|钟)"
)
_PLAIN = re.compile(
    r"(?<![\d.扣减加奖第得低高过于每分至到\-~—+])(?P<n>\d{1,6}(?:\.\d{1,4})?)\s*分(?=\s*(?:[。;,\n]|$|\s|、(?!\s*\d)))"
)
_ADDED = re.compile(rf"(?:加|奖励?)\s*(?P<n>{NUMBER})\s*分")
_LIMIT = re.compile(
    r"(?:各|均|最高|最多|不超过|上限|累计|以内|封顶|每(?:项|次|个|人|篇|条|件)?\s*)(?:可|只|不超过|加|得|计|记|给|奖)*$"
)
_EACH = re.compile(
    rf"每(?!月|年|季|周|半年|学期)[^,;。、()分]{{0,16}},?[^,;。()分]{{0,16}}$|(?<!第)一{MEASURE}[^,;。()]{{0,3}}$"
)
# 每次得2分，最高20分: what can be had is the limit.
_CAPPED = re.compile(
    rf"每[^;。扣()]{{1,30}}分,?\s*(?:最高|最多|累计不超过|不超过|上限)(?:可|只|为|加|得|计|记|给)*\s*(?P<n>{NUMBER})\s*分"
)
_THRESHOLD = re.compile(r"^\s*(?:以[上下]|及以[上下]|\(含\)|的(?:单位|为)|[-~—至到])")


def marks(text: str) -> list[Mark]:
    """All points that ``text`` (``folded``) states for something to be done, in order, none overlapping."""
    found: list[Mark] = []
    for mark in sorted(_candidates(text), key=lambda one: (one.start, -one.end)):
        if not found or mark.start >= found[-1].end:
            found.append(mark)
    return found


def _candidates(text: str) -> Iterator[Mark]:
    for match in _BRACKET.finditer(text):
        yield _mark(match, "bracket")
    for match in _BRACKET_SUM.finditer(text):
        yield _mark(match, "bracket")
    for match in _CAPPED.finditer(text):
        yield _mark(match, "given")
    for match in _BARE.finditer(text):
        if text[: match.start()].strip() and not re.search(
            r"[.。;:、\s]$", text[: match.start()].rstrip(" ")
        ):
            yield _mark(match, "bare")
    for pattern, form in ((_GIVEN, "given"), (_STATED, "given"), (_PLAIN, "plain")):
        for match in pattern.finditer(text):
            if decimal(match["n"]) and _is_award(text, match.start(), match.end()):
                yield _mark(match, form)


def _is_award(text: str, start: int, end: int) -> bool:
    """Whether the points are for the whole of something: no step, limit or threshold."""
    before = text[max(0, start - _NEAR) : start]
    return not (_LIMIT.search(before) or _EACH.search(before) or _THRESHOLD.match(text[end:]))


def _mark(match: re.Match[str], form: str) -> Mark:
    return Mark(match.start(), match.end(), decimal(match["n"]), form)


_NEAR = 50  # letters before points that tell what they are
_COLUMN = re.compile(
    rf"(?P<sign>[-+±]?)\s*(?:最高|满分|共|0\s*[-~—至])?(?P<n>{NUMBER})\s*(?P<unit>分|%)?\s*(?:/\s*{MEASURE})?(?:\(.*\))?"
)


def of_cell(text: str) -> Decimal | None:
    """The points of a cell in a column of points: 15, 15分, 15分/项, 十五, -5; None if it holds none."""
    match = _COLUMN.fullmatch("".join(text.split()))
    if not match:
        return None
    points = decimal(match["n"])
    return -points if match["sign"] == "-" else points


_ANYWHERE = re.compile(
    rf"\(\s*[^()]{{0,12}}?(?P<n>{NUMBER})\s*分[^()]*\)|(?:共|计|满分|总分|合计|分值)?\s*[:为]?\s*(?P<m>\d{{1,6}}(?:\.\d{{1,4}})?)\s*分\s*$"
)


_ANYWHERE_BARE = re.compile(r"\(\s*(?P<n>\d{1,3}(?:\.\d+)?)\s*\)\s*$")


def of_heading(text: str) -> Mark | None:
    """The points that a heading states: 一、组织领导（20分）, 组织领导20分; "bare" without 分."""
    if match := _ANYWHERE.search(text):
        return Mark(match.start(), match.end(), decimal(match["n"] or match["m"]), "plain")
    bare = _ANYWHERE_BARE.search(text)
    return Mark(bare.start(), bare.end(), decimal(bare["n"]), "bare") if bare and bare.start() else None


def added(text: str) -> list[Decimal]:
    """Points of 加5分 and 奖3分."""
    return [decimal(match["n"]) for match in _ADDED.finditer(text)]
