"""The points of a line from two or three marks: exact, rounded towards the unit, each with its sentence."""

from decimal import Decimal

import pytest
from django.utils import translation

from chuangwen.standards.models import Criterion, Dimension, Indicator, Panel
from chuangwen.standards.scoring import Given, disputed, line_of, outcome_of, rounded, takes_away


def criterion(rule="manual", points="10", part="inside", **parameters) -> Criterion:
    dimension = Dimension(part=part)
    return Criterion(
        indicator=Indicator(dimension=dimension), rule=rule, points=Decimal(points), parameters=parameters
    )


def given(*points, found=None):
    return [Given(n, found, Decimal(value), "") for n, value in enumerate(points, start=1)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.125", "0.13"),
        ("-0.125", "-0.12"),
        ("0.124999", "0.12"),
        ("-0.126", "-0.13"),
        ("5", "5.00"),
        ("0", "0.00"),
    ],
)
def test_a_half_is_rounded_towards_the_unit(value, expected):
    assert rounded(Decimal(value)) == Decimal(expected)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (("8", "9"), "8.5"),
        (("8", "8.25"), "8.13"),
        (("-3", "-2.75"), "-2.87"),
        (("2", "9", "8"), "8.5"),
        (("9", "2", "3"), "2.5"),
        (("2", "8", "5"), "6.5"),
        (("8", "2", "5"), "6.5"),
        (("4", "9", "9"), "9"),
        (("0.1", "0.3", "0.2"), "0.25"),
    ],
)
def test_the_mean_of_two_or_of_the_nearest_two_of_three_the_higher_pair_if_both_are_as_near(points, expected):
    assert line_of(criterion(), given(*points)).points == Decimal(expected)


def test_each_number_says_where_it_comes_from():
    with translation.override("en"):
        assert line_of(criterion(), given("8", "9")).words == "Two reviewers gave 8 and 9; the mean is 8.5."
        assert line_of(criterion(), given("2", "9", "8")).words == (
            "Two reviewers gave 2 and 9, which is too far apart; a third gave 8. "
            "The nearest two, 8 and 9, make the mean 8.5."
        )


@pytest.mark.parametrize(
    ("found", "occurs", "words"),
    [
        ((False, False), False, "All reviewers found that it did not occur."),
        ((True, True), True, "2 of 2 reviewers found that it occurred: this excludes the unit."),
        ((True, False, True), True, "2 of 3 reviewers found that it occurred: this excludes the unit."),
        ((True, False, False), False, "1 of 3 reviewers found that it occurred: it does not count."),
    ],
)
def test_a_veto_is_decided_by_most(found, occurs, words):
    marks = [Given(n, one, Decimal(0), "") for n, one in enumerate(found, start=1)]
    with translation.override("en"):
        line = line_of(criterion("veto", "0"), marks)
    assert (line.points, line.occurs, line.words) == (0, occurs, words)


@pytest.mark.parametrize(
    ("limit", "limit_in", "apart"),
    [
        ("2", "points", True),
        ("3", "points", False),
        ("20", "percent", True),
        ("30", "percent", False),
        ("29.99", "percent", True),
    ],
)
def test_a_difference_of_three_of_ten_points_is_held_against_the_limit(limit, limit_in, apart):
    panel = Panel(limit=Decimal(limit), limit_in=limit_in)
    first, second = given("5", "8")
    assert disputed(panel, criterion(), first, second) is apart
    assert disputed(panel, criterion(), second, first) is apart


def test_about_a_veto_reviewers_must_agree():
    panel, marks = (
        Panel(limit=Decimal(100)),
        [
            Given(1, found=True, points=Decimal(0), reason=""),
            Given(2, found=False, points=Decimal(0), reason=""),
        ],
    )
    assert disputed(panel, criterion("veto", "0"), *marks)
    assert not disputed(panel, criterion("veto", "0"), marks[0], marks[0])


@pytest.mark.parametrize(
    ("asked", "found", "owed"),
    [
        (criterion(), "9.5", True),
        (criterion(), "10", False),
        (criterion("all_or_nothing"), False, True),
        (criterion("all_or_nothing"), True, False),
        (criterion("per_item_deduction", step="0.5"), "1", True),
        (criterion("count", part="bonus", step="2"), "0", False),
        (criterion("deduct_per_case", part="deduction", step="2"), "1", True),
        (criterion("deduct_per_case", part="deduction", step="2"), "0", False),
        (criterion("veto", "0", part="deduction"), True, True),
        (criterion("veto", "0", part="deduction"), False, False),
    ],
)
def test_a_reason_is_owed_where_points_are_taken(asked, found, owed):
    assert takes_away(asked, outcome_of(asked, found), found) is owed
