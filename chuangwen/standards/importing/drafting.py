"""From what was read to the rows of a draft: rules as standards keep them, bonus and deductions apart.

What a standard's rules cannot express stays in words: every word of the table is in the criterion's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chuangwen.standards.importing.found import Criterion, Reading

_FOR_ALL = re.compile(r"全部|全体|所有|^各(?:单位|部门)$")
_COMMON = re.compile(r"通用|共同|共性|公共")
_TAKES = re.compile(r"扣|减")
_GIVES = re.compile(r"加|奖")
# A deduction that is told in steps: the reviewer enters how many points are taken.
_BY_POINTS: dict[str, Any] = {"step": "1", "unit": "分"}
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Line:
    """A criterion of a draft; the names are those of ``standards.services.keeping.Row``."""

    text: str
    points: Decimal
    dimension: str
    indicator: str
    part: str
    rule: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    scorer: str = ""


def common(reading: Reading) -> set[str]:
    """The scopes that are everybody's: none, 全部单位, or whose section says 共同."""
    found = {one.scope for one in reading.criteria if _COMMON.search(one.section)}
    return found | {one.scope for one in reading.criteria if _FOR_ALL.search(one.scope)} | {""}


def scopes(reading: Reading) -> list[str]:
    """The bodies and groups that have lines of their own, in the order of the table."""
    shared = common(reading)
    return [scope for scope in dict.fromkeys(one.scope for one in reading.criteria) if scope not in shared]


def lines(reading: Reading, scope: str = "", name: str = "–") -> list[Line]:
    """The criteria as lines of a draft; with a ``scope`` only everybody's and those of that body or group.

    Where the table has no sections, all of it is one dimension called ``name``.
    """
    shared = common(reading)
    return [
        _line(one, shared, name) for one in reading.criteria if not scope or one.scope in {scope, *shared}
    ]


def doubts(reading: Reading, scope: str = "") -> list[dict[str, Any]]:
    """The doubts about these lines, and what of them a standard's rules cannot express, as plain JSON."""
    wanted = {scope, *common(reading)}
    told = reading.to_json()["doubts"] + [_several(one) for one in reading.criteria if _differing(one)]
    return [one for one in told if not scope or (one["scope"] or "") in wanted]


def _differing(one: Criterion) -> set[tuple[str, str]]:
    """The deductions of a line, if there are several that differ: a rule of a standard has one."""
    steps = one.rule.parameters.get("steps", ())
    found = {(str(step["step"]), str(step.get("unit", ""))) for step in steps}
    return found if len(found) > 1 else set()


def _several(one: Criterion) -> dict[str, Any]:
    return {
        "kind": "several_deductions",
        "row": one.row,
        "scope": one.scope or None,
        "stated": one.rule.words,
        "found": len(_differing(one)),
    }


def _line(one: Criterion, shared: set[str], name: str) -> Line:
    rule, parameters, points = _rule(one)
    part = "deduction" if rule in {"veto", "deduct_per_case"} else "bonus" if one.outside else "inside"
    section = one.section or one.indicator or one.sheet or one.scope or name
    apart = one.scope not in shared and one.scope not in section
    return Line(
        text="\n".join(filter(None, (one.text, one.scoring))),
        points=points,
        dimension=f"{section} · {one.scope}" if apart else section,
        indicator=one.indicator,
        part=part,
        rule=rule,
        parameters=parameters,
        scorer=one.scorer,
    )


def _rule(one: Criterion) -> tuple[str, dict[str, Any], Decimal]:
    """Kind, parameters and points as a standard keeps them."""
    kind, given = one.rule.kind, one.rule.parameters
    points = one.points or _ZERO
    words = one.text + one.scoring
    if kind == "veto":
        return kind, {}, _ZERO
    if kind == "deduct_per_case":
        return kind, _counted(given), abs(one.points or given.get("max") or _ZERO)
    if kind == "per_item_deduction" and _differing(one):
        return "manual", {}, points
    if points < 0 or (one.outside and _TAKES.search(words) and not _GIVES.search(words)):
        return "deduct_per_case", dict(_BY_POINTS), abs(points)
    if kind in {"bands", "graded"}:
        return _stepped(given.get("bands") or given["grades"], points)
    return kind, _PARAMETERS[kind](given), points


def _counted(given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("step", "per", "unit", "floor")
    return {name: str(given[name]) for name in names if name in given}


_PARAMETERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "all_or_nothing": lambda given: {},
    "manual": lambda given: {},
    "per_item_deduction": _counted,
    "count": _counted,
    # 按完成比例: of what was to be done, in percent.
    "proportional": lambda given: {
        "target": str(given.get("target", 100)),
        "unit": given.get("unit", "%"),
    },
}


def _stepped(steps: Sequence[Mapping[str, Any]], points: Decimal) -> tuple[str, dict[str, Any], Decimal]:
    """Bands where every step that brings something has a lower border, else grades by name."""
    amounts = [_amount(step, points) for step in steps]
    bringing = [step for step, amount in zip(steps, amounts, strict=True) if amount]
    if all("at_least" in step for step in bringing):
        bands = [
            [str(step["at_least"]), str(amount)]
            for step, amount in zip(steps, amounts, strict=True)
            if amount
        ]
        return "bands", {"bands": bands}, points
    names = [str(step.get("place") or step.get("grade") or step["when"]) for step in steps]
    grades = [[name, str(amount)] for name, amount in zip(names, amounts, strict=True)]
    return "graded", {"grades": grades}, points


def _amount(step: Mapping[str, Any], points: Decimal) -> Decimal:
    if "percent" in step:
        return points * Decimal(step["percent"]) / 100
    return Decimal(step["points"])
