"""What a paper calls a meeting: a speech is not one, and a document has brackets."""

from __future__ import annotations

import pytest

from chuangwen.directives.papers.naming import named


@pytest.mark.parametrize(
    ("title", "meeting", "document"),
    [
        ("示例推进会", "示例推进会", ""),
        ("在全市文明单位创建工作推进会上的讲话", "全市文明单位创建工作推进会", ""),
        ("李某同志在市委常委会议上的重要讲话（2026年9月15日）", "市委常委会议", ""),
        ("在全市干部大会上的总结讲话（根据录音整理）", "全市干部大会", ""),
        ("在云岫县调研时的讲话", "", "《在云岫县调研时的讲话》"),
        ("关于开展文明窗口擂台赛的通知", "", "《关于开展文明窗口擂台赛的通知》"),
        ("《实施意见》", "", "《实施意见》"),
        ("全市创建工作会议纪要", "", "《全市创建工作会议纪要》"),
        ("驻在单位创建动员会", "驻在单位创建动员会", ""),
        ("Speech at the spring meeting", "spring meeting", ""),
        ("Circular on windows: a plan", "", "“Circular on windows: a plan”"),
    ],
)
def test_a_title_names_a_meeting_or_a_document(title: str, meeting: str, document: str):
    name = named(title)
    assert (name.meeting, name.document, str(name)) == (meeting, document, meeting or document)
