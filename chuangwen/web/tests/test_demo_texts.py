"""The invented texts say days that the reader understands, at any time of the year."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from chuangwen.directives.extract import extract
from chuangwen.web.demo import story

HERE = Path(story.__file__).parent


@pytest.mark.parametrize("held_on", [date(2026, month, 21) for month in range(1, 13)], ids=str)
def test_every_deadline_of_the_speech_is_read_as_it_was_meant(held_on):
    days = [int(days) for days in story.DAY.findall((HERE / "speech.txt").read_text(encoding="utf-8"))]
    assert days.pop(0) == 0
    assert timedelta(days=max(days)) == story.LASTS
    _title, text = story.fill("speech.txt", held_on)
    read = {task.due for task in extract(text, document_date=held_on).tasks if task.due}
    assert read == {held_on + timedelta(days=number) for number in days}


def test_what_repeats_is_read_as_repeating():
    held_on = date(2026, 9, 1)
    _title, text = story.fill("speech.txt", held_on)
    tasks = extract(text, document_date=held_on).tasks
    assert {task.recurs for task in tasks if task.recurs} == {"monthly:25", "weekly:5"}


def test_the_year_is_said_only_where_it_is_needed():
    assert "2026年9月1日" in story.fill("speech.txt", date(2026, 9, 1))[1]
    assert story.fill("speech.txt", date(2026, 9, 1))[1].count("2026年") == 1
    assert "于2027年1月18日前报市文明办" in story.fill("speech.txt", date(2026, 12, 20))[1]


def test_the_title_is_the_first_line():
    title, text = story.fill("notice.txt", date(2026, 9, 1))
    assert title == "关于开展文明窗口擂台赛的通知"
    assert text.startswith(title)
