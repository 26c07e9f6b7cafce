"""An assignment broken down to people: what is set, what is refused, who sees it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.breakdown import queries
from chuangwen.directives.breakdown.models import Breakdown, Goal
from chuangwen.directives.breakdown.services import breaking_down
from chuangwen.directives.tests.conftest import move
from chuangwen.directives.tests.goals import (
    acknowledged,
    fields,
    for_person,
    revision,
    school_breakdown,
    set_goal,
)
from chuangwen.organizations.models import Post
from chuangwen.organizations.tests.personas import PERSONAS, City


@pytest.fixture
def case(city: City, assignment: Case) -> Case:
    return acknowledged(city, assignment)


def enforce(city: City, case: Case, who: str = "liaison") -> Breakdown:
    return breaking_down.put_in_force(actor=city.person(who), case=case, seen=revision(case))


def state(case: Case) -> str:
    return Breakdown.objects.get(pk=case.pk).state


def test_a_breakdown_goes_down_to_a_person_and_comes_into_force(city: City, case: Case):
    school_breakdown(city, case)
    tree = queries.tree_of(Breakdown.objects.get(pk=case.pk))
    assert [(str(node.goal), node.depth, node.short) for node in tree] == [
        ("德育处", 0, False),
        ("干事", 1, False),
        ("示例staff", 2, False),
    ]
    assert (tree.unbalanced(), tree.unmeasured(), tree.short()) == ([], [], [])
    assert state(case) == "draft"
    assert enforce(city, case).state == "in_force"
    event = Event.objects.filter(verb="breakdown.in_force").get()
    assert [goal["weight"] for goal in event.data["goals"]] == ["100.00", "100.00", "100.00"]


def test_a_change_of_what_is_in_force_has_to_be_put_in_force_again(city: City, case: Case):
    goal = school_breakdown(city, case)
    enforce(city, case)
    changed = breaking_down.edit_goal(
        actor=city.person("head"), goal=goal, seen=revision(case), measure="开展礼仪培训"
    )
    assert (changed.measure, state(case)) == ("开展礼仪培训", "changed")
    event = Event.objects.filter(verb="breakdown.edit").get()
    assert (event.data["before"]["measure"], event.data["measure"]) == ("开展文明用语培训", "开展礼仪培训")
    assert enforce(city, case).state == "in_force"


@pytest.mark.parametrize(
    ("weights", "total", "difference"),
    [(("33.33", "33.33", "33.33"), "99.99", "0.01"), (("60", "60"), "120.00", "20.00")],
)
def test_weights_that_are_not_a_hundred_are_refused(
    city: City, case: Case, weights: tuple[str, ...], total: str, difference: str
):
    for number, weight in enumerate(weights):
        set_goal(city, case, name=f"第{number}科", weight=Decimal(weight))
    seen = revision(case)
    with pytest.raises(Problem) as refused:
        enforce(city, case)
    assert refused.value.code == "breakdown.weights"
    details = refused.value.details
    assert (str(details["total"]), str(details["difference"])) == (total, difference)
    assert total in refused.value.sentence
    assert difference in refused.value.sentence
    assert (state(case), revision(case)) == ("draft", seen)


def test_the_weights_under_a_goal_are_a_hundred_too(city: City, case: Case):
    department = set_goal(city, case)
    for_person(city, case, department, weight=Decimal("99.99"))
    with pytest.raises(Problem) as refused:
        enforce(city, case)
    assert str(refused.value.details["parent"]) == "德育处"


def test_nothing_and_what_says_nothing_do_not_come_into_force(city: City, case: Case):
    with pytest.raises(Problem) as refused:
        enforce(city, case)
    assert refused.value.code == "breakdown.empty"
    set_goal(city, case, target=None, unit_of_measure="")
    with pytest.raises(Problem) as refused:
        enforce(city, case)
    assert refused.value.code == "goal.unmeasured"


def test_a_part_is_due_no_later_than_the_whole(city: City, case: Case):
    department = set_goal(city, case)
    latest = department.due
    with pytest.raises(Problem) as refused:
        for_person(city, case, department, due=latest + timedelta(days=1))
    assert (refused.value.code, refused.value.details["limit"]) == ("goal.late", latest)
    assert case.due is not None
    with pytest.raises(Problem) as refused:
        set_goal(city, case, due=case.due + timedelta(days=1))
    assert refused.value.code == "goal.late"
    for_person(city, case, department, due=latest)
    with pytest.raises(Problem) as refused:
        breaking_down.edit_goal(
            actor=city.person("liaison"), goal=department, seen=revision(case), due=latest - timedelta(days=1)
        )
    assert refused.value.code == "goal.late"
    assert Goal.objects.get(pk=department.pk).due == latest


def test_an_assignment_without_deadline_sets_none(city: City, case: Case):
    Case.objects.filter(pk=case.pk).update(due=None)
    assert set_goal(city, case, due=timezone.localdate() + timedelta(days=400)).pk


@pytest.mark.parametrize("role", ["person", "principal", "in_charge"])
def test_nobody_of_another_unit_is_named(city: City, case: Case, role: str):
    asked = {"level": "person", "name": "", "person": city.people["staff"], role: city.people["rival"]}
    with pytest.raises(Problem) as refused:
        set_goal(city, case, **asked)
    assert refused.value.code == "goal.stranger"
    assert not Goal.objects.exists()


def test_one_goes_down_and_never_up(city: City, case: Case):
    person = for_person(city, case)
    with pytest.raises(Problem) as refused:
        set_goal(city, case, parent=person)
    assert refused.value.code == "goal.level"
    post = set_goal(city, case, level="post", name="干事")
    for_person(city, case, post)
    with pytest.raises(Problem) as refused:
        breaking_down.edit_goal(
            actor=city.person("liaison"),
            goal=post,
            seen=revision(case),
            level="person",
            name="",
            person=city.people["staff"],
        )
    assert refused.value.code == "goal.level"


def test_a_goal_hangs_in_its_own_tree_only(city: City, cases: CaseQuerySet):
    case, other = (acknowledged(city, one) for one in cases.filter(unit__code="SCHOOL", state="issued")[:2])
    elsewhere = set_goal(city, other, due=timezone.localdate() - timedelta(days=9))
    with pytest.raises(Problem) as refused:
        for_person(city, case, elsewhere)
    assert refused.value.code == "breakdown.stale"


def test_of_two_who_change_it_at_once_the_second_is_told(city: City, case: Case):
    goal = set_goal(city, case)
    seen = revision(case)
    breaking_down.edit_goal(actor=city.person("head"), goal=goal, seen=seen, weight=Decimal(40))
    for verb in (
        lambda: breaking_down.edit_goal(
            actor=city.person("liaison"), goal=goal, seen=seen, weight=Decimal(50)
        ),
        lambda: breaking_down.remove_goal(actor=city.person("liaison"), goal=goal, seen=seen),
        lambda: breaking_down.put_in_force(actor=city.person("liaison"), case=case, seen=seen),
    ):
        with pytest.raises(Problem) as refused:
            verb()
        assert refused.value.code == "breakdown.stale"
    assert Goal.objects.get(pk=goal.pk).weight == Decimal(40)


def test_a_goal_goes_after_its_parts(city: City, case: Case):
    department = set_goal(city, case)
    part = for_person(city, case, department)
    number = part.pk
    with pytest.raises(Problem) as refused:
        breaking_down.remove_goal(actor=city.person("liaison"), goal=department, seen=revision(case))
    assert refused.value.code == "goal.has_parts"
    breaking_down.remove_goal(actor=city.person("liaison"), goal=part, seen=revision(case))
    assert list(Goal.objects.all()) == [department]
    assert Event.objects.filter(verb="breakdown.remove").get().data["goal"] == number


def test_whoever_left_the_post_leaves_a_gap_that_is_seen(city: City, case: Case):
    for_person(city, case)
    Post.objects.filter(person=city.people["staff"]).update(ended_on=timezone.localdate())
    tree = queries.tree_of(Breakdown.objects.get(pk=case.pk))
    assert [(node.left, node.short) for node in tree] == [(True, True)]


def test_only_those_who_answer_for_the_unit_break_down(city: City, case: Case):
    allowed = set()
    for persona in PERSONAS:
        try:
            set_goal(city, case, who=persona)
            allowed.add(persona)
        except Problem as refused:
            assert refused.code == "breakdown.closed"  # noqa: PT017
    assert allowed == {"liaison", "head"}
    move(city, "office", case, "withdraw", reason="示例")
    with pytest.raises(Problem):
        set_goal(city, case)


def test_only_people_of_the_unit_see_it(city: City, case: Case, browse):
    goal = school_breakdown(city, case)
    seeing = set()
    for persona in PERSONAS:
        client = browse(persona)
        answers = [
            client.get(f"/assignments/{case.number}/breakdown/"),
            client.get(f"/goals/{goal.pk}/"),
        ]
        assert len({answer.status_code for answer in answers}) == 1
        if answers[0].status_code == 200:
            seeing.add(persona)
        else:
            assert all("示例staff" not in answer.content.decode() for answer in answers)
    assert seeing == {"liaison", "head", "staff"}


def entered(city: City, case: Case, **other: object) -> dict[str, object]:
    """What a browser sends for ``fields``."""
    sent = fields(city, **other)
    for name in ("person", "principal", "in_charge"):
        sent[name] = sent[name].pk if sent[name] else ""
    sent["target"] = "" if sent["target"] is None else sent["target"]
    return {**sent, "seen": revision(case)}


def test_the_way_from_the_case_to_the_breakdown_in_force(city: City, case: Case, browse):
    client = browse("liaison")
    page = f"/assignments/{case.number}/breakdown/"
    assert page in client.get(f"/cases/{case.number}/").content.decode()
    assert "Nothing is broken down yet" in client.get(page).content.decode()
    form = client.get(f"{page}add/").context["form"]
    assert form.initial == {
        "level": "department",
        "due": case.due,
        "principal": city.people["head"].pk,
        "in_charge": None,
    }
    assert client.post(f"{page}add/", entered(city, case)).status_code == 302
    department = Goal.objects.get()
    part = client.get(f"{page}{department.pk}/add/").context["form"]
    assert part.initial["in_charge"] == city.people["liaison"].pk
    assert [level for level, _label in part.fields["level"].choices] == ["post", "person"]
    sent = entered(city, case, level="person", name="", person=city.people["staff"], weight="99.99")
    assert client.post(f"{page}{department.pk}/add/", sent).status_code == 302
    shown = client.get(page).content.decode()
    assert "The weights under “德育处” make 99.99; 0.01 are missing to 100." in shown
    assert client.post(f"{page}in-force/", {"seen": revision(case)}).status_code == 409
    goal = Goal.objects.get(level="person")
    sent = entered(city, case, level="person", name="", person=city.people["staff"], weight="100")
    assert client.post(f"/goals/{goal.pk}/", sent).status_code == 302
    assert client.post(f"{page}in-force/", {"seen": revision(case)}).status_code == 302
    assert "Put in force" not in client.get(page).content.decode()
    assert client.post(f"/goals/{goal.pk}/remove/", {"seen": revision(case)}).status_code == 302
    assert "has not come to a person yet" in client.get(page).content.decode()


def test_a_stale_or_refused_form_keeps_what_was_typed(city: City, case: Case, browse):
    goal = set_goal(city, case)
    sent = entered(city, case, measure="另一项措施") | {"seen": 0}
    answer = browse("liaison").post(f"/goals/{goal.pk}/", sent)
    assert (answer.status_code, answer.context["problem"].code) == (409, "breakdown.stale")
    assert "另一项措施" in answer.content.decode()
    assert answer.context["seen"] == revision(case)
    answer = browse("head").post(
        f"/assignments/{case.number}/breakdown/add/", entered(city, case) | {"seen": 9}
    )
    assert (answer.status_code, answer.context["problem"].code) == (409, "breakdown.stale")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"level": "person"}, "person"),
        ({"level": "person", "person": "rival"}, "person"),
        ({"condition": "已建成"}, "condition"),
        ({"unit_of_measure": ""}, "unit_of_measure"),
        ({"weight": "0"}, "weight"),
        ({"weight": "33.333"}, "weight"),
        ({"principal": "rival"}, "principal"),
        ({"due": ""}, "due"),
    ],
)
def test_the_form_says_at_its_field_what_is_wrong(
    city: City, case: Case, browse, wrong: dict[str, str], field: str
):
    people = {name: city.people[who].pk for name, who in wrong.items() if who == "rival"}
    sent = entered(city, case) | wrong | people
    answer = browse("liaison").post(f"/assignments/{case.number}/breakdown/add/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert not Goal.objects.exists()


def test_what_one_may_not_change_says_why(city: City, case: Case, browse):
    school_breakdown(city, case)
    shown = browse("staff").get(f"/assignments/{case.number}/breakdown/").content.decode()
    assert "You cannot change it: only for those who answer for the unit." in shown
    assert "/add/" not in shown
