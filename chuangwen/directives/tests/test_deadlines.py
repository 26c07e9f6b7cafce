"""When a task is due: dates, repeats, and limits from which no date follows."""

from __future__ import annotations

from datetime import date

import pytest

from chuangwen.directives.extract import Draft, extract

HELD = date(2026, 9, 15)  # a Tuesday; the Sunday after it is made up for National Day


def tasks(text: str, on: date | None = HELD) -> tuple[Draft, ...]:
    return extract(text, document_date=on).tasks


def only(text: str, on: date | None = HELD) -> Draft:
    [task] = tasks(text, on)
    return task


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("10月10日前", date(2026, 10, 10)),
        ("10月10日之前", date(2026, 10, 10)),
        ("十月二十日以前", date(2026, 10, 20)),
        ("5 月 10 日 前", date(2026, 5, 10)),
        ("５月１５日前", date(2026, 5, 15)),
        ("５ 月 １５ 日 前", date(2026, 5, 15)),
        ("2027年1月5日下班前", date(2027, 1, 5)),
        ("10月8日（星期四）下午5点前", date(2026, 10, 8)),
        ("10月8日17:00前", date(2026, 10, 8)),
        ("10月8日17：30前", date(2026, 10, 8)),
        ("10月8日下午下班前", date(2026, 10, 8)),
        ("二〇二七年三月一日前", date(2027, 3, 1)),
        ("今年11月8号前", date(2026, 11, 8)),
        ("9月底前", date(2026, 9, 30)),
        ("九月底前", date(2026, 9, 30)),
        ("11月中旬前", date(2026, 11, 20)),
        ("2027年2月底前", date(2027, 2, 28)),
        ("2028年2月底前", date(2028, 2, 29)),
        ("本月底前", date(2026, 9, 30)),
        ("下月底前", date(2026, 10, 31)),
        ("下月10日前", date(2026, 10, 10)),
        ("年底前", date(2026, 12, 31)),
        ("明年底前", date(2027, 12, 31)),
        ("上半年", date(2026, 6, 30)),
        ("本周内", date(2026, 9, 20)),
        ("下周内", date(2026, 9, 27)),
        ("本周五前", date(2026, 9, 18)),
        ("下周一之前", date(2026, 9, 21)),
        ("国庆节前", date(2026, 9, 30)),
        ("十一前", date(2026, 9, 30)),
        ("中秋节前", date(2026, 9, 24)),
        ("元旦前", date(2026, 12, 31)),
        ("春节前", date(2027, 2, 5)),
        ("会后十日内", date(2026, 9, 25)),
        ("散会后三天内", date(2026, 9, 18)),
        ("一个星期内", date(2026, 9, 22)),
        ("半个月内", date(2026, 9, 30)),
        ("一个月内", date(2026, 10, 15)),
        ("3个工作日内", date(2026, 9, 18)),
        ("收到本通知之日起3个工作日内", date(2026, 9, 18)),
        ("本通知印发之日起3个工作日内", date(2026, 9, 18)),
        ("5个工作日内", date(2026, 9, 21)),  # the made-up Sunday counts
        ("十个工作日内", date(2026, 9, 29)),  # and the Friday of Mid-Autumn does not
    ],
)
def test_a_limit_is_the_day_that_it_means(limit: str, due: date) -> None:
    task = only(f"各单位要于{limit}完成排查。")
    assert (task.due, task.due_text, task.recurs) == (due, limit, None)


@pytest.mark.parametrize(
    ("limit", "recurs"),
    [
        ("每月28日前", "monthly:28"),
        ("每月5号前", "monthly:5"),
        ("每月底前", "monthly:end"),
        ("每周五前", "weekly:5"),
        ("每周一", "weekly:1"),
        ("每季度末前", "quarterly:end"),
        ("每季度末月25日前", "quarterly:end"),
    ],
)
def test_what_comes_again_has_a_rhythm_and_no_day(limit: str, recurs: str) -> None:
    task = only(f"各单位要于{limit}报送进度。")
    assert (task.due, task.due_text, task.recurs) == (None, limit, recurs)


