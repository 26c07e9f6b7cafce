"""Plans, inspections, visits: what the office may do, when, and when a unit hears of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case, Notice
from chuangwen.cases.reminders import unread
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core.problems import Problem
from chuangwen.inspections.halves import halves_before
from chuangwen.inspections.models import Inspection, PlanLine, Point, Visit, YearPlan
from chuangwen.inspections.services import findings, inspecting, planning
from chuangwen.inspections.services.inspecting import Named
from chuangwen.inspections.tests.conftest import (
    GREETING,
    campaign_of,
    criterion,
    inspection_of,
    move,
    noted,
    under_way,
    visit_of,
)
from chuangwen.organizations.models import Post
from chuangwen.organizations.tests.personas import PERSONAS
from chuangwen.standards.models import Criterion


def refused(code, call, **asked):
    with pytest.raises(Problem) as raised:
        call(**asked)
    assert raised.value.kind.code == code


@pytest.mark.parametrize(
    ("day", "half", "count", "at"),
    [
        (date(2026, 10, 21), "pm", 1, "2026-10-21 09:00"),
        (date(2026, 10, 21), "am", 1, "2026-10-20 14:00"),
        (date(2026, 10, 12), "am", 1, "2026-10-10 14:00"),  # a Saturday that is made up for
        (date(2026, 10, 8), "am", 2, "2026-09-30 09:00"),  # the holidays before it
        (date(2026, 10, 21), "am", 0, "2026-10-21 09:00"),
    ],
)
def test_half_a_day_before_is_counted_in_working_days(day, half, count, at):
    assert f"{timezone.localtime(halves_before(day, half, count)):%Y-%m-%d %H:%M}" == at


def test_a_plan_is_filed_once_with_lines_and_then_stands(city):
    office, today = city.person("office"), timezone.localdate()
    asked = {"campaign": campaign_of(city), "issuer": city.units["OFFICE"], "year": 2026, "basis": "示例"}
    for who in ("county", "liaison", "auditor", "inspector"):
        refused("page.not_allowed", planning.begin, actor=city.person(who), **asked)
    plan = planning.begin(actor=office, **asked)
    refused("year_plan.taken", planning.begin, actor=office, **asked)
    refused("year_plan.empty", planning.file, actor=office, plan=plan)
    added = {"actor": office, "plan": plan, "name": "示例", "units": 2, "by": today}
    lines = [planning.add_line(**added, covert=covert) for covert in (False, True, False)]
    planning.drop_line(actor=office, plan=plan, line=lines[2].pk)
    opened = {"line": lines[0], "standard": None, "opens_on": today, "closes_on": today}
    refused("year_plan.not_filed", inspecting.open_inspection, actor=office, **opened)
    drafts = {who for who in PERSONAS if YearPlan.objects.visible_to(city.person(who)).exists()}
    planning.file(actor=office, plan=plan)
    refused("year_plan.filed", planning.add_line, **added, covert=False)
    filed = {who for who in PERSONAS if YearPlan.objects.visible_to(city.person(who)).exists()}
    assert (drafts, filed) == ({"office"}, {"office", "auditor"})
    seen = {who: PlanLine.objects.visible_to(city.person(who)).count() for who in ("office", "auditor")}
    assert seen == {"office": 2, "auditor": 1}  # the covert one is the sending office's to know


def test_an_inspection_needs_a_window_that_is_not_over_and_checks_of_its_standard(city):
    inspection, office = inspection_of(city), city.person("office")
    line, today = inspection.line, timezone.localdate()
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=3),) * 2):
        asked = {"line": line, "standard": inspection.standard, "opens_on": first, "closes_on": last}
        refused("inspection.window", inspecting.open_inspection, actor=office, **asked)
    foreign = Criterion(pk=0, text="别处的")
    refused(
        "inspection.foreign_criterion",
        inspecting.set_checks,
        actor=office,
        inspection=inspection,
        checks=[(None, foreign)],
    )
    assert inspection.checks.count() == 2
    refused("case.move_refused", move, city=city, who="office", case=inspection.case, name="set_out")
    visit_of(city, inspection)
    move(city, "office", inspection.case, "set_out")
    again = {"inspection": inspection, "checks": [(None, criterion(GREETING))]}
    refused("inspection.set_out", inspecting.set_checks, actor=office, **again)


def test_a_team_is_two_inspectors_for_a_unit_of_ones_own_territory_once(city):
    inspection = inspection_of(city)
    refused("visit.team_small", visit_of, city=city, inspection=inspection, team=["inspector", "inspector"])
    refused("visit.no_inspector", visit_of, city=city, inspection=inspection, team=["inspector", "rival"])
    refused("visit.outside", visit_of, city=city, inspection=inspection, unit="OFFICE")
    late = inspection.closes_on + timedelta(days=1)
    refused("visit.day", visit_of, city=city, inspection=inspection, day=late)
    visit = visit_of(city, inspection)
    refused("visit.twice", visit_of, city=city, inspection=inspection)
    move(city, "office", visit.case, "withdraw", reason="改期")
    visit_of(city, inspection)
    refused(
        "page.not_allowed",
        inspecting.plan_visit,
        actor=city.person("county"),
        inspection=inspection,
        unit=city.units["RIVAL"],
        team=[Named(city.person("inspector")), Named(city.person("delegate"))],
    )


def test_an_open_visit_is_announced_by_the_worker_and_a_covert_one_never(city):
    """Before: the team and the office see it. After: whoever sees the unit."""
    opened, covert = inspection_of(city), inspection_of(city, covert=True)
    told, hidden = visit_of(city, opened), visit_of(city, covert, "CLINIC")
    later = visit_of(city, opened, "RIVAL", day=opened.closes_on)

    def seers(visit):
        found = Visit.objects.visible_to
        return {who for who in PERSONAS if found(city.person(who)).filter(pk=visit.pk).exists()}

    team = {"inspector", "delegate", "office"}
    assert inspecting.announce_due() == 0  # it has not set out
    for inspection in (opened, covert):
        move(city, "office", inspection.case, "set_out")
    assert [seers(one) for one in (told, hidden, later)] == [team] * 3
    refused("case.move_refused", move, city=city, who="inspector", case=told.case, name="begin")
    assert inspecting.announce_due() == 1
    assert Case.objects.get(pk=told.pk).state == "announced"
    unit = {"liaison", "head", "staff", "county", "department", "leader", "auditor"}
    assert [seers(one) for one in (told, hidden, later)] == [team | unit, team, team]
    assert {notice.person.username for notice in Notice.objects.all()} == {"liaison"}
    assert [notice.reminder.case_id for notice in unread(city.person("liaison"))] == [told.pk]
    for visit in (told, hidden):
        assert move(city, "inspector", visit.case, "begin").state == "under_way"


def test_a_visit_withdrawn_at_the_moment_of_its_announcement_stays_so(city):
    inspection = inspection_of(city)
    visit = visit_of(city, inspection)
    move(city, "office", inspection.case, "set_out")
    stale = Visit.objects.select_related("case", "inspection").get(pk=visit.pk)
    move(city, "office", visit.case, "withdraw", reason="改期")
    assert inspecting._announce(stale) is False
    assert Case.objects.get(pk=visit.pk).state == "withdrawn"


@pytest.mark.parametrize(
    ("who", "visit_moves", "inspection_moves"),
    [
        (
            "inspector",
            {
                "planned": ["begin"],
                "announced": ["begin"],
                "under_way": ["enter", "hand_in"],
                "handed_in": ["take_back", "review"],
            },
            {},
        ),
        ("delegate", {"planned": ["begin"], "announced": ["begin"], "under_way": ["enter"]}, {}),
        (
            "office",
            {
                "planned": ["withdraw"],
                "announced": ["withdraw"],
                "under_way": ["withdraw"],
                "reviewed": ["conclude"],
            },
            {"preparing": ["check", "send", "set_out"], "running": ["send"]},
        ),
        *((who, {}, {}) for who in ("liaison", "head", "county", "leader", "auditor", "admin", "stranger")),
    ],
)
def test_who_may_make_which_move_in_which_state(city, visit, who, visit_moves, inspection_moves):
    findings.enter(actor=city.person("inspector"), **noted(visit))
    actor = city.person(who)
    tables = {"visit": (visit.case, visit_moves), "inspection": (visit.inspection.case, inspection_moves)}
    for kind, (case, expected) in tables.items():
        lifecycle, found = LIFECYCLES[kind], {}
        for state in lifecycle.states:
            case.state = state.code
            found[state.code] = [row.name for row in lifecycle.moves if may(actor, row, case).allowed]
        assert {state: moves for state, moves in found.items() if moves} == expected


def test_the_inspection_ends_with_its_visits(city, visit):
    case = visit.inspection.case
    refused("case.move_refused", move, city=city, who="office", case=case, name="close")
    refused("case.move_refused", move, city=city, who="office", case=case, name="withdraw", reason="示例")
    refused("case.move_refused", move, city=city, who="inspector", case=visit.case, name="hand_in")
    findings.enter(actor=city.person("inspector"), **noted(visit))
    move(city, "inspector", visit.case, "hand_in")
    refused("case.move_refused", move, city=city, who="inspector", case=visit.case, name="pass_on")
    move(city, "inspector", visit.case, "take_back")
    move(city, "office", visit.case, "withdraw", reason="示例")
    assert move(city, "office", case, "close").closed_at
    asked = {"city": city, "inspection": Inspection.objects.get(pk=case.pk), "unit": "RIVAL"}
    refused("inspection.over", visit_of, **asked)


def test_withdrawing_an_inspection_withdraws_what_has_not_begun(city):
    inspection = inspection_of(city)
    visit = visit_of(city, inspection)
    move(city, "office", inspection.case, "withdraw", reason="年度计划调整")
    assert Case.objects.get(pk=visit.pk).state == "withdrawn"


def test_whoever_comes_to_the_unit_inspects_it_no_more(city, visit):
    school, person = city.units["SCHOOL"], city.people["inspector"]
    Post.objects.create(unit=school, person=person, role="staff", title="示例")
    refused("case.move_refused", findings.enter, actor=city.person("inspector"), **noted(visit))


def test_nobody_begins_before_the_first_day(city):
    inspection = inspection_of(city, covert=True)
    visit = visit_of(city, inspection)
    Inspection.objects.update(opens_on=inspection.closes_on)
    move(city, "office", inspection.case, "set_out")
    refused("case.move_refused", move, city=city, who="inspector", case=visit.case, name="begin")


def test_a_successor_takes_over_the_points_and_keeps_its_own_visit(city):
    visit = under_way(city)
    Point.objects.create(unit=city.units["SCHOOL"], type_id="wall", name="东墙")
    Point.objects.create(unit=city.units["RIVAL"], type_id="wall", name="东墙")
    own = visit_of(city, visit.inspection, "RIVAL")
    succeed_unit(actor=None, unit=city.units["SCHOOL"], successor=city.units["RIVAL"])
    points = Point.objects.filter(unit__code="RIVAL").values_list("name", flat=True)
    assert sorted(points) == ["东墙", "报名窗口"]
    states = Case.objects.filter(kind="visit").values_list("pk", "state")
    assert dict(states) == {visit.pk: "withdrawn", own.pk: "planned"}
