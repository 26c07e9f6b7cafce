"""From the page about burden to the step: what is asked twice is merged, what nobody needs is dropped."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.cases.models import Case
from chuangwen.core import jobs
from chuangwen.core.models import Event
from chuangwen.directives import merging
from chuangwen.directives.burden import Burden
from chuangwen.directives.services import planning
from chuangwen.directives.services.complaints import file_complaint
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Unit

TEXT = "各单位要将创建方案落实情况书面报告市文明办"
BURDEN = reverse("directives:burden")
COMPLAIN = reverse("directives:complain")


@pytest.fixture
def twice(city, campaign, meeting):
    """The same report asked of both schools, again of one of them and of the bureau; and one of its own."""
    second = planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="示例再推进会",
        held_on=date(2026, 10, 15),
        text="今天天气很好。",
    )
    earlier = add(city, meeting, to_unit("SCHOOL"), to_unit("RIVAL"), text=TEXT, asks_report=True)
    later = add(
        city, second, to_unit("SCHOOL"), to_unit("RIVAL"), to_unit("EDU"), text=f"{TEXT}。", asks_report=True
    )
    add(city, second, to_unit("SCHOOL"), text="清理院落杂物", asks_report=True)
    add(city, second, to_unit("SCHOOL"), text=TEXT)
    dispatch(city, meeting)
    dispatch(city, second)
    return earlier, later


def states(task):
    rows = Case.objects.filter(assignment__task=task).order_by("unit__code")
    return dict(rows.values_list("unit__code", "state"))


def follow(browser, address):
    """Open the ledger by a link of the page, and press its button."""
    page = browser.get(address)
    assert page.status_code == 200
    typed = page.context["typed"]
    fields = {"move": typed["move"], "all": typed["all"], "asked": page.context["asked"]}
    answer = browser.post(reverse("cases:move_many"), fields | {"reason": typed.get("reason") or "不再需要"})
    assert answer.status_code == 302
    while jobs.work_waiting():
        pass
    return [case.unit.code for case in (row["case"] for row in page.context["rows"])]


def test_what_is_asked_twice_is_merged_for_the_units_that_have_both(city, twice, browse):
    earlier, later = twice
    office = browse("office")
    (twin,) = office.get(BURDEN).context["twins"]
    assert (twin.earlier, twin.later, twin.units, twin.saved) == (earlier, later, 2, Burden(2, 2))
    assert sorted(follow(office, twin.address)) == ["RIVAL", "SCHOOL"]
    assert states(later) == {"EDU": "issued", "RIVAL": "withdrawn", "SCHOOL": "withdrawn"}
    assert set(states(earlier).values()) == {"issued"}
    reason = Event.objects.filter(verb="assignment.withdraw").first().data["reason"]
    assert reason == parse_qs(urlsplit(twin.address).query)["reason"][0]
    assert TEXT[:20] in reason
    assert office.get(BURDEN).context["twins"] == []


def test_who_has_reported_is_not_asked_to_forget_it(city, twice):
    _earlier, later = twice
    case = Case.objects.get(assignment__task=later, unit__code="SCHOOL")
    move(city, "liaison", move(city, "liaison", case, "acknowledge"), "file_report", text="已落实")
    (twin,) = merging.twins(city.person("office"), 5)
    assert twin.units == 1
    assert Case.objects.filter(merging.of_twins(f"{twin.earlier.pk}-{later.pk}")).get().unit.code == "RIVAL"


def test_a_task_is_dropped_where_it_is_not_done_yet(city, twice, browse):
    _earlier, later = twice
    case = Case.objects.get(assignment__task=later, unit__code="SCHOOL")
    move(city, "liaison", move(city, "liaison", case, "acknowledge"), "file_report", text="已落实")
    office = browse("office")
    page = office.get(BURDEN)
    assert {row.task.pk: row.undone for row in page.context["tasks"]}[later.pk] == 2
    address = f"{reverse('cases:ledger')}?of=undone:{later.pk}&move=withdraw&all=1"
    assert address.replace("&", "&amp;") in page.content.decode()
    assert sorted(follow(office, address)) == ["EDU", "RIVAL"]
    assert states(later) == {"EDU": "withdrawn", "RIVAL": "withdrawn", "SCHOOL": "reported"}


def test_a_link_makes_no_step_and_shows_nobody_more(city, twice, browse):
    earlier, later = twice
    address = f"{reverse('cases:ledger')}?of=undone:{later.pk}&move=withdraw&all=1"
    assert [row["case"].unit.code for row in browse("liaison").get(address).context["rows"]] == ["SCHOOL"]
    assert set(states(later).values()) == {"issued"}
    for unknown in ("task:", "task:x", "twice:1", f"nothing:{earlier.pk}", f"twice:x-{later.pk}"):
        assert browse("office").get(reverse("cases:ledger"), {"of": unknown}).context["rows"] == []


def test_the_ledger_says_what_a_link_narrowed_it_to(twice, browse):
    page = browse("office").get(reverse("cases:ledger"), {"of": f"task:{twice[0].pk}"})
    assert len(page.context["rows"]) == 2
    assert page.content.decode().count("one task") == 2
    assert f'<input type="hidden" name="of" value="task:{twice[0].pk}"' in page.content.decode()


def test_whoever_filed_a_complaint_finds_it_by_its_number(city):
    territory = Unit.objects.get(code="OFFICE").territory
    complaint = file_complaint(territory=territory, about="", text="太多了")
    nobody = Client(headers={"accept-language": "en"})
    said = f" {complaint.code[:2]}-{complaint.code[2:].lower()} "
    answer = nobody.get(COMPLAIN, {"code": said})
    assert answer["Location"] == reverse("directives:complaint", args=[complaint.code])
    answer = nobody.get(COMPLAIN, {"code": "26NOTHING"})
    assert answer.status_code == 404
    assert "No complaint has this number" in answer.content.decode()
    assert 'value="26NOTHING"' in answer.content.decode()
