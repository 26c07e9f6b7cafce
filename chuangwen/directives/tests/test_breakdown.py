"""Broken down inside its unit: weights make a hundred, persons are its own, progress goes by weight."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.breakdown import services as breaking_down
from chuangwen.directives.breakdown.queries import in_short, mine, people_of, reaches, tree_of, unsigned
from chuangwen.directives.breakdown.tree import per_cent, weighted
from chuangwen.directives.services import planning
from chuangwen.directives.shares import Breakdown, Share, ShareReport, Signature
from chuangwen.directives.tests.conftest import add, dispatch, move, to_unit
from chuangwen.organizations.models import Post, Role, Territory
from chuangwen.organizations.tests.personas import PERSONAS, City

pytestmark = pytest.mark.usefixtures("one_assignment")

INSIDE = {"liaison", "head"}  # who answers for the school


@pytest.fixture
def case(city: City, assignment: Case) -> Case:
    """The school's task, acknowledged, due in twenty days."""
    Case.objects.filter(pk=assignment.pk).update(due=timezone.localdate() + timedelta(days=20))
    return move(city, "liaison", Case.objects.get(pk=assignment.pk), "acknowledge")


class Desk:
    """The liaison at work on the breakdown; each step sees the revision of the step before."""

    def __init__(self, city: City, case: Case) -> None:
        self.city, self.case = city, case

    @property
    def seen(self) -> int:
        return Breakdown.objects.filter(pk=self.case.pk).values_list("revision", flat=True).first() or 0

    def lead(self, who: str = "liaison", seen: int | None = None, **leaders: str) -> Breakdown:
        people = {name: self.city.people[leaders.get(name, "head")] for name in ("principal", "in_charge")}
        seen = self.seen if seen is None else seen
        return breaking_down.lead(actor=self.city.person(who), case=self.case, seen=seen, **people)

    def add(self, name: str, above: Share | None = None, weight: str = "100", **more) -> Share:
        person = self.city.people.get(name)
        fields = {"level": "person" if person else "department", "name": "" if person else name}
        fields |= {"measure": "做好工作", "weight": Decimal(weight)} | more
        return breaking_down.add_share(
            actor=self.city.person("liaison"),
            case=self.case,
            seen=self.seen,
            above=above,
            person=person,
            **fields,
        )

    def enforce(self, who: str = "liaison") -> Breakdown:
        return breaking_down.put_in_force(actor=self.city.person(who), case=self.case, seen=self.seen)


@pytest.fixture
def desk(city: City, case: Case) -> Desk:
    desk = Desk(city, case)
    desk.lead()
    return desk


@pytest.fixture
def broken(desk: Desk) -> dict[str, Share]:
    """德育处 60 (staff 70 of 100 visits, head 30) and 总务处 40 (liaison alone), in force."""
    moral = desk.add("德育处", weight="60", measure="")
    staff = desk.add("staff", moral, "70", target=Decimal(100), target_unit="次")
    head = desk.add("head", moral, "30")
    rear = desk.add("总务处", weight="40", measure="")
    liaison = desk.add("liaison", rear)
    desk.enforce()
    return {"moral": moral, "staff": staff, "head": head, "rear": rear, "liaison": liaison}


def second(city: City, campaign: Campaign, *codes: str) -> None:
    """One more task of the campaign, to other units."""
    meeting = planning.read_meeting(
        actor=city.person("office"),
        campaign=campaign,
        title="又一次会",
        held_on=campaign.opened_on,
        text="今天天气很好。",
    )
    add(city, meeting, *map(to_unit, codes), text="另一件")
    dispatch(city, meeting)


def refused(action, *arguments, **named) -> Problem:
    with pytest.raises(Problem) as problem:
        action(*arguments, **named)
    return problem.value