def test_once_a_quarter_is_a_rhythm_too() -> None:
    assert only("各单位每季度向市文明办报告一次进展。").recurs == "quarterly"


@pytest.mark.parametrize("limit", ["自受理之日起5个工作日内", "汛前", "入冬前", "2月30日前", "13月1日前"])
def test_a_limit_without_a_day_is_kept_as_words(limit: str) -> None:
    task = only(f"各窗口要于{limit}办结。")
    assert (task.due, task.due_text, task.recurs) == (None, limit, None)


@pytest.mark.parametrize("when", ["立即", "尽快", "会后", "从今天起", "及时"])
def test_soon_is_no_limit(when: str) -> None:
    task = only(f"各单位要{when}开展排查。")
    assert (task.due, task.due_text, task.recurs) == (None, None, None)


def test_a_year_that_is_named_holds_for_the_dates_after_it() -> None:
    first, second = tasks("各单位要于明年9月底前完成试点，10月20日前报送总结。")
    assert (first.due, second.due) == (date(2027, 9, 30), date(2027, 10, 20))


def test_a_year_that_is_named_ends_with_its_paragraph() -> None:
    text = "各县区要于明年3月底前完成试点。\n各单位要于10月20日前报送名单。"
    assert [task.due for task in tasks(text)] == [date(2027, 3, 31), date(2026, 10, 20)]


def test_the_same_time_is_the_one_named_last() -> None:
    first, second = tasks("市住建局要于10月20日前完成排查，市交通局也是这个时间完成排查。")
    assert (first.due, second.due) == (date(2026, 10, 20), date(2026, 10, 20))
    assert second.due_text == "也是这个时间"


def test_each_deadline_begins_a_task() -> None:
    text = "市园林局要于9月底前完成清杂，10月20日前完成补植，年底前完成验收。"
    assert [task.due for task in tasks(text)] == [
        date(2026, 9, 30),
        date(2026, 10, 20),
        date(2026, 12, 31),
    ]


def test_a_sentence_may_name_the_deadline_of_the_one_before() -> None:
    task = only("市水利局要完成堤防排查。该项工作于10月底前完成。")
    assert (task.due, task.due_text) == (date(2026, 10, 31), "10月底前")


def test_one_deadline_may_be_that_of_the_whole_paragraph() -> None:
    text = "市水利局要完成堤防排查。市交通局要完成桥梁检测。以上工作于10月底前完成。"
    assert [task.due for task in tasks(text)] == [date(2026, 10, 31)] * 2


@pytest.mark.parametrize("limit", ["10月10日前", "5个工作日内", "下周一前", "国庆节前", "年底前"])
def test_nothing_is_counted_from_an_unknown_day(limit: str) -> None:
    task = only(f"各单位要于{limit}完成排查。", on=None)
    assert (task.due, task.due_text) == (None, limit)


def test_a_full_date_needs_no_day_to_count_from() -> None:
    assert only("各单位要于2027年1月5日前完成排查。", on=None).due == date(2027, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "各单位要于10月10日前完成排查。\n2026年9月15日\n",
        "各单位要于10月10日前完成排查。\n二〇二六年九月十五日\n",
        "示例市文明办\n2026年9月15日\n各单位要于10月10日前完成排查。",
    ],
)
def test_the_day_of_issue_is_read_from_the_document(text: str) -> None:
    plan = extract(text)
    assert plan.document_date == HELD
    assert [task.due for task in plan.tasks] == [date(2026, 10, 10)]


def test_minutes_count_from_the_day_of_the_meeting() -> None:
    text = "会议纪要\n2026年9月10日，市政府召开专题会议。\n会议要求，市教育局要在会后十日内完成排查。"
    assert only(text).due == date(2026, 9, 20)
