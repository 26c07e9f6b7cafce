"""From what was read to the lines of a draft: rules as standards keep them, nothing of the words lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chuangwen.standards.importing import drafting
from chuangwen.standards.importing.reading import read
from chuangwen.standards.importing.rows import Row, Sheet
from chuangwen.standards.importing.telling import doubt_words
from chuangwen.standards.tests.test_tables import TABLES, reading


def lines_of(*rows: tuple[str, ...], scope: str = "") -> list[drafting.Line]:
    heading = ("考核项目", "考核内容", "分值", "评分标准")
    sheet = Sheet("", tuple(Row(number, cells) for number, cells in enumerate((heading, *rows), start=1)))
    return drafting.lines(read([sheet]), scope)


RULES = [
    (
        "每少一次扣0.5分，扣完为止",
        "per_item_deduction",
        {"step": "0.5", "per": "1", "unit": "次", "floor": "0"},
    ),
    ("按完成比例得分", "proportional", {"target": "100", "unit": "%"}),
    ("全年30件以上，否则按完成比例得分", "proportional", {"target": "30", "unit": "件"}),
    ("达到90%得满分，60%以上得一半分，低于60%不得分", "bands", {"bands": [["90", "10"], ["60", "5"]]}),
    ("省级得10分，市级得5分", "graded", {"grades": [["省级", "10"], ["市级", "5"]]}),
    ("A档得10分，B档得5分，C档不得分", "graded", {"grades": [["A", "10"], ["B", "5"], ["C", "0"]]}),
    ("每篇得2分，最高10分", "count", {"step": "2", "per": "1", "unit": "篇"}),
    ("未落实不得分", "all_or_nothing", {}),
    ("视情况酌情给分", "manual", {}),
]


@pytest.mark.parametrize(("words", "rule", "parameters"), RULES, ids=[row[0] for row in RULES])
def test_a_rule_is_written_as_standards_keep_it(words, rule, parameters):
    (line,) = lines_of(("制度建设", "完善制度", "10", words))
    assert (line.rule, line.parameters, line.points, line.part) == (rule, parameters, 10, "inside")
    assert (line.dimension, line.text) == ("制度建设", f"完善制度\n{words}")


@pytest.mark.parametrize(
    ("words", "rule", "part", "points"),
    [
        ("省级加5分，市级加3分", "graded", "bonus", 5),
        ("每篇加1分，最高4分", "count", "bonus", 4),
        ("被通报的每次扣2分，最多扣6分", "deduct_per_case", "deduction", 6),
        ("被通报的分别扣5分、3分", "deduct_per_case", "deduction", 5),
        ("按扣分比例折算扣分", "deduct_per_case", "deduction", 0),
        ("发生事故的一票否决", "veto", "deduction", 0),
    ],
)
def test_what_stands_outside_the_hundred_is_a_bonus_or_a_deduction(words, rule, part, points):
    (line,) = lines_of(("加减分项", "上级评价", "", words))
    assert (line.rule, line.part, line.points) == (rule, part, points)


def test_several_deductions_in_one_line_are_scored_by_hand_and_doubted():
    words = "未公示的扣2分，每少一次扣0.5分"
    heading = ("考核项目", "考核内容", "分值", "评分标准")
    rows = (
        heading,
        ("制度建设", "完善制度", "10", words),
        ("制度建设", "学习", "5", "少一次扣1分，缺一次扣1分"),
    )
    found = read([Sheet("", tuple(Row(number, cells) for number, cells in enumerate(rows, start=1)))])
    first, second = drafting.lines(found)
    assert (first.rule, first.parameters, words in first.text) == ("manual", {}, True)
    assert (second.rule, second.parameters["step"]) == ("per_item_deduction", "1")
    (doubt,) = drafting.doubts(found)
    assert (doubt["kind"], doubt["row"], doubt["found"]) == ("several_deductions", 2, 2)
    assert words in doubt_words(doubt)


def test_a_draft_for_one_body_has_its_lines_and_those_of_everybody():
    found = reading(next(path for path in TABLES if path.stem == "forty_and_sixty"))
    assert drafting.scopes(found) == ["县教育局", "县城管局", "县档案局", "县文旅局"]
    chosen = drafting.lines(found, "县档案局")
    inside = [line for line in chosen if line.part == "inside"]
    assert sum(line.points for line in inside) == Decimal(90)
    assert {line.dimension for line in inside} == {
        "共同考核项目（全体创建单位）",
        "部门分工考核项目 · 县档案局",
    }
    assert [one["kind"] for one in drafting.doubts(found, "县档案局")] == ["sum_mismatch"]
    assert len(drafting.doubts(found)) == 3
    assert len(drafting.lines(found)) == len(found.criteria)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_word_of_a_criterion_is_lost(path):
    found = reading(path)
    for line, criterion in zip(drafting.lines(found), found.criteria, strict=True):
        assert criterion.text in line.text
        assert criterion.scoring in line.text
        assert line.points == max(abs(criterion.points or 0), line.points)
