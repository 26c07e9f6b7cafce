"""From the wording of a body to the rule that finds its units: 各县市区, 四大家, 教育、卫生…等部门, 中省驻 …

A table of patterns answers for collectives; single bodies are looked up in the directory by name. What is
not found, or found twice, stays undecided for the clerk: a wrong address is worse than an open one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chuangwen.directives.models import Receiver
from chuangwen.organizations.models import System, Unit, within

Rule = Receiver.Rule

_QUOTES = re.compile(r"[“”\"「」《》\s]")
# A wording wholly of this form → rule and value. First match wins; `{0}` is the first group.
_COLLECTIVES: tuple[tuple[str, Rule, str], ...] = (
    (
        r"(?:各级党委政府|各?县\(?市\)?、?区|各县（市、区）|各县市区|各区县|各县区)(?:党委|政府|人民政府|文明办)*",
        Rule.SEATS,
        "county",
    ),
    (
        r"各(?:乡镇|镇街|镇|街道|乡镇（街道）|镇（街道）|乡镇街道|街道办|镇办)(?:办事处)?",
        Rule.SEATS,
        "township",
    ),
    (
        r"(?:全市)?各级各部门(?:各单位)?|全市各级|各级|全市各单位|各单位|各级各单位|各地各(?:部门|单位)",
        Rule.ALL,
        "",
    ),
    (r"各地(?:区)?|地方各级人民政府|各级人民政府|各级政府", Rule.SEATS, "county"),
    (
        r"(?:市直|市级|市)?各(?:有关|相关|责任|成员)?(?:部门|委办局)|市直(?:各)?(?:部门|单位)|市级部门",
        Rule.PEER_GROUP,
        "departments",
    ),
    (r"市县.*四大家.*|市县两级四大家.*", Rule.BODIES, "city+county:"),
    (r"(?:市)?.*四大家.*", Rule.BODIES, "city:"),
    (r"市县两级党政机关", Rule.BODIES, "city+county:party+government"),
    (r"市县党委", Rule.BODIES, "city+county:party"),
    (r"市委", Rule.BODIES, "city:party"),
    (r"市人大(?:常委会)?", Rule.BODIES, "city:congress"),
    (r"市(?:人民)?政府", Rule.BODIES, "city:government"),
    (r"市政协", Rule.BODIES, "city:cppcc"),
    (r"各?(?:中央、?省|中省)驻.*", Rule.MARK, "stationed"),
    (r"各?(?:条管|垂管|垂直管理|双管)(?:单位|部门)", Rule.MARK, "system_managed"),
    (r"各?示范(?:单位|点)", Rule.MARK, "demonstration"),
    (r"(?:市级|各级|各|全市|主流)?(?:新闻)?媒体|各新闻单位", Rule.PEER_GROUP, "media"),
    (r"各?(?:窗口|服务)(?:行业|单位)", Rule.PEER_GROUP, "windows"),
    (r"(?:各|市)?(?:通讯|通信|电信)运营商|各运营商", Rule.PEER_GROUP, "operators"),
)
# Members of a list that opens with one that names the levels: 市县党委、人大、政府、政协.
_BODIES = {"党委": "party", "人大": "congress", "政府": "government", "政协": "cppcc"}


@dataclass(frozen=True)
class Address:
    """A rule with its value; an undecided one has neither."""

    rule: Rule = Rule.UNDECIDED
    value: str = ""


class Addressees:
    """The directory of one territory, read once, answering for any number of wordings."""

    def __init__(self, territory: str) -> None:
        self._digits = len(territory)
        units = Unit.objects.filter(within(territory), active=True)
        self._units = list(units.values_list("code", "name", "short_name", "territory_id"))
        self._systems = {
            name.removesuffix("系统"): code for code, name in System.objects.values_list("code", "name")
        }

    def resolve(self, wordings: list[str]) -> list[Address]:
        """An address for each wording of one task, in order."""
        levels = "city+county" if any("市县" in wording for wording in wordings) else "city"
        return [self._resolve(_QUOTES.sub("", wording), levels) for wording in wordings]

    def _resolve(self, wording: str, levels: str) -> Address:
        if wording in _BODIES:
            return Address(Rule.BODIES, f"{levels}:{_BODIES[wording]}")
        for pattern, rule, value in _COLLECTIVES:
            if re.fullmatch(pattern, wording):
                return Address(rule, value)
        stem = re.sub(r"^市|(?:行政)?(?:主管)?(?:部门|系统)$", "", wording)
        if stem in self._systems:
            return Address(Rule.SYSTEM_LEADS, self._systems[stem])
        return self._named(wording, stem)

    def _named(self, wording: str, stem: str) -> Address:
        """The one unit of that name: exactly, else the one in the office's own territory that contains it."""
        exact = [code for code, name, short, _ in self._units if wording in {name, short}]
        near = [
            code
            for code, name, short, territory in self._units
            if len(stem) > 1 and len(territory) == self._digits and (stem in name or stem in short)
        ]
        for found in (exact, near):
            if len(found) == 1:
                return Address(Rule.UNIT, found[0])
        return Address()
