"""The pages of an assignment: the liaison's way, the county's, and what comes between."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.directives.models import Meeting, Report
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
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
