"""From items to assignments: doers carried over, brackets and common deadlines applied to what they mean."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from chuangwen.directives.extraction import clauses, tables
from chuangwen.directives.extraction.brackets import Named, brackets
from chuangwen.directives.extraction.clauses import Segment
from chuangwen.directives.extraction.deadlines import Deadline, Reader
from chuangwen.directives.extraction.found import Found, Span
from chuangwen.directives.extraction.outlining import Item, items

_SHORTEST = 6  # characters of an assignment
_CONTACT = re.compile(r"[，；]?(?:联系人|联系电话|联系方式|电话|邮箱)：[^。\n]*")


def assemble(text: str, issued: date | None) -> list[Found]:
    """All assignments of a clean text, in order, none overlapping another."""
    reader = Reader(issued)
    found: list[Found] = []
    rows = tables.rows(text, reader)
    reader.met = _day_of_meeting(text, issued)
    for item in items(text):
        reader.begin_paragraph()
        if any(row.start < item.end and item.start < row.end for row in rows) or tables.is_head(
            text[item.start : item.end]
        ):
            continue
        if not item.tells:
            found += _of_item(text, item, reader)
    return sorted(found + rows, key=lambda task: task.start)


_MET = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日[^。\n]{0,60}?(?:召开|主持|会议)"
)


def _day_of_meeting(text: str, issued: date | None) -> date | None:
    """The day on which minutes say that the meeting was held."""
    found = _MET.search(text[:400])
    if not found or not issued or "会议" not in text[:200]:
        return None
    try:
        return date(int(found["year"] or issued.year), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _of_item(text: str, item: Item, reader: Reader) -> list[Found]:
    """The assignments of one paragraph."""
    asides = [
        (s + item.start, e + item.start, _shifted(named, item.start))
        for s, e, named in brackets(text[item.start : item.end])
    ]
    contact = [match.span() for match in _CONTACT.finditer(text, item.start, item.end)]
    plain = _without(text, [*((s, e) for s, e, _named in asides), *contact])
    found: list[Found] = []
    named: list[frozenset[Span]] = []  # the doers that sentences of this item have named so far
    since = 0  # tasks from here on have not met a bracket yet
    for start, end in clauses.sentences(plain, item.start, item.end):
        words = plain[start:end].strip("。！？ \t\0")
        after = [
            aside
            for aside in asides
            if start <= aside[0] < end or (aside[0] >= end and not text[end : aside[0]].strip())
        ]
        if clauses.refers_back(words) and found and not after:
            found[-1] = _ended_by(found[-1], reader.read(plain[start:end], start), end - 1)
            continue
        if clauses.is_common_limit(words) and found and (limits := reader.read(plain[start:end], start)):
            found = [task if task.deadline else replace(task, deadline=limits[0]) for task in found]
            continue
        for segment in clauses.segments(plain, start, end, reader):
            segment = _trimmed(plain, clauses.with_collective(plain, segment))  # noqa: PLW2901
            told = bool(found) and bool(found[-1].doers)
            if _assigns(plain, segment, item, bracketed=bool(after), goes_on=told):
                same = bool(found) and found[-1].start >= start
                doers = _carried(plain, segment, found, named, same_sentence=same, spoken=item.spoken)
                found.append(_found(segment, doers))
                if segment.doers:
                    named.append(frozenset(segment.doers))
        for aside in after:
            found[since:] = [_with_aside(task, aside, text, reader) for task in found[since:]]
            since = len(found)
            asides.remove(aside)
    limits = reader.read(text[item.title_start : item.start], item.title_start)
    return [task if task.deadline or not limits else replace(task, deadline=limits[0]) for task in found]


def _shifted(named: Named, by: int) -> Named:
    return Named(
        tuple((s + by, e + by) for s, e in named.bodies), tuple((s + by, e + by) for s, e in named.leads)
    )


def _without(text: str, spans: list[Span]) -> str:
    """``text`` with the brackets blanked out, every other character in its place."""
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _trimmed(text: str, segment: Segment) -> Segment:
    """The segment without blanks and punctuation at its borders."""
    words = text[segment.start : segment.end]
    start = segment.start + len(words) - len(words.lstrip("，；：、。 \t\0"))
    end = segment.end - (len(words) - len(words.rstrip("，；：、。 \t\0")))
    return replace(segment, start=start, end=max(start, end))


def _assigns(text: str, segment: Segment, item: Item, *, bracketed: bool, goes_on: bool) -> bool:
    """Whether a candidate is an assignment; ``goes_on``: its paragraph has named a doer before."""
    words = text[segment.start : segment.end].replace("\0", "")
    recurs = any(limit.recurs for limit in segment.deadlines)  # what comes again is not of the past
    dated = recurs or any(limit.due for limit in segment.deadlines)
    duty = segment.called or clauses.is_duty(words)
    asked = duty and bool(segment.doers or item.orders or item.numbered)
    if (
        len(words) < _SHORTEST
        or clauses.is_talk(words)
        or clauses.is_definition(words)
        or (clauses.is_told(words) and not asked and not recurs)
        or (clauses.is_slogan(words) and not (dated or bracketed))
    ):
        return False
    if bracketed or segment.report_to:
        return True
    act = clauses.is_act(words)
    if segment.doers:
        return dated or (act and (duty or item.orders))
    return dated or (act and (item.orders or (duty and (item.numbered or goes_on))))


def _carried(
    text: str,
    segment: Segment,
    found: list[Found],
    named: list[frozenset[Span]],
    *,
    same_sentence: bool,
    spoken: bool,
) -> tuple[Span, ...]:
    """The doers of a segment: its own, those of its sentence, or of its item if only one set was named."""
    if segment.doers:
        return tuple(segment.doers)
    words = text[segment.start : segment.end]
    if words.startswith("届时") or (spoken and not same_sentence and words.startswith(("要", "还要"))):
        return ()
    if found and (same_sentence or clauses.goes_on(words)):
        return found[-1].doers
    told = {frozenset(text[s:e] for s, e in doers) for doers in named}
    return found[-1].doers if found and len(told) == 1 else ()


def _found(segment: Segment, doers: tuple[Span, ...]) -> Found:
    limits = sorted(segment.deadlines, key=lambda limit: (not limit.due, not limit.recurs, limit.start))
    return Found(
        start=segment.start,
        end=segment.end,
        doers=doers,
        lead=segment.leads[0] if segment.leads else None,
        deadline=limits[0] if limits else None,
        report_to=segment.report_to,
    )


def _ended_by(task: Found, limits: list[Deadline], end: int) -> Found:
    """The task with the deadline that the next sentence gives it, which then belongs to its span."""
    return replace(task, deadline=limits[0] if limits else task.deadline, end=end)


def _with_aside(task: Found, aside: tuple[int, int, Named], text: str, reader: Reader) -> Found:
    """The task with the doers and the deadline of the bracket after it."""
    start, end, named = aside
    closes = (
        text[start] in "（【[" and not text[task.end : start].strip() and text[end : end + 1] in "。；，\n"
    )
    limits = reader.read(text[start:end], start)
    doers = tuple(dict.fromkeys((*task.doers, *named.bodies))) if named.bodies else task.doers
    return replace(
        task,
        end=end if closes else task.end,
        doers=doers,
        lead=task.lead or (named.leads[0] if named.leads else None),
        deadline=task.deadline or (limits[0] if limits else None),
    )
