"""Bulletins: drafted from the data, approved by somebody else, published with what was withheld."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Attachment, Case
from chuangwen.core import files, jobs
from chuangwen.core.docx_text import docx_text
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.tests.personas import PERSONAS, City
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.bulletins import Row, league, ranked
from chuangwen.rectification.models import Escalation, Order
from chuangwen.rectification.services import bulletins
from chuangwen.rectification.services.publishing import PUBLISH
from chuangwen.rectification.tests.conftest import drafted_in, file, move, on_desk

LIST = reverse("rectification:bulletins")


@pytest.fixture
def second(city: City) -> Person:
    """Another one of the office."""
    person = Person.objects.create(username="second", name="示例second")
    Post.objects.create(unit=city.units["OFFICE"], person=person, role=Role.OFFICE, title="副主任")
    city.people["second"] = person
    return person


def begin(city: City, campaign, **more) -> Bulletin:
    today = timezone.localdate()
    asked = {"title": "关于窗口服务检查情况的通报", "basis": "年度检查计划", "until": today}
    asked |= {"since": today - timedelta(days=30), "waiting": True} | more
    return bulletins.draft(actor=city.person("office"), campaign=campaign, **asked)


@pytest.fixture
def bulletin(city: City, campaign) -> Bulletin:
    """It takes in an order of a covert visit to the school, and one that the rival has on its desk."""
    drafted_in(city, campaign, source="case:26COVERT", withheld=True)
    on_desk(drafted_in(city, campaign, "RIVAL"))
    return begin(city, campaign)


def published(city: City, bulletin: Bulletin, **more) -> Case:
    if more:
        now = Bulletin.objects.get(pk=bulletin.pk)
        words = {name: getattr(now, name) for name in ("basis", "scope", "demands")}
        asked = {"title": "通报", "orders": now.orders.all(), "public": False} | words | more
        move(city, "office", bulletin, "edit", **asked)
    move(city, "second", bulletin, "approve")
    move(city, "office", bulletin, "release")
    assert jobs.work_waiting()
    assert jobs.newest(PUBLISH, bulletin=bulletin.case.number).failure is None
    return Case.objects.get(pk=bulletin.pk)


def test_it_is_drafted_from_the_data(bulletin, city):
    assert bulletin.orders.count() == 2
    assert "2家" in bulletin.scope or "2 units" in bulletin.scope
    assert Event.objects.get(verb="bulletin.draft").data == {}


@pytest.mark.parametrize("who", [who for who in PERSONAS if who != "office"])
def test_a_draft_is_the_offices_alone(bulletin, city, browse, who):
    browser = browse(who)
    assert list(browser.get(LIST).context["bulletins"]) == []
    for address in (f"/cases/{bulletin.case.number}/", f"/bulletins/{bulletin.case.number}/"):
        assert browser.get(address).status_code == 404


def test_what_is_not_issued_is_taken_in_only_if_one_says_so(bulletin, city, campaign):
    again = begin(city, campaign, waiting=False)
    assert [order.case.unit.code for order in again.orders.all()] == ["RIVAL"]


def test_whoever_wrote_at_it_does_not_approve_it(bulletin, city, second):
    with pytest.raises(Problem) as refused:
        move(city, "office", bulletin, "approve")
    assert refused.value.code == "case.move_refused"
    now = {"orders": bulletin.orders.all(), "public": False, "scope": "甲", "demands": "乙", "basis": "丙"}
    move(city, "second", bulletin, "edit", title="通报", **now)
    for who in ("office", "second"):
        with pytest.raises(Problem):
            move(city, who, bulletin, "approve")
    third = Person.objects.create(username="third", name="示例third")
    Post.objects.create(unit=city.units["OFFICE"], person=third, role=Role.OFFICE, title="干部")
    city.people["third"] = third
    move(city, "third", bulletin, "approve")
    move(city, "second", bulletin, "rework")
    assert Case.objects.get(pk=bulletin.pk).state == "drafting"


def test_its_publication_issues_what_was_withheld_and_names_its_sources(bulletin, city, second, browse):
    assert browse("liaison").get(reverse("cases:ledger")).status_code == 200
    case = published(city, bulletin)
    assert (case.state, case.circle) == ("published", "")
    held = Order.objects.get(source="case:26COVERT")
    assert (held.withheld, held.case.state, str(held.number)) == (False, "issued", "示文明办改〔2026〕1号")
    assert held.case.due > timezone.localdate()
    event = Event.objects.get(verb="bulletin.publish")
    assert event.data["sources"] == ["case:26COVERT"]
    paper = Attachment.objects.get(case=case, name__endswith=".docx")
    words = docx_text(files.path(paper.blob).read_bytes(), limit=10**6)
    for said in (
        "东岭县第一中学",
        "走廊堆放杂物",
        "（一）东岭县",
        "三、工作要求",
        "示文明办通〔2026〕1号",
    ):
        assert said in words
    assert browse("liaison").get(f"/cases/{held.case.number}/").status_code == 200


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("public", [False, True])
def test_the_public_reads_what_is_for_the_public(bulletin, city, browse, public):
    case = published(city, bulletin, public=public)
    page = browse("").get(f"/bulletins/{case.number}/")
    assert page.status_code == (200 if public else 404)
    assert browse("liaison").get(f"/bulletins/{case.number}/").status_code == 200
    assert [one.pk for one in browse("liaison").get(LIST).context["bulletins"]] == [bulletin.pk]
    assert list(browse("stranger").get(LIST).context["bulletins"]) == ([bulletin] if public else [])


def test_an_empty_one_is_not_published_and_a_period_has_two_ends(city, campaign, second):
    empty = begin(city, campaign)
    move(city, "second", empty, "approve")
    with pytest.raises(Problem) as refused:
        move(city, "office", empty, "release")
    assert refused.value.code == "bulletin.empty"
    move(city, "office", empty, "withdraw", reason="重复")
    with pytest.raises(Problem) as refused:
        begin(city, campaign, since=timezone.localdate() + timedelta(days=1))
    assert refused.value.code == "bulletin.period"
    with pytest.raises(Problem) as refused:
        bulletins.draft(
            actor=city.person("county"),
            campaign=campaign,
            title="甲",
            basis="乙",
            since=timezone.localdate(),
            until=timezone.localdate(),
        )
    assert refused.value.code == "page.not_allowed"


def test_an_order_of_another_office_is_not_taken_in(bulletin, city, browse):
    other = drafted_in(city, bulletin.case.campaign, "CLINIC")
    Case.objects.filter(pk=other.pk).update(issuer=city.units["COUNTY1"])
    page = browse("office")
    typed = {"seen": 0, "title": "通报", "basis": "甲", "scope": "乙", "demands": "丙", "orders": [other.pk]}
    answer = page.post(f"/cases/{bulletin.case.number}/edit/", typed)
    assert answer.status_code == 400
    assert bulletin.orders.count() == 2


def test_it_is_begun_by_its_page(city, campaign, browse):
    drafted_in(city, campaign)
    typed = {"campaign": campaign.pk, "title": "通报", "basis": "计划"}
    days = {"since": "2026-01-01", "until": "2026-12-31", "waiting": "on"}
    office = browse("office")
    assert office.post("/bulletins/new/", typed | days | {"until": "2025-01-01"}).status_code == 400
    answer = office.post("/bulletins/new/", typed | days)
    assert answer.url == f"/cases/{Bulletin.objects.get().case.number}/"
    assert "走廊堆放杂物" in office.get(answer.url).content.decode()
    assert browse("liaison").get("/bulletins/new/").status_code == 403


def test_units_are_ranked_inside_their_group_and_not_by_few_cases():
    rows = [
        Row("学校", "甲", cases=10, in_time=9, reopened=1),
        Row("学校", "乙", cases=5, in_time=5, reopened=0),
        Row("学校", "丙", cases=1, in_time=1, reopened=0),
        Row("学校", "丁", cases=20, in_time=18, reopened=2),
        Row("学校", "戊", cases=10, in_time=9, reopened=0),
        Row("医院", "己", cases=5, in_time=0, reopened=5),
    ]
    assert [(row.unit, row.rank) for row in ranked(rows)] == [
        ("己", 1),
        ("乙", 1),
        ("戊", 2),
        ("丁", 3),
        ("甲", 3),
        ("丙", None),
    ]


def test_the_league_counts_what_was_put_right_in_time(city, campaign):
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    # Put right in time, put right late, not put right, not due yet.
    for due in (today, yesterday):
        order = on_desk(drafted_in(city, campaign), "rectifying")
        Case.objects.filter(pk=order.pk).update(due=due)
        file(city, order)
        move(city, "office", order, "pass_recheck", words="已清理")
    late = on_desk(drafted_in(city, campaign))
    Case.objects.filter(pk=late.pk).update(due=yesterday)
    Order.objects.filter(case__due=today).update(reopened=2)
    on_desk(drafted_in(city, campaign))
    drafted_in(city, campaign, withheld=True)
    (row,) = league(city.units["OFFICE"], today, today)
    assert (row.group, row.unit, row.cases, row.in_time, row.reopened, row.rank) == (
        "schools",
        "东岭县第一中学",
        3,
        1,
        1,
        None,
    )


@pytest.mark.usefixtures("second")
def test_what_was_withdrawn_meanwhile_is_not_told(bulletin, city):
    gone = bulletin.orders.get(case__unit__code="RIVAL")
    move(city, "office", gone, "withdraw", reason="申诉成立")
    case = published(city, bulletin)
    assert [order.case.unit.code for order in bulletin.orders.all()] == ["SCHOOL"]
    paper = Attachment.objects.get(case=case, name__endswith=".docx")
    assert "东岭县第二中学" not in docx_text(files.path(paper.blob).read_bytes(), limit=10**6)


def test_what_the_ladder_calls_for_is_in_the_next_bulletin_and_marked(city, campaign, second, browse):
    """However old the order is; once a bulletin has told it, it is called for no more."""
    old = on_desk(drafted_in(city, campaign), "rectifying")
    Order.objects.filter(pk=old.pk).update(issued_at=timezone.now() - timedelta(days=90))
    row = {"order": old, "points": 0, "by": city.people["office"], "reason": "逾期", "rung": "bulletin"}
    assert not begin(city, campaign, waiting=False).orders.exists()
    Escalation.objects.create(at=timezone.now(), brings="bulletin", **row)
    bulletin = begin(city, campaign, waiting=False)
    assert list(bulletin.orders.all()) == [old]
    page = browse("office").get(f"/cases/{bulletin.case.number}/edit/").content.decode()
    assert "(called for by the ladder)" in page
    assert "takes it in" in browse("liaison").get(f"/cases/{old.case.number}/").content.decode()
    case = published(city, bulletin)
    paper = Attachment.objects.get(case=case, name__endswith=".docx")
    assert "逾期未整改予以通报" in docx_text(files.path(paper.blob).read_bytes(), limit=10**6)
    assert "stays undone" in browse("liaison").get(f"/bulletins/{case.number}/").content.decode()
    assert not begin(city, campaign, waiting=False).orders.exists()
