"""How points are given: a closed set of rules, their parameters, and the exact points with the reason.

Pure: no database, no float. A rule is its kind and its parameters as plain JSON (amounts as text), so that it
can be stored, compared, printed and computed anew years later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Text = str | Promise
Parameters = Mapping[str, Any]
ZERO, ONE = Decimal(0), Decimal(1)
TWO = 2  # grades at least


class RuleError(ValueError):
    """Parameters or findings that a rule cannot use; the message is a sentence for whoever typed them."""


@dataclass(frozen=True)
class Outcome:
    """The points that a rule gives, and the sentence that says why."""

    points: Decimal
    reason: str


@dataclass(frozen=True)
class Rule:
    """One kind of rule.

    ``needs`` and ``takes`` name the parameters that it must and may have; ``asks`` says what is entered:
    ``yes`` (met or not), ``number``, ``grade`` or ``points``. ``check`` holds the parameters against the most
    that the criterion can bring; ``give`` computes.
    """

    kind: str
    label: Text
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    asks: str
    check: Callable[[Decimal, Parameters], None]
    give: Callable[[Decimal, Parameters, Any], Outcome]
    says: Callable[[Decimal, Parameters], str]


def amount(value: object) -> Decimal:
    """``value`` as an exact decimal. Raises RuleError for floats and whatever is no finite number."""
    if isinstance(value, float | bool):
        raise RuleError(_("Amounts are exact numbers such as 0.5."))
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        raise RuleError(_("“%(value)s” is no number.") % {"value": value}) from None
    if not found.is_finite():
        raise RuleError(_("“%(value)s” is no number.") % {"value": value})
    return found


def plain(value: Decimal) -> str:
    """A number as people write it: 5, 0.5, never 5.00 or 1E+1."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def validate(kind: str, points: Decimal, parameters: Parameters) -> dict[str, Any]:
    """The parameters as they are stored. Raises RuleError for what is missing, unknown or impossible."""
    rule = RULES.get(kind)
    if rule is None:
        raise RuleError(_("There is no such rule: %(kind)s") % {"kind": kind})
    given = {name: value for name, value in parameters.items() if value not in (None, "", [])}
    if missing := [name for name in rule.needs if name not in given]:
        labels = _(", ").join(str(PARAMETERS[name]) for name in missing)
        raise RuleError(_("This rule also needs: %(names)s") % {"names": labels})
    stored = {name: _stored(name, given[name]) for name in (*rule.needs, *rule.takes) if name in given}
    rule.check(points, stored)
    return stored


def compute(kind: str, points: Decimal, parameters: Parameters, found: object) -> Outcome:
    """What the rule gives for what was ``found``, with the reason. Raises RuleError where it cannot say."""
    return RULES[kind].give(points, parameters, found)


def in_words(kind: str, points: Decimal, parameters: Parameters) -> str:
    """The rule as one sentence."""
    return RULES[kind].says(points, parameters)


def _stored(name: str, value: Any) -> Any:
    if name == "unit":
        return str(value).strip()
    if name in {"bands", "grades"}:
        return [[_threshold(name, first), plain(amount(second))] for first, second in value]
    return plain(amount(value))


def _threshold(name: str, value: Any) -> str:
    return plain(amount(value)) if name == "bands" else str(value).strip().upper()


def _number(found: object) -> Decimal:
    number = amount(found)
    if number < ZERO:
        raise RuleError(_("A number found cannot be less than nothing."))
    return number


def _unit(parameters: Parameters) -> str:
    return parameters.get("unit") or _("item")


def _each(parameters: Parameters) -> str:
    """What is counted at once: “place”, or “5 places”."""
    per = parameters.get("per", "1")
    return (
        _unit(parameters) if per == "1" else _("%(per)s %(unit)s") % {"per": per, "unit": _unit(parameters)}
    )


def _in_limits(least: Decimal, value: Decimal, most: Decimal) -> None:
    if not least <= value <= most:
        raise RuleError(
            _("%(value)s points are not between %(least)s and %(most)s.")
            % {"value": plain(value), "least": plain(least), "most": plain(most)}
        )


def _anything(points: Decimal, parameters: Parameters) -> None:
    _in_limits(ZERO, points, Decimal(1000))


