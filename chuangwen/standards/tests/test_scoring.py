"""Words of the trade → the rule by which points are given."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chuangwen.standards.importing.found import plain
from chuangwen.standards.importing.scoring import read_rule

DEDUCTION, ONE = "per_item_deduction", {"per": 1, "floor": 0}
RULES = [
    ("每少一次扣0.5分，扣完为止", DEDUCTION, {"step": 0.5, "unit": "次", **ONE}),
    ("少一次扣1分", DEDUCTION, {"step": 1, "unit": "次", **ONE}),
    ("每逾期2天扣1分", DEDUCTION, {"step": 1, "per": 2, "unit": "天", "floor": 0}),
    ("出现一例扣10分", DEDUCTION, {"step": 10, "unit": "例", **ONE}),
    ("满意度每下降１个百分点扣０.５分", DEDUCTION, {"step": 0.5, "unit": "百分点", **ONE}),
    ("发现问题扣0.2分/处", DEDUCTION, {"step": 0.2, "unit": "处", **ONE}),
    ("每月报送信息，缺报一次，扣两分", DEDUCTION, {"step": 2, "unit": "次", **ONE}),
    ("每缺一项扣2分，最多扣6分", DEDUCTION, {"step": 2, "unit": "项", "per": 1, "floor": 4}),
    (
        "无方案不得分；每缺一项扣1分",
        DEDUCTION,
        {"step": 1, "unit": "项", **ONE, "zero_if": "无方案"},
    ),
    (
        "未建台账扣3分；记录不全扣1分",
        DEDUCTION,
        {"step": 3, "floor": 0, "steps": [{"step": 3}, {"step": 1}]},
    ),
    ("按完成比例得分", "proportional", {}),
    ("全年办结30件以上，否则按完成比例得分", "proportional", {"target": 30, "unit": "件"}),
    ("得分＝完成率×分值", "proportional", {}),
    ("未达标的按比例扣分", "proportional", {}),
    ("达到标准得满分，否则不得分", "all_or_nothing", {}),
    ("未落实的本项不得分", "all_or_nothing", {}),
    ("缺一项即扣除全部分值", "all_or_nothing", {}),
    ("完成的得5分，未完成的得0分", "all_or_nothing", {}),
    ("每开展一次得1分，最高3分", "count", {"step": 1, "per": 1, "unit": "次", "max": 3}),
    ("每个示范点加0.5分", "count", {"step": 0.5, "per": 1, "unit": "个"}),
    ("2分/篇", "count", {"step": 2, "per": 1, "unit": "篇"}),
    (
        "达到90%得满分，80%以上得8分，60%～80%得一半分，低于60%不得分",
        "bands",
        {
            "bands": [
                {"when": "达到90%", "at_least": 90, "percent": 100},
                {"when": "80%以上", "at_least": 80, "points": 8},
                {"when": "60%~80%", "at_least": 60, "percent": 50},
                {"when": "低于60%", "below": 60, "points": 0},
            ]
        },
    ),
    (
        "前三名分别得5分、3分、1分",
        "bands",
        {"bands": [{"when": "前三名", "place": n, "points": p} for n, p in ((1, 5), (2, 3), (3, 1))]},
    ),
    (
        "A档得10分，B档得8分，C档得5分，D档不得分",
        "graded",
        {"grades": [{"grade": g, "points": p} for g, p in zip("ABCD", (10, 8, 5, 0), strict=True)]},
    ),
    (
        "优秀10分、良好8分、一般5分",
        "graded",
        {"grades": [{"grade": g, "points": p} for g, p in (("优秀", 10), ("良好", 8), ("一般", 5))]},
    ),
    (
        "分优秀、良好、较差三档，分别得10分、6分、2分",
        "graded",
        {"grades": [{"grade": g, "points": p} for g, p in (("优秀", 10), ("良好", 6), ("较差", 2))]},
    ),
    ("发生重大责任事故的，实行一票否决", "veto", {}),
    ("资料齐全（10分）", "manual", {"max": 10}),
]


@pytest.mark.parametrize(("words", "kind", "parameters"), RULES, ids=[row[0] for row in RULES])
def test_the_words_tell_the_rule(words, kind, parameters):
    rule, understood = read_rule(words, Decimal(10))
    assert (rule.kind, plain(rule.parameters)) == (kind, parameters)
    assert understood


@pytest.mark.parametrize("words", ["视情况酌情扣分", "由考核组综合打分", "发现问题扣1-3分", "乘以系数后计分"])
def test_a_rule_that_is_not_understood_is_scored_by_hand_and_told(words):
    rule, understood = read_rule(words, Decimal(10))
    assert (rule.kind, rule.words, understood) == ("manual", words, False)


@pytest.mark.parametrize(
    ("words", "kind", "parameters"),
    [
        (
            "被通报批评的每次扣2分，最多扣6分",
            "deduct_per_case",
            {"step": 2, "per": 1, "unit": "次", "max": 6},
        ),
        ("获市级表彰加5分", "all_or_nothing", {}),
        (
            "国家级加5分、省级加3分",
            "bands",
            {"bands": [{"when": "国家级", "points": 5}, {"when": "省级", "points": 3}]},
        ),
    ],
)
def test_beside_the_hundred_there_are_bonuses_and_deductions(words, kind, parameters):
    rule, understood = read_rule(words, None, outside=True)
    assert (rule.kind, plain(rule.parameters), understood) == (kind, parameters, True)
