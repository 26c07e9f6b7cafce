"""A breakdown begun with another one's parts: the unit's own with its people, a sister unit's without."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.cases.models import Campaign, Case
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.breakdown import services as breaking_down
from chuangwen.directives.breakdown.patterns import offered
from chuangwen.directives.models import Meeting, Task
from chuangwen.directives.services.planning import read_meeting
from chuangwen.directives.shares import Breakdown, Share
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.directives.tests.test_breakdown import Desk
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import City

pytestmark = pytest.mark.usefixtures("one_meeting")


def received(city: City, meeting: Meeting, *who: str) -> list[Case]:
    """One task to the units of ``who``, acknowledged, due in forty days."""
    due = meeting.case.campaign.opened_on + timedelta(days=40)
    codes = {"liaison": "SCHOOL", "rival": "RIVAL"}
    add(city, meeting, *(to_unit(codes[name]) for name in who), text="走访家庭", due=due)
    dispatch(city, meeting)
    cases = (Case.objects.get(unit__code=codes[name], assignment__task__meeting=meeting) for name in who)
    return [move(city, name, case, "acknowledge") for name, case in zip(who, cases, strict=True)]


def broken(city: City, case: Case) -> Desk:
    """德育处 60 (staff 70 of 100 visits, head 30) and 年级组长 40 with the liaison in that post, in force."""
    desk = Desk(city, case)
    desk.lead()
    moral = desk.add("德育处", weight="60", measure="", due=case.due - timedelta(days=5))
    desk.add("staff", moral, "70", target=Decimal(100), target_unit="次", in_charge=city.people["head"])
    desk.add("head", moral, "30")
    chief = desk.add("年级组长", weight="40", measure="", level="post")
    desk.add("liaison", chief, measure="入户走访", target=Decimal(8), target_unit="户")
    desk.enforce()
    return desk


def outline(case: Case) -> list[tuple]:
    """Level, whose, weight, target and the part above, of every part."""
    shares = Share.objects.filter(breakdown=case.pk).select_related("person", "above__person")
    return [(s.level, str(s), s.weight, s.target, str(s.above) if s.above else "", s.measure) for s in shares]


@pytest.fixture
def both(city: City, meeting: Meeting) -> tuple[Case, Case]:
    """The school's case, broken down and in force, and the rival's of the same task."""
    school, rival = received(city, meeting, "liaison", "rival")
    broken(city, school)
    return school, rival


def take(city: City, who: str, case: Case, source: Case) -> Breakdown:
    fresh = Case.objects.get(pk=case.pk)
    return breaking_down.take_over(actor=city.person(who), case=fresh, source=source.pk)


def lead(city: City, who: str, case: Case) -> None:
    person = city.people[who]
    leaders = {"principal": person, "in_charge": person}
    breaking_down.lead(actor=city.person(who), case=case, seen=0, **leaders)


def offer(city: City, school: Case, *, pattern: bool = True) -> None:
    breaking_down.offer(actor=city.person("liaison"), case=school, pattern=pattern)


@pytest.fixture
def next_year(city: City, both, meeting: Meeting) -> Case:
    """The school's case of the task that follows, due a month later."""
    school, _rival = both
    campaign = Campaign.objects.get(pk=school.campaign_id)
    again = another_meeting(city, campaign)
    (case,) = received(city, again, "liaison")
    Task.objects.filter(meeting=again).update(follows=school.assignment.task)
    Case.objects.filter(pk=case.pk).update(due=school.due + timedelta(days=30))
    return Case.objects.get(pk=case.pk)


def another_meeting(city: City, campaign: Campaign) -> Meeting:
    asked = {"title": "再一次会", "held_on": campaign.opened_on, "text": "今天天气很好。"}
    return read_meeting(actor=city.person("office"), campaign=campaign, **asked)


def test_ones_own_comes_back_as_a_draft_with_its_people(city: City, both, next_year: Case):
    school, _rival = both
    assert [one.pk for one in offered(next_year)] == [school.pk]
    breakdown = take(city, "liaison", next_year, school)
    assert (breakdown.in_force_at, breakdown.changed, breakdown.revision) == (None, True, 1)
    assert breakdown.principal == city.people["head"]
    assert outline(next_year) == outline(school)
    drafted = Share.objects.get(breakdown=next_year.pk, name="德育处")
    assert drafted.due == school.due + timedelta(days=25)
    assert (
        Share.objects.get(breakdown=next_year.pk, person=city.people["staff"]).in_charge
        == city.people["head"]
    )
    assert not Share.objects.filter(breakdown=next_year.pk).exclude(achieved=0).exists()
    event = Event.objects.get(verb="breakdown.take_over")
    assert (event.subject, event.data) == (next_year.subject, {"source": school.number, "parts": 5})


def test_who_has_left_leaves_the_post(city: City, both, next_year: Case):
    school, _rival = both
    gone = [city.people["staff"], city.people["liaison"]]
    Post.objects.filter(person__in=gone, role=Role.STAFF).update(ended_on=school.due, title="语文教师")
    take(city, "liaison", next_year, school)
    drafted = ("post", "语文教师", Decimal(70), Decimal(100), "德育处", "做好工作")
    assert outline(next_year)[1] == drafted
    assert outline(next_year)[2][:2] == ("person", city.people["head"].name)


def test_what_one_did_without_a_post_is_cut_to_the_length_of_a_name(city: City, both, next_year: Case):
    """PostgreSQL refuses what is longer than its column; SQLite would take it."""
    school, _rival = both
    Share.objects.filter(breakdown=school.pk, person=city.people["staff"]).update(measure="入户走访" * 20)
    Post.objects.filter(person=city.people["staff"]).delete()
    take(city, "liaison", next_year, school)
    assert outline(next_year)[1][:2] == ("post", "入户走访" * 15)


