"""What the clerk reads of each task: on the plan its marks, on the preview who gets it and in which part."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils.html import strip_tags

from chuangwen.directives.models import Meeting, Receiver
from chuangwen.directives.tests.conftest import add, to_unit
from chuangwen.organizations.tests.personas import City

# Far off, so that no test depends on today's colour.
DUE = date(2099, 10, 15)


@pytest.fixture
def plan(city: City, meeting: Meeting) -> str:
    lead, support = to_unit("EDU", role="lead", wording="市教育局"), to_unit("HEALTH", role="support")
    schools = Receiver(rule="peer_group", value="schools")
    add(city, meeting, lead, support, text="制定规范", due=DUE)
    add(city, meeting, to_unit("EDU"), to_unit("HEALTH"), text="广泛宣传")
    add(city, meeting, to_unit("EDU", role="lead"), schools, text="检查校舍", due_text="汛期前")
    add(city, meeting, schools, to_unit("SCHOOL", excluded=True), text="报送进展", recurs="monthly:28")
    add(city, meeting, Receiver(rule="seats", value="county"), text="报送总结", asks_report=True)
    add(city, meeting, Receiver(wording="市指挥部"), text="清理杂物")
    add(city, meeting, text="长期坚持")
    return f"/meetings/{meeting.case.number}"


def said(html: str) -> str:
    """The words of a piece of a page, as they are read."""
    return re.sub(r"\s+", " ", strip_tags(re.sub(r"(?s)<svg.*?</svg>", "", html))).strip()


def pieces(page: str, begin: str, end: str) -> list[str]:
    return re.findall(f"(?s){begin}(.*?){end}", page)


def chinese(browse, address: str) -> str:
    return browse("office").get(address, headers={"accept-language": "zh-hans"}).content.decode()


def test_each_task_without_a_deadline_or_a_doer_is_marked(browse, plan: str):
    rows = pieces(chinese(browse, f"{plan}/plan/"), "<article", "</article>")
    marks = {
        said(pieces(row, "<h3[^>]*>", "</h3>")[0]): [
            said(mark) for mark in pieces(row, '<span class="badge bg-(?:yellow|orange)-lt">', "</span>")
        ]
        for row in rows
    }
    assert marks == {
        "1. 制定规范": [],
        "2. 广泛宣传": ["无时限"],
        "3. 检查校舍": ["汛期前"],
        "4. 报送进展": [],
        "5. 报送总结": ["无时限"],
        "6. 清理杂物": ["待确定", "无时限"],
        "7. 长期坚持": ["原文未明确，待确定", "无时限"],
    }
    undecided = [said(pieces(row, "<h3[^>]*>", "</h3>")[0]) for row in rows if "task-row undecided" in row]
    assert undecided == ["6. 清理杂物", "7. 长期坚持"]


def test_the_preview_names_each_unit_and_its_part(browse, plan: str):
    page = chinese(browse, f"{plan}/preview/")
    rows = {
        said(pieces(row, '<span class="me-2">', "</span>")[0]): [
            said(unit) for unit in pieces(pieces(row, '<ul class="units">', "</ul>")[0], "<li>", "</li>")
        ]
        for row in pieces(page, '<details class="card mb-2">', "</details>")
    }
    assert rows == {
        "1. 制定规范": ["示例市教育局 牵头", "示例市卫生健康委 配合"],
        "2. 广泛宣传": ["示例市教育局", "示例市卫生健康委"],
        "3. 检查校舍": ["示例市教育局 牵头", "东岭县第二中学", "东岭县第一中学", "西河区实验小学"],
        "4. 报送进展": ["东岭县第二中学", "西河区实验小学"],
        "5. 报送总结": ["东岭县文明办", "西河区文明办"],
        "6. 清理杂物": [],
        "7. 长期坚持": [],
    }


def test_the_preview_gives_each_unit_once_with_its_strongest_part(city: City, browse, meeting: Meeting):
    """Named as the lead and again among the departments, the bureau leads; whoever issues gets nothing."""
    departments = Receiver(rule="peer_group", value="departments", role="support")
    add(city, meeting, departments, to_unit("EDU", role="lead"))
    answer = browse("office").get(f"/meetings/{meeting.case.number}/preview/")
    (delivery,) = answer.context["deliveries"]
    assert {unit.code: role for unit, role in delivery.units.items()} == {
        "EDU": "lead",
        "HEALTH": "support",
        "COUNTY1": "support",
        "COUNTY2": "support",
        "EDU1": "support",
    }


def test_the_preview_says_how_many_units_and_until_when(browse, plan: str):
    page = chinese(browse, f"{plan}/preview/")
    heads = [said(head) for head in pieces(page, '<span class="delivery">', r"</span>\s*</summary>")]
    assert [re.sub(r" 还剩.*(?= ·)", "", head) for head in heads] == [
        "2099-10-15 星期四 · 2个单位",
        "无时限 · 2个单位",
        "汛期前 · 4个单位",
        "每月28日 · 2个单位",
        "无时限 · 2个单位",
        "无时限 · 0个单位",
        "无时限 · 0个单位",
    ]


def test_the_meetings_own_page_says_until_when_in_the_texts_words(browse, plan: str, meeting: Meeting):
    page = chinese(browse, f"/cases/{meeting.case.number}/")
    days = [said(cell) for cell in pieces(page, '<td data-label="完成时限">', "</td>")]
    assert (days[1], days[2]) == ("无时限", "汛期前")
