"""What a tired clerk enters by mistake is said to them, and never silently taken for something else."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from chuangwen.cases import queries
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import open_campaign
from chuangwen.core.problems import Problem
from chuangwen.directives.addressing import Words
from chuangwen.directives.forms import MeetingForm, ReceiverForm, RelayForm
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


def test_a_misfiled_meeting_is_corrected_or_cancelled(city, meeting, browse):
    other = open_campaign(actor=city.person("office"), name="另一活动", office=city.units["OFFICE"])
    page = f"/cases/{meeting.case.number}/correct/"
    office = browse("office")
    seen = office.get(page).context["seen"]
    fields = {"campaign": other.pk, "title": "更正后的标题", "held_on": "2026-09-16", "place": "礼堂"}
    assert office.post(page, {"seen": seen, **fields}).status_code == 302
    corrected = Meeting.objects.select_related("case").get()
    assert (corrected.case.campaign, corrected.case.title) == (other, "更正后的标题")
    assert (corrected.held_on, corrected.place) == (date(2026, 9, 16), "礼堂")
    ended = move(city, "office", corrected.case, "cancel", reason="录错了")
    assert (ended.state, ended.closed_at is not None) == ("cancelled", True)
    with pytest.raises(Problem) as problem:
        planning.add_task(actor=city.person("office"), meeting=corrected, text="新任务")
    assert problem.value.code == "plan.closed"
    assert "录错了" in office.get(f"/cases/{ended.number}/").content.decode()


def test_a_meeting_moves_only_into_a_campaign_of_its_own_office(city, meeting, browse):
    elsewhere = open_campaign(actor=city.person("county"), name="县级活动", office=city.units["COUNTY1"])
    form = browse("office").get(f"/cases/{meeting.case.number}/correct/").context["form"]
    assert elsewhere not in form.fields["campaign"].queryset
    with pytest.raises(Problem) as problem:
        move(
            city,
            "office",
            meeting.case,
            "correct",
            campaign=Campaign(pk=elsewhere.pk, territory_id="8801", office=city.units["COUNTY1"]),
            title="x",
            held_on=date(2026, 9, 15),
            place="",
        )
    assert problem.value.code == "page.not_allowed"
    assert Case.objects.get(pk=meeting.pk).revision == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("没有这样的单位", "没有名称或代码为此的单位，请到“单位名录”中查找。"),
        ("第一中", "没有名称或代码为此的单位。是否指：东岭县第一中学（SCHOOL）？"),
        ("同名单位", "有多个单位使用此名称：同名单位（RIVAL）、同名单位（SCHOOL2）。请改填单位代码。"),
    ],
)
def test_a_name_that_fits_none_or_several_says_which(city, typed, said):
    city.units["RIVAL"].__class__.objects.filter(code__in=("RIVAL", "SCHOOL2")).update(name="同名单位")
    form = ReceiverForm({"unit": typed, "role": "each"}, words=Words("9901"), territory="9901")
    assert form.errors["unit"] == [said]


def test_a_required_field_says_so_as_an_office_does():
    with translation.override("zh-hans"):
        assert MeetingForm({}, campaigns=Campaign.objects.none()).errors["title"] == ["此项必填。"]


def test_the_plan_leads_to_the_first_task_without_a_receiver(city, meeting, browse):
    add(city, meeting, to_unit("SCHOOL"))
    waiting = add(city, meeting, text="待定")
    add(city, meeting, text="也待定")
    page = browse("office").get(reverse("directives:plan", args=[meeting.case.number])).content.decode()
    assert f'href="#task-{waiting.pk}">Go to the first' in page


def test_cancelling_a_meeting_promises_nobody_a_reading(meeting, browse):
    page = browse("office").get(f"/cases/{meeting.case.number}/cancel/").content.decode()
    assert "nobody has received anything of it" in page
    assert "The unit reads this" not in page
