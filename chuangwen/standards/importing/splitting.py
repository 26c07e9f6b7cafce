"""A cell cut into what is scored apart: numbered items, and inside them what has points of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise, product

from chuangwen.standards.importing.marks import Mark, added, marks
from chuangwen.standards.importing.scoring import limit, most_of
from chuangwen.standards.importing.tiers import tiers
from chuangwen.standards.importing.wording import folded

_VARIANTS = 729  # ways to read a cell that are tried; six items, three ways each
_MANY = 24  # statements of points in one item; no row of a table has more, and each way costs their square
_STYLES = (
    r"(?P<n>\d{1,2})\s*(?:[.、](?!\d)|\)(?=[^\d]))",
    r"\((?P<n>\d{1,2})\)(?=\s*[^\s。;,、)分])",
    r"(?P<n>[①-⑳])",
    r"\((?P<n>[一二三四五六七八九十]{1,3})\)(?=\s*[^\s。;,、)])",
)
_BEGINS = r"(?:^|(?<=[\s。;,、:.)?!]))"
_CHINESE = "一二三四五六七八九十"
# A clause that says more of the points before it.
_RULE = re.compile(
    r"扣|不(?:予)?(?:得|计|给)分|否则|最高|最多|封顶|为止|比例|每.*[得计加]|全扣|[得计记]\s*[0零]\s*分|不超过|未.*分$"
)
_TIER = re.compile(
    r"\d\s*%|以[上下]|[省市县国]级|国家级|[省市县区]委?[^,;。]{0,4}媒体|优秀|良好|合格|(?<![A-Za-z])[A-E](?![A-Za-z])|第[一二三四五\d]|[一二三]等"
    r"|[一二三]档|基本(?:完成|达|合|落)|部分|较好|较差|一般(?!公共)|前[一二三四五六七八九十\d]+名|低于|不足|其[他余]|其它|否则|\d\s*(?:次|篇|个|人|场|家|件|条)"
)
Joins = Callable[[str, "list[_Segment]"], bool]
_PAUSES = " \t\n,;。、:"
_MIN_TIERS = 2


@dataclass(frozen=True)
class Item:
    """text[start:end] with the number that stands before it, 0 if none does."""

    start: int
    end: int
    number: int


@dataclass(frozen=True)
class Piece:
    """text[start:end], which is scored apart; ``bare``: its points stand without 分."""

    start: int
    end: int
    points: Decimal | None
    bare: bool = False


@dataclass(frozen=True)
class Cut:
    """``pieces`` of a cell; ``agrees``: they make what the row states, or it states nothing.

    ``lead`` is what the cell itself states of all that follows: 组织领导（10分）：…（3分）、…（7分）.
    """

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    agrees: bool = True
    lead: Decimal | None = None


def items(words: str) -> list[Item]:
    """The numbered items of a cell (``folded``), in the style of its first number; else all of it as one."""
    best: list[re.Match[str]] = []
    for style in _STYLES:
        found = list(_counted(re.finditer(_BEGINS + style, words)))
        if len(found) >= _MIN_TIERS and (not best or found[0].start() < best[0].start()):
            best = found
    if not best:
        alone = re.match(r"\s*(?:(\d{1,2})\s*[.、](?!\d)|\(\d{1,2}\)(?=\s*[^\s。;,、)分])|[①-⑳])", words)
        return [Item(alone.end() if alone else 0, len(words), 0)]
    starts = [match.end() for match in best]
    if words[: best[0].start()].strip(_PAUSES):
        starts[0] = 0  # what stands before the first number belongs to it
    ends = [*(match.start() for match in best[1:]), len(words)]
    return [Item(s, e, _value(match)) for s, e, match in zip(starts, ends, best, strict=True)]


def _counted(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Those that count up from one; a number may be missing, or come twice."""
    last = 0
    for match in found:
        if last < (value := _value(match)) <= last + (2 if last else 1) or value == last > 0:
            last = value
            yield match


def _value(match: re.Match[str]) -> int:
    written = match["n"]
    if written.isdecimal():
        return int(written)
    if "①" <= written <= "⑳":
        return ord(written) - ord("①") + 1
    if written in _CHINESE:
        return _CHINESE.index(written) + 1
    return 0 if len(written) > _MIN_TIERS else 10 + _CHINESE.find(written[-1]) + 1


def cut(text: str, stated: Decimal | None) -> Cut:
    """``text`` cut so that the points of its pieces make ``stated``, if any reading of it does."""
    words, lead = _without_lead(folded(text))
    stated = lead if stated is None else stated
    parts = items(words)
    readings = [_readings(words, item) for item in parts]
    numbers = tuple(item.number for item in parts if item.number)
    default = [reading[0] for reading in readings]
    if stated is not None and len(parts) <= _MANY:
        for chosen in islice(product(*readings), _VARIANTS):
            if _total(chosen) == stated:
                return Cut(_flat(chosen), numbers, lead=lead)
    agrees = stated is None or _total(default) is None
    return Cut(_flat(default), numbers, agrees, lead)


def _without_lead(words: str) -> tuple[str, Decimal | None]:
    """``words`` with what they state of all that follows blanked out, and this."""
    found = marks(words)
    if (
        len(found) <= _MIN_TIERS
        or found[0].form != "bracket"
        or not words[found[0].end :].lstrip().startswith(":")
    ):
        return words, None
    start, end = found[0].start, found[0].end
    return words[:start] + " " * (end - start) + words[end:], found[0].points


def _total(chosen: list[list[Piece]] | tuple[list[Piece], ...]) -> Decimal | None:
    known = [piece.points for pieces in chosen for piece in pieces if piece.points is not None]
    return sum(known, Decimal(0)) if known else None


