"""Whatever a table holds: no line vanishes, nothing is said twice otherwise, and every number is a number."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.standards.importing.found import DOUBTS
from chuangwen.standards.importing.reading import read
from chuangwen.standards.importing.rows import Row, Sheet
from chuangwen.standards.importing.scoring import KINDS

PHRASES = (
    "完善巡查制度",
    "（5分）",
    "(１０分)",
    "（20）",
    "得3分",
    "十分",
    "每少一次扣0.5分，扣完为止",
    "否则不得分",
    "按完成比例得分",
    "出现一例扣10分",
    "优秀得5分，良好得3分，较差不得分",
    "每篇得1分，最高3分",
    "一票否决",
    "分别加5分、3分",
    "酌情扣分",
    "1.",
    "2、",
    "①",
    "（二）",
    "；",
    "。",
    "，",
    " ",
    "第三部分",
    "一、",
    "加分项",
    "县教育局",
    "各乡镇",
    "合计",
    "小计30",
    "注：",
    "60",
    "-5",
    "百十分",
)
HEADINGS = (
    "序号",
    "考核项目",
    "考核内容",
    "分值",
    "评分标准",
    "考核单位",
    "考核对象",
    "备注",
    "乡镇分值",
    "",
)
CELL = st.one_of(
    st.lists(st.sampled_from(PHRASES), max_size=6).map("".join),
    st.text(max_size=12).map(lambda text: "".join(text.split())),
)
TABLE = st.tuples(
    st.lists(st.sampled_from(HEADINGS), min_size=0, max_size=6),
    st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=8),
)


@settings(max_examples=300, deadline=None)
@given(TABLE)
def test_every_line_is_a_criterion_or_a_heading(table):
    heading, lines = table
    rows = tuple(Row(number, tuple(cells)) for number, cells in enumerate([heading, *lines], start=1))
    found = read([Sheet("", rows)])
    filled = {row.number for row in rows if row.words}
    criteria = {one.row for one in found.criteria}
    headings = {row for _sheet, row in found.headings}
    assert criteria | headings == filled
    assert criteria & headings == set()
    assert read([Sheet("", rows)]) == found
    assert {one.rule.kind for one in found.criteria} <= set(KINDS)
    assert {doubt.kind for doubt in found.doubts} <= set(DOUBTS)
    json.dumps(found.to_json(), allow_nan=False)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from((2, 5, 8, 10, 12)), min_size=1, max_size=6), st.integers(-2, 2))
def test_a_stated_total_is_doubted_exactly_if_its_parts_do_not_make_it(points, off):
    stated = sum(points) + (off if sum(points) + off > 0 else 0)
    text = "；".join(
        f"{number}.完善第{number}项制度（{value}分）" for number, value in enumerate(points, start=1)
    )
    rows = (
        Row(1, ("考核项目", "分值", "考核内容")),
        Row(2, ("制度建设", str(stated), text)),
        Row(3, ("合计", str(stated), "")),
    )
    found = read([Sheet("", rows)])
    assert [one.points for one in found.criteria] == points
    doubts = [(one.kind, one.row, one.stated, one.found) for one in found.doubts]
    assert doubts == ([("sum_mismatch", 2, stated, sum(points))] if stated != sum(points) else [])
