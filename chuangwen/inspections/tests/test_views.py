"""The way of an inspection through its pages: the office plans, a team looks, its leader reviews."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.models import Case
from chuangwen.core.models import Access
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.inspections.models import Finding, FindingPhoto, Inspection, Member, Point, Visit, YearPlan
from chuangwen.inspections.queries import checklist
from chuangwen.inspections.services import findings
from chuangwen.inspections.tests.conftest import (
    GREETING,
    RULES,
    campaign_of,
    criterion,
    inspection_of,
    move,
    noted,
    standard_of,
    under_way,
    visit_of,
)


def text(answer):
    return " ".join(b"".join(answer).decode().split())


def press(client, case, name, **asked):
    """A move by its button, on the case as it is now."""
    seen = Case.objects.get(pk=case.pk).revision
    return client.post(reverse("cases:move", args=[case.number, name]), {"seen": seen, **asked})


def test_the_office_drafts_a_plan_and_files_it(city, browse):
    client, today = browse("office"), timezone.localdate()
    asked = {"campaign": campaign_of(city).pk, "issuer": city.units["OFFICE"].pk, "year": today.year}
    plan = client.post(reverse("inspections:new_plan"), asked | {"basis": "示例文件"}).url
    again = client.post(reverse("inspections:new_plan"), asked | {"basis": "示例文件"})
    assert (again.status_code, "year_plan.taken" in text(again)) == (409, True)
    empty = client.post(f"{plan}file/")
    assert (empty.status_code, "year_plan.empty" in text(empty)) == (409, True)
    for name in ("多出的一项", "窗口服务检查"):
        client.post(plan, {"name": name, "units": 2, "by": today})
    client.post(f"{plan}drop/", {"line": YearPlan.objects.get().lines.order_by("pk")[0].pk})
    client.post(f"{plan}file/")
    page = text(client.get(plan))
    assert ("窗口服务检查" in page, "多出的一项" in page, "on file" in page) == (True, False, True)


def test_the_office_opens_an_inspection_and_sends_a_team(city, browse):
    line, client, today = inspection_of(city).line, browse("office"), timezone.localdate()
    ends = today + timedelta(days=20)
    address = reverse("inspections:open", args=[line.plan_id])
    said = {"line": line.pk, "standard": standard_of(city).pk, "units_wanted": 2, "notice": 1}
    wrong = client.post(address, said | {"opens_on": ends, "closes_on": today})
    assert (wrong.status_code, "The last day lies before the first." in text(wrong)) == (400, True)
    checks = client.post(address, said | {"opens_on": today, "closes_on": ends}).url
    client.post(checks, {"point_type": "window", "criteria": [criterion(GREETING).pk]})
    client.post(checks, {"point_type": "", "criteria": [criterion(RULES).pk]})
    inspection = Inspection.objects.latest("pk")
    looked = inspection.checks.values_list("point_type", "criterion__text")
    assert set(looked) == {("window", GREETING), (None, RULES)}
    people = {name: city.people[name].pk for name in ("inspector", "delegate")}
    team = {"unit": "SCHOOL", "leader": people["inspector"], "half": "am", "person1": people["delegate"]}
    address = reverse("inspections:plan_visit", args=[inspection.case.number])
    alone = client.post(address, team | {"person1": "", "inspectors": [people["inspector"]]})
    assert (alone.status_code, "visit.team_small" in text(alone)) == (400, True)
    client.post(address, team | {"capacity1": "congress"})
    members = Member.objects.values_list("person__username", "capacity")
    assert set(members) == {("inspector", "inspector"), ("delegate", "congress")}
    assert press(client, inspection.case, "set_out").status_code == 302
    page = text(client.get(reverse("cases:case", args=[inspection.case.number])))
    assert "Visits: 1 of 2" in page
    assert "service window (1), at the unit itself (1)" in page
    assert "窗口服务检查" in text(client.get(reverse("inspections:inspections")))


def test_a_team_walks_the_checklist_and_the_leader_reviews_it(city, browse):
    visit = under_way(city, covert=False)
    number, client = visit.case.number, browse("inspector")
    assert "0 / 2 looked at" in text(client.get(reverse("inspections:checklist", args=[number])))
    point = Point.objects.get()
    first = f"{reverse('inspections:enter', args=[number, criterion(GREETING).pk])}?point={point.pk}"
    second = reverse("inspections:enter", args=[number, criterion(RULES).pk])
    assert "报名窗口" in text(client.get(first))
    key = str(uuid4())
    sent = {"key": key, "verdict": "unmet", "words": "窗口人员未主动问候"}
    for _time in range(2):  # the answer to the first was lost
        photos = [upload(taken(place=True), "窗口.jpg", "image/jpeg")]
        assert client.post(first, sent | {"photos": photos}).url == second
    assert (Finding.objects.count(), FindingPhoto.objects.count()) == (1, 1)
    assert "Entered before" in text(client.get(first))
    other = client.post(first, sent | {"words": "改了一句"})
    assert (other.status_code, "finding.key_used" in text(other)) == (409, True)
    assert client.post(second, {"key": str(uuid4()), "verdict": "met"}).url == reverse(
        "inspections:checklist", args=[number]
    )
    assert client.post(second, {"key": str(uuid4())}).status_code == 400
    assert client.get(reverse("inspections:enter", args=[number, criterion(GREETING).pk])).status_code == 404


def test_the_leader_reviews_and_the_unit_reads_what_was_confirmed(city, browse):
    visit = under_way(city, covert=False)
    number, client, inspector = visit.case.number, browse("inspector"), city.person("inspector")
    unmet, _new = findings.enter(actor=inspector, **noted(visit))
    findings.add_photo(actor=inspector, finding=unmet, key=unmet.key, upload=upload(taken(), "窗口.jpg"))
    met, _new = findings.enter(actor=inspector, **noted(visit, verdict="met", words=""))
    first = reverse("inspections:enter", args=[number, met.criterion_id]) + f"?point={met.point_id}"
    press(client, visit.case, "hand_in")
    assert "This can be read, not changed" in text(client.get(first))
    review = reverse("inspections:review", args=[number])
    silent = client.post(review, {"finding": met.pk, "drop": "1"})
    assert (silent.status_code, "finding.no_reason" in text(silent)) == (400, True)
    client.post(review, {"finding": met.pk, "drop": "1", "reason": "当时未核实"})
    client.post(review, {"finding": unmet.pk})
    assert "All is reviewed." in text(client.get(review))
    press(client, visit.case, "pass_on")
    photo = reverse("inspections:photo", args=[FindingPhoto.objects.get().key])
    unit, case = browse("liaison"), reverse("cases:case", args=[number])
    assert (unit.get(photo).status_code, "窗口人员未主动问候" in text(unit.get(case))) == (404, False)
    press(browse("office"), visit.case, "conclude", kind="service")
    page = text(unit.get(case))
    assert ("窗口人员未主动问候" in page, "当时未核实" in page, "inspector" in page) == (True, False, True)
    assert b"".join(unit.get(photo)).startswith(b"\xff\xd8")
    assert Access.objects.filter(item=f"finding_photo:{FindingPhoto.objects.get().key}").exists()


@pytest.mark.parametrize("who", ["delegate", "office", "liaison", "county"])
def test_the_checklist_is_the_teams_and_the_review_the_leaders(city, browse, visit, who):
    findings.enter(actor=city.person("inspector"), **noted(visit))
    client, number = browse(who), visit.case.number
    found = client.get(reverse("inspections:checklist", args=[number])).status_code
    assert found == (200 if who == "delegate" else 404)
    move(city, "inspector", visit.case, "hand_in")
    answer = client.post(reverse("inspections:review", args=[number]), {"finding": Finding.objects.get().pk})
    assert answer.status_code == (403 if who == "delegate" else 404)
    assert Finding.objects.get().decision == ""


def test_a_units_points_are_kept_by_itself_and_its_office(city, browse):
    address, client = reverse("inspections:points", args=["SCHOOL"]), browse("liaison")
    sent = {"type": "window", "name": "报名窗口", "address": "一楼"}
    half = client.post(address, sent | {"latitude": "34.1"})
    assert (half.status_code, "Give latitude and longitude, or neither." in text(half)) == (400, True)
    assert client.post(address, sent).status_code == 302
    twice = browse("office").post(address, sent)
    assert (twice.status_code, "point.taken" in text(twice)) == (409, True)
    point = Point.objects.get()
    client.post(address, {"point": point.pk})
    assert Point.objects.get().active is False
    client.post(address, {"point": point.pk})
    assert "报名窗口" in text(browse("department").get(address))  # seen, not kept
    assert "One more point" not in text(browse("department").get(address))
    assert browse("department").post(address, {"point": point.pk}).status_code == 403
    assert browse("rival").get(address).status_code == 403


@pytest.mark.parametrize(
    ("team", "unit", "why"),
    [
        (("inspector", "liaison2"), "SCHOOL", "their own unit"),
        (("inspector", "liaison2"), "EDU1", "of the same system"),
        (("inspector", "county2"), "SCHOOL", "their own unit is over it"),
    ],
)
def test_nobody_inspects_their_own_unit_or_line(city, browse, team, unit, why):
    from chuangwen.organizations.models import Person, Post

    inspection, (name, home) = inspection_of(city), (team[1], {"liaison2": "SCHOOL"}.get(team[1], "COUNTY1"))
    person = Person.objects.create(username=name, name="示例检查员")
    Post.objects.create(unit=city.units[home], person=person, role="inspector", title="检查员")
    sent = {"unit": unit, "leader": city.people["inspector"].pk, "half": "am", "inspectors": [person.pk]}
    answer = browse("office").post(reverse("inspections:plan_visit", args=[inspection.case.number]), sent)
    assert (answer.status_code, why in text(answer), Visit.objects.exists()) == (409, True, False)


def test_nobody_inspects_a_unit_twice_running(city, browse):
    visit_of(city, inspection_of(city))
    following = inspection_of(city, covert=True)
    sent = {"unit": "SCHOOL", "leader": city.people["inspector"].pk, "half": "am"}
    sent["inspectors"] = [city.people["delegate"].pk]
    address = reverse("inspections:plan_visit", args=[following.case.number])
    answer = browse("office").post(address, sent)
    assert (answer.status_code, "was there the last time" in text(answer)) == (409, True)
    assert browse("office").post(address, sent | {"unit": "RIVAL"}).status_code == 302


def test_the_checklist_says_which_points_are_lacking(city, browse, visit):
    Point.objects.all().delete()
    assert [place.point for place in checklist(visit)] == [None]
    page = text(browse("inspector").get(reverse("inspections:checklist", args=[visit.case.number])))
    assert "The unit has no such points yet : service window" in page.replace("yet:", "yet :")


def test_findings_are_listed_narrowed_and_taken_away(city, browse, visit, monkeypatch):
    from chuangwen.inspections.views import findings as pages

    inspector, words = city.person("inspector"), ("没有问候", "离岗", "插队")
    for one in words:
        findings.enter(actor=inspector, **noted(visit, words=one))
    findings.enter(actor=inspector, **noted(visit, verdict="met", words="已问候"))
    client, address = browse("office"), reverse("inspections:findings")
    monkeypatch.setattr(pages, "PAGE", 2)
    first = text(client.get(f"{address}?verdict=unmet&type=window&unit=第一中学"))
    assert [one in first for one in (*words, "已问候")] == [False, True, True, False]
    onward = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    second = text(client.get(address + unescape(onward[1])))
    assert [one in second for one in words] == [True, False, False]
    assert "没有问候" not in text(client.get(f"{address}?after=nothing"))  # a bad mark moves nothing
    assert "No findings here" in text(client.get(f"{address}?verdict=other"))
    assert "No findings here" in text(browse("liaison").get(address))
    sheet = load_workbook(BytesIO(client.get(f"{address}table/?verdict=met").content)).active
    assert [row[7] for row in sheet.iter_rows(values_only=True)][1:] == ["已问候"]


@pytest.mark.parametrize("visits", [1, 4])
def test_the_leaders_desk_asks_no_more_for_many_visits(city, browse, visits, django_assert_num_queries):
    inspection = inspection_of(city)
    for code in ("SCHOOL", "RIVAL", "SCHOOL2", "CLINIC")[:visits]:
        visit_of(city, inspection, code)
    inspector = browse("inspector")
    assert len(inspector.get("/desk/").context["due"]) == visits
    with django_assert_num_queries(13):
        inspector.get("/desk/")
