"""The promises of `extract` for any text at all, and the command that prints what it finds."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.directives.extract import Plan, extract

HELD = date(2026, 9, 15)
SPEECH = "同志们：\n各县区要于10月15日前制定方案，报市文明办。教育、卫生等部门要开展培训。\n"
# What the rules look for, so that arbitrary texts come near to them.
WORDS = (
    *(
        "市教育局",
        "各县区",
        "市文明办",
        "、",
        "和",
        "等部门",
        "要",
        "由",
        "请",
        "牵头",
        "配合",
        "会同",
        "负责",
        "于",
    ),
    *(
        "10月15日前",
        "2月30日前",
        "每月28日前",
        "明年",
        "月底前",
        "5个工作日内",
        "也是这个时间",
        "9999年99月99日",
    ),
    *(
        "报",
        "报送",
        "完成",
        "制定方案",
        "不得",
        "，",
        "。",
        "；",
        "：",
        "（",
        "）",
        "“",
        "”",
        "\n",
        "\t",
        "\r\n",
        "- 3 -",
    ),
    *(
        "一、",
        "（一）",
        "1．",
        "一是",
        "第一条",
        "序号",
        "工作任务",
        "责任单位",
        "完成时限",
        "同志们",
        "会议要求",
        "散会",
    ),
    *("该项工作", "以上", "附件", "１", "\u3000", "\x00", "\ufeff", "𠮷", "\u2028"),
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
DAYS = st.one_of(st.none(), st.dates())


def plan_of(path: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("plan", str(path), *options)
    return capsys.readouterr().out


@given(text=TEXTS, day=DAYS)
def test_any_text_gives_tasks_that_lie_in_it(text: str, day: date | None) -> None:
    plan = extract(text, document_date=day)
    assert plan.text == text
    for task in plan.tasks:
        assert 0 <= task.start < task.end <= len(text)
        assert task.text == text[task.start : task.end]
        named = [*task.responsible, task.lead, task.due_text, task.report_to]
        assert all(words and words in text for words in named if words is not None)
        assert not (task.due and task.recurs)
    for first, second in pairwise(plan.tasks):
        assert first.end <= second.start


@given(text=TEXTS)
def test_the_same_text_gives_the_same_plan(text: str) -> None:
    assert extract(text, document_date=HELD) == extract(text, document_date=HELD)


@pytest.mark.parametrize("text", ["", "\n", "　", "。。。", "\x00", "\ufeff", "（（（", "）】”", "\t\t\t"])
def test_a_text_without_words_has_no_task(text: str) -> None:
    assert extract(text) == Plan(None, text, ())


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_end_no_reading(day: date) -> None:
    text = (
        "各单位要在10个工作日内完成，下月底前报送，明年3月底前验收，一个月内总结，下周一前公示，国庆节前报。"
    )
    assert extract(text, document_date=day).tasks


# Processor time: hundreds of times what is needed, so that only a rule that backtracks without end takes it.
@pytest.mark.parametrize(
    "text",
    [
        "字" * 10_000,
        "市" * 10_000,
        "各部门" * 3_300,
        "、" * 10_000,
        "（" * 10_000,
        "市教育局、" * 2_000,
        "由请" * 5_000,
        "由市" * 5_000,
        "10月" * 3_000,
        "一" * 10_000,
        "\t" * 10_000,
        "市教育局和" * 2_000,
    ],
    ids=lambda text: text[:5].strip() or "tabs",
)
def test_ten_thousand_characters_without_a_stop_take_no_second(text: str) -> None:
    before = process_time()
    extract(text, document_date=HELD)
    assert process_time() - before < 1


def test_a_long_speech_takes_no_second() -> None:
    text = SPEECH * (10_000 // len(SPEECH))
    before = process_time()
    assert len(extract(text, document_date=HELD).tasks) >= 200
    assert process_time() - before < 1


def test_the_plan_as_json_has_every_field() -> None:
    assert extract(SPEECH, document_date=HELD).to_json() == {
        "document_date": "2026-09-15",
        "text": SPEECH,
        "tasks": [
            {
                "start": 5,
                "end": 27,
                "text": "各县区要于10月15日前制定方案，报市文明办",
                "responsible": ["各县区"],
                "lead": None,
                "due": "2026-10-15",
                "due_text": "10月15日前",
                "recurs": None,
                "report_to": "市文明办",
            },
            {
                "start": 28,
                "end": 41,
                "text": "教育、卫生等部门要开展培训",
                "responsible": ["教育", "卫生"],
                "lead": None,
                "due": None,
                "due_text": None,
                "recurs": None,
                "report_to": None,
            },
        ],
    }


# The command


def test_the_command_prints_json_with_offsets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "speech.txt"
    file.write_bytes(SPEECH.encode())
    printed = plan_of(file, "--json", "--date", "2026-09-15", capsys=capsys)
    assert json.loads(printed) == extract(SPEECH, document_date=HELD).to_json()


def test_the_command_prints_a_table_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "speech.txt"
    file.write_bytes(SPEECH.encode())
    assert plan_of(file, "--date", "2026-09-15", capsys=capsys) == (
        "1. [2026-10-15] 各县区\n   各县区要于10月15日前制定方案，报市文明办\n"
        "2. [–] 教育、卫生\n   教育、卫生等部门要开展培训\n"
    )


def test_the_command_reads_gb18030(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "speech.txt"
    file.write_bytes(SPEECH.encode("gb18030"))
    assert json.loads(plan_of(file, "--json", capsys=capsys))["text"] == SPEECH


def test_without_a_date_the_command_counts_from_the_date_of_issue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "speech.txt"
    file.write_bytes(f"{SPEECH}2026年9月15日\n".encode())
    assert json.loads(plan_of(file, "--json", capsys=capsys))["document_date"] == "2026-09-15"


def test_a_table_without_a_day_to_count_from_says_how_to_give_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "speech.txt"
    file.write_bytes(SPEECH.encode())
    call_command("plan", str(file))
    assert capsys.readouterr().err == (
        "文中未写明会议或成文日期，期限无法推算，请用 --date 指定。\n"
        "The text names no day of its own, so deadlines were not counted; say it with --date YYYY-MM-DD.\n"
    )
    call_command("plan", str(file), "--date", "2026-09-15")
    assert capsys.readouterr().err == ""


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"speech\.txt"):
        call_command("plan", str(tmp_path / "speech.txt"))


@pytest.mark.parametrize("day", ["2026-02-30", "15.9.2026", "today"])
def test_a_day_that_is_none_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("plan", str(tmp_path), "--date", day)


def test_a_file_that_is_no_document_is_refused_with_its_code(tmp_path: Path) -> None:
    file = tmp_path / "speech.txt"
    file.write_bytes(b"\x7fELF" + bytes(100))
    with pytest.raises(CommandError, match=r"document\.wrong_type"):
        call_command("plan", str(file))
