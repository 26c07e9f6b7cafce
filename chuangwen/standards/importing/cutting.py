"""From the cells of lines to what is scored apart: criteria without their place in the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from chuangwen.standards.importing.found import Rule
from chuangwen.standards.importing.scoring import read_rule
from chuangwen.standards.importing.splitting import (
    Cut,
    Piece,
    cut,
    cut_outside,
    items,
    may_be_steps,
    outside_points,
)
from chuangwen.standards.importing.wording import folded

_ALONE = 1
_NUMBER = re.compile(r"\s*(?:\d{1,2}\s*[.、](?!\d)|\(\d{1,2}\)(?=\s*[^\s。;,、)分])|[①-⑳])\s*")
_SCORES = re.compile(r"扣|不得分|比例|否则|满分")
_STANDS_IN_BRACKETS = re.compile(r"\([^()]*\d\s*分[^()]*\)")


@dataclass(frozen=True)
class Line:
    """What a row holds of a criterion: its requirement, how it is scored, the points of their own column."""

    text: str
    scoring: str
    stated: Decimal | None
    outside: bool = False


@dataclass(frozen=True)
class Part:
    """One criterion of a line; ``understood``: its rule was read; ``bare``: points without 分."""

    text: str
    points: Decimal | None
    rule: Rule
    understood: bool
    bare: bool = False
    outside: bool = False
    scoring: str = ""


@dataclass(frozen=True)
class Parts:
    """The criteria of a line, the numbers of its items, what they make if the row states otherwise.

    ``lead`` is what the text itself states of all of them.
    """

    parts: tuple[Part, ...]
    numbers: tuple[int, ...] = ()
    disagreeing: Decimal | None = None
    lead: Decimal | None = None


def requires(text: str) -> bool:
    """Whether ``text`` says what is to be done with its points, and not how it is scored.

    It has points in brackets, of several parts or without a word of what is taken.
    """
    known = [piece for piece in cut(text, None).pieces if piece.points is not None]
    return brackets(text) and (len(known) > _ALONE or not _SCORES.search(text))


def brackets(text: str) -> bool:
    """Whether points stand in brackets in ``text``: （5分）."""
    return bool(_STANDS_IN_BRACKETS.search(folded(text)))


def stated_in(text: str, scoring: str) -> Decimal | None:
    """The points that the words of a line state, all together."""
    for words in filter(None, (text, scoring)):
        known = [piece.points for piece in cut(words, None).pieces if piece.points is not None]
        if known:
            return sum(known, Decimal(0))
    return None


def parts(line: Line) -> Parts:
    """The criteria of a line, each with the rule that its words state."""
    text, scoring = line.text, line.scoring
    if not text.strip():
        text, scoring = scoring, ""
    if scoring and not brackets(text):
        split = cut(scoring, line.stated)
        if brackets(scoring) and sum(piece.points is not None for piece in split.pieces) > _ALONE:
            text, scoring = scoring, ""
    if line.outside and line.stated is None and scoring:
        piece = Piece(*_all(text), outside_points(folded(scoring)))
        return Parts((_part(text, piece, scoring, outside=True),))
    if line.outside and line.stated is None:
        pieces = cut_outside(text) or (Piece(0, len(text), None),)
        return Parts(tuple(_part(text, piece, scoring, outside=True) for piece in pieces))
    return _apart(text, scoring, line)


def _apart(text: str, scoring: str, line: Line) -> Parts:
    found = cut(text, line.stated)
    pieces = found.pieces
    known = [piece.points for piece in pieces if piece.points is not None]
    whole = Piece(*_all(text), line.stated)
    disagreeing = None
    if not known:
        alone = cut(scoring, None) if scoring else found
        values = [piece.points for piece in alone.pieces if piece.points is not None]
        if line.stated is None and len(values) == _ALONE:
            whole = Piece(whole.start, whole.end, values[0], alone.pieces[0].bare)
        disagreeing = _other(values, line.stated, scoring)
        pieces = (whole,)
    elif not found.agrees and not brackets(text) and may_be_steps(known):
        # 得2分 and the like may be steps of the rule as well: the row is left whole.
        disagreeing = sum(known, Decimal(0)) if len(known) > _ALONE else _other(known, line.stated, text)
        pieces = (whole,)
    made = tuple(
        _part(text, piece, paired, outside=line.outside)
        for piece, paired in zip(pieces, _paired(scoring, found, len(pieces)), strict=True)
    )
    return Parts(made, found.numbers, disagreeing, found.lead)


_NOT_ALL = re.compile(r"基础分|基本分|加|另|每|以内|[一-龥]档")


def _other(values: list[Decimal], stated: Decimal | None, words: str) -> Decimal | None:
    """What words give for all of a line, if its points are others and not only steps of these."""
    if stated is None or len(values) != _ALONE or values[0] == stated or stated < 0:
        return None
    rule, _understood = read_rule(words, stated)
    stepped = rule.kind in {"bands", "graded", "count"} or bool(_NOT_ALL.search(words))
    if values[0] < stated and stepped and rule.kind != "per_item_deduction":
        return None
    return values[0]


def _all(text: str) -> tuple[int, int]:
    """All of a text but the number before its only item."""
    found = items(folded(text))
    number = _NUMBER.match(folded(text)) if len(found) == _ALONE else None
    return (number.end() if number else 0), len(text)


def number_of(text: str) -> str:
    """The number that a text begins with, if it has no other items."""
    words = folded(text)
    match = _NUMBER.match(words)
    return match.group().strip() if match and len(items(words)) == _ALONE else ""


def _paired(scoring: str, found: Cut, count: int) -> Sequence[str]:
    """For each piece the item of the scoring that bears the same number, else all of the scoring."""
    own = [item for item in items(folded(scoring)) if item.number]
    if count > _ALONE and len(own) == count == len(found.numbers):
        return [scoring[item.start : item.end].strip() for item in own]
    return [scoring] * count


def _part(text: str, piece: Piece, scoring: str, *, outside: bool) -> Part:
    words = text[piece.start : piece.end].strip(" \t\n；;，,、") or text.strip()
    outside = outside or (piece.points is not None and piece.points < 0)
    rule, understood = _rule(words, scoring, piece.points, outside=outside)
    return Part(words, piece.points, rule, understood, piece.bare, outside, scoring)


def _rule(words: str, scoring: str, points: Decimal | None, *, outside: bool) -> tuple[Rule, bool]:
    """The rule of the column of rules; where it gives none, that of the text."""
    rule, understood = read_rule(scoring or words, points, outside=outside)
    if scoring and rule.kind == "manual":
        own, read = read_rule(words, points, outside=outside)
        if own.kind != "manual":
            return own, understood and read
    return rule, understood


def with_points(part: Part, points: Decimal) -> Part:
    """The part with points that another place gives it."""
    rule, understood = _rule(part.text, part.scoring, points, outside=part.outside)
    return replace(part, points=points, rule=rule, understood=understood)
