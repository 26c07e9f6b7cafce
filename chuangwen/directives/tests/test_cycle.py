"""A campaign begun from the last one: plans as drafts, deadlines moved, nothing sent."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from chuangwen.cases.models import Campaign, Case
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Assignment, Meeting, Task
from chuangwen.directives.services import planning
from chuangwen.directives.services.cycle import start_from, years_later
from chuangwen.directives.tests.conftest import BASIS, TEXT, add, dispatch, to_unit
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.services import succeed
from chuangwen.organizations.tests.personas import PERSONAS, City
from chuangwen.standards.models import Standard
from chuangwen.standards.queries import used_in
from chuangwen.standards.tests.conftest import draft_of, publish, self_report_of

YEAR_LATER = date(2027, 9, 20)


@pytest.fixture
def last(city: City, campaign: Campaign, meeting: Meeting) -> Campaign:
    """A dispatched meeting with three tasks, one of them dropped, and a speech still in draft."""
    add(
        city, meeting, to_unit("SCHOOL", role="lead"), text="一", due=date(2026, 9, 22), due_text="会后一周内"
    )
    add(city, meeting, to_unit("RIVAL", excluded=True), to_unit("SCHOOL"), text="二", recurs="monthly:end")
    dropped = add(city, meeting, to_unit("SCHOOL"), text="三")
    planning.drop_task(actor=city.person("office"), task=dropped, seen=dropped.revision)
    dispatch(city, meeting)
    planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="2026年示例部署会",
        held_on=date(2026, 9, 25),
        text=TEXT,
    )
    return campaign


def begin(city: City, last: Campaign, who: str = "office", name: str = "下一年度创建") -> Campaign:
    meetings = Meeting.objects.filter(case__campaign=last)
    return start_from(actor=city.person(who), last=last, name=name, held_on=YEAR_LATER, meetings=meetings)


def lines(task: Task) -> list[tuple[str, str, str, bool]]:
    return [(line.rule, line.value, line.role, line.excluded) for line in task.receivers.all()]


def test_plans_come_over_as_drafts_and_nothing_is_sent(city: City, last: Campaign):
    sent = Assignment.objects.count()
    campaign = begin(city, last)
    assert (campaign.follows, campaign.office, campaign.territory) == (last, last.office, last.territory)
    first, second = Meeting.objects.filter(case__campaign=campaign).order_by("pk")
    assert [(m.case.state, m.case.title, m.held_on, m.basis) for m in (first, second)] == [
        ("draft", "示例推进会", YEAR_LATER, ""),
        ("draft", "2027年示例部署会", date(2027, 9, 30), ""),
    ]
    old = Meeting.objects.filter(case__campaign=last).order_by("pk").first()
    assert old.basis == BASIS
    assert [(t.text, t.state, t.revision) for t in first.tasks.all()] == [
        ("一", "draft", 0),
        ("二", "draft", 0),
    ]
    assert [lines(t) for t in first.tasks.all()] == [lines(t) for t in old.tasks.standing()]
    assert [t.follows for t in first.tasks.all()] == list(old.tasks.standing())
    assert first.tasks.get(text="二").recurs == "monthly:end"
    for task in second.tasks.all():
        assert second.text[task.start : task.end] == task.text
    assert Assignment.objects.count() == sent
    assert (
        Event.objects.get(verb="campaign.open", subject=f"campaign:{campaign.pk}").data["follows"] == last.pk
    )
    events = Event.objects.filter(verb="meeting.again").order_by("pk")
    assert [event.data["tasks"] for event in events] == [2, 3]


@pytest.mark.parametrize(
    ("due", "wording", "again"),
    [
        (date(2026, 9, 22), "会后一周内", date(2027, 9, 27)),  # counted anew from the new day
        (date(2026, 10, 15), "10月15日前", date(2027, 10, 15)),
        (date(2026, 10, 31), "10月底前", date(2027, 10, 31)),
        (date(2026, 10, 15), "2026年10月15日前", date(2027, 10, 15)),  # the wording names the old year
        (date(2026, 10, 20), "10月15日前", date(2027, 10, 20)),  # a clerk had set another day
        (date(2026, 11, 30), "", date(2027, 11, 30)),
        (None, "尽快", None),
    ],
)
def test_a_deadline_moves_as_it_is_worded(
    city: City, meeting: Meeting, due: date | None, wording: str, again: date | None
):
    add(city, meeting, to_unit("SCHOOL"), due=due, due_text=wording)
    task = Task.objects.get(meeting__case__campaign=begin(city, meeting.case.campaign))
    assert (task.due, task.due_text) == (again, wording)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2027, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2026, 10, 31), 3, date(2029, 10, 31)),
        (date(2026, 10, 30), 1, date(2027, 10, 30)),
    ],
)
def test_the_last_day_of_a_month_stays_one(day: date, years: int, later: date):
    assert years_later(day, years) == later


def test_a_campaign_is_followed_once(city: City, last: Campaign):
    begin(city, last)
    with pytest.raises(Problem) as problem:
        begin(city, last)
    assert problem.value.code == "campaign.followed"
    assert Campaign.objects.count() == 2


@pytest.mark.parametrize("who", [name for name in PERSONAS if name != "office"])
def test_only_the_office_of_the_city_begins_one(city: City, last: Campaign, who: str):
    with pytest.raises(Problem) as problem:
        begin(city, last, who)
    assert problem.value.code == "page.not_allowed"
    assert Campaign.objects.get() == last


def test_whoever_stands_for_the_office_today_runs_the_next(city: City, last: Campaign):
    successor = city.units["PARTY"]
    succeed(actor=city.person("admin"), unit=city.units["OFFICE"], successor=successor)
    Post.objects.create(unit=successor, role=Role.OFFICE, title="科长", person=city.people["office"])
    last.refresh_from_db()
    assert begin(city, last).office == successor


def test_the_page_offers_everything_a_year_later(city: City, last: Campaign, browse):
    page = browse("office").get(reverse("directives:next", args=[last.pk]))
    form = page.context["form"]
    assert form.initial["held_on"] == date(2027, 9, 15)
    assert [form.fields["meetings"].label_from_instance(case) for case in form.initial["meetings"]] == [
        "示例推进会 (2026-09-15, 2 tasks)",
        "2026年示例部署会 (2026-09-25, 3 tasks)",
    ]


def test_a_standard_by_which_units_reported_comes_back_as_a_draft(city: City, last: Campaign, browse):
    standard = publish(city, draft_of(city))
    self_report_of(city, standard, last, "SCHOOL")
    address = reverse("directives:next", args=[last.pk])
    assert list(browse("office").get(address).context["form"].initial["standards"]) == [standard]
    typed = {"name": "下一年度创建", "held_on": "2027-09-20", "standards": [standard.pk]}
    browse("office").post(address, typed)
    again = Standard.objects.get(code=standard.code, version=2)
    assert (again.state, again.dimensions.count()) == ("draft", standard.dimensions.count())
    assert not used_in(last).exists()


def test_without_a_round_no_standard_is_asked_about(city: City, last: Campaign, browse):
    publish(city, draft_of(city))
    page = browse("office").get(reverse("directives:next", args=[last.pk]))
    assert "standards" not in page.context["form"].fields


def test_the_page_begins_it_with_what_is_ticked(city: City, last: Campaign, browse):
    chosen = Case.objects.get(title="2026年示例部署会")
    address = reverse("directives:next", args=[last.pk])
    typed = {"name": "下一年度创建", "held_on": "2027-09-20", "meetings": [chosen.pk]}
    answer = browse("office").post(address, typed)
    campaign = Campaign.objects.get(follows=last)
    assert answer.url == reverse("directives:campaign", args=[campaign.pk])
    assert Case.objects.get(campaign=campaign).title == "2027年示例部署会"
    again = browse("office").post(address, typed)
    assert (again.status_code, "下一年度创建" in again.content.decode()) == (409, True)


def test_a_plan_of_another_campaign_is_not_taken_over(city: City, last: Campaign, meeting: Meeting, browse):
    other = begin(city, last)
    address = reverse("directives:next", args=[other.pk])
    answer = browse("office").post(
        address, {"name": "再下一年", "held_on": "2028-09-20", "meetings": [meeting.pk]}
    )
    assert answer.status_code == 400
    assert not Campaign.objects.filter(follows=other).exists()


def test_a_cancelled_meeting_is_not_offered(city: City, last: Campaign, browse):
    Case.objects.filter(title="2026年示例部署会").update(state="cancelled")
    page = browse("office").get(reverse("directives:next", args=[last.pk]))
    assert [case.title for case in page.context["plans"]] == ["示例推进会"]


def test_the_plan_tells_the_deadline_of_last_time(city: City, last: Campaign, browse):
    campaign = begin(city, last)
    number = Case.objects.get(campaign=campaign, title="示例推进会").number
    assert (
        "last time 2026-09-22"
        in browse("office").get(reverse("directives:plan", args=[number])).content.decode()
    )


def test_the_way_there_stands_on_the_campaign_for_those_who_run_it(city: City, last: Campaign, browse):
    address = reverse("directives:next", args=[last.pk])
    campaign = reverse("directives:campaign", args=[last.pk])
    assert address in browse("office").get(campaign).content.decode()
    assert address not in browse("leader").get(campaign).content.decode()
    assert browse("leader").get(address).status_code == 403


def test_the_overview_stays_with_the_campaign_that_is_out(city: City, last: Campaign, browse):
    begin(city, last)
    answer = browse("office").get(reverse("directives:newest"))
    assert answer.url == reverse("directives:overview", args=[last.pk])
