"""The outline of a document: its paragraphs, the section that each stands in, and which of them assign nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
    r"(?:第?[一二三四五六七八九十]{1,2}(?=[要是](?![年月日]))|[一二三四五六七八九十]{1,2}是要?|首先|其次|再次|最后)[是要]?，?"
)
# Sections that tell, define or judge, and assign nothing.
_TELLING = re.compile(
    r"总体要求|指导思想|基本原则|工作原则|工作目标|总体目标|主要目标|目标任务$|基本情况|总体情况|检查情况|督查情况|主要情况|工作情况|存在的?(?:主要|突出)?问题|主要问题|突出问题|问题通报"
    r"|主要做法|工作成效|主要成效|取得(?:的)?成效|成绩|工作回顾|重要意义|重大意义|充分认识|工作背景|背景|现状|形势|(?:申报|评选|参评|推荐|创建|准入)(?:条件|范围|对象|标准|资格)|适用范围|名词解释|奖惩办法|评分标准|联系(?:方式|人)"
    r"|整体情况|抽查情况|暗访情况|考核结果|检查结果|经验做法|特点|优点|亮点|不足|参会人员|出席|列席|请假|记录人|主持人"
)
# Sections in which a bare deed is an order.
_ORDERING = re.compile(
    r"要求|任务|措施|步骤|安排|保障|重点|分工|组织(?:实施|领导)|实施|整改|落实|内容|方法|下一步|部署|议定|明确|事项|工作|行动|时间|程序|责任|推进|加强|强化|开展|建立|健全|完善|做好|抓好|深化|提升|规范|严格|全面"
)
# Paragraphs around the document: addressees, signatures, contacts, annexes, and the opening that says why.
_AROUND = re.compile(
    r"^[^。]{2,80}：$|^（此件[^）]*）|^附件|^抄送|^抄报|^主题词|^印发|^.{0,6}联系(?:人|电话|方式)[：:]|^(?:电话|传真|邮箱|地址)[：:]|^(?:同志们|各位)|散会|^.{0,40}\d{4}年\d{1,2}月\d{1,2}日(?:印发)?$|^主持人?：|^出席|^列席|^参加(?:人员)?：|^记录：|^时间：|^地点：|^会议(?:时间|地点)"
)
_OPENING = re.compile(
    r"(?:通知|通报|安排|方案|纪要|意见|要求|明确|强调|部署|函告|公布|布置)(?:意见|要求|事项|几点)?如下|如下(?:通知|通报|方案|要求|意见|安排)|制定本(?:方案|办法|意见|计划)|特制定|讲(?:以下)?[几三四五两]点|提[几三四五两]点"
)
_HEADING_LENGTH = 28


@dataclass(frozen=True)
class Item:
    """A paragraph's text at [start, end) without its number and heading.

    ``heading`` is the short title that it opens with; ``orders`` says that a bare deed here is an order;
    ``tells`` that nothing here assigns anything.
    """

    start: int
    end: int
    heading: str
    orders: bool
    tells: bool
    numbered: bool


def items(text: str) -> Iterator[Item]:
    """The paragraphs of ``text`` in order, each knowing the sections that it stands in."""
    sections: dict[int, str] = {}
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        rank, after_number = _numbering(line)
        title, body = _title(line, after_number, numbered=rank is not None)
        if rank is not None or (title and body >= len(line)):
            place = rank if rank is not None else 0
            sections = {r: t for r, t in sections.items() if r < place}
            sections[place] = title
        if line[body:].strip() and not _AROUND.search(line):
            yield _item(line, start + body, end, title, sections)
        start = end + 1


def _item(line: str, start: int, end: int, title: str, sections: dict[int, str]) -> Item:
    titles = list(sections.values())
    tells = any(_TELLING.search(t) for t in titles) or bool(_OPENING.search(line))
    orders = any(_ORDERING.search(t) for t in titles)
    return Item(start, end, title, orders and not tells, tells, bool(sections))


def _numbering(line: str) -> tuple[int | None, int]:
    for rank, form in enumerate(_RANKS):
        if match := form.match(line):
            return rank, match.end()
    return None, 0


def _title(line: str, start: int, *, numbered: bool) -> tuple[str, int]:
    """The heading of a line and where its body begins; a heading alone leaves no body."""
    ordinal = ORDINAL.match(line, start)
    stop = re.compile(r"[。：；]").search(line, start)
    first = line[start : stop.start()] if stop else line[start:]
    if len(first) > _HEADING_LENGTH or "\t" in first:
        return "", start
    if stop is None:
        # A line without a stop is a heading, unless it has a bracket with its doer or a deed with a date.
        alone = not re.search(r"[（]|前|，.*，", first)
        return (first, len(line)) if alone and (numbered or len(first) <= _HEADING_LENGTH) else ("", start)
    if (
        (numbered or ordinal)
        and stop.group() == "。"
        and stop.end() < len(line)
        and not re.search(r"\d+[月日]|[月年]底|由|负责", first)
    ):
        return first, stop.end()
    if numbered and stop.group() == "：" and stop.end() < len(line):
        return first, stop.end()
    return "", start
