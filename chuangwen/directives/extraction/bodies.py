"""Who acts: the list of bodies at the head of a clause, after 由 or 请, or in front of 牵头 and 配合."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# 和 and 及 inside the name of one body part nothing; "与" stands in for them while lists are split.
_JOINED = re.compile(
    r"(?:人力资源|住房|文化|自然资源|发展|工业|市场|卫生|农业|民族|外事|应急|国有资产|城市管理|机关事务|医疗|教育"
    r"|广播电视|退役军人|规划|生态|旅游|园林|政策|台湾|交通|新闻|网络安全|科技|科学技术|体育|经济|商务|水利|林业)(?P<and>和|及)"
    r"(?=社会保障|城乡|旅游|规划|改革|信息化|质量|健康|计划|农村|宗教|侨务|管理|监督|综合|保障|体育|电视|事务|自然|环境"
    r"|广播|新闻|港澳|出版|信息|绿化|研究|园林|科技|技术|统计|经济|草原|粮食|能源|市场|物资|数据|大数据|文物)"
)
_SPLIT = re.compile(r"、|，?以及|，?及|和|与|，(?=各)")
_NOT_IN_A_NAME = re.compile(
    r"[的了在对把将于向须请是为从已被让使这那其它他们我你由，。；：！？\t]|以(?!及)|不|应(?!急)|要(?!素)|就(?!业)|按(?!摩)|没有|根据|按照|通过|进行|负责(?!同志|人)|牵头|加强|做好|开展|组织(?!部)|带头|实施|推进(?!办|组|中心|工作)|发挥|完善|建立|强化|落实|制定|召开|举行|纳入|走访|提高|提升(?!办|中心)|确保|形成|营造|保障(?!局|中心)"
)


def _any_of(words: str) -> str:
    """A pattern for any of ``words``, the longest first."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


# Enough for a name by themselves, whatever stands before them.
_STRONG = _any_of(
    "局 委 委员会 办 办公室 厅 署 党组 党工委 指挥部 领导小组 专班 工作组 工作专班 管委会 办事处 联合会 协会 学会 商会 公司 集团 银行 支行 分行 法院 检察院 支队 大队 "
    "总队 中队 分局 日报 日报社 晚报 晚报社 电视台 广播电台 融媒体中心 中心 工会 总工会 妇联 团委 团市委 团县委 科协 残联 工商联 部门 单位 机关 政府 党委 党委会 人大 "
    "人大常委会 政协 部 司 海关 社保局 派出所 卫健委 文明办 工信 系统 供电所 电台 红十字会 消防救援队 网信办 联社 联席会议 专委会 政务网 报社 出版社 银保监 监狱 看守所 "
    "武装部 监委 纪委 宣传部 统战部 组织部 政法委 党校 档案馆 图书馆 文化馆 博物馆"
)
# A name only with a word before it that says which: 各, 全市, 市, 有关 …
_WEAK = _any_of(
    "县市区 区县 县区 县（市、区） 市（州） 区（市、县） 县 区 市 省 州 镇 乡 街道 镇街 乡镇 乡镇（街道） 镇（街道） 街镇 镇办 村 社区 村（社区） 地 地区 学校 中小学 "
    "中小学校 幼儿园 医院 医疗机构 企业 网站 网 报 媒体 运营商 行业 窗口 小组 组 队 站 所 院 校 园区 开发区 高新区 新区 经开区 景区 市场 商户 物业 物业企业 "
    "物业服务企业 科室 处室 股室 班子 支部 党支部 党总支 党组织 基层党组织 机构 组织 团体 大厅 场所 家 大家 基地 负责同志 负责人 主要领导 分管领导 一把手 级 市州 "
    "窗口单位 协调小组 大家机关 台 馆 厂 矿 站点 点位 牵头人 责任人 联络员 监督员 测评组 督导组 检查组 考核组 督查组 巡查组 人民政府"
)
_WHICH = r"(?:各|全市|全县|全区|全省|市|县|区|省|镇|乡|国|州|有关|相关|当地|属地|地方|本|承办|责任|牵头|主管|行业|成员|配合|市级|县级|区级|省级|市直|县直|区直|市县|市属|区属|驻|中省|中央|条管|垂管|窗口|基层|所在|辖区内?|所有|凡|每个|上述|以上|其他|其余|党政|综合|第[一二三四五六七八九十]|未|[×X某])"
_BODY = re.compile(
    rf"(?:党委|人大|政府|政协|纪委|监委|被[^{{}}]{{2,6}}单位|[^{{}}]{{1,20}}?{_STRONG}|{_WHICH}[^{{}}]{{0,16}}?{_WEAK}|[^{{}}]{{2,6}}(?:企业|工地|商场|超市|医院|学校|景区|养殖场|加油站|物业)|[^{{}}]{{2,5}}(?:县|区|市|镇|乡|街道)(?:人民政府|政府|党委|文明办)?)(?:（[^）]{{1,14}}）)?"
)
_NO_BODY = re.compile(
    r".*(?:社会|会议|大会|机会|全部|内部|外部|干部|局部|大局|格局|布局|结局|平台|后台|互联网|小区|城区|山区|老旧小区|重点区|举办|承办|开办|申办|查办|督办|交办|推进会|动员会|部署会|工作会|单位和个人)$"
    r"|(?:这|那|该|其|大家|我们|同志|群众|广大|老|新建|已|每|重点|主要|一批|一个|个别|少数|部分|多数|大部分|有的|一些|大多).*"
)
# What may follow a subject: a duty, the way of doing it, or the deed itself.
AFTER = re.compile(
    r"，?(?:都|均|也|还|就|则|又|再|并|一律|一定|共同|分别|具体|统一)?(?:务必|务须|必须|须|需|要|应|不得|严禁|不准|可|请|负责(?!同志|人)|牵头|会同|配合|协同|协助|联合|参与|参加|参照|结合|按|根据|依据|依法|依托|围绕|针对"
    r"|对|将|于|在|每|把|以|从|至少|组织|做好|做到|加强|强化|抓好|抓紧|落实|完成|制定|制订|建立|健全|开展|认真|及时|切实|进一步|严格|立即|尽快|迅速|同步|全面|主动|积极|继续|持续|定期|不断|充分|指导|督促|统筹|推动|推进"
    r"|承担|履行|明确|确保|保证|报|上报|向|通过|利用|安排|召开|成立|设立|修订|编制|出台|公布|公开|收到|接到|会后|年内|最迟|原则上|提前|随时|逐|全年|优先|带头|率先|广泛|大力|深入|着力|重点|汇总|梳理|排查|整改|检查|审核|提供|办理"
    r"|牢固|坚持|高度|坚决|自觉|主要领导|主要负责|分管|相互|密切|用好|管好|拿出|提出|选派|选定|确定|承办|主办|协办|牵头|自本|自收|自接|为|是|\d|[一二三四五六七八九十]+月|年底|本月|下月|下周|本周|今年|明年|国庆|春节|中秋|元旦)"
)
_LISTED = re.compile(
    r"等(?:\d+|[一二三四五六七八九十]+)?(?:个)?[^，、的]{0,6}?(?:部门|单位|媒体|企业|运营商|机构|地|县区|镇街|乡镇|街道|行业|系统|局|家|方面|委办局|市直部门)"
)
_APPOSITION = re.compile(r"(?<=[^、和及])[“\"]?四大家[”\"]?(?:机关)?$")
_MIN_LIST = 2
_REACH = 160  # characters in which a list of bodies ends
# Every place where a name may end, names inside names too.
_END = re.compile(rf"(?=({_STRONG}|{_WEAK}|四大家[”\"]?机关|四大家[”\"]?|）))")


