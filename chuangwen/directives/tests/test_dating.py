"""The day that a document names as its own, from which its deadlines count when nobody gives another."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from chuangwen.directives.extract import extract
from chuangwen.directives.extraction.dating import date_of_issue

CORPUS = Path(__file__).parent / "corpus"
TASK = "各县区要于10月20日前报送方案。"
HELD = date(2026, 9, 15)
# It names no day of its own, so none may be found.
UNDATED = {"plan_fire.txt"}


@pytest.mark.parametrize(
    "day",
    [
        "2026年9月15日",
        "（2026年9月15日）",
        "(2026年9月15日)",
        "2026 年 9 月 15 日",
        "２０２６年９月１５日",
        "二〇二六年九月十五日",
        "二○二六年九月十五日",
        "二零二六年九月十五日",
        "二0二六年九月十五日",
        "二Ｏ二六年九月十五日",
        "（二〇二六年九月十五日）",
        "2026年9月15日印发",
        "示例市文明办 2026年9月15日",
        "2026-09-15",
        "2026.9.15",
        "2026/9/15",
    ],
)
@pytest.mark.parametrize("text", ["在推进会上的讲话\n{day}\n" + TASK, TASK + "\n示例市文明办\n{day}\n"])
def test_the_day_in_the_heading_or_under_the_signature(day: str, text: str) -> None:
    plan = extract(text.format(day=day))
    assert plan.document_date == HELD
    assert [task.due for task in plan.tasks] == [date(2026, 10, 20)]


def test_a_day_that_is_given_goes_before_that_of_the_text() -> None:
    plan = extract(f"2026年9月15日\n{TASK}", document_date=date(2025, 3, 1))
    assert plan.document_date == date(2025, 3, 1)
    assert [task.due for task in plan.tasks] == [date(2025, 10, 20)]


@pytest.mark.parametrize(
    "line",
    [
        "于2027年3月20日前报送方案",
        "2027年3月20日之前完成",
        "本办法自2027年3月20日起施行",
        "公示期至2027年3月20日",
        "有效期2026年10月1日至2027年3月20日",
        "热线 2027-03-20 更新",
    ],
)
def test_a_limit_or_the_end_of_a_period_is_not_the_day_of_the_document(line: str) -> None:
    assert date_of_issue(line) is None
    assert date_of_issue(f"关于报送方案的通知\n2026年9月15日\n{line}") == HELD


def test_a_day_of_its_own_line_goes_before_one_in_a_sentence() -> None:
    assert date_of_issue("（2026年9月15日）\n会议定于2026年11月3日召开。") == HELD


@pytest.mark.parametrize(
    "text", ["", "明年9月15日", "9月15日", "2026年2月30日", "二〇二六年十三月一日", "2026.9/15"]
)
def test_what_is_no_day_gives_none(text: str) -> None:
    assert date_of_issue(text) is None


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.txt")), ids=lambda path: path.name)
def test_each_document_of_the_corpus_names_its_own_day_or_none(path: Path) -> None:
    annotated = json.loads(path.with_suffix(".tasks.json").read_text(encoding="utf-8"))["document_date"]
    found = extract(path.read_text(encoding="utf-8")).document_date
    assert found == (None if path.name in UNDATED else date.fromisoformat(annotated))
