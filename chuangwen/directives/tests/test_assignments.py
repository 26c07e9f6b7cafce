from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chuangwen.cases.models import Attachment, Case
from chuangwen.core import files
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import LaunchRecord, Meeting, Receiver, Report
from chuangwen.directives.queries import subordinates
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.tests.personas import City

pytestmark = pytest.mark.usefixtures("one_meeting")

TODAY = timezone.localdate


def photo(name: str = "会场.png") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue())


def refused(city: City, who: str, case: Case, name: str, **asked: object) -> Problem:
    before = Case.objects.get(pk=case.pk)
    events = Event.objects.count()
    with pytest.raises(Problem) as problem:
        move(city, who, case, name, **asked)
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.revision, Event.objects.count()) == (before.state, before.revision, events)
    return problem.value


def test_acknowledge(city: City, assignment: Case):
    case = move(city, "liaison", assignment, "acknowledge")
    assert case.state == "acknowledged"
    assert case.assignment.acknowledged_at is not None
    event = Event.objects.get(verb="assignment.acknowledge")
    assert (event.subject, event.data) == (assignment.subject, {"state": "acknowledged", "revision": 1})


def test_the_whole_way_to_accepted(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    move(city, "liaison", assignment, "file_report", text="一、已部署。\n二、已落实。")
    move(city, "office", assignment, "send_back", reason="缺少时间和人数")
    first = Report.objects.get()
    assert first.returned_reason == "缺少时间和人数"
    move(city, "head", assignment, "file_report", text="补充后的报告。")
    case = move(city, "office", assignment, "accept")
    assert (case.state, case.closed_at is not None) == ("accepted", True)
    assert [r.returned_reason for r in Report.objects.all()] == ["缺少时间和人数", ""]
    assert [e.verb for e in Event.objects.filter(subject=assignment.subject).order_by("id")] == [
        "assignment.acknowledge",
        "assignment.file_report",
        "assignment.send_back",
        "assignment.file_report",
        "assignment.accept",
    ]


def test_a_report_written_in_the_form_becomes_a_document(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    move(city, "liaison", assignment, "file_report", text="一、已部署。\n\n二、已落实。")
    paper = Report.objects.get().document
    text = "\n".join(p.text for p in docx.Document(str(files.path(paper.blob))).paragraphs)
    for words in ("一、已部署。", "二、已落实。", "示例市文明办", "东岭县第一中学"):
        assert words in text
    assert paper.purpose == Attachment.Purpose.REPORT


def test_an_uploaded_report_is_read(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    upload = SimpleUploadedFile("报告.txt", "上传的报告。".encode())
    move(city, "liaison", assignment, "file_report", text="", upload=upload)
    report = Report.objects.get()
    assert (report.text, report.document.name) == ("上传的报告。", "报告.txt")


@pytest.mark.parametrize(
    ("text", "code"), [("", "report.empty"), (" \n ", "report.empty"), ("长" * 5001, "report.too_long")]
)
def test_a_report_has_words_and_a_limit(city: City, assignment: Case, text: str, code: str):
    move(city, "liaison", assignment, "acknowledge")
    assert refused(city, "liaison", assignment, "file_report", text=text).code == code
    assert not Report.objects.exists()
    move(city, "liaison", assignment, "file_report", text="长" * 5000)


def test_an_uploaded_report_has_the_same_limit_and_is_not_kept(
    city: City, assignment: Case, settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path
    move(city, "liaison", assignment, "acknowledge")
    upload = SimpleUploadedFile("报告.txt", ("长" * 5001).encode())
    assert refused(city, "liaison", assignment, "file_report", upload=upload).code == "report.too_long"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_who_filed_does_not_accept(city: City, assignment: Case):
    """A clerk of the office who is also the school's liaison decides nothing about their own report."""
    from chuangwen.organizations.models import Post, Role

    Post.objects.create(
        unit=city.units["SCHOOL"], person=city.person("office"), role=Role.LIAISON, title="兼"
    )
    move(city, "office", assignment, "acknowledge")
    move(city, "office", assignment, "file_report", text="报告")
    for name, asked in (("accept", {}), ("send_back", {"reason": "x"})):
        assert refused(city, "office", assignment, name, **asked).code == "case.move_refused"


def test_a_task_with_a_report_is_not_just_marked_done(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    assert refused(city, "liaison", assignment, "finish").code == "case.move_refused"


def test_a_task_without_a_report_is_marked_done(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"))
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment")
    move(city, "liaison", case, "acknowledge")
    assert move(city, "liaison", case, "finish").closed_at is not None


LAUNCH = {"place": "二楼会议室", "chair": "王老师", "present": 32, "minutes": "传达部署。"}


def test_launch_record(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    case = move(city, "liaison", assignment, "record_launch", held_on=TODAY(), photos=[photo()], **LAUNCH)
    record = LaunchRecord.objects.get()
    assert (record.chair, record.present, case.state) == ("王老师", 32, "acknowledged")
    assert case.assignment.launched_on == TODAY()
    assert [a.name for a in case.attachments.all()] == ["会场.jpg"]
    move(city, "liaison", assignment, "record_launch", held_on=TODAY(), **{**LAUNCH, "present": 33})
    assert LaunchRecord.objects.get().present == 33
    assert case.attachments.count() == 1


def test_a_photo_that_is_none_leaves_no_record(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    fake = SimpleUploadedFile("会场.png", b"MZ this is a program")
    problem = refused(city, "liaison", assignment, "record_launch", held_on=TODAY(), photos=[fake], **LAUNCH)
    assert problem.code.startswith("file.")
    assert not LaunchRecord.objects.exists()


@pytest.fixture
def county_case(city: City, meeting: Meeting) -> Case:
    add(city, meeting, to_unit("COUNTY1"), to_unit("RIVAL"), due=TODAY() + timedelta(days=10))
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment", unit__code="COUNTY1")
    return move(city, "county", case, "acknowledge")


def test_subordinates_without_those_who_have_it(city: City, county_case: Case):
    assert [u.code for u in subordinates(county_case, "territory")] == ["CLINIC", "EDU1", "SCHOOL", "TOWN"]
    assert list(subordinates(county_case, "system")) == []


def relay(city: City, case: Case, *codes: str, days: int = 5, line: str = "territory") -> Case:
    return move(
        city,
        "county",
        case,
        "relay",
        line=line,
        units=[city.units[code] for code in codes],
        due=TODAY() + timedelta(days=days),
        note="请尽快",
    )


def test_relay_opens_cases_below(city: City, county_case: Case):
    assert relay(city, county_case, "SCHOOL", "TOWN").state == "acknowledged"
    child = Case.objects.get(unit__code="SCHOOL")
    assert (child.parent, child.issuer, child.due) == (
        county_case,
        city.units["COUNTY1"],
        TODAY() + timedelta(days=5),
    )
    assert child.assignment.note == "请尽快"
    move(city, "liaison", child, "acknowledge")
    move(city, "liaison", child, "file_report", text="报告")
    assert move(city, "county", child, "accept").state == "accepted"


def test_the_system_relays_along_its_line(city: City, meeting: Meeting):
    add(city, meeting, to_unit("EDU"))
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment")
    move(city, "department", case, "acknowledge")
    move(city, "department", case, "relay", line="system", units=[city.units["SCHOOL2"]], due=TODAY())
    assert Case.objects.get(unit__code="SCHOOL2").issuer == city.units["EDU"]


@pytest.mark.parametrize("days", [-1, 10, 11])
def test_a_relayed_deadline_is_earlier_and_not_past(city: City, county_case: Case, days: int):
    with pytest.raises(Problem) as problem:
        relay(city, county_case, "SCHOOL", days=days)
    assert problem.value.code == "relay.deadline"
    assert not Case.objects.filter(parent=county_case).exists()


@pytest.mark.parametrize("code", ["SCHOOL2", "RIVAL", "COUNTY1", "EDU"])
def test_only_subordinates_who_lack_it_receive_a_relay(city: City, county_case: Case, code: str):
    with pytest.raises(Problem) as problem:
        relay(city, county_case, "SCHOOL", code)
    assert problem.value.code == "relay.not_subordinate"
    assert not Case.objects.filter(parent=county_case).exists()


def test_nobody_relays_on_the_last_day(city: City, county_case: Case):
    Case.objects.filter(pk=county_case.pk).update(due=TODAY())
    assert refused(city, "county", county_case, "relay", line="territory", units=[], due=TODAY()).code == (
        "case.move_refused"
    )


def test_withdraw(city: City, assignment: Case):
    case = move(city, "office", assignment, "withdraw", reason="重复布置")
    assert (case.state, case.closed_at is not None) == ("withdrawn", True)
    assert Event.objects.get(verb="assignment.withdraw").data["reason"] == "重复布置"


def test_a_stale_form_changes_nothing(city: City, assignment: Case):
    from chuangwen.cases.services import perform

    move(city, "liaison", assignment, "acknowledge")
    with pytest.raises(Problem) as problem:
        perform(actor=city.person("liaison"), move_name="acknowledge", case=assignment, seen=0)
    assert problem.value.code == "case.stale"
    assert Event.objects.filter(verb="assignment.acknowledge").count() == 1


def test_receiver_roles_are_kept(city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL", role=Receiver.Role.SUPPORT))
    dispatch(city, meeting)
    assert Case.objects.get(kind="assignment").assignment.role == "support"


def test_a_task_withdrawn_from_a_unit_can_be_relayed_to_it_again(city: City, county_case: Case):
    for _again in range(3):
        relay(city, county_case, "TOWN")
        given = Case.objects.get(unit__code="TOWN", state="issued")
        assert city.units["TOWN"] not in subordinates(county_case, "territory")
        move(city, "county", given, "withdraw", reason="发错")
        assert city.units["TOWN"] in subordinates(county_case, "territory")
    assert Case.objects.filter(unit__code="TOWN", state="withdrawn").count() == 3


def test_who_reported_in_time_is_not_late_while_the_office_decides(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    move(city, "liaison", assignment, "file_report", text="已落实")
    Case.objects.update(due=TODAY() - timedelta(days=9))
    case = Case.objects.get(pk=assignment.pk)
    assert case.answered_at
    assert not Case.objects.late().exists()
    sent_back = move(city, "office", assignment, "send_back", reason="缺数据")
    assert (sent_back.answered_at, Case.objects.late().get()) == (None, sent_back)
    again = move(city, "liaison", assignment, "file_report", text="已补充")
    done = move(city, "office", assignment, "accept")
    assert done.answered_at == again.answered_at != case.answered_at
    assert not Case.objects.late().exists()


def test_a_long_file_name_keeps_its_kind(city: City, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    upload = SimpleUploadedFile("落实" * 120 + ".txt", "已落实。".encode())
    move(city, "liaison", assignment, "file_report", upload=upload)
    [attachment] = Case.objects.get(pk=assignment.pk).attachments.all()
    assert (len(attachment.name), attachment.name[-5:]) == (80, "实.txt")


@pytest.mark.parametrize(("lines", "status"), [(2500, 302), (2501, 400)])
def test_a_lines_end_counts_as_one_character(city: City, browse, assignment: Case, lines: int, status: int):
    move(city, "liaison", assignment, "acknowledge")
    text = "字\r\n" * (lines - 1) + "字字"
    case = Case.objects.get(pk=assignment.pk)
    posted = browse("liaison").post(
        f"/cases/{case.number}/file_report/", {"seen": case.revision, "text": text}
    )
    assert posted.status_code == status


@pytest.mark.parametrize("seen", ["9" * 5000, "9" * 30, "-1", "１", "", "x"])
def test_a_revision_that_is_none_is_stale(browse, assignment: Case, seen: str):
    posted = browse("liaison").post(f"/cases/{assignment.number}/acknowledge/", {"seen": seen})
    assert posted.status_code == 409
    assert Case.objects.get(pk=assignment.pk).state == "issued"
