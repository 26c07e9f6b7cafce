"""Running numbers: used twice, left out; and what is neither."""

from __future__ import annotations

import pytest

from chuangwen.standards.importing.numbers import Numbers, parsed


def told(*numbers: str) -> list[tuple[str, int]]:
    """Kind and row of the doubts about numbers in rows 1, 2, 3 …; "|" begins a section."""
    follower, found, row = Numbers(), [], 0
    for written in numbers:
        if written == "|":
            follower.restart()
            continue
        row += 1
        found += [(doubt.kind, doubt.row) for doubt in follower.follow(row, written, (), "")]
    return found


TWICE, LEFT_OUT = "duplicate_number", "skipped_number"


@pytest.mark.parametrize(
    ("numbers", "doubts"),
    [
        ("1 2 3", []),
        ("1 2 2 3", [(TWICE, 3)]),
        ("1 2 2 4", [(TWICE, 3)]),  # by its rows the last is the fourth
        ("1 2 2 5", [(TWICE, 3), (LEFT_OUT, 4)]),
        ("1 2 4", [(LEFT_OUT, 3)]),
        ("1 2 | 1 2", []),
        ("1 2 | 3 4", []),
        ("1 | 1", []),
        ("1 1", [(TWICE, 2)]),
        ("一 二 二", [(TWICE, 3)]),
        ("（一） （三）", [(LEFT_OUT, 2)]),
        ("1.1 1.2 2.1 2.2 2.2", [(TWICE, 5)]),
        ("第一部分 第二部分", []),
        ("１ ２ ２", [(TWICE, 3)]),
        ("★ ※", []),
    ],
)
def test_numbers_are_followed(numbers, doubts):
    assert told(*numbers.split()) == doubts


def test_rows_of_one_merged_cell_share_its_number():
    follower = Numbers()
    assert list(follower.follow(1, "1", ("县教育局",), "")) == []
    assert list(follower.follow(2, "1", ("县教育局",), "")) == []
    assert [doubt.kind for doubt in follower.follow(3, "1", ("县民政局",), "")] == [TWICE]


@pytest.mark.parametrize(
    ("written", "number"), [("12.", ("", 12)), ("（十一）", ("", 11)), ("3-2", ("3-", 2)), ("甲", None)]
)
def test_a_number_is_read(written, number):
    assert parsed(written) == number
