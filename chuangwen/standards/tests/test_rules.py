"""Each rule gives exact points and says why; parameters that cannot be meant are refused with a sentence."""

from decimal import Decimal

import pytest
from django.utils import translation

from chuangwen.standards import rules
from chuangwen.standards.rules import RuleError, compute, in_words, validate

D = Decimal


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "row",
    [
        ("all_or_nothing", 5, {}, True, "5", "Met: full points."),
        ("all_or_nothing", 5, {}, False, "0", "Not met: no points."),
        (
            "per_item_deduction",
            3,
            {"step": "0.1", "unit": "places"},
            3,
            "2.7",
            "3 places found, 0.1 off for each places: 2.7 of 3 left.",
        ),
        ("per_item_deduction", 3, {"step": "0.5"}, 100, "0", None),
        ("per_item_deduction", 3, {"step": "1", "floor": "1"}, 9, "1", None),
        ("per_item_deduction", 3, {"step": "1", "per": "5"}, 9, "2", None),
        ("proportional", 3, {"target": "100", "unit": "%"}, "66.7", "2.00", "66.7 of 100 %: 2 of 3 points."),
        ("proportional", 4, {"target": "10"}, 25, "4.00", None),
        (
            "bands",
            6,
            {"bands": [["95", "6"], ["90", "4.5"]]},
            95,
            "6",
            "95 is in the band from 95: 6 points.",
        ),
        ("bands", 6, {"bands": [["95", "6"], ["90", "4.5"]]}, "94.9", "4.5", None),
        ("bands", 6, {"bands": [["95", "6"], ["90", "4.5"]]}, 1, "0", "1 is below all bands: no points."),
        ("graded", 6, {"grades": [["A", "6"], ["B", "4"]]}, "B", "4", "Grade B: 4 points."),
        ("count", 4, {"step": "1.5", "unit": "pieces"}, 2, "3.0", None),
        ("count", 4, {"step": "1.5"}, 9, "4", None),
        ("manual", 4, {}, "2.5", "2.5", "2.5 of 4 points, by the reviewer's judgement."),
        ("deduct_per_case", 10, {"step": "2"}, 3, "-6", None),
        ("deduct_per_case", 10, {"step": "2"}, 30, "-10", None),
        ("deduct_per_case", 10, {"step": "2"}, 0, "0", None),
        ("veto", 0, {}, True, "0", "It occurred: this excludes the unit, whatever its points."),
        ("veto", 0, {}, False, "0", "It did not occur."),
    ],
)
def test_points_and_reason(row):
    kind, points, parameters, found, given, reason = row
    outcome = compute(kind, D(points), validate(kind, D(points), parameters), found)
    assert outcome.points == D(given)
    assert not str(outcome.points).startswith("-0")
    assert reason in {None, outcome.reason}


@pytest.mark.parametrize(
    ("kind", "points", "parameters", "words"),
    [
        ("no_such", 1, {}, "There is no such rule: no_such"),
        ("per_item_deduction", 3, {}, "This rule also needs: Points for each"),
        ("per_item_deduction", 3, {"step": "0"}, "Points for each must be more than 0."),
        ("per_item_deduction", 3, {"step": "1", "floor": "4"}, "4 points are not between 0 and 3."),
        ("per_item_deduction", 3, {"step": "x"}, "“x” is no number."),
        ("per_item_deduction", 3, {"step": "NaN"}, "“NaN” is no number."),
        ("per_item_deduction", 3, {"step": 0.1}, "Amounts are exact numbers such as 0.5."),
        ("proportional", 3, {"target": "-1"}, "Target must be more than 0."),
        (
            "bands",
            6,
            {"bands": [["90", "4"], ["95", "6"]]},
            "Write the highest band first, each with less points than the one before it.",
        ),
        ("bands", 6, {"bands": [["95", "7"]]}, "7 points are not between 0 and 6."),
        ("graded", 6, {"grades": [["A", "6"]]}, "Name at least two grades, each once."),
        ("graded", 6, {"grades": [["A", "6"], ["B", "8"]]}, "8 points are not between 0 and 6."),
        ("veto", 1, {}, "A veto brings no points: leave its points at 0."),
        ("manual", -1, {}, "-1 points are not between 0 and 1000."),
    ],
)
def test_parameters_that_cannot_be_meant(kind, points, parameters, words):
    with pytest.raises(RuleError) as refused:
        validate(kind, D(points), parameters)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("kind", "parameters", "found", "words"),
    [
        ("manual", {}, "4.01", "4.01 points are not between 0 and 4."),
        ("manual", {}, True, "Amounts are exact numbers such as 0.5."),
        ("count", {"step": "1"}, -1, "A number found cannot be less than nothing."),
        ("graded", {"grades": [["A", "4"], ["B", "2"]]}, "E", "There is no grade “E” here."),
    ],
)
def test_findings_that_a_rule_cannot_use(kind, parameters, found, words):
    with pytest.raises(RuleError) as refused:
        compute(kind, D(4), parameters, found)
    assert str(refused.value) == words


def test_a_rule_in_words():
    assert in_words("per_item_deduction", D(4), {"step": "0.5", "per": "2", "unit": "places"}) == (
        "From 4 points, 0.5 off for each 2 places; not below 0."
    )
    assert in_words("graded", D(4), {"grades": [["A", "4"], ["B", "2"]]}) == "By grade: points (A: 4; B: 2)."


def test_only_parameters_of_the_rule_are_kept():
    assert validate("count", D(4), {"step": D("0.50"), "target": 9, "unit": " 次 "}) == {
        "step": "0.5",
        "unit": "次",
    }
    assert sorted(rules.RULES) == sorted({rule.kind for rule in rules.RULES.values()})
