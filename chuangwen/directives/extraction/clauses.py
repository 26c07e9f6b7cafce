"""Sentences cut into assignments: a new doer or a new deadline begins a new one; then each is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chuangwen.directives.extraction import lexicon
from chuangwen.directives.extraction.bodies import (
    Doers,
    collective,
    helpers,
    members,
    named_later,
    reported_to,
    subject,
)
from chuangwen.directives.extraction.deadlines import Deadline, Reader
from chuangwen.directives.extraction.lexicon import any_of
from chuangwen.directives.extraction.outlining import ORDINAL

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+[”\"]?)?")
_CLAUSE = re.compile(r"(?:“[^”]*”|（[^）]*）|《[^》]*》|[^，；：])+[，；：]?")
_LEAD_IN = re.compile(any_of(lexicon.LEAD_IN) + "[，：、]")
_INLINE = re.compile(r"（?\d{1,2}(?:[.．、](?!\d)|）)|（?[一二三四五六七八九十]{1,2}[、）]")
_SPOKEN = re.compile(any_of(lexicon.SPOKEN) + "[，：]?")
_DUTY = re.compile(any_of(lexicon.DUTY))
_DEED = re.compile(any_of(lexicon.DEED))
_MANNER = re.compile("[^，]{0,14}[前内]|" + any_of(lexicon.MANNER))
_TOLD = re.compile(any_of(lexicon.TOLD))
_TALK = re.compile(any_of(lexicon.TALK))
_SLOGAN = re.compile(any_of(lexicon.SLOGAN))
_EFFECT = re.compile("要?" + any_of(lexicon.EFFECT))
# What an order is about: 对落实不力的单位; its words tell nothing of the past.
_OBJECT = re.compile(r"(?:对|对于|针对)[^，。；]{0,40}?的|(?:^|，)[^，。；]{0,30}的(?=，)")
_REFERS_BACK = re.compile(
    r"^(?:该项|此项|这项|本项)(?:工作|任务|行动)[^，]{0,8}?(?:于|在)?[^，]{2,20}前[^，]{0,10}$"
)
_COMMON_LIMIT = re.compile(r"^(?:上述|以上|各项|所有|前述).{0,10}(?:工作|任务|事项|措施|要求)")
_CONTINUES = re.compile(r"^对(?:于)?")
_DEFINING = re.compile(any_of(lexicon.DEFINING))
_OWN_REPORT = re.compile(r"[将把][^，]*(?:情况|进展|总结|成果|排名)[^，]*(?:报|送|提交)")
# A deadline that ends what was said before it: …，确保9月底前…; …，9月底前完成; …，10月8日前报市文明办.
_OWN = re.compile(r"(?:确保|保证|力争|务必|务求|使|让|争取)")
_DONE = re.compile(
    r"(?:全部|全面|基本|率先|要|之前)*(?:完成|到位|落实到位|办结|整改到位|结束|见效|建成|投用|取得.{0,6}成效|[书面汇]*报送?[^，将把]{2,24})?"
    r"(?:任务|工作|整治|整改|改造|到位|投用|验收|审定|备案)*"
)
_PLACE = re.compile(r"[^，的、各]{1,3}(?:县|区|镇|乡|街道)(?=[^，、要]{4,20}(?:务必|必须|须))")
_NEAR = 80  # characters in which the deed follows its manner
_THEN = re.compile(r"^届时")
_ASIDE_OF_WORK = re.compile(
    r"(?:配合|参与|协助|协同|参加|(?<!牵头)负责)(?:做好)?$|按(?:照)?(?:各自)?职责分工"
)


_ADVERBIAL = re.compile(
    r"(?:根据|按照|结合|针对|在.{1,30}(?:中|上|前|后|时)$|会后|届时|同时|必要时)[^，]{0,24}$"
)


@dataclass
class Segment:
    """A candidate: its clauses from ``start`` to ``end``, whom it names and by when."""

    start: int
    end: int
    doers: list[tuple[int, int]] = field(default_factory=list)
    leads: list[tuple[int, int]] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    report_to: tuple[int, int] | None = None
    called: bool = False  # its doers are called upon by 由 or 请


@dataclass(frozen=True)
class Clause:
    start: int
    end: int
    text: str
    stop: str


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of text[start:end], without the blank ones."""
    for match in _SENTENCE.finditer(text, start, end):
        if match.group().strip("。！？ \t"):
            yield match.start(), match.end()


