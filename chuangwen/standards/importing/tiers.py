"""Points by steps of success: 省级得3分、市级得2分; 90%以上得满分; A档、B档; 优秀、良好."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chuangwen.standards.importing.wording import NUMBER, decimal

_GRADE = (
    r"(?:(?<![A-Za-z])[A-Ea-e](?![A-Za-z])|优秀|良好|较好|优|良|中等?|一般|合格|不合格|基本合格|较差|好|差|[一二三四五]等奖?|[一二三四五]档"
    r"|[ⅠⅡⅢⅣ])"
)
_NAMED = re.compile(
    rf"(?:^|[,;。、:()\s“\"]|为|评|获|被|定|达到|结果|的)(?P<grade>{_GRADE})(?:档|级|等次?|类|等级)?"
    rf"[”\"]?(?:的|者|单位)?\s*(?=$|[,:(]|得|计|记|为|赋|加|奖|\d|=|-)"
)
_PLACES = re.compile(
    rf"分别(?:可)?(?P<verb>奖励?|加|扣除?|得|计|记|给|为|赋)\s*(?P<list>{NUMBER}\s*分?(?:\s*[、,和/]\s*{NUMBER}\s*分)+)"
)
_AWARD = re.compile(
    rf"(?P<no>不(?:予)?(?:得|计|给|记|加)分|全扣(?!\s*[\d一二两]))"
    rf"|(?:得|计|记|给|为|赋|加|奖励?)\s*(?:(?P<full>满分|全分|全部分)|(?P<half>一半(?:的?分值?|分)?|[半]分)"
    rf"|(?P<share>\d{{1,6}}(?:\.\d{{1,4}})?)\s*%(?:的?(?:分值?|得分))?|(?P<n>{NUMBER})\s*(?:[-~至]\s*\d{{1,6}}(?:\.\d{{1,4}})?\s*)?分(?!钟|之))"
    rf"|(?P<plain>(?<![\d.扣减第低高过于每分至到\-~]){NUMBER})\s*(?:[-~]\s*\d{{1,6}}(?:\.\d{{1,4}})?\s*)?分(?=[;,。、)\s]|$)"
)
_NOT_HERE = re.compile(
    r"(?:每[^,;。]*|最高|最多|不超过|累计|合计|上限|满分|扣|共)(?:可|只|加|得|计|记|给|奖)*,?$"
)
_LEAST = re.compile(
    r"(?P<n>\d{1,6}(?:\.\d{1,4})?)\s*(?P<unit>%|次|篇|个|人|家|场|件|条|例|分|名|天)?\s*(?:\(含\)|含)?\s*(?:及?以上)"
)
_REACHED = re.compile(
    r"(?:达到?|不低于|超过|大于|≥|>|完成)\s*(?P<n>\d{1,6}(?:\.\d{1,4})?)\s*(?P<unit>%|次|篇|个|人|家|场|件|条|例|分|名|天)?"
)
_BETWEEN = re.compile(
    r"(?P<n>\d{1,6}(?:\.\d{1,4})?)\s*(?P<unit>%|分)?\s*(?:\(含\))?\s*[-~—至到]\s*(?P<m>\d{1,6}(?:\.\d{1,4})?)"
)
_UNDER = re.compile(
    r"(?P<n>\d{1,6}(?:\.\d{1,4})?)\s*(?P<unit>%|次|篇|个|人|家|场|件|条|例|分|名|天)?\s*以下|(?:低于|不足|少于|小于|<)\s*(?P<m>\d{1,6}(?:\.\d{1,4})?)"
)


@dataclass(frozen=True)
class Tier:
    """``points`` for what ``when`` says; ``share`` if they are told in percent of the full points."""

    when: str
    points: Decimal | None
    share: Decimal | None = None
    grade: str = ""
    place: int = 0  # among those of whom only the order is told

    def as_grade(self) -> dict[str, Any]:
        return {"grade": self.grade or self.when, **self._amount()}

    def as_band(self) -> dict[str, Any]:
        return {
            "when": self.when,
            **({"place": self.place} if self.place else {}),
            **_border(self.when),
            **self._amount(),
        }

    def _amount(self) -> dict[str, Any]:
        return {"points": self.points} if self.share is None else {"percent": self.share}


def _border(when: str) -> dict[str, Any]:
    """The lower border of a band, or its upper one, if it states any."""
    if match := _UNDER.search(when):
        return {"below": decimal(match["n"] or match["m"])}
    if match := _BETWEEN.search(when):
        return {"at_least": min(decimal(match["n"]), decimal(match["m"]))}
    if match := _LEAST.search(when) or _REACHED.search(when):
        return {"at_least": decimal(match["n"])}
    return {}


def tiers(words: str) -> list[Tier]:
    """The steps that ``words`` (``folded``) give points for, in their order; one alone is no step."""
    if places := _PLACES.search(words):
        return _in_order(words, places)
    found, since = [], 0
    for match in _AWARD.finditer(words):
        before = words[since : match.start()]
        if _NOT_HERE.search(before):
            continue
        when = re.split(r"[;。]", before)[-1].strip(" ,、:()的则")
        if match["plain"] and _alone(words, match):
            continue  # （5分）, which are the points of the whole
        found.append(_tier(match, when))
        since = match.end()
    return found


def _alone(words: str, match: re.Match[str]) -> bool:
    """Whether the points stand in a bracket of their own, without a grade before it."""
    opens = words.rfind("(", 0, match.start())
    inside = opens >= 0 and ")" not in words[opens : match.start()]
    return inside and not _grade(re.split(r"[,;。、)]", words[:opens])[-1])


def _tier(match: re.Match[str], when: str) -> Tier:
    grade = _grade(when)
    if match["no"]:
        return Tier(when, Decimal(0), grade=grade)
    if match["full"]:
        return Tier(when, None, Decimal(100), grade)
    if match["half"]:
        return Tier(when, None, Decimal(50), grade)
    if match["share"]:
        return Tier(when, None, Decimal(match["share"]), grade)
    return Tier(when, decimal(match["n"] or match["plain"]), grade=grade)


def _grade(when: str) -> str:
    found = list(_NAMED.finditer(f" {when}"))
    return found[-1]["grade"] if found else ""


_LEVEL = r"(?:国家|中央|省部?|市|州|县|区|乡|镇|村)级?|[一二三四]等奖?|[一二三]档|[金银铜]奖|第[一二三四五]名"
_LEVELS = re.compile(rf"(?:{_LEVEL})(?:[、和/](?:{_LEVEL}))+")
_GRADES = re.compile(rf"{_GRADE}(?:[、和/]{_GRADE})+")


def _in_order(words: str, places: re.Match[str]) -> list[Tier]:
    """省级、市级的分别得3分、2分, or a list of points for the first, the second and so on."""
    when = re.split(r"[;。]", words[: places.start()])[-1].strip(" ,的")
    sign = -1 if "扣" in places["verb"] else 1
    values = [sign * decimal(value) for value in re.findall(NUMBER, places["list"])]
    for pattern in (_GRADES, _LEVELS):
        for listed in pattern.findall(when):
            names = re.split(r"[、和/]", listed)
            if len(names) == len(values):
                graded = pattern is _GRADES
                pairs = zip(names, values, strict=True)
                return [Tier(name, value, grade=name if graded else "") for name, value in pairs]
    return [Tier(when, value, place=at) for at, value in enumerate(values, start=1)]
