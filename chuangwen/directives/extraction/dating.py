"""The day on which a document was issued or a meeting held, as the text itself names it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from chuangwen.directives.extraction.deadlines import number

# How a year is written in characters; the round zero is typed in several ways.
_YEAR_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○ＯO0", "0")
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# No limit, no beginning and no end of a period.
_DAY = re.compile(
    rf"(?<![至止自到])(?P<year>\d{{4}}|[{''.join(_YEAR_DIGITS)}]{{4}})年(?P<month>{_N})月(?P<day>{_N})日"
    r"(?!之前|以前|前|起|至|[—–~-])"
)
_IN_DIGITS = re.compile(r"(?P<year>\d{4})(?P<by>[-./])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})")
_SHORT = 30  # characters of a line that is no sentence
_EDGE = 300  # characters of the head and the foot of a document


def date_of_issue(text: str) -> date | None:
    """The last day that is a line of the clean ``text``; else one in a short line, at the head or foot."""
    return next((day for match in _candidates(text) if (day := _day(match))), None)


def _candidates(text: str) -> Iterator[re.Match[str]]:
    lines = text.split("\n")[::-1]
    for line in lines:
        alone = line.strip("（）印发 \t")
        match = _DAY.fullmatch(alone) or _IN_DIGITS.fullmatch(alone)
        if match:
            yield match
    for line in lines:
        if len(line) <= _SHORT:
            yield from _DAY.finditer(line)
    yield from _DAY.finditer(text[:_EDGE])
    yield from _DAY.finditer(text[-_EDGE:])


def _day(match: re.Match[str]) -> date | None:
    """The day that a match names; None: there is no such day."""
    year = "".join(_YEAR_DIGITS.get(c, c) for c in match["year"])
    try:
        return date(int(year), number(match["month"]), number(match["day"]))
    except ValueError:
        return None