def clauses(text: str, start: int, end: int) -> list[Clause]:
    """The clauses of a sentence, without what only leads over, numbers or ends it."""
    end = start + len(text[start:end].rstrip('。！？”" \t'))
    start = _after_lead_in(text, start, end)
    found = []
    for match in _CLAUSE.finditer(text, start, end):
        words = match.group().rstrip("，；：")
        if words:
            stop = match.group()[len(words) :]
            found.append(Clause(match.start(), match.start() + len(words), words, stop))
            if found[1:] and _lists_on(*found[-2:]):
                found[-2:] = [_joined(text, *found[-2:])]
    return found


def _lists_on(clause: Clause, following: Clause) -> bool:
    """Whether a comma stands inside a list of bodies: 各镇、各街道，市直各单位要…"""
    if clause.stop != "，" or not members(clause.text):
        return False
    then = subject(following.text)
    return then is not None and then.start == 0


def _joined(text: str, first: Clause, last: Clause) -> Clause:
    return Clause(first.start, last.end, text[first.start : last.end], last.stop)


def _after_lead_in(text: str, start: int, end: int) -> int:
    while (
        match := ORDINAL.match(text, start, end)
        or _INLINE.match(text, start, end)
        or _LEAD_IN.match(text, start, end)
    ):
        # The duty after 一 belongs to the sentence: 一要加强… begins with 要.
        start = match.end() - (1 if match.group()[-1] == "要" else 0)
        if match.group()[-1] == "要":
            break
    spoken = _SPOKEN.match(text[start:end])
    return start + spoken.end() if spoken else start


def segments(text: str, start: int, end: int, reader: Reader) -> list[Segment]:
    """The candidates of one sentence."""
    parts: list[Segment] = []
    row = clauses(text, start, end)
    for place, clause in enumerate(map(_unspoken, row)):
        found = _doers(clause.text, row[place + 1].text if place + 1 < len(row) else "")
        limits = reader.read(clause.text, clause.start)
        current = parts[-1] if parts else None
        if current is None:
            parts.append(Segment(clause.start, clause.end))
        elif _is_part(row, place, current, reader, limits) or _begins_new(
            current, text, clause, found, limits
        ):
            parts.append(Segment(_split_before(current, row, place, found) or clause.start, clause.end))
        _take(parts[-1], clause, found, limits)
    return parts


def _unspoken(clause: Clause) -> Clause:
    """The clause without the words that turn to it: 特别是…"""
    spoken = _SPOKEN.match(clause.text)
    return (
        replace(clause, start=clause.start + spoken.end(), text=clause.text[spoken.end() :])
        if spoken
        else clause
    )


def _split_before(current: Segment, row: list[Clause], place: int, found: Doers | None) -> int | None:
    """Where the new segment begins if an adverbial before it is its own: 根据办园性质，分别由…"""
    before = row[place - 1]
    if not found or before.start <= current.start or not _ADVERBIAL.match(before.text):
        return None
    current.end = row[place - 2].end
    return before.start


def _is_part(row: list[Clause], place: int, current: Segment, reader: Reader, limits: list[Deadline]) -> bool:
    """Whether the part after a semicolon has a doer of its own, or a deadline besides the one before it."""
    if row[place - 1].stop != "；":
        return bool(limits) and row[place].text.startswith("其中")
    end = next((n for n in range(place, len(row)) if row[n].stop == "；"), len(row) - 1)
    part = row[place : end + 1]
    follows = [clause.text for clause in part[1:]] + [""]
    named = any(
        _doers(clause.text, following) and not _ASIDE_OF_WORK.search(clause.text)
        for clause, following in zip(part, follows, strict=True)
    )
    probe = replace(reader)
    return named or (bool(current.deadlines) and any(probe.read(clause.text) for clause in part))


