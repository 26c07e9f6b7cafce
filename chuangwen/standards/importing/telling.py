"""Rules and doubts in the words of people, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

Told = Mapping[str, Any]  # a rule or a doubt as ``Reading.to_json`` gives it

# Kind of doubt → its sentence; places for ``stated`` and ``found``.
DOUBTS: dict[str, str | Promise] = {
    "sum_mismatch": gettext_lazy("%(stated)s points are stated, the parts make %(found)s."),
    "duplicate_number": gettext_lazy("The number %(stated)s stands in line %(found)s already."),
    "skipped_number": gettext_lazy("The number is %(stated)s, but %(found)s would be next."),
    "points_without_unit": gettext_lazy(
        "“%(stated)s” stands without the word for points. It was read as points."
    ),
    "missing_points": gettext_lazy("The line states no points."),
    "unread_rule": gettext_lazy(
        "How it is scored could not be read: “%(stated)s”. It stays to be scored by hand."
    ),
    "deduction_exceeds_points": gettext_lazy(
        "One deduction takes %(found)s points, and there are only %(stated)s."
    ),
    "several_deductions": gettext_lazy(
        "%(found)s different deductions stand in one line: “%(stated)s”. In the draft it is scored by hand."
    ),
    "unread_cell": gettext_lazy("A cell shows no value. Type it into the file and send it again."),
    "no_table": gettext_lazy("No table was found in this file."),
}


def doubt_words(doubt: Told) -> str:
    """What is doubtful, as a sentence."""
    if doubt["kind"] == "missing_points" and doubt["stated"] is not None:
        return _("“%(stated)s” cannot be read as points.") % doubt
    return str(DOUBTS[doubt["kind"]]) % doubt


def rule_words(rule: Told) -> str:
    """How points are given, as a short sentence."""
    return "".join(_RULES[rule["kind"]](rule))


def _counted(rule: Told) -> str:
    """What is counted: 1 次, 2 天."""
    per = rule.get("per", 1)
    return f"{'' if per == 1 else per}{rule['unit']}" if "unit" in rule else ""


def _deduction(rule: Told) -> list[str]:
    steps = rule.get("steps", [rule])
    told = [_step(step) for step in steps]
    words = [_("; ").join(dict.fromkeys(told))]
    if rule.get("floor"):
        words.append(_(", not below %(floor)s") % rule)
    if "max" in rule:
        words.append(_(", at most %(max)s in all") % rule)
    if "zero_if" in rule:
        words.append(_("; none at all: %(zero_if)s") % rule)
    if "veto_if" in rule:
        words.append(_("; veto: %(veto_if)s") % rule)
    return words


def _step(step: Told) -> str:
    counted = _counted(step)
    if not counted:
        return _("%(step)s off") % step
    return _("%(step)s off for each %(counted)s") % {"step": step["step"], "counted": counted}


def _count(rule: Told) -> list[str]:
    counted = _counted(rule)
    words = [
        _("%(step)s for each %(counted)s") % {"step": rule["step"], "counted": counted}
        if counted
        else _("%(step)s for each") % rule
    ]
    return [*words, _(", at most %(max)s") % rule] if "max" in rule else words


def _steps(rows: list[Told], name: str) -> list[str]:
    return [_("; ").join(_tier(row, row[name]) for row in rows)]


def _tier(row: Told, when: str) -> str:
    told = {**row, "name": _("no. %(place)s") % row if "place" in row else when}
    if "percent" in row:
        return _("%(name)s: %(percent)s %% of the points") % told
    return _("%(name)s: %(points)s") % told


def _proportional(rule: Told) -> list[str]:
    if "target" in rule:
        return [_("In proportion to the target of %(target)s %(unit)s") % rule]
    return [_("In proportion")]


_RULES: dict[str, Callable[[Told], list[str]]] = {
    "all_or_nothing": lambda rule: [_("All or nothing")],
    "per_item_deduction": _deduction,
    "deduct_per_case": _deduction,
    "proportional": _proportional,
    "bands": lambda rule: _steps(rule["bands"], "when"),
    "graded": lambda rule: _steps(rule["grades"], "grade"),
    "count": _count,
    "manual": lambda rule: [pgettext("scoring", "By hand")],
    "veto": lambda rule: [pgettext("scoring", "Veto")],
}
