"""What the columns of a table hold, told by their headings and, where these say nothing, by their cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chuangwen.standards.importing.marks import of_cell
from chuangwen.standards.importing.wording import is_body, is_group, squeezed


class Role(StrEnum):
    NUMBER = "number"
    GROUP = "group"  # names of sections, items, indicators: whatever gathers lines
    TEXT = "text"
    RULE = "rule"
    POINTS = "points"
    SCORER = "scorer"
    SCOPE = "scope"
    DUTY = "duty"  # 责任单位, who is scored or who scores, as the other columns tell
    OTHER = "other"


_ASSESS = r"(?:考核|考评|评分|测评|打分|评价|计分|验收|检查|督查|评议|评审|考察|评估|认定|审核)"
_WHO = r"(?:牵头|责任|实施|负责)?(?:单位|部门|主体|机构|机关|科室|股室|组|人)"
_BY = "自评|自查|实得|实际|最终|复核|核定|终评"
_POINTED = r"(?:得分|打分|评分|计分|扣分|加分|加减分)"
_BESIDE = (
    r"备注|说明|附注|自评|自查|考评|核定|初评|复评|终评|初审|复核|审定|扣分(?:情况|原因|理由).*|完成(?:情况|时限|时间)"
    r"|时限|周期|频次|日期|联系人|电话"
)
# The first that matches a heading (squeezed) tells its role.
_HEADINGS: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.NUMBER, r"序号?|编号|项次|序列|No\.?|号"),
        (
            Role.OTHER,
            rf"(?:单位)?(?:{_BY}|{_ASSESS})?{_POINTED}(?:情况|原因|理由|栏|数|值)?|.*得分|{_BESIDE}",
        ),
        (
            Role.SCOPE,
            rf"被{_ASSESS}.*|.*{_ASSESS}(?:对象|范围)|{_ASSESS}?对象|适用.*|单位(?:名称|类别|类型)?|部门(?:名称)?|乡镇(?:街道)?|受评.*|参评.*|责任主体",
        ),
        (
            Role.SCORER,
            rf".*{_ASSESS}{_WHO}.*|.*{_WHO}{_ASSESS}.*|.*数据(?:来源|提供)(?:单位|部门)?|.*评分人|由谁.*|考核(?:责任)?股室",
        ),
        (Role.DUTY, r"(?:牵头|责任|主责|负责|落实|配合|承办|实施)(?:领导|单位|部门|科室|股室|主体).*"),
        (
            Role.POINTS,
            r".*分值.*|标准分.*|满分.*|(?:基本|基础|应得|目标|设定|规定|指标|项目|考核)?分(?:数|值)?(?:\(.*\))?|赋分|权重.*|配分|总分|计分权重",
        ),
        (
            Role.RULE,
            r".*(?:评分|计分|打分|扣分|得分|赋分|记分|加减?分|奖惩|奖扣)(?:标准|办法|细则|方法|规则|依据|说明|要求|方式|原则).*",
        ),
        (
            Role.OTHER,
            rf"{_ASSESS}(?:方式|途径|形式|手段|程序)|.*(?:材料|资料|台账|依据|证明)(?:清单|要求)?|.*方式",
        ),
        (Role.RULE, rf"{_ASSESS}(?:办法|细则|规则|方法)(?:(?:及|和|与|、)?标准)?|评定标准|.*方法"),
        (Role.OTHER, r"(?:考核)?(?:目标|指标|基准|完成|实际|上年|计划|任务)(?:值|数|量)|计量单位"),
        (
            Role.GROUP,
            r"一级.*|.*(?:类别|大类|大项|项目|类型|板块|方面|领域|维度|名称|类)|二级.*|.*指标|项|分类|子项|分项",
        ),
        (
            Role.TEXT,
            r".*(?:内容|标准|要求|细则|要点|任务|事项|举措|措施|目标|要素|因素|情形|事由|行为|三级.*|具体.*|小项|条款|描述)",
        ),
    )
)
_UNIT_IN_HEADING = re.compile(r"\((?:满分)?\d{0,4}分?\)|\*|\d{1,4}分$")
# 考核内容及分值 is a column of contents.
_AND_POINTS = re.compile(
    r"(?<=.)(?:及|与|和|、|/|\()+(?:分值|分数|标准分|计分)\)?$|^(?:分值|分数)(?:及|与|和|、|/)"
)
_MIN_HEADINGS = 2
_MOSTLY, _MOST = 0.6, 0.9
_MEASURED = re.compile(r"^[≥≤><=]?\d[\d.]*[^\d]{0,4}$")  # a target: ≥8%, 50亿元
_LONG = 16  # characters of a heading


def role_of(heading: str) -> Role | None:
    """The role that a heading names; None if it is none."""
    words = squeezed(heading[: 4 * _LONG])
    words = _UNIT_IN_HEADING.sub("", words)
    if not words or len(words) > _LONG:
        return None
    words = _AND_POINTS.sub("", words)
    return next((role for role, pattern in _HEADINGS if pattern.fullmatch(words)), None)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row names columns: two at least, of different kinds, and hardly anything else."""
    filled = [cell for cell in cells if cell.strip()]
    if len(set(filled)) < _MIN_HEADINGS:
        return False
    roles = [role_of(cell) for cell in filled]
    known = [role for role in roles if role]
    telling = set(known) & {Role.TEXT, Role.RULE, Role.GROUP, Role.POINTS, Role.NUMBER}
    return len(known) >= _MIN_HEADINGS and len(telling) >= _MIN_HEADINGS and len(known) * 3 >= len(filled) * 2


