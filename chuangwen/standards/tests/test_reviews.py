"""Two reviewers look at a self-report apart; who is not free is not drawn; a third where they differ."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case, Participant
from chuangwen.cases.services import perform
from chuangwen.core import jobs
from chuangwen.core.models import Event, Job
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.tests.personas import Browser
from chuangwen.standards.drawing import agrees
from chuangwen.standards.models import Mark, Panel, Review, SelfReport
from chuangwen.standards.services import panels, reviews
from chuangwen.standards.tests.reviewing import (
    SEED,
    drawn,
    expert,
    filed_round,
    give,
    give_all,
    panel_for,
    reviewed,
    submit,
    third_of,
)


@pytest.fixture
def opened(city, published):
    return filed_round(city, published)


@pytest.fixture
def pair(city, published):
    return reviewed(city, published)


def refused(action, *args, **asked):
    with pytest.raises(Problem) as problem:
        action(*args, **asked)
    return problem.value.code


def move(city, who, review, name, **asked):
    case = Case.objects.get(pk=review.pk)
    return perform(actor=city.person(who), move_name=name, case=case, seen=case.revision, **asked)


def test_a_filed_self_report_comes_to_two_reviewers_each_on_their_own_desk(city, pair):
    assert [(one.ordinal, one.case.state, one.case.holder_id == one.reviewer_id) for one in pair] == [
        (1, "scoring", True),
        (2, "scoring", True),
    ]
    assert len({one.reviewer_id for one in pair}) == 2
    assert {one.case.due for one in pair} == {timezone.localdate() + timedelta(days=14)}
    assert {one.case.circle for one in pair} == {"named"}
    assert Job.objects.get(kind=panels.DRAW).result["reviews"] == 2


def test_the_draw_stands_in_the_journal_and_comes_out_the_same(city, pair):
    event = Event.objects.get(verb="round.draw")
    assert event.subject == f"round:{pair[0].self_report.round_id}"
    assert event.data["seed"] == SEED
    number = pair[0].self_report.case.number
    assert event.data["drawn"] == [[number, one.ordinal, one.reviewer_id] for one in pair]
    assert agrees(event.data)


def test_who_may_be_named_to_a_panel(city, opened):
    expert(city, "outside", "OFFICE")
    expert(city, "seeing", "OFFICE")
    Post.objects.create(
        unit=city.units["OFFICE"], person=city.people["seeing"], role=Role.STAFF, title="示例"
    )
    Post.objects.create(
        unit=city.units["EDU"], person=expert(city, "watching"), role=Role.AUDITOR, title="示例"
    )
    names = set(panels.eligible(opened).values_list("username", flat=True))
    assert names == {"inspector", "delegate", "outside"}


@pytest.mark.parametrize("who", ["office", "auditor", "liaison", "stranger"])
def test_nobody_else_can_be_named(city, opened, who):
    assert refused(panel_for, city, opened, city.person(who)) == "panel.not_a_reviewer"
    assert not Panel.objects.exists()


@pytest.mark.parametrize("who", ["county", "liaison", "auditor", "delegate"])
def test_only_the_office_names_a_panel_and_draws(city, opened, who):
    with pytest.raises(Problem) as problem:
        panels.name_panel(
            actor=city.person(who), round=opened, reviewers=(), limit=Decimal(1), limit_in="points",
            due=timezone.localdate(), objection_days=1, seed=SEED,
        )  # fmt: skip
    assert problem.value.code == "page.not_allowed"
    assert refused(panels.draw, actor=city.person(who), round=opened) == "page.not_allowed"


def test_a_panel_over_before_it_begins_and_a_draw_without_a_panel(city, opened):
    yesterday = timezone.localdate() - timedelta(days=1)
    assert refused(panel_for, city, opened, city.person("delegate"), due=yesterday) == "panel.over"
    assert refused(panels.draw, actor=city.person("office"), round=opened) == "panel.missing"


def test_once_drawn_the_rules_stand_and_reviewers_can_be_added(city, pair):
    found, people = pair[0].self_report.round, [one.reviewer for one in pair]
    assert refused(panel_for, city, found, *people, limit=Decimal(50)) == "panel.drawn"
    assert refused(panel_for, city, found, *people, seed="另一个") == "panel.drawn"
    assert panel_for(city, found, *people, expert(city, "expert4")).reviewers.count() == 3


def test_what_is_drawn_is_not_drawn_again(city, pair):
    found = pair[0].self_report.round
    assert refused(panels.draw, actor=city.person("office"), round=found) == "panel.nothing_to_draw"
    assert panels.fill_places(found.panel, actor="clock") == 0
    assert Event.objects.filter(verb="round.draw").count() == 1


@pytest.mark.parametrize("unit", ["SCHOOL", "COUNTY1", "EDU", "RIVAL"])
def test_nobody_is_drawn_for_their_own_unit_one_over_it_or_one_of_its_system(city, opened, unit):
    bound = expert(city, "bound", unit)
    panel_for(city, opened, bound, *[expert(city, name) for name in ("expert1", "expert2")])
    assert bound.pk not in {one.reviewer_id for one in drawn(city, opened)}


def test_whoever_leads_the_territory_by_another_post_is_not_drawn(city, opened):
    leader = expert(city, "leading", "CLINIC")
    Post.objects.create(unit=city.units["PARTY"], person=leader, role=Role.DEPUTY, title="示例")
    panel_for(city, opened, leader, *[expert(city, name) for name in ("expert1", "expert2")])
    assert leader.pk not in {one.reviewer_id for one in drawn(city, opened)}


def test_where_nobody_is_left_nothing_is_assigned_and_the_reason_is_said(city, published):
    opened = filed_round(city, published, ("SCHOOL", "RIVAL"))
    people = [expert(city, "one"), expert(city, "own", "SCHOOL"), expert(city, "over", "COUNTY1")]
    panel_for(city, opened, *people, expert(city, "same", "EDU"))
    panels.draw(actor=city.person("office"), round=opened)
    assert jobs.work_waiting()
    job = Job.objects.get(kind=panels.DRAW)
    assert (job.state, job.failure["code"]) == ("failed", "panel.nobody_left")
    assert job.failure["details"]["count"] == 2
    said = job.failure["details"]["why"]
    assert "评审组共4人" in said
    assert "上级单位1人" in said
    assert not Review.objects.exists()
    assert not Participant.objects.exists()
    assert not Event.objects.filter(verb="round.draw").exists()


def test_marks_are_computed_by_the_rule_and_may_be_changed_until_the_review_is_in(city, pair):
    first = pair[0]
    assert give(first, "制度上墙", found=True).points == 60
    changed = give(first, "制度上墙", found=False, reason="照片看不清", seen=1)
    assert (changed.points, changed.revision, Mark.objects.count()) == (0, 2, 1)
    assert Event.objects.last().data == {
        "criterion": changed.criterion_id, "found": False, "points": "0", "why": "照片看不清",
    }  # fmt: skip


def test_what_a_mark_cannot_be(city, pair):
    first = pair[0]
    give(first, "制度上墙", found=True)
    assert refused(give, first, "制度上墙", found=False, reason="后开的窗口") == "mark.stale"
    assert refused(give, first, "制度上墙", found=False, seen=1) == "mark.no_reason"
    assert refused(give, first, "制度上墙", found=False, reason="  ", seen=1) == "mark.no_reason"
    assert refused(give, first, "受到表彰", found="-1") == "mark.impossible"
    assert refused(submit, first) == "review.unmarked"
    assert Mark.objects.get().found is True


def test_nobody_marks_for_another(city, pair):
    criterion = Mark(criterion=None)
    other = Person.objects.get(pk=pair[1].reviewer_id)
    criterion = pair[0].self_report.round.standard.dimensions.first().indicators.first().criteria.first()
    for actor in (other, city.person("office"), city.person("liaison")):
        asked = {"case": pair[0].case, "criterion": criterion, "seen": 0, "found": "1"}
        assert refused(reviews.mark, actor=actor, **asked) == "case.move_refused"
    assert not Mark.objects.exists()


def test_whoever_comes_to_see_everything_can_no_longer_review(city, pair):
    first = pair[0]
    Post.objects.create(unit=city.units["OFFICE"], person=first.reviewer, role=Role.STAFF, title="示例")
    assert refused(give, first, "制度上墙", found=True) == "case.move_refused"


def test_nobody_scores_their_own_unit_not_even_when_they_come_to_it_later(city, pair):
    first = pair[0]
    give(first, "制度上墙", found=True)
    Post.objects.create(unit=city.units["SCHOOL"], person=first.reviewer, role=Role.STAFF, title="示例")
    assert refused(give, first, "受到表彰", found="1") == "case.move_refused"
    assert refused(submit, first) == "case.move_refused"
    assert Mark.objects.get().points == 60  # nothing that was given is lost


def test_two_reviewers_who_agree_need_no_third(city, pair):
    for one in pair:
        give_all(one)
        assert submit(one).state == "submitted"
    assert third_of(pair[0]) is None
    assert refused(give, pair[0], "制度上墙", found=True, seen=1) == "case.move_refused"


def test_a_third_is_drawn_for_the_lines_in_dispute_alone_as_soon_as_both_are_in(city, pair):
    first, second = pair
    give_all(first)
    submit(first)
    assert third_of(first) is None
    give_all(second, met=False)
    submit(second)
    third = third_of(first)
    assert third.reviewer_id not in {first.reviewer_id, second.reviewer_id}
    assert [line.criterion.text for line in reviews.lines_of(third)] == ["制度上墙"]
    assert third.case.holder_id == third.reviewer_id
    give_all(third)
    assert submit(third).state == "submitted"
    assert Review.objects.count() == 3


def test_a_third_that_nobody_is_free_to_be_is_drawn_when_there_is_somebody(city, published):
    opened = filed_round(city, published)
    panel_for(city, opened, expert(city, "expert1"), expert(city, "expert2"))
    first, second = drawn(city, opened)
    give_all(first)
    give_all(second, met=False)
    submit(first)
    assert submit(second).state == "submitted"
    assert third_of(first) is None
    page = reverse("standards:round", args=[opened.pk])
    words = "nobody is free to be the third"
    assert words in Browser(city.people["office"]).get(page).content.decode()
    people = [first.reviewer, second.reviewer, expert(city, "expert3")]
    panel_for(city, opened, *people)
    drawn(city, opened)
    assert third_of(first).reviewer.username == "expert3"
    assert words not in Browser(city.people["office"]).get(page).content.decode()


def test_a_fault_in_the_draw_of_the_third_is_not_swallowed(city, pair, monkeypatch):
    from chuangwen.core.problems import NOT_ALLOWED

    def broken(*args, **kwargs):
        raise Problem(NOT_ALLOWED, reason="示例")

    give_all(pair[0])
    monkeypatch.setattr(reviews, "fill_places", broken)
    assert refused(submit, pair[0]) == "page.not_allowed"
    assert Case.objects.get(pk=pair[0].pk).state == "scoring"


def test_a_reviewer_who_falls_ill_is_replaced_by_another(city, pair):
    first, second = pair
    move(city, "office", first, "extend", due=timezone.localdate() + timedelta(days=20), reason="出差")
    move(city, "office", first, "withdraw", reason="因病不能评审")
    found = first.self_report.round
    assert len(drawn(city, found)) == 3
    new = Review.objects.standing().get(ordinal=1)
    assert new.reviewer_id not in {first.reviewer_id, second.reviewer_id}


def test_what_is_under_review_is_not_sent_back_nor_withdrawn(city, pair):
    case = Case.objects.get(pk=pair[0].self_report_id)
    for name in ("send_back", "withdraw"):
        seen = {"case": case, "seen": case.revision, "reason": "补充"}
        assert refused(perform, actor=city.person("office"), move_name=name, **seen) == "case.move_refused"
    for one in pair:
        move(city, "office", one, "withdraw", reason="重新抽取")
    assert perform(actor=city.person("office"), move_name="send_back", **seen).state == "filling"


@pytest.mark.parametrize(
    "who", ["office", "county", "liaison", "head", "leader", "auditor", "department", "rival"]
)
def test_who_sees_a_review(city, pair, who):
    assert Review.objects.visible_to(city.person(who)).count() == (2 if who == "office" else 0)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("office", {"scoring": ["extend", "withdraw"]}),
        ("reviewer", {"scoring": ["score", "submit"]}),
        *((who, {}) for who in ("other", "liaison", "head", "county", "leader", "auditor", "stranger")),
    ],
)
def test_who_may_make_which_move_in_which_state(city, pair, who, allowed):
    people = {"reviewer": pair[0].reviewer_id, "other": pair[1].reviewer_id}
    actor = Person.objects.get(pk=people[who]) if who in people else city.person(who)
    lifecycle, case, found = LIFECYCLES["review"], Case.objects.get(pk=pair[0].pk), {}
    for state in lifecycle.states:
        case.state = state.code
        found[state.code] = [move.name for move in lifecycle.moves if may(actor, move, case).allowed]
    assert {state: moves for state, moves in found.items() if moves} == allowed


def test_a_round_is_drawn_in_the_same_number_of_queries_for_one_and_for_more(city, published):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    opened = filed_round(city, published, ("SCHOOL", "RIVAL"))
    panel_for(city, opened, *[expert(city, name) for name in ("expert1", "expert2", "expert3")])
    only = SelfReport.objects.get(case__unit__code="SCHOOL")
    with CaptureQueriesContext(connection) as one:
        panels.fill_places(opened.panel, actor="clock", only=only.pk)
    Review.objects.all().delete()
    Participant.objects.all().delete()
    with CaptureQueriesContext(connection) as two:
        panels.fill_places(opened.panel, actor="clock")
    assert Review.objects.count() == 4
    assert len(two) <= len(one)