def test_a_sisters_comes_without_its_people_and_only_when_offered(city: City, both):
    school, rival = both
    lead(city, "rival", rival)
    with pytest.raises(Problem) as refused:
        take(city, "rival", rival, school)
    assert refused.value.code == "page.not_found"
    offer(city, school)
    assert [one.pk for one in offered(rival)] == [school.pk]
    take(city, "rival", rival, school)
    names = [person.name for person in city.people.values()]
    rows = outline(rival)
    assert not [row for row in rows if row[1] in names]
    assert [(level, above) for level, _name, _w, _t, above, _m in rows] == [
        ("department", ""),
        ("post", "德育处"),
        ("post", "德育处"),
        ("post", ""),
    ]
    assert rows[3] == ("post", "年级组长", Decimal(40), Decimal(8), "", "入户走访")
    assert not Share.objects.filter(breakdown=rival.pk, in_charge__isnull=False).exists()
    offer(city, school, pattern=False)
    assert offered(rival) == []


def test_a_unit_of_another_peer_group_is_no_sister(city: City, both):
    school, rival = both
    offer(city, school)
    rival.unit.peer_group_id = "towns"
    assert offered(rival) == []


def test_nothing_is_laid_over_parts_that_are_there(city: City, both, next_year: Case):
    school, _rival = both
    take(city, "liaison", next_year, school)
    with pytest.raises(Problem) as refused:
        take(city, "liaison", next_year, school)
    assert refused.value.code == "breakdown.begun"
    assert Share.objects.filter(breakdown=next_year.pk).count() == 5


def test_with_a_sisters_parts_one_says_first_who_leads(city: City, both):
    school, rival = both
    offer(city, school)
    with pytest.raises(Problem) as refused:
        take(city, "rival", rival, school)
    assert refused.value.code == "breakdown.leaders"
    assert not Breakdown.objects.filter(pk=rival.pk).exists()


@pytest.mark.parametrize("who", ["rival", "staff", "office"])
def test_only_who_answers_for_the_unit_takes_over_and_offers(city: City, both, next_year: Case, who: str):
    school, _rival = both
    for action in (
        lambda: take(city, who, next_year, school),
        lambda: breaking_down.offer(actor=city.person(who), case=school, pattern=True),
    ):
        with pytest.raises(Problem) as refused:
            action()
        assert refused.value.code == "breakdown.closed"
    assert not Breakdown.objects.filter(pattern=True).exists()


def test_the_page_offers_what_is_there_and_takes_it_over(city: City, both, next_year: Case, browse):
    school, _rival = both
    liaison, address = browse("liaison"), reverse("directives:breakdown", args=[next_year.number])
    shown = liaison.get(address).content.decode()
    assert "Begin with what is there" in shown
    assert "5 parts" in shown
    take_over = reverse("directives:take_over", args=[next_year.number])
    refused = liaison.post(take_over, {"source": "x"})
    assert refused.status_code == 404
    assert liaison.post(take_over, {"source": school.pk}).url == address
    shown = liaison.get(address).content.decode()
    assert "德育处" in shown
    assert "Begin with what is there" not in shown
    offering = reverse("directives:offer_breakdown", args=[school.number])
    of_school = liaison.get(reverse("directives:breakdown", args=[school.number]))
    assert "Let units of the peer group" in of_school.content.decode()
    assert liaison.post(offering, {"pattern": "1"}).status_code == 302
    assert Breakdown.objects.get(pk=school.pk).pattern
    assert browse("rival").post(offering, {}).status_code == 404


def test_what_no_person_has_is_reported_on_by_the_unit(city: City, both, browse):
    school, rival = both
    offer(city, school)
    lead(city, "rival", rival)
    take(city, "rival", rival, school)
    desk = Breakdown.objects.get(pk=rival.pk)
    breaking_down.put_in_force(actor=city.person("rival"), case=rival, seen=desk.revision)
    leaf = Share.objects.get(breakdown=rival.pk, name="年级组长")
    shown = browse("rival").get(reverse("directives:my_share")).content.decode()
    assert "no person yet: you report for the unit" in shown
    assert "I take this on: sign" not in shown
    report = reverse("directives:report_share", args=[leaf.pk])
    typed = {f"{leaf.pk}-achieved": "4", f"{leaf.pk}-words": "已走访"}
    assert browse("rival").post(report, typed).status_code == 302
    leaf.refresh_from_db()
    assert leaf.achieved == 4
    assert browse("liaison").post(report, {f"{leaf.pk}-achieved": "8"}).status_code == 404
    assert browse("rival").post(reverse("directives:sign_share", args=[leaf.pk])).status_code == 404
    above = Share.objects.get(breakdown=rival.pk, name="德育处")
    assert browse("rival").post(reverse("directives:report_share", args=[above.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "first"), [("territories", "东岭县"), ("systems", "教育系统"), ("units", "东岭县第二中学")]
)
def test_the_citys_look_leaves_as_excel(both, browse, name: str, first: str):
    school, _rival = both
    address = reverse("directives:reach_table", args=[school.campaign_id, name])
    answer = browse("office").get(address, {"place": "990101"} if name == "units" else {})
    sheet = load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][2:] == ("received", "begun", "in force", "down to a person", "short of a person")
    assert rows[1][0] == first
    assert [sum(row[at] for row in rows[1:]) for at in (2, 4, 5)] == [2, 1, 1]


def test_another_table_of_it_is_none(both, browse):
    school, _rival = both
    assert (
        browse("office")
        .get(reverse("directives:reach_table", args=[school.campaign_id, "people"]))
        .status_code
        == 404
    )
