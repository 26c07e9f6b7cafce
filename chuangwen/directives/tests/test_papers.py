"""The papers to take away: what they say, whom they are for, and how an office words its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone, translation
from docx.oxml.ns import qn
from pypdf import PdfReader

from chuangwen.cases.models import Case
from chuangwen.cases.papers import KINDS as EVERY_KIND
from chuangwen.cases.papers import blank_path, write
from chuangwen.core.blanks import read_blank
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.papers import compiling, contents
from chuangwen.directives.papers.kinds import KINDS
from chuangwen.directives.shares import Breakdown, Share
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import City

HEADINGS = ["序号", "任务", "责任领导", "牵头单位", "配合单位", "措施", "完成时限", "备注"]


@pytest.fixture
def plan(city: City, meeting: Meeting) -> Meeting:
    """Two tasks: one led by the bureau with the school's support, one for every school but one."""
    lead, support = Receiver.Role.LEAD, Receiver.Role.SUPPORT
    add(
        city,
        meeting,
        to_unit("EDU", role=lead, wording="市教育局"),
        to_unit("SCHOOL", role=support),
        due=date(2026, 10, 15),
        asks_report=True,
        report_to="市文明办",
    )
    schools = Receiver(rule=Receiver.Rule.PEER_GROUP, value="schools", wording="各学校")
    add(city, meeting, schools, to_unit("RIVAL", excluded=True), text="召开动员会", recurs="monthly:end")
    Post.objects.create(
        unit=city.units["EDU"], person=city.people["delegate"], role=Role.DEPUTY, title="分管领导"
    )
    return meeting


ROWS = [
    ["1", "制定方案", "示例delegate", "市教育局", "东岭县第一中学", "", "2026年10月15日", "报市文明办"],
    ["2", "召开动员会", "", "各学校（东岭县第二中学除外）", "", "", "每月底", ""],
]


def get(browser, url):
    answer = browser.get(url, headers={"accept-language": "zh-hans"})
    assert answer.status_code == 200
    return answer


