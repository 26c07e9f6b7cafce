"""The outline of a document: its paragraphs, the sections they stand in, and which assign nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chuangwen.directives.extraction import lexicon
from chuangwen.directives.extraction.lexicon import any_of
from chuangwen.directives.extraction.normalising import LABEL

# Numbering of headings, outermost first; the rank is the place in the list.
_RANKS = tuple(
    re.compile(form)
    for form in (
        r"第[一二三四五六七八九十百\d]+[章部分]+\s*|[一二三四五六七八九十]{1,3}[、.．]\s*",
        r"（[一二三四五六七八九十]{1,3}）\s*",
        r"\d{1,2}[.．、](?!\d)\s*|第[一二三四五六七八九十百\d]+条\s*",
        r"（\d{1,2}）\s*|[①-⑳]\s*|\d{1,2}）\s*",
    )
)
# The numbering of a speech, inside or before a sentence: 一要, 二是.
ORDINAL = re.compile(
    r"第?[一二三四五六七八九十]{1,2}(?=要(?![年月日]))|第[一二三四五六七八九十]{1,2}，"
    r"|[一二三四五六七八九十]{1,2}是要?|(?:首先|其次|再次|最后)[是要]?，?"
)
_TELLING = re.compile(any_of(lexicon.TELLING))
_ORDERING = re.compile(any_of(lexicon.ORDERING))
_AROUND = re.compile(any_of(lexicon.AROUND))
_OPENING = re.compile(any_of(lexicon.OPENING))
# The first stop of a line, not counting those in brackets.
_STOP = re.compile(r"(?:（[^）]*）|（(?![^）]*）)|[^（。：；])*(?P<stop>[。：；])")
_BRACKETED = re.compile(r"（[^。]*(?:负责|牵头|单位|部门|落实)[^。]*）。?")
_HEADING_LENGTH = 28
_ALONE = 14  # characters of a heading that is a whole line and ends with a stop


@dataclass(frozen=True)
class Item:
    """A paragraph's text at [start, end) without its number and heading.

    ``title_start`` is where its line begins; ``heading`` is the short title that it opens with; ``orders``
    says that a bare deed here is an order; ``tells`` that nothing here assigns anything; ``spoken`` that the
    document is a speech.
    """

    title_start: int
    start: int
    end: int
    heading: str
    orders: bool
    tells: bool
    numbered: bool
    spoken: bool


def items(text: str) -> Iterator[Item]:
    """The paragraphs of ``text`` in order, each knowing the sections that it stands in."""
    sections: dict[int, str] = {}
    spoken = "同志们" in text[:600]
    start = 0
    for line in re.split(rf"\n(?!{LABEL})", text):
        end = start + len(line)
        rank, after_number = _numbering(line)
        title, body = _title(line, after_number, numbered=rank is not None)
        if rank is not None or (title and body >= len(line)):
            place = rank if rank is not None else 0
            sections = {r: t for r, t in sections.items() if r < place}
            sections[place] = title
        body = max(body, _after_opening(line))
        if line[body:].strip() and not _AROUND.search(line):
            span = (start, start + body, end)
            yield _item(line, span, title, sections, spoken=spoken)
        start = end + 1


def _after_opening(line: str) -> int:
    """Where a paragraph goes on after the sentence that only opens the document; 0 if it has none."""
    opening = _OPENING.search(line)
    stop = re.compile(r"[。：]").search(line, opening.end()) if opening else None
    return stop.end() if stop and line[stop.end() :].strip() else 0


def _item(
    line: str, span: tuple[int, int, int], title: str, sections: dict[int, str], *, spoken: bool
) -> Item:
    titles = list(sections.values())
    opens = bool(_OPENING.search(line)) and not _after_opening(line)
    tells = opens or any(_TELLING.search(t) for t in titles)
    orders = any(_ORDERING.search(t) for t in titles)
    return Item(*span, title, orders and not tells, tells, bool(sections), spoken)


def _numbering(line: str) -> tuple[int | None, int]:
    for rank, form in enumerate(_RANKS):
        if match := form.match(line):
            return rank, match.end()
    return None, 0


def _title(line: str, start: int, *, numbered: bool) -> tuple[str, int]:
    """The heading of a line and where its body begins; a heading alone leaves no body."""
    ordinal = ORDINAL.match(line, start)
    if re.search(rf"\n|^[^。]*。{LABEL}", line):  # what names its doers after it is a deed
        return "", start
    stop = _STOP.match(line, start)
    first = line[start : stop.start("stop")] if stop else line[start:]
    if len(first) > _HEADING_LENGTH or "\t" in first:
        return "", start
    if stop is None:
        # A line without a stop is a heading, unless it has a bracket with its doer or a deed with a date.
        alone = not re.search(r"[（]|前|，.*，", first)
        return (first, len(line)) if alone and (numbered or len(first) <= _HEADING_LENGTH) else ("", start)
    rest = line[stop.end() :]
    alone = not rest and len(first) <= _ALONE and "，" not in first
    # A deed with a date or a doer, in words or in a bracket of its own after it, is no heading.
    bare = re.sub(r"（[^）]*）", "", first)
    dated = re.search(r"\d+[月日]|[月年]底|由|负责", bare) or _BRACKETED.fullmatch(rest)
    if (numbered or ordinal) and stop["stop"] == "。" and not dated and (alone or rest):
        return first, stop.end()
    if numbered and stop["stop"] == "：" and stop.end() < len(line):
        return first, stop.end()
    return "", start
