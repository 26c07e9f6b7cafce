"""One cell of a table → what is scored apart, each with its points and the kind of its rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chuangwen.standards.importing.cutting import Line, number_of, parts

MANUAL, OFF, ALL, BANDS, COUNT = "manual", "per_item_deduction", "all_or_nothing", "bands", "count"
CELLS = [
    # What adds up, and what are steps of one thing: the total of the row tells.
    ("建立台账得3分，更新及时得2分。", 5, [(3, MANUAL), (2, MANUAL)]),
    ("全部建立得5分，部分建立得2分。", 5, [(5, BANDS)]),
    ("评为省级示范点计5分，评为市级示范点计3分。", 8, [(5, MANUAL), (3, MANUAL)]),
    ("第一名得10分，第二名得8分，其他得4分。", None, [(10, BANDS)]),
    ("第一名得10分，第二名得8分，其他得4分。", 10, [(10, BANDS)]),
    ("开展宣讲十次以上，得十分；五次以上，得五分。", 10, [(10, BANDS)]),
    # What is said after points belongs to them; so does what stands before the next.
    ("专题部署2次以上得3分，少一次扣1.5分；有纪要得2分。", 5, [(3, OFF), (2, MANUAL)]),
    ("每周巡查一次（2分，少一次扣0.1分，扣完为止）；及时上报（3分）", 5, [(2, OFF), (3, MANUAL)]),
    ("未发生事故得5分；发生一起扣2分，扣完为止。", 5, [(5, OFF)]),
    ("上报台账，得5分；出现漏报不得分。", 5, [(5, ALL)]),
    ("建成一处示范点，得3分，每增加一处加1分，最高加2分", 5, [(3, MANUAL), (2, COUNT)]),
    # Points in every way of writing them.
    ("１．制定方案（２分）；２．总结上报【３分】", 5, [(2, MANUAL), (3, MANUAL)]),
    ("①（2分）有场所；②（3分）有标识", 5, [(2, MANUAL), (3, MANUAL)]),
    ("领导重视（5分；制度健全（5分）", 10, [(5, MANUAL), (5, MANUAL)]),
    ("明确领导5分、明确专人5分", None, [(5, MANUAL), (5, MANUAL)]),
    ("档案规范（每项5分，共50分）", None, [(50, COUNT)]),
    ("交流发言2分/次，最高10分", None, [(10, COUNT)]),
    ("经费有保障（满分8分）", None, [(8, MANUAL)]),
    ("村规民约全覆盖（十五分）", None, [(15, MANUAL)]),
    # What is no statement of points.
    ("满意度80分以上为优秀", None, [(None, MANUAL)]),
    ("有方案，有小结，各得1分。", None, [(None, MANUAL)]),
    ("按（2018）第3号文件执行", 5, [(5, MANUAL)]),
    ("每月报送信息2条", 5, [(5, MANUAL)]),
    ("每报送一条得0.5分", 5, [(5, COUNT)]),
    # A part that states what the parts after it make.
    ("组织领导（10分）：成立班子（3分），定期研究（7分）。", None, [(3, MANUAL), (7, MANUAL)]),
]


@pytest.mark.parametrize(("text", "stated", "expected"), CELLS, ids=[row[0] for row in CELLS])
def test_a_cell_falls_apart_into_what_is_scored(text, stated, expected):
    found = parts(Line(text, "", None if stated is None else Decimal(stated)))
    assert [(part.points, part.rule.kind) for part in found.parts] == expected
    assert found.disagreeing is None
    assert all(part.text in text for part in found.parts)


def test_what_a_cell_states_of_its_parts_is_kept():
    assert parts(Line("组织领导（10分）：成立班子（3分），定期研究（6分）。", "", None)).lead == 10


@pytest.mark.parametrize(
    ("text", "stated", "found"),
    [
        ("建立台账得3分，更新及时得1分。", 5, 4),
        ("建立台账，得8分", 5, 8),
        ("建立台账，得3分，每缺一项扣1分", 5, 3),
    ],
)
def test_points_among_the_words_that_do_not_make_those_of_the_row_are_told(text, stated, found):
    assert parts(Line(text, "", Decimal(stated))).disagreeing == found


def test_each_item_has_the_rule_that_bears_its_number():
    line = Line("1.例会（5分）；2.台账（5分）", "1.每缺一次扣1分；2.未建立不得分", Decimal(10))
    assert [(part.points, part.rule.kind) for part in parts(line).parts] == [(5, OFF), (5, ALL)]


def test_bonuses_and_deductions_are_told_sentence_by_sentence():
    line = Line("获省级表彰加5分；受通报批评的分别扣3分、2分；发生事故的一票否决", "", None, outside=True)
    assert [(part.points, part.rule.kind) for part in parts(line).parts] == [
        (5, ALL),
        (-3, BANDS),
        (None, "veto"),
    ]


@pytest.mark.parametrize(
    ("text", "number"), [("3、制度健全", "3、"), ("1.有制度；2.有台账", ""), ("制度健全", "")]
)
def test_a_number_before_all_of_a_cell_is_that_of_its_line(text, number):
    assert number_of(text) == number
