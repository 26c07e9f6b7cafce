"""Who acts: the list of bodies at the head of a clause, after 由 or 请, or in front of 牵头 and 配合."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from chuangwen.directives.extraction import lexicon
from chuangwen.directives.extraction.lexicon import any_of

# 和 and 及 inside the name of one body part nothing; "与" stands in for them while lists are split.
_JOINED = re.compile(
    r"(?:人力资源|住房|文化|自然资源|发展|工业|市场|卫生|农业|民族|外事|应急|国有资产|城市管理|机关事务|医疗|教育"
    r"|广播电视|退役军人|规划|生态|旅游|园林|政策|台湾|交通|新闻|网络安全|科技|科学技术|体育|经济|商务|水利|林业)(?P<and>和|及)"
    r"(?=社会保障|城乡|旅游|规划|改革|信息化|质量|健康|计划|农村|宗教|侨务|管理|监督|综合|保障|体育|电视|事务|自然|环境"
    r"|广播|新闻|港澳|出版|信息|绿化|研究|园林|科技|技术|统计|经济|草原|粮食|能源|市场|物资|数据|大数据|文物)"
)
_SPLIT = re.compile(r"、|，?以及|，?及|和|与|，")
_NOT_IN_A_NAME = re.compile(
    r"[的了对把将于向须请是为从已被让使这那其它他们我你由，。；：！？\t]|(?<!所)在|以(?!及)|不|应(?!急)|要(?!素)|就(?!业)|按(?!摩)|没有|依法|办成|或|同时|抄送|共同|统一|分别|及时|会同|协同|呈报|上报|报送|[先须]报|报(?=[市县区省各])|每[月周季]|\d[月日]|根据|按照|通过|进行|负责(?!同志|人)|牵头(?!单位|部门)|加强|做好|开展|组织(?!部)|带头|实施|推进(?!办|组|中心|工作)|发挥|完善|建立|强化|落实|制定|召开|举行|纳入|走访|提高|提升(?!办|中心)|确保|形成|营造|保障(?!局|中心)"
)


_STRONG = any_of(lexicon.INSTITUTIONS)
_WEAK = any_of(lexicon.PLACES_AND_KINDS)
_WHICH = any_of(lexicon.WHICH)
_BODY = re.compile(
    r"(?:党委|人大|政府|政协|村（社区）|社区（村）|纪委|监委|工会|妇联|残联|科协|共青团|工商联|团委|法院|检察院|媒体|被.{2,6}单位"
    rf"|.{{1,20}}?{_STRONG}|{_WHICH}.{{0,16}}?{_WEAK}|.{{2,6}}{any_of(lexicon.TRADES)}"
    r"|.{2,5}(?:县|区|市|镇|乡|街道)(?:人民政府|政府|党委|文明办)?)(?:（[^）]{1,14}）)?"
)
_NO_BODY = re.compile(f".*{any_of(lexicon.NO_BODY_ENDS)}$|{any_of(lexicon.NO_BODY_BEGINS)}.*")
AFTER = re.compile("，?(?:都|均|也|还|就|则|又|再|并|一律|一定|共同|分别|具体|统一)?" + any_of(lexicon.AFTER))
_LISTED = re.compile(r"等(?:\d+|[一二三四五六七八九十]+)?(?:个)?[^，、的]{0,6}?" + any_of(lexicon.LISTED))
_APPOSITION = re.compile(r"(?<=[^、和及])[“\"]?四大家[”\"]?(?:机关)?$")
_LEVELS = re.compile(r"(?:省、)?市、(?:县|区)(?:、(?:乡|镇|区))?(?=[两二三四]级)")
# 甲和乙局 is one body where 甲 alone is none: 区行政审批和政务服务局.
_ONE_NAME = re.compile(
    r"^[市县区省州][^、和及]{2,8}(?P<and>和|及)(?![市县区各省])[^、和及]{2,8}(?:局|委|厅|办|中心)$"
)
_MIN_LIST = 2
_REACH = 160  # characters in which a list of bodies ends
_CALLS = 8  # no clause calls upon more lists of bodies than this
# Every place where a name may end, names inside names too.
_END = re.compile(rf"(?=({_STRONG}|{_WEAK}|四大家[”\"]?机关|四大家[”\"]?|）))")


@dataclass(frozen=True)
class Doers:
    """A list of bodies standing at [start, end): each as its own span."""

    start: int
    end: int
    bodies: tuple[tuple[int, int], ...]


def subject(clause: str, following: str = "") -> Doers | None:
    """The bodies with which ``clause`` begins, if a duty or a deed follows, here or in the clause after."""
    before = _BEFORE.match(clause)
    start = before.end() if before else 0
    for end in _ends(clause[start:]):
        rest = clause[start + end :] or following
        bodies = members(clause[start : start + end], loose=bool(_MODAL.match(rest)))
        if bodies and AFTER.match(rest):
            return _with_others(Doers(0, start + end, _moved(bodies, start)), clause)
    return None


def _moved(spans: tuple[tuple[int, int], ...], by: int) -> tuple[tuple[int, int], ...]:
    return tuple((s + by, e + by) for s, e in spans)


def _with_others(doers: Doers, clause: str) -> Doers:
    """The doers with those whom they act together with."""
    together = _TOGETHER.match(clause, doers.end) or re.compile("要会同").match(clause, doers.end)
    others = _first(clause[together.end() :]) if together else None
    if not together or not others:
        return doers
    return Doers(doers.start, doers.end, doers.bodies + _moved(others.bodies, together.end()))


def helpers(clause: str) -> tuple[tuple[int, int], ...]:
    """The bodies of a clause that only says with whom: …牵头，会同市残联、市妇联开展走访."""
    together = _TOGETHER.match(clause)
    others = _first(clause[together.end() :]) if together else None
    return _moved(others.bodies, together.end()) if together and others else ()


def _ends(clause: str) -> Iterator[int]:
    """Where a list of bodies may end, the longest first."""
    near = clause[:_REACH]
    ends = {match.end(1) for match in _END.finditer(near)} | {match.end() for match in _LISTED.finditer(near)}
    return iter(sorted(ends | {len(clause)} if len(clause) <= _REACH else ends, reverse=True))


def members(text: str, *, loose: bool = False) -> tuple[tuple[int, int], ...]:
    """The spans of the bodies that ``text`` lists, if it is nothing but a list of bodies; else empty.

    ``loose`` lets the last be a short name, where most of the others are bodies: 市日报、市电视台、今日发布.
    """
    listed = _LISTED.search(text)
    short = listed is not None and listed.end() == len(text)
    core = text[: listed.start()] if short and listed else text
    spans = _split(core)
    apposition = _APPOSITION.search(core)
    if apposition and len(spans) >= _MIN_LIST:
        spans = _split(core[: apposition.start()])
    names = [core[s:e] for s, e in spans]
    bodies = [_is_body(name) for name in names]
    listing = short or len(spans) >= _MIN_LIST
    anchored = short or (bodies and (bodies[-1] or (loose and sum(bodies) * 2 > len(bodies))))
    if not anchored or not all(
        body or (listing and _is_short_name(name)) for body, name in zip(bodies, names, strict=True)
    ):
        return ()
    return tuple(spans) if short else _without_shared_ending(core, spans, bodies)


# What a list of short names may end with for all of them: 市场监管、税务部门; 甲、乙、丙三座水库管理所.
_SHARED = re.compile(
    r"(?:(?:等)?(?:[两二三四五六七八九十]|\d+)(?:个|座|家|所|条|大)[^、]{0,8}|部门|系统|单位)$"
)


def _without_shared_ending(
    text: str, spans: list[tuple[int, int]], bodies: list[bool]
) -> tuple[tuple[int, int], ...]:
    start, end = spans[-1]
    shared = _SHARED.search(text, start, end)
    if len(spans) < _MIN_LIST or any(bodies[:-1]) or not shared or shared.start() == start:
        return tuple(spans)
    return (*spans[:-1], (start, shared.start()))


def _split(text: str) -> list[tuple[int, int]]:
    kept = _LEVELS.sub(lambda m: m.group().replace("、", "·"), text)
    kept = _JOINED.sub(lambda m: m.group()[: m.start("and") - m.start()] + "·", kept)
    kept = re.sub(r"（[^）]*）", lambda m: "·" * len(m.group()), kept)
    kept = "、".join(_one_name(part) for part in kept.split("、"))
    spans, start = [], 0
    for mark in _SPLIT.finditer(kept):
        spans.append((start, mark.start()))
        start = mark.end()
    spans.append((start, len(kept)))
    return [(s, e) for s, e in spans if e > s]


def _one_name(part: str) -> str:
    found = _ONE_NAME.match(part)
    if not found or _is_body(part[: found.start("and")]):
        return part
    return f"{part[: found.start('and')]}·{part[found.end('and') :]}"


def _is_body(name: str) -> bool:
    bare = re.sub(r"[“”\"]", "", name)
    return (
        len(bare) <= 24  # noqa: PLR2004
        and bool(_BODY.fullmatch(bare))
        and not _NO_BODY.fullmatch(bare)
        and not _NOT_IN_A_NAME.search(_JOINED.sub("", bare.removeprefix("被")))
    )


def _is_short_name(name: str) -> bool:
    """A member of a list that is named in short: 教育, 卫生, 市电信, 今日×."""
    return 1 < len(name) <= 12 and not _NOT_IN_A_NAME.search(name)  # noqa: PLR2004


_MODAL = re.compile(r"，?(?:都|均)?(?:要|应|须|必须|务必)")
# A second body that acts together with the first: 甲局会同乙局、丙局.
_TOGETHER = re.compile(r"会同|联合(?=[^，]{1,30}(?:局|委|办|部|中心|支队|大队|公司))|协同")
# What may stand before the bodies of a subject: 届时, 被通报的.
_BEFORE = re.compile(r"(?:届时|(?:今天)?散?会(?:议结束)?后|从(?:今天|即日)起|即日起|被[^，的]{2,6}的)，?")
_BY = re.compile(r"(?:由|请|责成|责令|商请)(?![^，]{0,60}(?:组成|担任|构成|兼任|任组长|为组长|为成员))")


def named_later(clause: str) -> Doers | None:
    """The bodies after 由, 请 or 责成 anywhere in the clause: 由市教育局牵头, 责成城管局整改."""
    for by in islice(_BY.finditer(clause), _CALLS):
        near = clause[by.end() : by.end() + 2 * _REACH]
        found = subject(near) or _first(near)
        if found:
            return Doers(by.end(), found.end + by.end(), _moved(found.bodies, by.end()))
    return None


def _first(text: str) -> Doers | None:
    """The longest list of bodies that ``text`` begins with, whatever follows."""
    for end in _ends(text):
        if bodies := members(text[:end]):
            return Doers(0, end, bodies)
    return None


_COLLECTIVE = re.compile(
    r"(?:市直|县直|区直)?各(?:省（自治区、直辖市）|省（区、市）|省、自治区、直辖市|县（市、区）|县市区|市州|市|区县|县区|镇（街道）|镇街|乡镇（街道）|乡镇|街道|地区?"
    r"|级各部门|(?:有关|相关|责任|成员)?(?:部门|单位)|学校|企业|社区)"
)


def collective(clause: str) -> Doers | None:
    """The collectives that open a clause whose subject is something of theirs: 各县市区工作方案要…报送."""
    found = _COLLECTIVE.match(clause)
    if not found:
        return None
    for end in _ends(clause):
        bodies = members(clause[:end])
        if bodies and all(_COLLECTIVE.match(clause[s:e]) for s, e in bodies):
            return Doers(0, end, bodies)
    return Doers(0, found.end(), ((0, found.end()),))


_TO = re.compile(
    r"(?:报送|上报|呈报|抄送|抄报|报备|提交|移送|移交|反馈|汇总|(?<![通汇申公简填日晚])报告?(?![告报送备表名刊纸社道])|送)(?:情况)?"
    r"(?:至|给|到|送|于|回)?(?P<to>[^，。；：（）\t]{2,40})"
    r"|(?:向|报)(?P<at>[^，。；：（）\t]{2,30}?)(?:书面)?(?:报告|报送|提交|备案|反馈|报备|汇报|移送|上报|申请)"
)


def reported_to(clause: str) -> tuple[int, int] | None:
    """The span of the body to which something must be sent; a joint addressee is one."""
    for match in _TO.finditer(clause):
        start, end = match.span("to" if match["to"] else "at")
        for stop in _ends(clause[start:end]):
            if members(clause[start : start + stop]):
                return start, start + stop
    return None
