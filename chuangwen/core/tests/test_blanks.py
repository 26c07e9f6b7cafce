"""A template says what a paper says; what is wrong in it is named with its file and line."""

from __future__ import annotations

from datetime import date

import pytest

from chuangwen.core.blanks import Vocabulary, read_blank
from chuangwen.core.papers import Table
from chuangwen.core.problems import Problem

VOCABULARY = Vocabulary(frozenset({"title", "place"}), {"tasks": frozenset({"no", "task"})})
DAY = date(2026, 9, 15)
VALUES = {"title": "示例通知", "place": ""}
TASKS = [{"no": "1", "task": "制定方案"}, {"no": "2", "task": "召开会议"}]


@pytest.fixture
def blank(tmp_path):
    """``blank(text)`` is the template of that text."""
    path = tmp_path / "notice.zh.txt"

    def read(text):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_blank(path, VOCABULARY)

    return read


def filled(blank, tasks=TASKS, **values):
    return blank.fill(values={**VALUES, **values}, lists={"tasks": tasks}, day=DAY)


def test_every_block_comes_to_its_place(blank):
    paper = filled(
        blank(
            "# 说明\n[landscape]\n[masthead]\n文件\n[number]\n〔2026〕1号\n"
            "[title]\n关于{{title}}的\n通知\n[addressee]\n各单位：\n"
            "[text]\n一、{{ title }}\n第二段\n[each tasks]\n{{no}}.{{task}}（{{title}}）\n"
            "[signature]\n文明办\n9月15日\n[copies]\n抄送：市委\n[imprint]\n文明办 | 9月15日\n"
        )
    )
    assert (paper.landscape, paper.masthead, paper.number) == (True, "文件", "〔2026〕1号")
    assert (paper.title, paper.addressee) == ("关于示例通知的通知", "各单位：")
    assert paper.blocks == ["一、示例通知", "第二段", "1.制定方案（示例通知）", "2.召开会议（示例通知）"]
    assert (paper.signature, paper.copies) == (["文明办", "9月15日"], "抄送：市委")
    assert (paper.imprint, paper.date) == (["文明办", "9月15日"], DAY)


def test_a_table_has_a_row_for_every_task_and_a_form_keeps_its_space(blank):
    text = (
        "[table tasks]\n序号 | 任务\n1 | 6\n{{no}} | {{task}}\n"
        "[form]\n1 | 4\n事项 | {{title}}\n结果 |\n|\n| 签字：\n"
    )
    assert filled(blank(text)).blocks == [
        Table([["1", "制定方案"], ["2", "召开会议"]], [1, 6], ["序号", "任务"]),
        Table([["事项", "示例通知"], ["结果", "\n\n签字："]], [1, 4], size=14),
    ]


def test_words_before_a_name_stand_only_with_its_value(blank):
    text = "[text]\n任务（{{地点：place}}{{；题目：title}}）\n"
    assert filled(blank(text)).blocks == ["任务（；题目：示例通知）"]
    assert filled(blank(text), place="礼堂", title="").blocks == ["任务（地点：礼堂）"]


def test_a_block_may_depend_on_a_value_or_a_list(blank):
    text = (
        "[text if place]\n在{{place}}\n[text unless place]\n无地点\n[text if tasks]\n有任务\n"
        "[table tasks unless place]\n任务\n1\n{{task}}\n[text unless tasks]\n无任务\n"
    )
    assert filled(blank(text), place="礼堂").blocks == ["在礼堂", "有任务"]
    assert filled(blank(text), tasks=[]).blocks == ["无地点", "无任务"]


def test_nothing_in_a_value_is_read_as_template(blank):
    hostile = "{{place}} | [title]\n# x"
    text = "[text]\n{{title}}\n[imprint]\n{{title}} | b\n[form]\n1 | 1\n{{title}} | b\n"
    paper = filled(blank(text), title=hostile, place="秘密")
    assert paper.blocks[0] == "{{place}} | [title] # x"
    assert paper.imprint == [hostile, "b"]
    assert paper.blocks[1].rows == [[hostile, "b"]]


def test_a_file_saved_with_a_byte_order_mark_is_read(blank):
    assert filled(blank("[text]\n甲\n".encode("utf-8-sig"))).blocks == ["甲"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("甲\n[text]\n", 1),
        ("[text]\n甲\n[nothing]\n", 3),
        ("[text\n", 1),
        ("[text]\n\n{{nobody}}\n", 3),
        ("[text]\n{{task}}\n", 2),
        ("[text]\n{{title}\n", 2),
        ("[text]\n{{地点：nobody}}\n", 2),
        ("[text]\n{{地点：{{place}}}}\n", 2),
        ("[text]\n甲\n[text if nobody]\n", 3),
        ("[each]\n{{no}}\n", 1),
        ("[each title]\n{{no}}\n", 1),
        ("[text tasks]\n甲\n", 1),
        ("[title]\n甲\n\n[title]\n乙\n", 4),
        ("[table tasks]\n序号\n1\n", 1),
        ("[table tasks]\n序号\n宽\n{{no}}\n", 3),
        ("[table tasks]\n序号\n0\n{{no}}\n", 3),
        ("[table tasks]\n序号 | 任务\n1 | 6\n{{no}}\n", 4),
        ("[table tasks]\n序号\n1\n{{no}}\n{{task}}\n", 1),
        ("[form]\n1 | 4\n", 1),
        ("[form]\n1 | 4\n甲\n", 3),
        ("[form]\n1 | 4\n| 甲\n", 3),
        (b"[text]\n\xd6\xd0\n", 2),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(blank, text, line):
    with pytest.raises(Problem) as caught:
        blank(text)
    assert caught.value.code == "paper.blank_broken"
    assert (caught.value.details["file"], caught.value.details["line"]) == ("notice.zh.txt", line)
    assert "notice.zh.txt" in caught.value.sentence
