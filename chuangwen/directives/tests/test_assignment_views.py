"""The pages of an assignment: the liaison's way, the county's, and what comes between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chuangwen.cases.library import services as library
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.problems import Problem
from chuangwen.directives import queries
from chuangwen.directives.models import Meeting, Report
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import BASIS, add, dispatch, move, to_unit
from chuangwen.organizations.tests.personas import City


def test_the_liaisons_way_by_page(browse, assignment: Case):
    liaison = browse("liaison")
    url = f"/cases/{assignment.number}"
    liaison.post(f"{url}/acknowledge/", {"seen": 0})
    long = "长" * 5001
    refused = liaison.post(f"{url}/file_report/", {"seen": 1, "text": long})
    assert refused.status_code == 400
    assert long in refused.content.decode()
    liaison.post(f"{url}/file_report/", {"seen": 1, "text": "我校已部署到位。"})
    browse("office").post(f"{url}/send_back/", {"seen": 2, "reason": "缺少人数"})
    assert "缺少人数" in liaison.get(f"{url}/").content.decode()
    upload = SimpleUploadedFile("报告.txt", "补充报告。".encode())
    liaison.post(f"{url}/file_report/", {"seen": 3, "text": "", "upload": upload})
    browse("office").post(f"{url}/accept/", {"seen": 4})
    assert Case.objects.get(pk=assignment.pk).state == "accepted"
    assert [r.text for r in Report.objects.all()] == ["我校已部署到位。", "补充报告。"]


def test_a_refused_report_comes_back_with_its_words(browse, assignment: Case):
    """Stale: the head has filed in the meantime; the liaison's words are still on the page."""
    liaison, url = browse("liaison"), f"/cases/{assignment.number}"
    liaison.post(f"{url}/acknowledge/", {"seen": 0})
    browse("head").post(f"{url}/file_report/", {"seen": 1, "text": "校长的报告"})
    answer = liaison.post(f"{url}/file_report/", {"seen": 1, "text": "联络员的报告"})
    assert answer.status_code == 409
    assert "联络员的报告" in answer.content.decode()
    assert Report.objects.count() == 1


def test_a_meeting_cannot_have_been_launched_tomorrow(browse, assignment: Case):
    url = f"/cases/{assignment.number}"
    browse("liaison").post(f"{url}/acknowledge/", {"seen": 0})
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = browse("liaison").post(
        f"{url}/record_launch/",
        {"seen": 1, "held_on": tomorrow, "place": "礼堂", "chair": "王老师", "present": 3, "minutes": "部署"},
    )
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["held_on"]


def test_relay_by_page(city: City, browse, meeting: Meeting):
    add(city, meeting, to_unit("COUNTY1"), due=timezone.localdate() + timedelta(days=9))
    dispatch(city, meeting)
    case = Case.objects.get(kind="assignment")
    county, url = browse("county"), f"/cases/{case.number}"
    county.post(f"{url}/acknowledge/", {"seen": 0})
    page = county.get(f"{url}/relay/").content.decode()
    assert "东岭县第一中学" in page
    assert "西河区实验小学" not in page
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    county.post(f"{url}/relay/", {"seen": 1, "line": "territory", "units": ["SCHOOL", "TOWN"], "due": due})
    assert sorted(Case.objects.filter(parent=case).values_list("unit__code", flat=True)) == ["SCHOOL", "TOWN"]
    assert "东岭县第一中学" in county.get(f"{url}/").content.decode()