def _nothing_by_itself(points: Decimal, parameters: Parameters) -> None:
    if points != ZERO:
        raise RuleError(_("A veto brings no points: leave its points at 0."))


def _positive(parameters: Parameters, *names: str) -> None:
    for name in names:
        if name in parameters and amount(parameters[name]) <= ZERO:
            raise RuleError(_("%(name)s must be more than 0.") % {"name": PARAMETERS[name]})


def _check_step(points: Decimal, parameters: Parameters) -> None:
    _anything(points, parameters)
    _positive(parameters, "step", "per")
    if "floor" in parameters:
        _in_limits(ZERO, amount(parameters["floor"]), points)


def _check_target(points: Decimal, parameters: Parameters) -> None:
    _anything(points, parameters)
    _positive(parameters, "target")


def _check_bands(points: Decimal, parameters: Parameters) -> None:
    _anything(points, parameters)
    bands = [(amount(least), amount(given)) for least, given in parameters["bands"]]
    if bands != sorted(bands, reverse=True) or len({least for least, _given in bands}) < len(bands):
        raise RuleError(_("Write the highest band first, each with less points than the one before it."))
    for _least, given in bands:
        _in_limits(ZERO, given, points)


def _check_grades(points: Decimal, parameters: Parameters) -> None:
    _anything(points, parameters)
    names = [name for name, _given in parameters["grades"]]
    if len(set(names)) < len(names) or len(names) < TWO:
        raise RuleError(_("Name at least two grades, each once."))
    for _name, given in parameters["grades"]:
        _in_limits(ZERO, amount(given), points)