def _flat(chosen: list[list[Piece]] | tuple[list[Piece], ...]) -> tuple[Piece, ...]:
    return tuple(piece for pieces in chosen for piece in pieces)


@dataclass(frozen=True)
class _Segment:
    start: int
    end: int
    mark: Mark | None


def _readings(words: str, item: Item) -> list[list[Piece]]:
    """An item read in up to three ways, the most likely first."""
    segments = _segments(words, item)
    found: list[list[Piece]] = []
    ways = (_are_tiers, _may_be_tiers, _never) if len(segments) <= _MANY else (_never,)
    for joins in ways:
        pieces = [_piece(words, group) for group in _grouped(words, segments, joins)]
        if pieces not in found:
            found.append(pieces)
    return found


def _segments(words: str, item: Item) -> list[_Segment]:
    text = words[item.start : item.end]
    found = [
        Mark(mark.start + item.start, mark.end + item.start, mark.points, mark.form) for mark in marks(text)
    ]
    if len(found) < _MIN_TIERS:
        return [_Segment(item.start, item.end, found[0] if found else None)]
    leading = found[0].form == "bracket" and not words[item.start : found[0].start].strip(_PAUSES)
    if leading:
        borders = [item.start, *(mark.start for mark in found[1:]), item.end]
    else:
        ends = [_end(words, mark.end, following.start) for mark, following in pairwise(found)]
        borders = [item.start, *ends, item.end]
    return [_Segment(s, e, mark) for s, e, mark in zip(borders, borders[1:], found, strict=False)]


def _end(words: str, start: int, limit: int) -> int:
    """Where what is said of the points that end at ``start`` ends, ``limit`` at the latest."""
    end = start
    for clause in re.compile(r"[,;。、\s]*[^,;。]+[,;。]?\s*").finditer(words, start):
        if clause.end() > limit or clause.start() != end or not _RULE.search(clause.group()):
            break
        end = clause.end()
    pause = re.compile(rf"[{_PAUSES}]*").match(words, end)
    return min(pause.end(), limit) if pause else end


def _never(words: str, group: list[_Segment]) -> bool:
    return False


def _may_be_tiers(words: str, group: list[_Segment]) -> bool:
    """Whether each gives less (or each more) than the one before it."""
    values = [segment.mark.points for segment in group if segment.mark]
    return len(values) >= _MIN_TIERS and may_be_steps(values)


def may_be_steps(values: list[Decimal]) -> bool:
    """Whether each is less, or each more, than the one before it."""
    return values in (sorted(set(values)), sorted(set(values), reverse=True))


def _are_tiers(words: str, group: list[_Segment]) -> bool:
    return _may_be_tiers(words, group) and all(_TIER.search(words[one.start : one.end]) for one in group)


def _grouped(words: str, segments: list[_Segment], joins: Joins) -> list[list[_Segment]]:
    """Segments that are steps of one thing put together, with the bracket that says its points again."""
    groups: list[list[_Segment]] = []
    waiting: list[_Segment] = []

    def settle() -> None:
        if joins(words, waiting):
            groups.append(waiting.copy())
        else:
            groups.extend(_runs(words, waiting) if joins is _are_tiers else [[one] for one in waiting])
        waiting.clear()

    for segment in segments:
        mark = segment.mark
        if mark is None or mark.form in {"given", "plain"}:
            waiting.append(segment)
            continue
        most = max((one.mark.points for one in waiting if one.mark), default=None)
        if most is not None and joins is not _never and (most == mark.points or _are_tiers(words, waiting)):
            groups.append([*waiting, segment] if most <= mark.points else [*waiting])
            waiting.clear()
            if most <= mark.points:
                continue
        settle()
        groups.append([segment])
    settle()
    return groups


def _runs(words: str, segments: list[_Segment]) -> list[list[_Segment]]:
    """Neighbours that are steps of one thing together, the others alone."""
    runs: list[list[_Segment]] = []
    for segment in segments:
        if runs and _are_tiers(words, [*runs[-1], segment]):
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return runs


def _piece(words: str, group: list[_Segment]) -> Piece:
    known = [segment.mark for segment in group if segment.mark]
    start, end = group[0].start, group[-1].end
    points = max((mark.points for mark in known), default=None)
    bare = any(mark.form == "bare" for mark in known)
    return Piece(start, end, most_of(words[start:end]) if points is None else points, bare)


_TAKES_AWAY = re.compile(r"扣|减分|倒扣")


def cut_outside(text: str) -> tuple[Piece, ...]:
    """A cell of bonuses and deductions, sentence by sentence; what only takes away has negative points."""
    words = folded(text)
    found: list[Piece] = []
    for item in items(words):
        start = item.start
        for stop in re.finditer(r"[;。]\s*|$", words[item.start : item.end]):
            end = item.start + stop.end()
            if _AMOUNT.search(words[start:end]):
                found.append(Piece(start, end, outside_points(words[start:end])))
                start = end
        if words[start : item.end].strip(_PAUSES):
            found.append(Piece(start, item.end, None))
    return tuple(found)


_AMOUNT = re.compile(r"分|否决|取消")


def outside_points(words: str) -> Decimal | None:
    """The most that a bonus adds; what a deduction takes, if it is taken but once."""
    known = [tier.points for tier in tiers(words) if tier.points is not None]
    most = limit(words)
    if _TAKES_AWAY.search(words):
        taken = [-abs(points) for points in known if points]
        return -most if most else min(taken, default=None)
    return most or max([*known, *added(words)], default=None)
