"""Whoever asks for more sees what it costs, who has given it already, and what people say."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach
from chuangwen.core import files
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives import burden, queries
from chuangwen.directives.burden import Burden
from chuangwen.directives.models import Complaint, Meeting, Report
from chuangwen.directives.services import planning
from chuangwen.directives.services.complaints import answer_complaint, file_complaint
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit

TEXT = "各单位要将创建方案落实情况书面报告市文明办"


@pytest.fixture
def second(city, campaign):
    """Another meeting of the same campaign, without tasks."""
    return planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="示例再推进会",
        held_on=date(2026, 10, 15),
        text="今天天气很好。",
    )


def metered(meeting):
    return burden.meter(queries.preview(meeting))


def test_the_meter_counts_what_is_about_to_be_asked(city, meeting, settings):
    settings.BURDEN_MINUTES = {"read and acknowledge": 5, "write a report": 30}
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), asks_report=True)
    add(city, meeting, to_unit("SCHOOL"))
    meter = metered(meeting)
    assert (meter.units, meter.burden) == (2, Burden(cases=3, reports=2))
    assert (meter.burden.fields, meter.burden.uploads) == (2, 2)
    assert (meter.burden.minutes, meter.burden.hours) == (75, 1)
    assert [(row.unit.code, row.burden) for row in meter.heaviest] == [
        ("SCHOOL", Burden(2, 1)),
        ("RIVAL", Burden(1, 1)),
    ]
    assert meter.overlaps == []


def test_what_was_asked_this_year_is_counted_in(city, meeting, second):
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), asks_report=True)
    dispatch(city, meeting)
    long_ago = timezone.now() - timedelta(days=400)
    Case.objects.filter(kind="assignment", unit__code="RIVAL").update(opened_at=long_ago)
    add(city, second, to_unit("SCHOOL"), to_unit("RIVAL"))
    assert [(row.unit.code, row.burden) for row in metered(second).heaviest] == [
        ("SCHOOL", Burden(2, 1)),
        ("RIVAL", Burden(1, 0)),
    ]


def test_a_report_asked_for_twice_is_pointed_out(city, meeting, second):
    earlier = add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), text=TEXT, asks_report=True)
    dispatch(city, meeting)
    case = move(city, "liaison", Case.objects.get(unit__code="SCHOOL", kind="assignment"), "acknowledge")
    move(city, "liaison", case, "file_report", text="已落实")
    again = add(
        city, second, to_unit("SCHOOL"), to_unit("RIVAL"), to_unit("EDU"), text=TEXT + "。", asks_report=True
    )
    add(city, second, to_unit("SCHOOL"), text="清理院落杂物", asks_report=True)
    add(city, second, to_unit("EDU"), text=TEXT, asks_report=True)
    add(city, second, to_unit("SCHOOL"), text=TEXT)
    (overlap,) = metered(second).overlaps
    assert (overlap.task, overlap.earlier) == (again, earlier)
    assert (overlap.units, overlap.filed) == (2, 1)
    assert overlap.dispatched_on == timezone.localdate()
    (held,) = metered(second).on_file
    assert (held.task, held.earlier, held.units, held.files) == (again, earlier, 1, 1)
    assert held.newest == timezone.localdate()


def test_a_report_of_another_year_is_none_asked_twice(city, meeting, second):
    add(city, meeting, to_unit("SCHOOL"), text=TEXT, asks_report=True)
    dispatch(city, meeting)
    Case.objects.filter(pk=meeting.pk).update(closed_at=timezone.now() - timedelta(days=400))
    add(city, second, to_unit("SCHOOL"), text=TEXT, asks_report=True)
    assert metered(second).overlaps == []


def test_what_is_on_file_of_another_year_is_pointed_out(city, meeting, second):
    add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), text=TEXT)
    dispatch(city, meeting)
    Case.objects.filter(pk=meeting.pk).update(closed_at=timezone.now() - timedelta(days=400))
    add(city, second, to_unit("SCHOOL"), to_unit("EDU"), text=TEXT, asks_report=True)
    assert metered(second).on_file == []
    case = Case.objects.get(unit__code="SCHOOL", kind="assignment")
    blob = files.store_bytes("示例".encode(), files.TEXT)
    for number, purpose in enumerate(("report", "photo", "evidence", "source")):
        one = attach(actor=city.people["liaison"], case=case, blob=blob, name="示例.txt", purpose=purpose)
        Attachment.objects.filter(pk=one.pk).update(added_at=timezone.now() - timedelta(days=390 + number))
    (held,) = metered(second).on_file
    assert (held.units, held.files, held.newest) == (1, 3, timezone.localdate() - timedelta(days=390))


def test_no_report_is_asked_for_without_a_basis(city, meeting, browse):
    add(city, meeting, to_unit("SCHOOL"), asks_report=True)
    case = Case.objects.get(pk=meeting.pk)
    with pytest.raises(Problem, match=r"plan\.no_basis"):
        move(city, "office", case, "dispatch", basis=" ")
    address = reverse("directives:preview", args=[case.number])
    page = browse("office").post(address, {"seen": case.revision, "basis": ""})
    assert page.status_code == 400
    assert not Case.objects.filter(kind="assignment").exists()
    assert (
        browse("office").post(address, {"seen": case.revision, "basis": "示例办〔2026〕7号"}).status_code
        == 302
    )
    assert Meeting.objects.get().basis == "示例办〔2026〕7号"
    assert Event.objects.get(verb="meeting.dispatch").data["basis"] == "示例办〔2026〕7号"


def test_without_reports_no_basis_is_asked_for(city, meeting, browse):
    add(city, meeting, to_unit("SCHOOL"))
    case = Case.objects.get(pk=meeting.pk)
    address = reverse("directives:preview", args=[case.number])
    assert 'name="basis"' not in browse("office").get(address).content.decode()
    assert browse("office").post(address, {"seen": case.revision}).status_code == 302


def test_the_office_sees_what_asks_most_and_what_nobody_reads(city, meeting, second, browse):
    heavy = add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), asks_report=True)
    add(city, second, to_unit("SCHOOL"))
    dispatch(city, meeting)
    dispatch(city, second)
    for who, code in (("liaison", "SCHOOL"), ("rival", "RIVAL")):
        case = Case.objects.get(unit__code=code, kind="assignment", assignment__task=heavy)
        move(city, who, move(city, who, case, "acknowledge"), "file_report", text="已落实")
    old = Report.objects.filter(assignment__case__unit__code="SCHOOL")
    old.update(filed_at=timezone.now() - timedelta(days=15))
    page = browse("office").get(reverse("directives:burden"))
    first = page.context["tasks"][0]
    assert (first.task, first.burden, first.unread) == (heavy, Burden(2, 2), 1)
    assert [(row.unit.code, row.burden) for row in page.context["units"]] == [
        ("SCHOOL", Burden(2, 1)),
        ("RIVAL", Burden(1, 1)),
    ]


@pytest.mark.parametrize("who", ["liaison", "head", "auditor", "stranger"])
def test_the_page_is_for_civility_offices(browse, who):
    assert browse(who).get(reverse("directives:burden")).status_code == 403


def complain(browser, **fields):
    return browser.post(reverse("directives:complain"), fields)


@pytest.mark.usefixtures("city")
def test_anybody_complains_without_a_name_and_follows_by_the_code(city, browse):
    nobody = Client(headers={"accept-language": "en"})
    territory = city.units["OFFICE"].territory_id
    answer = complain(nobody, territory=territory, about="<b>月报</b>", text="同样的表填了三遍")
    complaint = Complaint.objects.get()
    address = reverse("directives:complaint", args=[complaint.code])
    assert answer["Location"] == address
    page = nobody.get(address.lower().replace("complaint/", "complaint/")).content.decode()
    assert "&lt;b&gt;月报&lt;/b&gt;" in page
    assert "not answered yet" in page
    event = Event.objects.get(verb="complaint.file")
    assert (event.actor, event.data) == ("public", {})
    office = browse("office")
    assert "同样的表填了三遍" in office.get(reverse("directives:burden")).content.decode()
    office.post(reverse("directives:answer_complaint", args=[complaint.code]), {"answer": "三张表并为一张"})
    assert "三张表并为一张" in nobody.get(address).content.decode()


def test_who_files_is_nowhere_kept(city, browse):
    complain(browse("liaison"), territory=city.units["OFFICE"].territory_id, text="太多了")
    complaint = Complaint.objects.get()
    person = city.person("liaison")
    assert not Event.objects.filter(actor=f"person:{person.pk}", verb__startswith="complaint").exists()
    assert {field.name for field in Complaint._meta.fields if field.related_model} == {
        "territory",
        "answered_by",
    }
    assert complaint.answered_by is None


def test_only_the_office_of_the_place_answers_and_only_once(city, browse):
    complaint = file_complaint(territory=city.units["OFFICE"].territory, about="", text="太多了")
    for who in ("liaison", "county", "auditor"):
        with pytest.raises(Problem, match=r"page\.not_allowed"):
            answer_complaint(actor=city.person(who), complaint=complaint, answer="好")
    assert (
        browse("liaison")
        .post(reverse("directives:answer_complaint", args=[complaint.code]), {"answer": "好"})
        .status_code
        == 403
    )
    answer_complaint(actor=city.person("office"), complaint=complaint, answer="好")
    with pytest.raises(Problem, match=r"complaint\.answered"):
        answer_complaint(actor=city.person("office"), complaint=complaint, answer="不好")
    complaint.refresh_from_db()
    assert complaint.answer == "好"


def test_an_empty_answer_answers_nothing(city, browse):
    complaint = file_complaint(territory=city.units["OFFICE"].territory, about="", text="太多了")
    browse("office").post(reverse("directives:answer_complaint", args=[complaint.code]), {"answer": " "})
    complaint.refresh_from_db()
    assert complaint.answered_at is None


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "长" * 1001}, {"text": "太多了", "territory": "88"}], ids=str
)
def test_what_is_not_understood_is_said_and_nothing_is_lost(city, fields):
    answer = complain(Client(), **{"territory": city.units["OFFICE"].territory_id, "about": "月报", **fields})
    assert answer.status_code == 400
    assert "月报" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_one_address_cannot_flood_the_door(city):
    nobody = Client()
    fields = {"territory": city.units["OFFICE"].territory_id, "text": "太多了"}
    answers = [complain(nobody, **fields).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]
    assert Complaint.objects.count() == 10


def test_a_code_that_is_none(city):
    assert Client().get(reverse("directives:complaint", args=["26NOTHING"])).status_code == 404