def opened(answer):
    return docx.Document(BytesIO(answer.content))


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_the_task_table_as_docx(browse, plan: Meeting):
    answer = get(browse("office"), f"/meetings/{plan.case.number}/plan.docx")
    document = opened(answer)
    (table,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [HEADINGS, *ROWS]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert round(document.sections[0].page_width.mm) == 297
    assert document.paragraphs[0].text == "示例推进会任务分解表"
    assert "filename*=utf-8''" in answer["Content-Disposition"]


def test_the_task_table_as_pdf_and_as_xlsx(browse, plan: Meeting):
    said = text_of(get(browse("office"), f"/meetings/{plan.case.number}/plan.pdf").content)
    for words in ("示例推进会任务分解表", *HEADINGS, "召开动员会", "每月底"):
        assert words in said
    sheet = openpyxl.load_workbook(
        BytesIO(get(browse("office"), f"/meetings/{plan.case.number}/plan.xlsx").content)
    ).active
    rows = [[cell if cell is not None else "" for cell in row] for row in sheet.values]
    assert rows == [HEADINGS, *[[int(row[0]), *row[1:]] for row in ROWS]]


def test_a_reader_of_english_gets_the_paper_in_english(browse, plan: Meeting):
    said = text_of(browse("office").get(f"/meetings/{plan.case.number}/plan.pdf").content)
    assert "Leaderincharge" in said
    assert "15October2026" in said


def test_a_plan_without_tasks_says_so(browse, meeting: Meeting):
    url = f"/meetings/{meeting.case.number}/plan"
    assert opened(get(browse("office"), f"{url}.docx")).tables == []
    assert "本次会议未安排具体任务。" in text_of(get(browse("office"), f"{url}.pdf").content)
    assert list(
        openpyxl.load_workbook(BytesIO(get(browse("office"), f"{url}.xlsx").content)).active.values
    ) == [("示例推进会任务分解表",)]


def test_the_draft_of_a_notice_has_no_number_and_no_rule(browse, plan: Meeting):
    document = opened(get(browse("office"), f"/meetings/{plan.case.number}/notice.docx"))
    lines = [paragraph.text.replace("\n", "") for paragraph in document.paragraphs]
    assert "示例市文明办文件" in lines
    assert "关于贯彻落实示例推进会精神任务分工的通知" in lines
    assert "2026年9月15日，示例市召开示例推进会，" in "".join(lines)
    assert "〔" not in "".join(lines)
    assert "w:pBdr" not in document.element.xml


@pytest.fixture
def under_way(city: City, plan: Meeting) -> Task:
    """The first task: the bureau is late, the school's report is accepted."""
    Task.objects.filter(pk=plan.tasks.get(text="制定方案").pk).update(due=timezone.localdate())
    dispatch(city, plan)
    task = plan.tasks.get(text="制定方案")
    school = Case.objects.get(assignment__task=task, unit__code="SCHOOL")
    move(city, "liaison", school, "acknowledge")
    move(city, "liaison", school, "file_report", text="我校已制定方案，\n共12条。")
    move(city, "office", school, "accept")
    Case.objects.filter(assignment__task=task, unit__code="EDU").update(
        due=timezone.localdate() - timedelta(days=14)
    )
    return task


def test_the_compiled_report_counts_lists_and_excerpts(browse, city: City, under_way: Task):
    document = opened(get(browse("office"), f"/tasks/{under_way.pk}/summary.docx"))
    lines = [paragraph.text for paragraph in document.paragraphs]
    whole = (
        "共下达任务2件，其中已签收1件，已召开动员部署会0件，已上报1件，已办结1件，办结率50%；逾期未办结1件。"
    )
    assert whole in lines
    assert "1.东岭县第一中学：我校已制定方案，共12条。" in lines
    assert lines[-2] == "示例市文明办"
    (places,) = ([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables)
    assert places[1:] == [
        ["东岭县", "1", "1", "0", "1", "1", "0"],
        ["示例市本级", "1", "0", "0", "0", "0", "1"],
    ]
    assert "逾期未办结的单位有：示例市教育局。" in lines


def test_the_compiled_report_of_a_campaign_in_every_form(browse, city: City, under_way: Task):
    url = f"/campaigns/{under_way.meeting.case.campaign_id}/summary"
    assert "示例年度创建" in text_of(get(browse("office"), f"{url}.pdf").content)
    book = openpyxl.load_workbook(BytesIO(get(browse("office"), f"{url}.xlsx").content))
    progress, late, reports = (list(sheet.values) for sheet in book)
    assert book.sheetnames == ["进展情况", "逾期办件", "报告"]
    assert {row[0]: row[1] for row in progress[1:]} == {
        "示例市": 4,
        "东岭县": 2,
        "西河区": 1,
        "示例市教育局": 1,
    }
    day = timezone.localdate() - timedelta(days=14)
    assert [(*row[:2], row[2].date(), row[4]) for row in late[1:]] == [
        ("示例市教育局", "制定方案", day, "待签收")
    ]
    assert int(late[1][3]) > 0
    assert reports[1:] == [("东岭县第一中学", "制定方案", "我校已制定方案，\n共12条。")]


def test_a_report_speaks_only_of_what_its_reader_may_see(browse, city: City, under_way: Task):
    """The county sees its school, not the bureau of the city."""
    url = f"/campaigns/{under_way.meeting.case.campaign_id}/summary.docx"
    seen = "".join(p.text for p in opened(get(browse("county"), url)).paragraphs)
    assert "共下达任务2件" in seen
    tables = "".join(
        cell.text for t in opened(get(browse("county"), url)).tables for row in t.rows for cell in row.cells
    )
    assert "示例市教育局" not in tables
    assert "东岭县文明办" in seen
    sheets = openpyxl.load_workbook(BytesIO(get(browse("county"), url.replace("docx", "xlsx")).content))
    rows = [row[0] for sheet in sheets for row in list(sheet.values)[1:]]
    assert rows == ["示例市", "东岭县", "东岭县第一中学"]


@pytest.mark.parametrize("who", ["rival", "stranger"])
def test_strangers_get_no_paper(browse, city: City, under_way: Task, who: str):
    number = under_way.meeting.case.number
    for url in (
        f"/meetings/{number}/plan.docx",
        f"/meetings/{number}/notice.pdf",
        f"/tasks/{under_way.pk}/summary.docx",
    ):
        assert browse(who).get(url).status_code == 404


def test_a_form_that_no_paper_has_is_not_found(browse, plan: Meeting):
    assert browse("office").get(f"/meetings/{plan.case.number}/plan.odt").status_code == 404


def test_long_lists_are_cut_and_the_paper_says_how_many_are_left(
    city: City, under_way: Task, monkeypatch: pytest.MonkeyPatch
):
    for name in ("TERRITORIES", "TASKS", "REPORTS"):
        monkeypatch.setattr(compiling, name, 0)
    content = compiling.summary(city.person("office"), under_way.meeting.case.campaign, under_way)
    left_out = [content.values[f"{name}_more"] for name in ("territories", "late", "reports")]
    assert (left_out, list(content.lists.values())) == (["2", "1", "1"], [[], [], []])


def test_an_office_words_its_own_papers(browse, plan: Meeting, own_template: Callable[[str, str], Path]):
    own_template("plan.zh.txt", "[title]\n本办任务清单\n[each tasks]\n{{no}}、{{task}}\n")
    document = opened(get(browse("office"), f"/meetings/{plan.case.number}/plan.docx"))
    lines = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert lines == ["本办任务清单", "1、制定方案", "2、召开动员会"]
    assert "Task" in text_of(browse("office").get(f"/meetings/{plan.case.number}/plan.pdf").content)


def test_a_broken_template_of_an_office_is_named_on_the_page(
    browse, plan: Meeting, own_template: Callable[[str, str], Path]
):
    own_template("plan.zh.txt", "[title]\n清单\n\n[txet]\n")
    answer = browse("office").get(
        f"/meetings/{plan.case.number}/plan.docx", headers={"accept-language": "zh-hans"}
    )
    assert answer.status_code == 409
    assert "plan.zh.txt" in answer.content.decode()
    assert "第4行" in answer.content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_template_that_is_shipped_can_be_filled(kind: str, language: str):
    read_blank(blank_path(kind, language), KINDS[kind].vocabulary)


def share_of(city: City, case: Case) -> Share:
    """The whole of a case as one person's share."""
    person = city.people["department"]
    breakdown = Breakdown.objects.create(assignment=case.assignment, principal=person, in_charge=person)
    return Share.objects.create(
        breakdown=breakdown, level="person", person=person, measure="走访", weight=Decimal(100)
    )


def test_every_word_of_a_vocabulary_has_a_value(city: City, under_way: Task):
    """What a template may name is what there is, no more and no less."""
    meeting = under_way.meeting
    case = Case.objects.get(assignment__task=under_way, unit__code="EDU")
    given = {
        "plan": contents.plan(meeting),
        "notice": contents.notice(meeting, "号"),
        "slip": contents.slip(case, number="号", limit=date(2026, 9, 15), demand="办"),
        "letter": contents.letter(share_of(city, case), None),
        "summary": compiling.summary(city.person("office"), meeting.case.campaign),
    }
    assert set(given) == set(KINDS)
    for kind, content in given.items():
        vocabulary = KINDS[kind].vocabulary
        assert set(content.values) == vocabulary.values
        assert set(content.lists) == set(vocabulary.lists)
        for name, rows in content.lists.items():
            assert rows, "a list without a row would prove nothing"
            assert {frozenset(row) for row in rows} == {vocabulary.lists[name]}
        for language in ("zh-hans", "en"):
            with translation.override(language):
                write(kind, content, language.partition("-")[0])


def test_pages_offer_their_papers(browse, city: City, under_way: Task):
    number, campaign = under_way.meeting.case.number, under_way.meeting.case.campaign_id
    offered = {
        f"/cases/{number}/": (f"/meetings/{number}/plan.docx", f"/meetings/{number}/notice.pdf"),
        f"/meetings/{number}/plan/": (f"/meetings/{number}/plan.xlsx",),
        f"/campaigns/{campaign}/": (f"/campaigns/{campaign}/summary.pdf",),
        f"/tasks/{under_way.pk}/": (f"/tasks/{under_way.pk}/summary.docx",),
    }
    for page, links in offered.items():
        said = browse("office").get(page).content.decode()
        assert [link for link in links if f'href="{link}"' not in said] == []


def test_the_command_copies_and_checks_the_templates(
    own_template: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
):
    mine = own_template("slip.zh.txt", "[title]\n{{nobody}}\n")
    with pytest.raises(CommandError, match="1 templates"):
        call_command("papers", "--copy")
    said = capsys.readouterr()
    assert said.out.count(": ok\n") == 2 * len(EVERY_KIND) - 1
    assert str(mine) in said.err
    assert mine.read_text() == "[title]\n{{nobody}}\n"
    assert sorted(path.name for path in mine.parent.iterdir()) == sorted(
        f"{kind}.{language}.txt" for kind in EVERY_KIND for language in ("zh", "en")
    )
    mine.unlink()
    call_command("papers")
    assert "blanks" in next(line for line in capsys.readouterr().out.splitlines() if "slip.zh" in line)


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_a_vocabulary_is_documented(kind: str):
    documented = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    vocabulary = KINDS[kind].vocabulary
    names = vocabulary.values | vocabulary.lists.keys() | frozenset().union(*vocabulary.lists.values())
    assert sorted(name for name in names if f"`{name}`" not in documented) == []