def test_a_breakdown_reaches_persons_and_counts_from_then_on(city: City, case: Case, broken):
    breakdown = Breakdown.objects.get()
    assert (breakdown.changed, breakdown.to_person) == (False, True)
    assert breakdown.in_force_at is not None
    verbs = list(
        Event.objects.filter(verb__startswith="breakdown.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["breakdown.lead", *["breakdown.add"] * 5, "breakdown.in_force"]
    last = Event.objects.get(verb="breakdown.in_force")
    assert (last.subject, last.data) == (case.subject, {"parts": 5, "to_person": True})


@pytest.mark.parametrize("who", sorted(set(PERSONAS) - INSIDE))
def test_only_who_answers_for_the_unit_breaks_down(city: City, desk: Desk, who: str):
    problem = refused(desk.lead, who)
    assert problem.code == "breakdown.closed"
    desk.add("staff")
    assert refused(desk.enforce, who).code == "breakdown.closed"
    assert not Breakdown.objects.in_force().exists()


def test_nothing_is_broken_down_before_it_is_acknowledged(city: City, assignment: Case):
    assert refused(Desk(city, assignment).lead).code == "breakdown.closed"
    assert not Breakdown.objects.exists()


@pytest.mark.parametrize(
    ("weights", "total", "difference"),
    [
        (("33.33", "33.33", "33.33"), "99.99", "0.01"),
        (("60", "50"), "110", "10"),
        (("99.99",), "99.99", "0.01"),
    ],
)
def test_weights_side_by_side_make_exactly_a_hundred(city: City, desk: Desk, weights, total, difference):
    for number, weight in enumerate(weights):
        desk.add(f"第{number}处", weight=weight)
    problem = refused(desk.enforce)
    assert problem.code == "breakdown.weights"
    assert (str(problem.details["total"]), str(problem.details["difference"])) == (
        str(Decimal(total).quantize(Decimal("0.01"))),
        str(Decimal(difference).quantize(Decimal("0.01"))),
    )
    assert not Breakdown.objects.in_force().exists()


def test_weights_deeper_down_are_checked_too(desk: Desk):
    moral = desk.add("德育处")
    desk.add("staff", moral, "99.99")
    assert refused(desk.enforce).details["above"] == "德育处"


def test_a_part_is_not_due_after_what_it_is_part_of(desk: Desk, case: Case):
    moral = desk.add("德育处", due=case.due - timedelta(days=5))
    desk.add("staff", moral, due=case.due - timedelta(days=4))
    problem = refused(desk.enforce)
    assert (problem.code, problem.details["limit"]) == ("breakdown.due", moral.due)


def test_a_part_without_a_day_has_that_of_what_it_is_part_of(desk: Desk, case: Case):
    moral = desk.add("德育处", due=case.due)
    post = desk.add("班主任", moral, level="post")
    desk.add("staff", post, due=case.due + timedelta(days=1))
    assert refused(desk.enforce).details["limit"] == case.due


def test_an_empty_breakdown_and_an_empty_part_are_not_put_in_force(desk: Desk):
    assert refused(desk.enforce).code == "breakdown.empty"
    desk.add("staff", measure="")
    assert refused(desk.enforce).code == "share.empty"


@pytest.mark.parametrize("who", ["rival", "office", "stranger"])
def test_nobody_of_another_unit_is_in_it(city: City, desk: Desk, who: str):
    assert refused(desk.add, who).code == "share.stranger"
    assert refused(desk.lead, principal=who).code == "share.stranger"
    assert refused(desk.add, "德育处", in_charge=city.people[who]).code == "share.stranger"
    assert not Share.objects.exists()


def test_levels_go_down(city: City, desk: Desk):
    post = desk.add("班主任", level="post")
    assert refused(desk.add, "德育处", post).code == "share.misplaced"
    staff = desk.add("staff", post)
    assert refused(desk.add, "head", staff).code == "share.misplaced"


def test_a_part_of_another_breakdown_is_none_to_stand_below(city: City, desk: Desk):
    second(city, desk.case.campaign, "SCHOOL")
    other = Desk(city, move(city, "liaison", Case.objects.get(title="另一件"), "acknowledge"))
    other.lead()
    foreign = other.add("德育处")
    assert refused(desk.add, "staff", foreign).code == "share.misplaced"


def test_whoever_comes_second_is_told(city: City, desk: Desk):
    seen = desk.seen
    desk.add("staff")
    again = {"level": "person", "weight": Decimal(1), "measure": "x"}
    problem = refused(
        breaking_down.add_share,
        actor=city.person("head"), case=desk.case, seen=seen, above=None, person=city.people["head"], **again,
    )  # fmt: skip
    assert problem.code == "breakdown.stale"
    assert refused(desk.lead, seen=seen).code == "breakdown.stale"
    assert Share.objects.count() == 1


def test_progress_is_reported_by_the_person_and_rolls_up_by_weight(city: City, case: Case, broken):
    """70 % of 60 % at 37 of 100, 30 % of 60 % not met, 40 % met."""
    for who, share, achieved in (("staff", "staff", "37"), ("liaison", "liaison", "1")):
        breaking_down.report_share(
            actor=city.person(who), share=broken[share].pk, achieved=Decimal(achieved), words="已走访"
        )
    nodes = tree_of(Breakdown.objects.get())
    assert [node.per_cent for node in nodes] == [Decimal("25.9"), Decimal("100.0")]
    assert weighted(nodes) == Fraction(37, 100) * Fraction(7, 10) * Fraction(6, 10) + Fraction(4, 10)
    assert [(str(part.share.person), points) for part, points in nodes[0].sum] == [
        (str(city.people["staff"]), Decimal("25.9")),
        (str(city.people["head"]), Decimal("0.0")),
    ]
    short = in_short(nodes, people_of(case).values_list("pk", flat=True))
    assert (short.departments, short.posts, short.persons, short.short, short.progress) == (
        2,
        0,
        3,
        0,
        Decimal("55.5"),
    )
    event = Event.objects.filter(verb="breakdown.report").latest("pk")
    assert event.data == {"share": broken["liaison"].pk, "achieved": "1"}


def test_three_thirds_are_one():
    third = Fraction(Decimal("33.33")) / 100 * 2 + Fraction(Decimal("33.34")) / 100
    assert third == 1
    assert per_cent(Fraction(2, 3)) == Decimal("66.7")
    assert per_cent(Fraction(1, 2000)) == Decimal("0.1")


def test_more_than_the_target_is_the_target(city: City, broken):
    staff = broken["staff"].pk
    breaking_down.report_share(actor=city.person("staff"), share=staff, achieved=Decimal(250), words="")
    (node,) = mine(city.person("staff"))
    assert (node.per_cent, node.share.achieved) == (Decimal("100.0"), Decimal(250))


@pytest.mark.parametrize("who", sorted(set(PERSONAS) - {"staff"}))
def test_nobody_reports_or_signs_for_another(city: City, broken, who: str):
    share = broken["staff"].pk
    report = {"actor": city.person(who), "share": share, "achieved": Decimal(1), "words": ""}
    assert refused(breaking_down.report_share, **report).code == "page.not_found"
    assert refused(breaking_down.sign, actor=city.person(who), share=share).code == "page.not_found"
    assert not ShareReport.objects.exists()
    assert not Signature.objects.exists()


def test_a_letter_is_signed_once_and_anew_when_its_terms_are_others(city: City, desk: Desk, broken):
    staff = city.person("staff")
    for _twice in range(2):
        breaking_down.sign(actor=staff, share=broken["staff"].pk)
    assert Signature.objects.count() == Event.objects.filter(verb="breakdown.sign").count() == 1
    assert unsigned(staff) == 0
    share = Share.objects.get(pk=broken["staff"].pk)
    again = {"person": share.person, "weight": share.weight, "measure": "走访并记录"}
    breaking_down.edit_share(actor=city.person("head"), share=share, seen=desk.seen, **again)
    assert Breakdown.objects.get().changed
    assert unsigned(city.person("staff")) == 1
    breaking_down.sign(actor=staff, share=broken["staff"].pk)
    assert (unsigned(city.person("staff")), Signature.objects.count()) == (0, 2)


def test_a_draft_is_nobodys_share_yet(city: City, desk: Desk):
    share = desk.add("staff")
    assert mine(city.person("staff")) == []
    assert refused(breaking_down.sign, actor=city.person("staff"), share=share.pk).code == "page.not_found"


def test_whoever_left_their_post_has_no_share_and_the_unit_sees_it(city: City, case: Case, broken):
    Post.objects.filter(person=city.people["staff"]).update(ended_on=timezone.localdate())
    assert mine(city.person("staff")) == []
    short = in_short(tree_of(Breakdown.objects.get()), people_of(case).values_list("pk", flat=True))
    assert short.gone == 1


def test_a_part_is_taken_out_with_what_is_below_it(city: City, desk: Desk, broken):
    breaking_down.remove_share(actor=city.person("liaison"), share=broken["moral"], seen=desk.seen)
    assert set(Share.objects.values_list("pk", flat=True)) == {broken["rear"].pk, broken["liaison"].pk}
    assert Event.objects.get(verb="breakdown.remove").data == {"share": broken["moral"].pk, "parts": 3}
    assert refused(desk.enforce).code == "breakdown.weights"


def test_a_part_with_progress_stays(city: City, desk: Desk, broken):
    breaking_down.report_share(
        actor=city.person("staff"), share=broken["staff"].pk, achieved=Decimal(1), words=""
    )
    problem = refused(
        breaking_down.remove_share, actor=city.person("liaison"), share=broken["moral"], seen=desk.seen
    )
    assert problem.code == "share.reported"
    assert Share.objects.count() == 5


def test_where_it_stops_short_of_a_person_is_counted_by_place(city: City, case: Case, desk: Desk):
    second(city, case.campaign, "RIVAL", "SCHOOL2")
    desk.add("德育处")
    desk.enforce()
    seen = reaches(case.campaign, city.person("office"), Territory.objects.get(pk="9901"))
    assert (seen.total.received, seen.total.begun, seen.total.in_force, seen.total.to_person) == (3, 1, 1, 0)
    rows = {row.code: (row.received, row.in_force, row.to_person, row.short) for row in seen.territories}
    assert rows == {"990101": (2, 1, 0, 2), "990102": (1, 0, 0, 1)}
    county = reaches(case.campaign, city.person("county"), Territory.objects.get(pk="990101"))
    assert {row.code: (row.received, row.in_force) for row in county.units} == {
        "RIVAL": (1, 0),
        "SCHOOL": (1, 1),
    }
    foreign = reaches(case.campaign, city.person("rival"), Territory.objects.get(pk="9901"))
    assert foreign.total.begun == 0


def test_a_post_of_a_second_unit_does_not_mix_them(city: City, broken):
    Post.objects.create(unit=city.units["RIVAL"], role=Role.STAFF, title="教师", person=city.people["staff"])
    assert [node.share.pk for node in mine(city.person("staff"))] == [broken["staff"].pk]
