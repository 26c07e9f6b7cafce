"""Texts that were copied, in parts or with other marks, are told from texts about the same thing."""

from __future__ import annotations

from chuangwen.core.likeness import PASSAGE, SHOWN, Likeness, alike, plain

OWN = (
    "我校制定了文明服务公约，在门厅设置公示栏并每周更新；建立了值班领导巡查制度，"
    "巡查情况记入台账，发现问题当日整改，整改结果向全体教职工公开。"
)
COPIED = OWN.replace("我校", "我院").replace("，", ", ").replace("教职工", "医务人员")
HALF = "我院把创建工作纳入年度考核。" + OWN[27:64] + "，并邀请患者代表参加评议。"
OTHER = "单位成立了由主要负责人任组长的领导小组，分解任务到科室和个人，每季度召开一次推进会，通报各科室进展。"


def shares(*others: str, known: str = "") -> list[tuple[str, int]]:
    return [
        (found.key, found.per_cent) for found in alike(OWN, [(text, text) for text in others], known=known)
    ]


def test_a_copy_with_other_names_and_marks_is_found_and_another_text_is_not():
    assert shares(OTHER, COPIED, HALF) == [(COPIED, 89), (HALF, 54)]


def test_the_passages_are_shown_as_they_stand_in_ones_own_text():
    (found,) = alike(OWN, [("乙", HALF)])
    assert found == Likeness(
        "乙", found.share, ("立了值班领导巡查制度巡查情况记入台账发现问题当日整改整改结果向全体教",)
    )
    assert found.passages[0] in plain(OWN)


def test_the_words_of_the_question_are_nobodys_own():
    question = "制定文明服务公约，在门厅设置公示栏并每周更新"
    same = "按要求制定了文明服务公约，在门厅设置公示栏并每周更新。"
    assert shares(same) != []
    assert shares(same, known=f"单位应当制定了文明服务公约在门厅设置公示栏并每周更新 {question}") == []


def test_a_short_text_is_like_nothing():
    assert alike("已公开上墙。", [(1, "已公开上墙。")]) == []
    assert len(plain("已公开上墙。")) < PASSAGE
    assert alike(OWN, []) == []


def test_at_most_some_are_told_the_likest_first():
    others = [(n, OWN[: 70 - 5 * n] + OTHER * (n > 0)) for n in range(9)]
    found = alike(OWN, others)
    assert [one.key for one in found] == list(range(SHOWN))


def test_marks_spaces_and_full_width_letters_make_no_difference():
    assert plain("ＡＢＣ，（一） 二_三") == "abc一二三"
