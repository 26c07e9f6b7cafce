"""What a tired clerk enters by mistake is said to them, and never silently taken for something else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from chuangwen.cases import queries
from chuangwen.cases.models import Campaign, Case
from chuangwen.directives.addressing import Words
from chuangwen.directives.forms import ReceiverForm, RelayForm
from chuangwen.directives.models import Meeting, Receiver
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Membership

TODAY = timezone.localdate


def test_a_chosen_campaign_and_a_new_name_contradict_each_other(campaign, browse):
    answer = browse("office").post(
        reverse("directives:new_meeting"),
        {
            "campaign": campaign.pk,
            "new_campaign": "另一年度创建",
            "title": "示例会",
            "held_on": "2026-09-15",
            "text": "各单位要制定方案。",
        },
    )
    assert list(answer.context["form"].errors) == ["new_campaign"]
    assert "另一年度创建" in answer.content.decode()
    assert (Campaign.objects.count(), Meeting.objects.count()) == (1, 0)


def line(city, **entered):
    territory = city.units["OFFICE"].territory_id
    data = {"role": "each", "wording": "", "address": "", "unit": "", **entered}
    return ReceiverForm(data, words=Words(territory), territory=territory)


def test_whoever_names_a_unit_means_it(city):
    form = line(city, wording="某单位", unit=city.units["SCHOOL"].name)
    assert form.is_valid()
    assert (form.cleaned_data["rule"], form.cleaned_data["value"]) == (Receiver.Rule.UNIT, "SCHOOL")


def test_a_unit_beside_other_receivers_is_asked_about(city):
    form = line(city, address="all:", unit=city.units["SCHOOL"].name)
    assert list(form.errors) == ["unit"]


def test_what_would_be_late_on_arrival_is_said_before_it_goes_out(city, meeting, browse):
    add(city, meeting, to_unit("SCHOOL"), text="早已过期的任务", due=TODAY() - timedelta(days=1))
    add(city, meeting, to_unit("SCHOOL"), text="今天到期的任务", due=TODAY())
    add(city, meeting, to_unit("SCHOOL"), text="没有时限的任务")
    page = browse("office").get(reverse("directives:preview", args=[meeting.case.number]))
    assert [task.text for task in page.context["past"]] == ["早已过期的任务"]
    assert "1 task is past its deadline already" in page.content.decode()


@pytest.fixture
def relayed(city, meeting):
    """The education bureau's own case, which it may relay along its system only."""
    add(city, meeting, to_unit("EDU"), due=TODAY() + timedelta(days=10))
    dispatch(city, meeting)
    return move(city, "department", Case.objects.get(unit__code="EDU"), "acknowledge")


def test_a_line_on_which_nobody_is_led_is_not_offered(relayed):
    form = RelayForm(case=relayed)
    assert [value for value, _label in form.fields["line"].choices] == ["system"]


def test_units_of_the_other_line_are_named_before_anything_is_sent(city, meeting):
    Membership.objects.create(unit=city.units["COUNTY1"], system_id="education", leads=True)
    add(city, meeting, to_unit("COUNTY1"), due=TODAY() + timedelta(days=10))
    dispatch(city, meeting)
    case = move(city, "county", Case.objects.get(unit__code="COUNTY1"), "acknowledge")
    asked = {"units": ["SCHOOL", "TOWN"], "due": str(TODAY() + timedelta(days=5))}
    form = RelayForm({"line": "system", **asked}, case=case)
    assert list(form.errors) == ["units"]
    assert city.units["TOWN"].name in form.errors["units"][0]
    assert city.units["SCHOOL"].name not in form.errors["units"][0]
    assert RelayForm({"line": "territory", **asked}, case=case).is_valid()


def test_everything_done_to_a_plan_has_words(city, meeting):
    office = city.person("office")
    first = add(city, meeting, to_unit("SCHOOL"), text="先制定方案，再报送总结")
    second = planning.split_task(actor=office, task=first, seen=first.revision, at=6)
    first.refresh_from_db()
    merged = planning.merge_task(actor=office, task=first, seen=first.revision)
    dropped = planning.drop_task(actor=office, task=merged, seen=merged.revision)
    planning.restore_task(actor=office, task=dropped, seen=dropped.revision)
    steps = queries.history(Case.objects.get(pk=meeting.pk))
    assert second.pk
    with translation.override("en"):
        words = {str(step.label) for step in steps}
    assert words == {
        "Read in",
        "Task added",
        "Task edited",
        "Task split",
        "Tasks merged",
        "Task dropped",
        "Task taken back",
    }


def test_no_single_click_on_the_desk_ends_a_case(city, meeting, browse):
    add(city, meeting, to_unit("SCHOOL"))
    dispatch(city, meeting)
    liaison = browse("liaison")
    (row,) = liaison.get("/desk/").context["due"]
    assert row.move.name == "acknowledge"
    move(city, "liaison", row.case, "acknowledge")
    (row,) = liaison.get("/desk/").context["due"]
    assert row.move is None
