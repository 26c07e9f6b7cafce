"""How points are given: words of a criterion → one of a closed set of rules with its parameters."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from chuangwen.standards.importing.found import Rule
from chuangwen.standards.importing.tiers import Tier, tiers
from chuangwen.standards.importing.wording import MEASURE, NUMBER, decimal, folded

# Rows of DOMAIN.md §2, "Rules seen". Each with the parameters that may stand beside it.
KINDS = {
    "all_or_nothing": (),
    "per_item_deduction": ("step", "per", "unit", "floor", "steps", "zero_if", "veto_if"),
    "proportional": ("target", "unit"),
    "bands": ("bands",),
    "graded": ("grades",),
    "count": ("step", "per", "unit", "max"),
    "manual": ("max",),
    "veto": (),
    "deduct_per_case": ("step", "per", "unit", "max"),
}
Parameters = dict[str, Any]

_VETO = re.compile(r"一票否决|取消[^,;。]{0,14}(?:资格|评优|评先)|直接[^,;。]{0,8}(?:不合格|末位)")
_PROPORTIONAL = re.compile(
    r"按(?:照)?[^,;。]{0,16}?(?:比例|比率|百分比|完成率|达标率|占比)[^,;。]{0,6}?(?:得|计|记|给|扣|折|拆|赋|核|换|打)"
    r"|按(?:照)?[^,;。]{0,6}比例|(?:得分|计分)\s*[=为:]?[^;。]{0,30}[×xX*]\s*(?:\d|分值|标准分|该项|本项|权重)"
    r"|(?:[^,;。\s]{1,6}[率度]|完成比例)\s*[×xX*]"
)
_TARGET = re.compile(
    rf"(?P<n>\d{{1,6}}(?:\.\d{{1,4}})?)\s*(?P<unit>{MEASURE})\s*(?:\(含\))?(?:及?以上|\(含\))"
)
_TAKEN = re.compile(
    rf"(?:扣除?|减|倒扣)\s*(?:其|本项|该项)?\s*(?P<n>{NUMBER})\s*分(?!钟)"
    rf"(?:\s*(?:/|每)\s*(?P<after>{MEASURE}))?"
)
_PERIOD = "(?!月|年|季|周|半年|学期)"
_EACH = re.compile(rf"每{_PERIOD}[^;。]*?(?P<per>{NUMBER})\s*(?P<unit>{MEASURE})")
_EACH_ONE = re.compile(rf"每{_PERIOD}[^;。]*?(?P<per>)(?P<unit>{MEASURE})")
_ONE = re.compile(
    rf"(?:少|缺|漏|差|出现|发现|发生|有|迟|逾期|低|降|超|未|不|违反|受|被|无|错)[^,;。]{{0,12}}?(?P<per>[1一])\s*(?P<unit>{MEASURE})"
    rf"|(?P<per2>[1一])\s*(?P<unit2>{MEASURE})(?!性)[^,;。]{{0,12}}$"
)
_MOST_TAKEN = re.compile(
    rf"(?:最多|最高|累计(?:最多|最高)?|合计)\s*(?:只|可)?扣分?(?:不超过|至)?\s*(?P<n>{NUMBER})\s*分"
    rf"|扣分?(?:累计|合计|最多|总计)?(?:不超过|上限(?:为)?|以)\s*(?P<m>{NUMBER})\s*分"
)
_NOTHING = re.compile(
    r"不(?:予)?(?:得|计|给|记)分|(?:得|计|记|为|按)\s*[0零]\s*分|扣(?:除|掉|完)?(?:本项|该项|此项)?(?:全部|全|所有)(?:分值|得分|分数|分)"
    r"|扣(?:除|完)(?:本项|该项|此项)(?:分值|得分|分数|分)|全扣(?!\s*[\d一二两])"
)
_COUNTED = re.compile(
    rf"每(?!月|年|季|周|半年|学期)(?P<what>[^;。()]{{0,24}}?),?\s*(?:得|计|记|加|奖励?|给|赋)?\s*(?P<n>{NUMBER})\s*分(?!钟)"
    rf"|(?P<m>{NUMBER})\s*分\s*/\s*(?P<unit>{MEASURE})"
)
_MOST = re.compile(
    rf"(?:最高|最多|累计|合计|总分|上限|满分|总计|得分|加分|封顶)\s*(?:可|只|不超过|为|加|得|计|记|奖|给|分)*\s*(?P<n>{NUMBER})\s*分|不超过\s*(?P<m>{NUMBER})\s*分"
    rf"|(?P<k>{NUMBER})\s*分\s*(?:封顶|为限|为止)"
)
_SCORING = re.compile(
    r"扣|酌|视情|不得分|(?<!统)计分(?!析|类)|[赋打给折加减]分|(?<!不)得分(?!率)|系数|等次|奖励?\s*\d"
)
_MARKED = re.compile(rf"(?:得|计|记|给|加|奖)\s*{NUMBER}\s*分")


@lru_cache(maxsize=1000)  # one cell says it for all criteria of its row
def read_rule(text: str, points: Decimal | None, *, outside: bool = False) -> tuple[Rule, bool]:
    """The rule that ``text`` states for a criterion of ``points``, and whether all of it was understood.

    ``outside``: the criterion stands among bonuses and deductions. What is not understood is scored by hand.
    """
    words = folded(text)
    found = _known(words, points, outside=outside)
    understood = not _SCORING.search(_MARKED.sub("", words))
    if found is None and outside and understood and _MARKED.search(words):
        found = "all_or_nothing", {}
    if found:
        return Rule(*found, words=text), True
    return Rule("manual", {} if points is None else {"max": points}, "" if understood else text), understood


def _known(words: str, points: Decimal | None, *, outside: bool) -> tuple[str, Parameters] | None:
    """Kind and parameters; where words say several things, the first of these rows that they fit."""
    steps = tiers(words)
    taken = _deductions(words)
    if _VETO.search(words) and not taken and not _MARKED.search(words):
        found: tuple[str, Parameters] | None = "veto", {}
    elif _are_steps(steps):
        found = _stepped(steps)
    elif _PROPORTIONAL.search(words):
        found = "proportional", _target(words)
    elif taken and not _counts_first(words, points):
        found = _deducting(words, taken, points, outside=outside)
    elif counted := _counting(words):
        found = "count", counted
    else:
        found = ("all_or_nothing", {}) if _NOTHING.search(words) else None
    return found


def _are_steps(found: list[Tier]) -> bool:
    """Whether there are two that give something, each less (or each more) than the one before it."""
    if sum(tier.points != 0 for tier in found) <= 1:
        return False
    values = [tier.points for tier in found if tier.points is not None]
    graded = sum(bool(tier.grade) for tier in found) > 1
    return graded or values in (sorted(set(values)), sorted(set(values), reverse=True))


def _stepped(found: list[Tier]) -> tuple[str, Parameters]:
    if sum(bool(tier.grade) for tier in found) > 1:
        return "graded", {"grades": [tier.as_grade() for tier in found]}
    return "bands", {"bands": [tier.as_band() for tier in found]}


def _target(words: str) -> Parameters:
    match = _TARGET.search(words)
    return {"target": decimal(match["n"]), "unit": match["unit"]} if match else {}


def _deductions(words: str) -> list[Parameters]:
    """Every deduction of a fixed amount, and what it is counted by, if it is."""
    found, since = [], 0
    for match in _TAKEN.finditer(words):
        if re.search(r"(?:最多|最高|累计|合计|不超过)(?:只|可)?$", words[: match.start()]):
            continue
        before = re.split(r"[;。]", words[since : match.start()])[-1]
        found.append({"step": decimal(match["n"]), **_counted_by(before, match["after"])})
        since = match.end()
    return found


def _counted_by(before: str, after: str | None) -> Parameters:
    if after:
        return {"per": Decimal(1), "unit": after.removeprefix("个") or "个"}
    if each := list(_EACH.finditer(before)) or list(_EACH_ONE.finditer(before)):
        match = each[-1]
        return {
            "per": decimal(match["per"]) if match["per"] else Decimal(1),
            "unit": match["unit"].removeprefix("个") or "个",
        }
    if one := _ONE.search(before):
        return {"per": Decimal(1), "unit": (one["unit"] or one["unit2"]).removeprefix("个") or "个"}
    return {}


def _deducting(
    words: str, taken: list[Parameters], points: Decimal | None, *, outside: bool
) -> tuple[str, Parameters]:
    counted = [one for one in taken if "unit" in one]
    parameters = dict((counted or taken)[0])
    match = _MOST_TAKEN.search(words)
    most = decimal(match["n"] or match["m"]) if match else None
    if len(taken) > 1:
        parameters["steps"] = taken
    if outside and (points is None or points < 0):
        return "deduct_per_case", {**parameters, **({"max": most} if most else {})}
    parameters["floor"] = points - most if most and points and points > most else Decimal(0)
    for name, pattern in (("zero_if", _NOTHING), ("veto_if", _VETO)):
        if match := pattern.search(words):
            parameters[name] = re.split(r"[,;。]", words[: match.start()].rstrip(",;。实行"))[-1].strip()
    return "per_item_deduction", parameters


def _counts_first(words: str, points: Decimal | None) -> bool:
    """Whether all that can be had is counted up to a limit before anything is taken."""
    first = next((one for one in _COUNTED.finditer(words) if "扣" not in one.group()), None)
    if not first or "扣" in words[: first.end()]:
        return False
    match = _MOST.search(words)
    return match is not None and points in {None, decimal(match["n"] or match["m"] or match["k"])}


def _counting(words: str) -> Parameters:
    match = next((one for one in _COUNTED.finditer(words) if "扣" not in one.group()), None)
    if not match:
        return {}
    found: Parameters = {"step": decimal(match["n"] or match["m"])}
    if match["unit"]:
        found |= {"per": Decimal(1), "unit": match["unit"]}
    else:
        found |= _counted_by("每" + match["what"], None)
    if most := _MOST.search(words):
        found["max"] = decimal(most["n"] or most["m"] or most["k"])
    return found


def most_of(text: str) -> Decimal | None:
    """The limit that words set to what can be had: 最高3分, 累计不超过5分."""
    return None if "扣" in text else limit(folded(text))


def limit(words: str) -> Decimal | None:
    """The limit that ``words`` (``folded``) set, to what is had or to what is taken."""
    if match := _MOST_TAKEN.search(words):
        return decimal(match["n"] or match["m"])
    match = _MOST.search(words)
    return decimal(match["n"] or match["m"] or match["k"]) if match else None


def largest_step(rule: Rule) -> Decimal | None:
    """The largest single deduction of a rule."""
    if rule.kind != "per_item_deduction":
        return None
    steps: list[Parameters] = rule.parameters.get("steps", [rule.parameters])
    return max((Decimal(step["step"]) for step in steps), default=None)