@dataclass
class Columns:
    """The roles of the columns by position; ``scopes`` are bodies with columns of points of their own."""

    roles: list[Role]
    headings: list[str]
    scopes: dict[int, str] = field(default_factory=dict)
    contents: list[int] = field(default_factory=list)  # groups of one line's criteria only

    def of(self, *roles: Role) -> list[int]:
        return [at for at, role in enumerate(self.roles) if role in roles]

    @property
    def groups(self) -> list[int]:
        return self.of(Role.GROUP)

    def text(self, cells: Sequence[str]) -> str:
        """What is to be done, of a row."""
        return "\n".join(filter(None, (cells[at].strip() for at in self.of(Role.TEXT))))

    def scoring(self, cells: Sequence[str]) -> str:
        """How it is scored."""
        return "\n".join(filter(None, (cells[at].strip() for at in self.of(Role.RULE))))

    @property
    def naming(self) -> list[int]:
        """The columns by which rows that share a number are known for one."""
        found = [at for at in self.of(Role.GROUP, Role.SCOPE) if at not in self.contents]
        return found or self.of(Role.GROUP, Role.SCOPE)

    def take_criteria_from(self, place: int) -> None:
        """Let the column at ``place`` hold the criteria; those that held them gather its lines."""
        self.contents = self.of(Role.TEXT)
        for at in self.contents:
            self.roles[at] = Role.GROUP
        self.roles[place] = Role.TEXT


def columns(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table with this ``heading`` (none: empty) over these ``rows``."""
    width = max([len(heading), *map(len, rows)], default=0)
    names = [heading[at] if at < len(heading) else "" for at in range(width)]
    cells = [[row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at in range(width)]
    roles = [role_of(name) for name in names]
    found = [_settled(at, roles, names, cells) for at in range(width)]
    table = Columns(_with_text(found, cells), names)
    _settle_duty(table)
    for at in table.of(Role.POINTS):
        who = re.sub(r"分值|标准分|满分|分数|[()]|分$", "", squeezed(names[at]))
        if is_group(who) or is_body(who):
            table.scopes[at] = who
    return table


def _settled(at: int, roles: list[Role | None], names: list[str], cells: list[list[str]]) -> Role:
    """The role of a column, its cells heard."""
    role, mine = roles[at], cells[at]
    if role is None and not names[at].strip() and at and roles[at - 1]:
        role = roles[at - 1]  # under a heading that spans both
        if role is Role.NUMBER:
            role = Role.GROUP
    if role in {Role.GROUP, Role.TEXT, None} and _mostly(mine, lambda cell: is_body(cell) or is_group(cell)):
        return Role.SCOPE if names[at].strip() == "" or role else Role.OTHER
    if role is None:
        guess = _guessed(at, mine)
        measured = _mostly(mine, lambda cell: bool(_MEASURED.search(squeezed(cell))))
        return Role.OTHER if guess is Role.GROUP and measured else guess
    if role is Role.RULE and mine and not any(re.search(r"分|否决|扣", cell) for cell in mine):
        return Role.OTHER  # how it is looked at, not how it is scored
    if role is Role.SCOPE and names[at].strip() == "单位" and not _mostly(mine, is_body):
        return Role.OTHER  # what is counted by
    return role


def _guessed(at: int, cells: list[str]) -> Role:
    if not cells:
        return Role.OTHER
    if _mostly(cells, lambda cell: of_cell(squeezed(cell)) is not None):
        return Role.NUMBER if at == 0 else Role.POINTS
    if _mostly(cells, is_body):
        return Role.SCOPE
    return Role.GROUP


def _mostly(cells: list[str], holds: Callable[[str], bool]) -> bool:
    distinct = list(dict.fromkeys(cells))
    return bool(distinct) and sum(map(holds, distinct)) >= _MOSTLY * len(distinct)


def _with_text(roles: list[Role], cells: list[list[str]]) -> list[Role]:
    """The last column of words is the text; those of words before it gather lines."""
    words = [at for at, role in enumerate(roles) if role in {Role.GROUP, Role.TEXT}]
    if not words:
        return roles
    last = words[-1]
    if len(words) > 1 and _scores(cells[last]) and _distinct(cells[words[-2]], cells[last]):
        roles = [Role.RULE if at == last else role for at, role in enumerate(roles)]
        last = words[-2]
    changed = {Role.TEXT: Role.GROUP}
    return [Role.TEXT if at == last else changed.get(role, role) for at, role in enumerate(roles)]


_SCORING = re.compile(r"扣|[得加减计]\s*\d|不得分|否决|[按计]分|满分")
_IN_BRACKETS = re.compile(r"[（(]\s*\d{1,3}(?:\.\d)?\s*分?\s*[)）]")


def _scores(cells: list[str]) -> bool:
    """Whether a column says how lines are scored, and not with how many points."""
    bare = [cell for cell in cells if not _IN_BRACKETS.search(cell)]
    return len(bare) == len(cells) and _mostly(cells, lambda cell: bool(_SCORING.search(cell)))


def _distinct(cells: list[str], others: list[str]) -> bool:
    """Whether ``cells`` say something else in nearly every line that ``others`` fill."""
    return len(set(cells)) >= _MOST * len(others)


def _settle_duty(table: Columns) -> None:
    """责任单位 scores where nobody else is named to, and is scored where somebody is."""
    named = bool(table.of(Role.SCORER))
    for at in table.of(Role.DUTY):
        table.roles[at] = (Role.OTHER if table.of(Role.SCOPE) else Role.SCOPE) if named else Role.SCORER