def _take(segment: Segment, clause: Clause, found: Doers | None, limits: list[Deadline]) -> None:
    """Add to a segment what one of its clauses says."""
    if found:
        spans = [(s + clause.start, e + clause.start) for s, e in found.bodies]
        segment.called |= found.start > 0
        segment.doers += [span for span in spans if span not in segment.doers]
        if re.match(r"，?(?:共同|具体|总|要)?牵头", clause.text[found.end :]):
            segment.leads += spans
    elif segment.doers:
        segment.doers += [(s + clause.start, e + clause.start) for s, e in helpers(clause.text)]
    segment.deadlines += limits
    segment.end = clause.end
    to = reported_to(clause.text)
    if to and segment.report_to is None:
        segment.report_to = (to[0] + clause.start, to[1] + clause.start)


def _doers(words: str, following: str) -> Doers | None:
    """Who the clause names as acting; a list of bodies alone acts only if the clause after it is a deed."""
    adverbial = re.match(r"(?:今天)?会后|(?:请|望)", words)
    direct = subject(words, following)
    if direct:
        return direct
    if adverbial and (found := subject(words[adverbial.end() :], following)):
        shift = adverbial.end()
        return Doers(shift, found.end + shift, tuple((s + shift, e + shift) for s, e in found.bodies))
    return named_later(words) or _owner(words)


def _owner(words: str) -> Doers | None:
    """The place whose matter must be dealt with: 某县污水处理设施改造务必于8月底前动工."""
    place = _PLACE.match(words)
    return subject(place.group() + "要") if place else None


def _begins_new(
    current: Segment, text: str, clause: Clause, found: Doers | None, limits: list[Deadline]
) -> bool:
    """Whether a clause begins an assignment of its own rather than going on with ``current``."""
    words = clause.text
    if _THEN.match(words):
        return True
    if found and current.doers:
        return not _ASIDE_OF_WORK.search(words)
    if found:
        # What came before was only an adverbial, unless it is an act by itself.
        said = text[current.start : current.end]
        return is_act(said) and not said.startswith(("对", "针对", "根据", "按", "在", "结合", "今天"))
    if limits and current.deadlines:
        return True
    # A report of its own: …，12月10日前将资金使用情况报送县财政局
    return bool(limits and limits[0].start - clause.start <= 1 and _OWN_REPORT.search(words))


def is_act(words: str) -> bool:
    """Whether ``words`` order something: a duty, or a deed that begins a clause."""
    return bool(_DUTY.search(words)) or any(_is_deed(part) for part in re.split(r"[，；：]", words))


def _is_deed(clause: str) -> bool:
    """Whether a clause begins with a deed, after its doer and the manner of doing it."""
    found = subject(clause) or named_later(clause)
    rest = clause[found.end :] if found else clause
    return bool(_DEED.match(rest) or (_MANNER.match(rest) and _DEED.search(rest[:_NEAR])))


def is_duty(words: str) -> bool:
    """Whether ``words`` say that somebody must."""
    return bool(_DUTY.search(words))


def is_definition(words: str) -> bool:
    return bool(_DEFINING.search(words))


def is_told(words: str) -> bool:
    return bool(_TOLD.search(_OBJECT.sub("", words)))


def is_slogan(words: str) -> bool:
    """Whether every clause is one that nobody can check, or only the effect hoped for."""
    parts = [part for part in re.split(r"[，；：]", words.replace("，作为", "作为")) if part]
    slogans = [bool(_SLOGAN.search(part)) for part in parts]
    return any(slogans) and all(
        told or _EFFECT.match(part) for told, part in zip(slogans, parts, strict=True)
    )


def is_talk(words: str) -> bool:
    """Whether the sentence speaks to people rather than to bodies."""
    return bool(_TALK.match(re.sub(r"^.{0,8}?(?=(?<!四)大家|广大|党员|我们)", "", words)))


def refers_back(words: str) -> bool:
    """该项工作于4月底前完成: the deadline of the assignment before."""
    return bool(_REFERS_BACK.match(words))


def is_common_limit(words: str) -> bool:
    return bool(_COMMON_LIMIT.match(words))


def goes_on(words: str) -> bool:
    """对于…要…: goes on with what the body before was told."""
    return bool(_CONTINUES.match(words))


def with_collective(text: str, segment: Segment) -> Segment:
    """A segment that reports, and opens with a collective as owner of what is reported."""
    found = collective(text[segment.start : segment.end])
    if not found or segment.doers or segment.report_to is None:
        return segment
    return replace(segment, doers=[(segment.start + s, segment.start + e) for s, e in found.bodies])