def _all_or_nothing(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    if found is True:
        return Outcome(points, _("Met: full points."))
    return Outcome(ZERO, _("Not met: no points."))


def _deduct(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    """Every whole lot of ``per`` takes ``step``, down to ``floor``."""
    number, step = _number(found), amount(parameters["step"])
    lots = number // amount(parameters.get("per", ONE))
    taken = lots * step
    floor = amount(parameters.get("floor", ZERO))
    left = max(points - taken, floor)
    words = _("%(number)s %(unit)s found, %(step)s off for each %(each)s: %(left)s of %(points)s left.")
    return Outcome(left, words % _told(points, parameters, number, left=plain(left)))


def _deduct_outside(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    """As `_deduct`, from nothing: it takes away from the total, at most ``points``."""
    number = _number(found)
    lots = number // amount(parameters.get("per", ONE))
    taken = min(lots * amount(parameters["step"]), points)
    words = _("%(number)s %(unit)s found, %(step)s for each %(each)s: %(taken)s taken from the total.")
    return Outcome(-taken or ZERO, words % _told(points, parameters, number, taken=plain(taken)))


def _proportional(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    """``points`` times the share of the target, cut off (not rounded up) after two digits."""
    number, target = _number(found), amount(parameters["target"])
    share = min(number / target, ONE)
    given = (points * share).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    words = _("%(number)s of %(target)s %(unit)s: %(given)s of %(points)s points.")
    told = _told(points, parameters, number, target=plain(target), given=plain(given))
    return Outcome(given, words % told)


def _bands(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    number = _number(found)
    for least, given in parameters["bands"]:
        if number >= amount(least):
            words = _("%(number)s is in the band from %(least)s: %(given)s points.")
            return Outcome(amount(given), words % {"number": plain(number), "least": least, "given": given})
    return Outcome(ZERO, _("%(number)s is below all bands: no points.") % {"number": plain(number)})


def _graded(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    for name, given in parameters["grades"]:
        if name == found:
            words = _("Grade %(grade)s: %(given)s points.")
            return Outcome(amount(given), words % {"grade": name, "given": given})
    raise RuleError(_("There is no grade “%(grade)s” here.") % {"grade": found})


def _count(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    number = _number(found)
    given = min(number // amount(parameters.get("per", ONE)) * amount(parameters["step"]), points)
    words = _("%(number)s %(unit)s, %(step)s for each %(each)s, at most %(points)s: %(given)s points.")
    return Outcome(given, words % _told(points, parameters, number, given=plain(given)))


def _manual(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    given = amount(found)
    _in_limits(ZERO, given, points)
    words = _("%(given)s of %(points)s points, by the reviewer's judgement.")
    return Outcome(given, words % {"given": plain(given), "points": plain(points)})


def _veto(points: Decimal, parameters: Parameters, found: object) -> Outcome:
    if found is True:
        return Outcome(ZERO, _("It occurred: this excludes the unit, whatever its points."))
    return Outcome(ZERO, _("It did not occur."))


def _told(points: Decimal, parameters: Parameters, number: Decimal, **more: str) -> dict[str, str]:
    return {
        "number": plain(number),
        "unit": _unit(parameters),
        "step": parameters.get("step", ""),
        "each": _each(parameters),
        "points": plain(points),
    } | more


def _say(sentence: Text) -> Callable[[Decimal, Parameters], str]:
    def said(points: Decimal, parameters: Parameters) -> str:
        told = {
            "points": plain(points),
            "unit": _unit(parameters),
            "each": _each(parameters),
            "floor": parameters.get("floor", "0"),
            "step": parameters.get("step", ""),
            "target": parameters.get("target", ""),
        }
        for name in ("bands", "grades"):
            pairs = (_("%(from)s: %(given)s") % {"from": a, "given": b} for a, b in parameters.get(name, ()))
            told[name] = _("; ").join(pairs)
        return str(sentence) % told

    return said


# The parameters by their names in the rules.
PARAMETERS: dict[str, Text] = {
    "step": gettext_lazy("Points for each"),
    "per": gettext_lazy("Each so many"),
    "unit": gettext_lazy("Counted in"),
    "floor": gettext_lazy("Not below"),
    "target": gettext_lazy("Target"),
    "bands": gettext_lazy("Bands"),
    "grades": gettext_lazy("Grades"),
}
RULES: dict[str, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            "all_or_nothing",
            gettext_lazy("all or nothing"),
            (),
            (),
            "yes",
            _anything,
            _all_or_nothing,
            _say(gettext_lazy("%(points)s points if it is met, otherwise none.")),
        ),
        Rule(
            "per_item_deduction",
            gettext_lazy("deducted for each item"),
            ("step",),
            ("per", "unit", "floor"),
            "number",
            _check_step,
            _deduct,
            _say(
                gettext_lazy("From %(points)s points, %(step)s off for each %(each)s; not below %(floor)s.")
            ),
        ),
        Rule(
            "proportional",
            gettext_lazy("in proportion"),
            ("target",),
            ("unit",),
            "number",
            _check_target,
            _proportional,
            _say(gettext_lazy("%(points)s points for %(target)s %(unit)s; in proportion for less.")),
        ),
        Rule(
            "bands",
            gettext_lazy("by bands"),
            ("bands",),
            ("unit",),
            "number",
            _check_bands,
            _bands,
            _say(gettext_lazy("By bands, from … on: points (%(bands)s).")),
        ),
        Rule(
            "graded",
            gettext_lazy("by grades"),
            ("grades",),
            (),
            "grade",
            _check_grades,
            _graded,
            _say(gettext_lazy("By grade: points (%(grades)s).")),
        ),
        Rule(
            "count",
            gettext_lazy("for each piece, up to a limit"),
            ("step",),
            ("per", "unit"),
            "number",
            _check_step,
            _count,
            _say(gettext_lazy("%(step)s points for each %(each)s, %(points)s at most.")),
        ),
        Rule(
            "manual",
            gettext_lazy("judged by the reviewer"),
            (),
            (),
            "points",
            _anything,
            _manual,
            _say(gettext_lazy("0 to %(points)s points, judged by the reviewer.")),
        ),
        Rule(
            "deduct_per_case",
            gettext_lazy("taken from the total for each case"),
            ("step",),
            ("per", "unit"),
            "number",
            _check_step,
            _deduct_outside,
            _say(gettext_lazy("%(step)s off the total for each %(each)s, %(points)s at most.")),
        ),
        Rule(
            "veto",
            gettext_lazy("veto"),
            (),
            (),
            "yes",
            _nothing_by_itself,
            _veto,
            _say(gettext_lazy("If it occurs, the unit is excluded.")),
        ),
    )
}
