"""The draw is the same for everybody who makes it, even, rotated, and never in conflict."""

from collections import Counter
from dataclasses import replace

import pytest

from chuangwen.standards.drawing import (
    Body,
    Conflict,
    Drawing,
    Place,
    Reviewer,
    agrees,
    conflicts,
    counted,
    from_json,
)

PLACES = tuple(Place(f"26SELF{n}", (1, 2)) for n in range(12))
DRAWING = Drawing("示例 03 17 22", (7, 8, 9, 11), PLACES)


def test_the_same_seed_gives_the_same_draw_in_whatever_order_things_are_given():
    again = Drawing(DRAWING.seed, DRAWING.reviewers[::-1], PLACES[::-1])
    assert again.run() == DRAWING.run()


def test_another_seed_gives_another_draw():
    assert replace(DRAWING, seed="示例 03 17 23").run() != DRAWING.run()


def test_this_draw_never_changes():
    """What a city has drawn must come out the same in every later version."""
    drawn, lacking = Drawing("示例", (1, 2, 3), PLACES[:2]).run()
    # printf '示例:26SELF1' | sha256sum is the least of the two, and of 1, 2, 3 the order is 3, 1, 2.
    assert drawn == [("26SELF1", 1, 3), ("26SELF1", 2, 1), ("26SELF0", 1, 2), ("26SELF0", 2, 3)]
    assert lacking == []


def test_everybody_gets_as_many_and_nobody_a_report_twice():
    drawn, lacking = DRAWING.run()
    assert lacking == []
    assert Counter(pk for _number, _ordinal, pk in drawn) == {7: 6, 8: 6, 9: 6, 11: 6}
    assert len({(number, pk) for number, _ordinal, pk in drawn}) == len(drawn) == 24


def test_pairs_rotate():
    pairs = Counter()
    for place in PLACES:
        pairs[frozenset(pk for number, _ordinal, pk in DRAWING.run()[0] if number == place.number)] += 1
    assert len(pairs) > 1


def test_whoever_had_more_before_gets_fewer_now():
    drawn, _lacking = replace(DRAWING, load={7: 6}).run()
    assert Counter(pk for _number, _ordinal, pk in drawn) == {7: 2, 8: 7, 9: 7, 11: 8}


def test_whoever_is_barred_is_not_drawn_and_a_report_without_anybody_is_named():
    barred = (Place("26A", (1, 2), frozenset({7, 8})), Place("26B", (1, 2), frozenset({7, 8, 9})))
    drawn, lacking = replace(DRAWING, places=barred).run()
    assert lacking == ["26B"]
    assert {pk for number, _ordinal, pk in drawn if number == "26A"} == {9, 11}
    assert replace(DRAWING, reviewers=(), places=PLACES[:1]).run() == ([], ["26SELF0"])


def test_the_journal_keeps_what_is_needed_to_draw_again_and_a_changed_one_does_not_agree():
    data = replace(DRAWING, load={7: 1}).to_json()
    assert from_json(data) == replace(DRAWING, load={7: 1})
    assert agrees(data)
    assert not agrees({**data, "seed": "another"})
    first, *rest = data["drawn"]
    assert not agrees({**data, "drawn": [[*first[:2], 999], *rest]})


SCHOOL = Body(1, "990101", frozenset({"education"}))
COUNTY = Body(2, "990101", seat=True)
CITY = Body(3, "9901", seat=True)
BUREAU = Body(4, "9901", frozenset({"education"}))
CLINIC = Body(5, "990102", frozenset({"health"}))


@pytest.mark.parametrize(
    ("reviewer", "unit", "why"),
    [
        (Reviewer(1, (SCHOOL,)), SCHOOL, Conflict.OWN),
        (Reviewer(1, (COUNTY,)), SCHOOL, Conflict.SUPERIOR),
        (Reviewer(1, (CITY,)), COUNTY, Conflict.SUPERIOR),
        (Reviewer(1, (), frozenset({1})), SCHOOL, Conflict.SUPERIOR),
        (Reviewer(1, (SCHOOL,)), COUNTY, Conflict.SUBORDINATE),
        (Reviewer(1, (BUREAU,)), SCHOOL, Conflict.SYSTEM),
        (Reviewer(1, (CLINIC,)), SCHOOL, None),
        (Reviewer(1, (CLINIC,)), COUNTY, None),
        (Reviewer(1, (CLINIC, BUREAU)), SCHOOL, Conflict.SYSTEM),
        (Reviewer(1), SCHOOL, None),
    ],
)
def test_who_is_not_free_for_a_unit_and_why(reviewer, unit, why):
    assert reviewer.conflict(unit) == why
    assert conflicts([reviewer], unit) == ({1: why} if why else {})


def test_conflicts_are_counted_in_a_fixed_order():
    assert counted([Conflict.SYSTEM, Conflict.OWN, Conflict.SYSTEM]) == [
        (Conflict.OWN, 1),
        (Conflict.SYSTEM, 2),
    ]
