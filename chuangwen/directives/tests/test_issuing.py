"""A notice and a slip are issued with their number, once and for all, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.utils import timezone
from pypdf import PdfReader

from chuangwen.cases.models import Attachment, Case
from chuangwen.core import files
from chuangwen.core.models import Event, IssuedNumber, NumberSeries
from chuangwen.core.problems import Problem
from chuangwen.directives.models import IssuedPaper, Meeting
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.directives.tests.test_races import at_once
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import City, build_city

DEMAND = '三日内报送方案 #read("/etc/passwd")'


@pytest.fixture
def year() -> int:
    return timezone.localdate().year


@pytest.fixture
def marked(city: City) -> None:
    set_document_mark(actor=city.person("office"), unit=city.units["OFFICE"], mark="示文明办")


@pytest.fixture
def late(city: City, marked: None, assignment: Case) -> Case:
    Case.objects.filter(pk=assignment.pk).update(due=timezone.localdate() - timedelta(days=20))
    return Case.objects.get(pk=assignment.pk)


def issue_slip(city: City, case: Case, who: str = "office", limit: date | None = None) -> Case:
    limit = limit or timezone.localdate() + timedelta(days=3)
    return move(city, who, case, "issue_slip", limit=limit, demand=DEMAND)


def text_of(attachment: Attachment) -> str:
    data = files.read(attachment.blob)
    if attachment.name.endswith(".pdf"):
        return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages)
    document = docx.Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join("".join([*(p.text for p in document.paragraphs), *cells]).split())


def test_a_slip_is_numbered_and_kept_with_its_case(city: City, late: Case, year: int):
    issue_slip(city, late)
    issue_slip(city, late)
    papers = list(IssuedPaper.objects.select_related("docx__blob", "pdf__blob"))
    assert [(str(p), p.kind, p.case) for p in papers] == [
        (f"示文明办督〔{year}〕1号", "slip", late),
        (f"示文明办督〔{year}〕2号", "slip", late),
    ]
    for file in (papers[1].docx, papers[1].pdf):
        said = text_of(file)
        for words in ("督办通知单", f"示文明办督〔{year}〕2号", "东岭县第一中学", "制定方案", "示例市文明办"):
            assert words in said
        assert "".join(DEMAND.split()) in said
        assert "root:" not in said
    assert papers[1].pdf.name == f"督办通知单 示文明办督〔{year}〕2号.pdf"
    assert papers[1].pdf.purpose == Attachment.Purpose.PAPER


def test_the_journal_says_what_was_issued(city: City, late: Case, year: int):
    issue_slip(city, late)
    event = Event.objects.get(verb="assignment.issue_slip")
    assert event.subject == late.subject
    assert event.data["number"] == f"示文明办督〔{year}〕1号"
    assert (event.data["reason"], event.data["state"]) == (DEMAND, "issued")
    paper = IssuedPaper.objects.get()
    assert event.data["files"] == [paper.docx.blob_id, paper.pdf.blob_id]
    assert paper.number.subject == late.subject


def test_what_does_not_press_is_not_supervised(city: City, marked: None, assignment: Case):
    with pytest.raises(Problem) as caught:
        issue_slip(city, assignment)
    assert caught.value.code == "case.move_refused"
    Case.objects.filter(pk=assignment.pk).update(due=timezone.localdate())
    issue_slip(city, assignment)
    Case.objects.filter(pk=assignment.pk).update(due=None)
    with pytest.raises(Problem):
        issue_slip(city, assignment)
    assert IssuedPaper.objects.count() == 1


def test_a_limit_that_has_passed_is_refused(city: City, late: Case):
    with pytest.raises(Problem) as caught:
        issue_slip(city, late, limit=timezone.localdate() - timedelta(days=1))
    assert caught.value.code == "slip.limit_past"
    assert not NumberSeries.objects.exists()


def test_an_office_without_a_mark_is_told_to_enter_one(city: City, late: Case):
    set_document_mark(actor=None, unit=city.units["OFFICE"], mark="")
    with pytest.raises(Problem) as caught:
        issue_slip(city, late)
    assert caught.value.code == "paper.no_mark"
    assert "示例市文明办" in caught.value.sentence


def test_a_broken_template_issues_nothing_and_leaves_no_gap(
    city: City, late: Case, year: int, own_template: Callable[[str, str], Path]
):
    path = own_template("slip.zh.txt", "[masthead]\n督办通知单\n[text]\n{{nobody}}\n")
    with pytest.raises(Problem) as caught:
        issue_slip(city, late)
    assert (caught.value.code, caught.value.details["line"]) == ("paper.blank_broken", 4)
    assert not IssuedPaper.objects.exists()
    path.write_text("[masthead]\n县督办单\n[number]\n{{number}}\n[text]\n{{matter}}由{{unit}}办理。\n")
    issue_slip(city, late)
    assert [str(number) for number in IssuedNumber.objects.all()] == [f"示文明办督〔{year}〕1号"]
    assert (
        text_of(IssuedPaper.objects.get().docx)
        == f"县督办单示文明办督〔{year}〕1号制定方案由东岭县第一中学办理。"
    )


def test_a_notice_is_issued_once_and_its_meeting_stays_closed_since_then(
    city: City, marked: None, meeting: Meeting, year: int
):
    add(city, meeting, to_unit("SCHOOL"), due=date(2026, 10, 15))
    sent = dispatch(city, meeting)
    issued = move(city, "office", sent, "issue_notice")
    paper = IssuedPaper.objects.get()
    assert (str(paper), paper.case) == (f"示文明办发〔{year}〕1号", issued)
    said = text_of(paper.docx)
    for words in (
        "示例市文明办文件",
        "示例推进会",
        "1.制定方案。（责任单位：东岭县第一中学；完成时限：2026年10月15日）",
    ):
        assert words in said
    assert Case.objects.get(pk=sent.pk).closed_at == sent.closed_at
    with pytest.raises(Problem) as caught:
        move(city, "office", sent, "issue_notice")
    assert caught.value.code == "case.move_refused"
    assert IssuedNumber.objects.count() == 1


def test_a_plan_that_is_not_dispatched_has_no_notice(city: City, marked: None, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"))
    with pytest.raises(Problem):
        move(city, "office", meeting.case, "issue_notice")
    assert not IssuedPaper.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_slips_issued_at_once_take_one_number_each(year: int):
    town = build_city()
    office = town.person("office")
    set_document_mark(actor=office, unit=town.units["OFFICE"], mark="示文明办")
    cases = issued_cases(town)

    def act(case: Case) -> Callable[[], object]:
        return lambda: issue_slip(town, case)

    twice = [act(case) for case in cases for _ in range(2)]
    assert set(at_once(*twice)) <= {"done", "case.stale"}
    numbers = sorted(IssuedNumber.objects.values_list("number", flat=True))
    assert numbers == list(range(1, IssuedPaper.objects.count() + 1))
    assert set(IssuedPaper.objects.values_list("case", flat=True)) == {case.pk for case in cases}


def issued_cases(town: City) -> list[Case]:
    from chuangwen.cases.services import open_campaign
    from chuangwen.directives.services import planning

    office = town.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=town.units["OFFICE"])
    plan = planning.read_meeting(
        actor=office, campaign=campaign, title="示例会", held_on=campaign.opened_on, text="今天天气很好。"
    )
    add(town, plan, *map(to_unit, ("SCHOOL", "RIVAL", "CLINIC")), due=timezone.localdate())
    dispatch(town, plan)
    return list(Case.objects.filter(kind="assignment"))