def test_beside_a_relay_stands_what_it_asks(city: City, browse, campaign: Campaign, meeting: Meeting):
    """Of the county's own units alone, with what they were asked before and on what basis."""
    text, due = "各学校报送文明礼仪教育情况", timezone.localdate() + timedelta(days=9)
    add(city, meeting, *map(to_unit, ("SCHOOL", "RIVAL", "SCHOOL2")), text=text, asks_report=True)
    dispatch(city, meeting)
    again = planning.read_meeting(
        actor=city.person("office"), campaign=campaign, title="又一次", held_on=due, text="今天天气很好。"
    )
    add(city, again, to_unit("COUNTY1"), text=text, asks_report=True, due=due)
    dispatch(city, again)
    case = Case.objects.get(unit__code="COUNTY1")
    county, url = browse("county"), f"/cases/{case.number}"
    county.post(f"{url}/acknowledge/", {"seen": 0})
    answer = county.get(f"{url}/relay/")
    meter = answer.context["meter"]
    led = {unit for line in queries.LINES for unit in queries.subordinates(case, line)}
    assert (meter.units, meter.burden.reports) == (len(led), len(led))
    assert [(row.units, row.filed) for row in meter.overlaps] == [(2, 0)]
    year = {row.unit.code: row.burden.reports for row in meter.heaviest}
    assert year["SCHOOL"] == year["RIVAL"] == 2
    assert "SCHOOL2" not in year
    page = answer.content.decode()
    assert BASIS in page
    assert "went to 2 of the same units, 0 of which have reported" in page


def test_nothing_typed_is_lost_when_the_login_expires(browse, assignment: Case):
    liaison, url = browse("liaison"), f"/cases/{assignment.number}"
    liaison.post(f"{url}/acknowledge/", {"seen": 0})
    session = liaison.session
    session["seen_at"] -= 24 * 3600
    session.save()
    answer = liaison.post(f"{url}/file_report/", {"seen": 1, "text": "写了很久的报告"})
    assert "/accounts/login/" in answer["Location"]
    assert not Report.objects.exists()
    liaison.force_login(assignment.unit.posts.get(role="liaison").person)
    page = liaison.get(f"{url}/file_report/").content.decode()
    assert "写了很久的报告" in page
    assert "We kept what you typed" in page


def test_a_report_takes_evidence_of_the_library_along(browse, city: City, assignment: Case):
    stored = library.store([SimpleUploadedFile("制度.pdf", b"%PDF-1.4\n%%EOF\n")])
    both = library.add(
        actor=city.person("staff"), unit=city.units["SCHOOL"], stored=stored, link="https://example.org/a"
    )
    liaison, url = browse("liaison"), f"/cases/{assignment.number}"
    liaison.post(f"{url}/acknowledge/", {"seen": 0})
    page = liaison.get(f"{url}/file_report/").content.decode()
    # A link has no file that could go along.
    assert ("制度.pdf" in page, "example.org" in page) == (True, False)
    typed = {"seen": 1, "text": "写到一半", "find": "制度", "look_up": "1"}
    looked = liaison.post(f"{url}/file_report/", typed)
    assert (looked.status_code, "写到一半" in looked.content.decode()) == (200, True)
    assert Case.objects.get(pk=assignment.pk).state == "acknowledged"
    liaison.post(f"{url}/file_report/", {"seen": 1, "text": "已部署。", "evidence": [both[0].pk]})
    files = assignment.attachments.filter(purpose="evidence")
    assert list(files.values_list("name", "evidence")) == [("制度.pdf", both[0].pk)]
    assert assignment.title in liaison.get(f"/library/{both[0].pk}/").content.decode()
    browse("office").post(f"{url}/send_back/", {"seen": 2, "reason": "缺少人数"})
    # What went along stays, and is not offered again.
    assert "制度.pdf" not in liaison.get(f"{url}/file_report/").content.decode()


def test_a_report_takes_nothing_of_another_units_library(city: City, assignment: Case):
    stored = library.store([SimpleUploadedFile("制度.pdf", b"%PDF-1.4\n%%EOF\n")])
    (theirs,) = library.add(actor=city.person("rival"), unit=city.units["RIVAL"], stored=stored)
    move(city, "liaison", assignment, "acknowledge")
    with pytest.raises(Problem) as refused:
        move(city, "liaison", assignment, "file_report", text="报告", evidence=[theirs])
    assert (refused.value.code, Report.objects.count()) == ("evidence.stranger", 0)


def test_a_link_that_is_sent_along_all_the_same_is_no_file(city: City, assignment: Case):
    (link,) = library.add(
        actor=city.person("liaison"), unit=city.units["SCHOOL"], link="https://example.org/a"
    )
    move(city, "liaison", assignment, "acknowledge")
    move(city, "liaison", assignment, "file_report", text="报告", evidence=[link])
    assert list(assignment.attachments.values_list("purpose", flat=True)) == ["report"]
