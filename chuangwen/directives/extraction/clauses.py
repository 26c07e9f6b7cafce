"""Sentences cut into assignments: a new doer or a new deadline begins a new one; then each is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chuangwen.directives.extraction.bodies import AFTER, Doers, collective, named_later, reported_to, subject
from chuangwen.directives.extraction.deadlines import Deadline, Reader
from chuangwen.directives.extraction.outlining import ORDINAL

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+[”\"]?)?")
_CLAUSE = re.compile(r"(?:“[^”]*”|（[^）]*）|《[^》]*》|[^，；：])+[，；：]?")
# Words that only lead over to what is said; a clause of them alone is none of the assignment.
_LEAD_IN = re.compile(
    r"(?:特别是|尤其是|同时|此外|另外|其中|因此|为此|对此|总之|这里强调一点|在这里强调一点|我再强调一(?:下|点)|需要强调的是|下一步|接下来|下面|在此|具体(?:要求|安排|分工)?(?:是|为|如下)?|会议(?:要求|强调|指出|议定|明确|决定|认为|同意|研究决定|原则同意|还要求|还议定)|(?:经研究|经讨论)(?:，?(?:决定|议定|明确))?|(?:市|县)(?:委|政府)要求|现(?:就|将).{0,20}|为.{2,60}|根据.{2,40}(?:要求|精神|规定|部署|安排))[，：、]"
)
_SPOKEN = re.compile(
    r"^(?:特别是|尤其是|同时|此外|另外|其中|因此|为此|会议(?:要求|强调|议定|明确|决定|同意|指出|还要求|还议定))[，：]?"
)
_DUTY = re.compile(
    r"(?:^|[^不需重主紧首次简摘纪提概])要(?!求|点|素|闻|件|害|义|道|领|么|塞|职|好)|务必|务须|必须|应当|应(?!急|对|用|有|届|收|征)|须(?!知)|不得|严禁|不准|一律|请(?!示|假|求)|需(?=在|于|将|按|报|向)|负责|牵头|责成|责令|将(?:适时|不定期|定期|组织|会同|开展|对.{2,20}进行|视情|按)"
)
_DEED = re.compile(
    r"^(?:还|并|也|再|分别|统一|依法|按(?:照)?.{1,30}，?|认真|及时|切实|进一步|严格|立即|尽快|迅速|同步|全面|主动|积极|继续|持续|定期|不断|充分|广泛|大力|深入|着力|重点|坚决|逐[一项户家]|对.{1,60}|针对.{1,40}|围绕.{1,30}|结合.{1,30}|以.{1,30}|将.{1,60}|把.{1,60}|于.{1,16}|在.{1,40}|每[年月周日季].{0,8}|通过.{1,30}|利用.{1,30}|以上.{0,12}|上述.{0,12}|各项.{0,10}|该项.{0,10})*"
    r"(?:做好|做到|加强|强化|抓好|抓紧|落实|完成|制定|制订|建立|健全|开展|召开|成立|设立|修订|编制|出台|公布|公开|公示|报|上报|汇总|梳理|排查|整改|整治|检查|审核|提供|办理|组织|指导|督促|统筹|推动|推进|承担|履行|明确|确保|保证|安排|选派|提交|签订|设置|开设|更新|清理|拆除|修复|培训|宣传|发放|张贴|悬挂|配备|配齐|落细|畅通|完善|优化|改造|规范|严查|严厉打击|严肃|查处|通报|约谈|问责|追究|曝光|验收|评估|考核|复查|回访|回头看|巡查|督查|督导|抽查|走访|摸清|摸底|核实|核查|登记|填报|录入|上传|移交|收回|解决|处理|纳入|进行|实行|实施|推行|执行|启动|举办|印发|下发|收集|征求|总结|提炼|评选|申报|推荐|动员|发动|引导|鼓励|支持|调度|会商|研判|储备|预置|疏通|加固|关停|取缔|停业|封闭|设|划定|拨付|筹措|压实|细化|量化|分解|夯实|树立|营造|选取|遴选|打造|培育|创建|巩固|深化|拓展|提升|提高|改进|补齐|消除|防范|化解|遏制|杜绝|禁止|严禁|不得)"
)
# What tells of the past or of the state of things, and so assigns nothing without a duty.
_TOLD = re.compile(
    r"[了过](?![程渡])|已(?!建成的|经?命名)|曾|取得|呈现|截至|目前|去年|今年以来|近年来|一直|仍|尚未|未(?!来|成年)|存在|发现|至今|没有|是(?:.{0,12}(?:的|之一|内容|途径|举措|基础|保障))|是指|包括|有效$|显著|得到|实现了|率达|同比|增长|听取|观摩|介绍|参加会议|位列|排名"
)
_TALK = re.compile(
    r"(?<!四)大家|我们|同志们|我(?!市|县|区|省|校|局|们)|希望|相信|广大(?:党员|干部|群众|市民)|党员干部|公务员|人人|每(?:一)?[个名位](?:人|市民|同志)"
)
# Clauses that nobody can check: attitude, recognition, principle.
_SLOGAN = re.compile(
    r"认识(?!度)|提高(?:政治)?站位|统一思想|牢固树立|增强.{0,14}(?:意识|自觉|感|紧迫)|坚持.{0,30}(?:原则|导向|方针|理念|为中心)|^要?把.{1,30}作为|深刻领会|学深悟透|以身作则|率先垂范|久久为功|驰而不息|真抓实干|众志成城|凝心聚力|不折不扣|尽心尽力|勇于担当|敢于担当|奋力|为.{2,30}作出.{0,6}贡献|做出.{0,6}贡献|亲自抓|具体抓|一级抓一级|层层抓|形成.{0,10}(?:合力|格局|氛围)|始终坚持|高度重视|思想上|政治上|再接再厉"
)
# An effect hoped for; alone it orders nothing.
_EFFECT = re.compile(
    r"(?:要)?(?:作为|压实|夯实|凝聚|强化.{0,4}责任|落实.{0,6}责任|以.{1,30}(?:创建|实效|成效|行动)|带动|推动.{2,30}(?:发展|开展|提升|进步|见效)|促进|营造|形成|实现|达到|使|让|为.{2,40}(?:奠定|提供|贡献|保障))"
)
# What an order is about: 对落实不力的单位; its words tell nothing of the past.
_OBJECT = re.compile(r"(?:对|对于|针对)[^，。；]{0,40}?的|(?:^|，)[^，。；]{0,30}的(?=，)")
_REFERS_BACK = re.compile(
    r"^(?:该项|此项|这项|本项)(?:工作|任务|行动)[^，]{0,8}?(?:于|在)?[^，]{2,20}前[^，]{0,10}$"
)
_COMMON_LIMIT = re.compile(r"^(?:上述|以上|各项|所有|前述).{0,10}(?:工作|任务|事项|措施|要求)")
_CONTINUES = re.compile(r"^对(?:于)?")
_THEN = re.compile(r"^届时")
_ASIDE_OF_WORK = re.compile(r"(?:配合|参与|协助|协同|参加|负责)(?:做好)?$|按(?:照)?(?:各自)?职责分工")


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
    return found


def _after_lead_in(text: str, start: int, end: int) -> int:
    while match := ORDINAL.match(text, start, end) or _LEAD_IN.match(text, start, end):
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
    dated = _dated_parts(row, text, reader)
    for place, clause in enumerate(row):
        begin, words = clause.start, clause.text
        if spoken := _SPOKEN.match(words):
            begin, words = begin + spoken.end(), words[spoken.end() :]
        found = _doers(words, row[place + 1].text if place + 1 < len(row) else "")
        limits = reader.read(words, begin)
        current = parts[-1] if parts else None
        if (
            current is None
            or dated[place]
            and _is_dated(current.deadlines)
            or _begins_new(current, text, words, found, limits, begin)
        ):
            if (
                found
                and current
                and place
                and _ADVERBIAL.match(row[place - 1].text)
                and row[place - 1].start > current.start
            ):
                # 根据办园性质，分别由… : the adverbial belongs to the body that follows it
                begin_at = row[place - 1].start
                current.end = row[place - 2].end
                current = Segment(begin_at, clause.end)
            else:
                current = Segment(begin, clause.end)
            parts.append(current)
        _take(current, begin, words, found, limits)
        current.end = clause.end
    return parts


def _is_dated(limits: list[Deadline]) -> bool:
    return any(limit.due or limit.recurs for limit in limits)


def _dated_parts(row: list[Clause], text: str, reader: Reader) -> list[bool]:
    """For each clause whether it opens a part, after a semicolon, that has a deadline of its own."""
    opens = [place > 0 and row[place - 1].stop == "；" for place in range(len(row))]
    ends = [place for place in range(1, len(row)) if opens[place]] + [len(row)]
    probe = Reader(reader.issued, last=reader.last)
    return [
        opens[place]
        and _is_dated(probe.read(text[row[place].start : row[min(e for e in ends if e > place) - 1].end]))
        for place in range(len(row))
    ]


def _take(segment: Segment, begin: int, words: str, found: Doers | None, limits: list[Deadline]) -> None:
    """Add to a segment what one of its clauses says."""
    if found:
        spans = [(s + begin, e + begin) for s, e in found.bodies]
        segment.called |= found.start > 0
        segment.doers += [span for span in spans if span not in segment.doers]
        if re.match(r"，?(?:共同|具体|总)?牵头", words[found.end :]):
            segment.leads += spans
    segment.deadlines += limits
    to = reported_to(words)
    if to and segment.report_to is None:
        segment.report_to = (to[0] + begin, to[1] + begin)


def _doers(words: str, following: str) -> Doers | None:
    """Who the clause names as acting; a list of bodies alone acts only if the clause after it is a deed."""
    adverbial = re.match(r"(?:今天)?会后|(?:请|望)", words)
    direct = subject(words)
    if direct and direct.end == len(words) and not AFTER.match(following):
        return None
    if direct:
        return direct
    if adverbial and (found := subject(words[adverbial.end() :])):
        shift = adverbial.end()
        return Doers(shift, found.end + shift, tuple((s + shift, e + shift) for s, e in found.bodies))
    return named_later(words)


def _begins_new(
    current: Segment, text: str, words: str, found: Doers | None, limits: list[Deadline], begin: int
) -> bool:
    """Whether a clause begins an assignment of its own rather than going on with ``current``."""
    said = text[current.start : current.end]
    if _THEN.match(words):
        return True
    if found and current.doers:
        return not _ASIDE_OF_WORK.search(words)
    if found and not current.doers:
        # What came before was only an adverbial, unless it is an act by itself.
        return is_act(said) and not said.startswith(("对", "针对", "根据", "按", "在", "结合", "今天"))
    if _is_dated(limits) and _is_dated(current.deadlines):
        return bool(
            _DEED.search(words[limits[-1].end - begin :].lstrip("，"))
            or _DUTY.search(words)
            or reported_to(words)
        )
    return False


def is_act(words: str) -> bool:
    """Whether ``words`` order something: a duty, or a deed that begins a clause."""
    return bool(_DUTY.search(words)) or any(
        _DEED.match(part[found.end :] if (found := subject(part) or named_later(part)) else part)
        for part in re.split(r"[，；：]", words)
    )


def is_duty(words: str) -> bool:
    """Whether ``words`` say that somebody must."""
    return bool(_DUTY.search(words))


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


def begins_with_duty(words: str) -> bool:
    return bool(re.match(r"(?:还|也)?(?:要|必须|务必|应)", words))


def with_collective(text: str, segment: Segment) -> Segment:
    """A segment that reports, and opens with a collective as owner of what is reported."""
    found = collective(text[segment.start : segment.end])
    if not found or segment.doers or segment.report_to is None:
        return segment
    return replace(segment, doers=[(segment.start + s, segment.start + e) for s, e in found.bodies])