@dataclass(frozen=True)
class Doers:
    """A list of bodies standing at [start, end): each as its own span."""

    start: int
    end: int
    bodies: tuple[tuple[int, int], ...]


def subject(clause: str) -> Doers | None:
    """The bodies with which ``clause`` begins, if what follows them is a duty or a deed, or nothing."""
    for end in _ends(clause):
        rest = clause[end:]
        bodies = members(clause[:end])
        if bodies and (not rest or AFTER.match(rest)):
            return Doers(0, end, bodies)
    return None


def _ends(clause: str) -> Iterator[int]:
    """Where a list of bodies may end, the longest first."""
    near = clause[:_REACH]
    ends = {match.end(1) for match in _END.finditer(near)} | {match.end() for match in _LISTED.finditer(near)}
    return iter(sorted(ends | {len(clause)} if len(clause) <= _REACH else ends, reverse=True))


def members(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the bodies that ``text`` lists, if it is nothing but a list of bodies; else empty."""
    listed = _LISTED.search(text)
    core = text
    if listed and listed.end() == len(text):
        core = text[: listed.start()]
    spans = _split(core)
    apposition = _APPOSITION.search(core)
    if apposition and len(spans) >= _MIN_LIST:
        spans = _split(core[: apposition.start()])
    if not spans:
        return ()
    short = listed is not None and core is not text
    good = all(
        _is_body(core[s:e]) or ((short or len(spans) >= _MIN_LIST) and _is_short_name(core[s:e]))
        for s, e in spans
    )
    anchored = short or _is_body(core[slice(*spans[-1])])
    return tuple(spans) if good and anchored else ()


def _split(text: str) -> list[tuple[int, int]]:
    kept = _JOINED.sub(lambda m: m.group()[: m.start("and") - m.start()] + "·", text)
    kept = re.sub(r"（[^）]*）", lambda m: "·" * len(m.group()), kept)
    spans, start = [], 0
    for mark in _SPLIT.finditer(kept):
        spans.append((start, mark.start()))
        start = mark.end()
    spans.append((start, len(kept)))
    return [(s, e) for s, e in spans if e > s]


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


_BY = re.compile(r"(?:由|请|责成|责令|商请)(?![^，]*(?:组成|担任|构成|兼任))")


def named_later(clause: str) -> Doers | None:
    """The bodies after 由, 请 or 责成 anywhere in the clause: 由市教育局牵头, 责成城管局整改."""
    for by in _BY.finditer(clause):
        found = subject(clause[by.end() :]) or _first(clause[by.end() :])
        if found:
            shift = by.end()
            return Doers(shift, found.end + shift, tuple((s + shift, e + shift) for s, e in found.bodies))
    return None


def _first(text: str) -> Doers | None:
    """The shortest list of bodies that ``text`` begins with, whatever follows."""
    for end in sorted(_ends(text)):
        if bodies := members(text[:end]):
            return Doers(0, end, bodies)
    return None


_COLLECTIVE = re.compile(
    r"各(?:省（自治区、直辖市）|省（区、市）|省、自治区、直辖市|县（市、区）|县市区|市州|市|区县|县区|镇（街道）|镇街|乡镇（街道）|乡镇|街道|地区?"
    r"|级各部门|(?:有关|相关|责任|成员)?(?:部门|单位)|学校|企业|社区)"
)


def collective(clause: str) -> Doers | None:
    """The collective that opens a clause whose subject is something of theirs: 各县市区工作方案要…报送."""
    found = _COLLECTIVE.match(clause)
    return Doers(0, found.end(), ((0, found.end()),)) if found else None


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
