"""A draw from its pool to its visits: who may, when, what the journal keeps and what everybody may see."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.core import files
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.inspections import pools
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.models import Inspection, Visit
from chuangwen.inspections.pooling import Asked
from chuangwen.inspections.services import drawing
from chuangwen.inspections.tests.conftest import inspection_of, move, visit_of
from chuangwen.inspections.tests.drawing_up import VALUE, second_officer
from chuangwen.inspections.verifying import verify
from chuangwen.organizations.models import Person, Post, Role

PEOPLE = ("inspector", "delegate", "second")


@pytest.fixture
def inspection(city):
    return made(city)


def made(city, *, covert=False):
    """An inspection and a second officer, who can lead too: of the schools two are wanted."""
    second_officer(city)
    return inspection_of(city, covert=covert)


def asked_of(**more):
    people = frozenset(Person.objects.filter(username__in=PEOPLE).values_list("pk", flat=True))
    return Asked(**{"people": people, "peer_groups": frozenset({"schools"}), "wanted": 2, **more})


def fix(city, inspection, who="office", days=1, **more):
    return drawing.fix(
        actor=city.person(who),
        inspection=inspection,
        asked=asked_of(**more),
        source="示例彩票第2026001期开奖号码",
        value_on=timezone.localdate() + timedelta(days=days),
    )


def come(inspection):
    """The day of the value has come."""
    Draw.objects.filter(pk=inspection.pk).update(value_on=timezone.localdate())


def type_in(who, inspection, value=VALUE):
    return drawing.type_value(actor=Person.objects.get(username=who), inspection=inspection, value=value)


def drawn(city, inspection):
    fix(city, inspection)
    come(inspection)
    type_in("office", inspection)
    return type_in("second", inspection)


def refused(code, call, **asked):
    with pytest.raises(Problem) as raised:
        call(**asked)
    assert raised.value.code == code
    return raised.value


def test_a_draw_goes_from_its_pool_to_visits_and_the_journal_has_each_step_in_its_order(city, inspection):
    draw = fix(city, inspection, low_lots=1, shown_lots=2)
    pool = pools.read(files.read(draw.pool))
    assert {(row.code, row.weight) for row in pool.units} == {("SCHOOL", 3), ("RIVAL", 1), ("SCHOOL2", 1)}
    assert {len(row.seats) for row in pool.inspectors} == {0, 1}  # the office is no seat that binds
    refused("draw.too_early", type_in, who="office", inspection=inspection)
    come(inspection)
    assert type_in("office", inspection, "  03 11 19 22 27  31 + 08 ").drawn_at is None
    assert type_in("office", inspection).drawn_at is None  # the same officer twice are not two
    assert type_in("second", inspection, "03 11").typed_by.username == "second"
    refused("draw.not_drawn", drawing.plan_visits, actor=city.person("office"), inspection=inspection)
    type_in("second", inspection)
    draw = type_in("office", inspection)
    assert (draw.value, draw.typed_by.username, draw.confirmed_by) == (VALUE, "second", city.person("office"))
    refused("draw.drawn", type_in, who="office", inspection=inspection)
    events = list(Event.objects.filter(verb__startswith="draw.").order_by("id"))
    assert [event.verb for event in events] == ["draw.fix", *["draw.type"] * 4, "draw.run"]
    assert events[0].data == {
        "pool": draw.pool_id,
        "commitment": draw.commitment,
        "source": "示例彩票第2026001期开奖号码",
        "value_on": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "units": 3,
        "inspectors": 3,
        "wanted": 2,
    }
    assert draw.secret not in str(events[0].data)
    assert events[-1].data["result"] == pools.hash_of(draw.result.encode())
    assert drawing.plan_visits(actor=city.person("office"), inspection=inspection) == []
    visits = Visit.objects.filter(inspection=inspection)
    assert {visit.case.unit.code for visit in visits} == {one.unit for one in draw.drawn}
    leader = Person.objects.get(pk=draw.names[draw.drawn[0].team[0]][0])
    assert visits.get(case__unit__code=draw.drawn[0].unit).case.holder == leader
    refused("draw.sent", drawing.plan_visits, actor=city.person("office"), inspection=inspection)


def test_whoever_is_not_of_the_sending_office_fixes_types_and_plans_nothing(city, inspection):
    draw = fix(city, inspection)
    come(inspection)
    for who in ("county", "leader", "auditor", "inspector", "liaison"):
        refused("page.not_allowed", fix, city=city, inspection=inspection, who=who)
        refused("page.not_allowed", type_in, who=who, inspection=inspection)
        refused("page.not_allowed", drawing.plan_visits, actor=city.person(who), inspection=inspection)
    assert Draw.objects.get(pk=draw.pk).typed_by is None


def test_a_pool_can_be_fixed_anew_before_the_day_of_the_value_and_not_from_then_on(city, inspection):
    first = fix(city, inspection)
    again = fix(city, inspection, wanted=1)
    assert (first.pool_id, first.secret) != (again.pool_id, again.secret)
    come(inspection)
    refused("draw.bound", fix, city=city, inspection=inspection)
    other = made(city, covert=True)
    refused("draw.too_early", fix, city=city, inspection=other, days=0)
    refused("draw.none", type_in, who="office", inspection=other)
    stranger = city.person("stranger").pk
    refused("visit.no_inspector", fix, city=city, inspection=other, people=frozenset({stranger}))
    move(city, "office", other.case, "withdraw", reason="示例")
    refused("inspection.over", fix, city=city, inspection=other)


def test_what_cannot_be_met_is_said_and_nothing_is_fixed(city, inspection):
    delegate = frozenset({city.person("delegate").pk})
    inspector = frozenset({city.person("inspector").pk})
    told = refused("draw.impossible", fix, city=city, inspection=inspection, wanted=4, people=inspector)
    assert "需要4个单位，名录中只有3个" in told.sentence
    assert "3个单位可派的检查人员不足" in told.sentence
    told = refused("draw.impossible", fix, city=city, inspection=inspection, people=delegate, team=2)
    assert "东岭县第二中学（可派1人，需2人）" in told.sentence
    # Whoever visited a school last time is not sent there again.
    visit_of(city, made(city, covert=True), team=("inspector", "second"))
    told = refused("draw.impossible", fix, city=city, inspection=inspection)
    assert "东岭县第一中学（可派1人，需2人；回避：上次检查过该单位的2人）" in told.sentence
    assert not Draw.objects.exists()
    assert not Event.objects.filter(verb="draw.fix").exists()


def test_a_unit_that_has_gone_since_is_told_and_the_others_are_visited(city, inspection):
    closed = made(city, covert=True)
    drawn(city, closed)
    move(city, "office", closed.case, "withdraw", reason="示例")
    refused("inspection.over", drawing.plan_visits, actor=city.person("office"), inspection=closed)
    draw = drawn(city, inspection)
    visit_of(city, inspection, draw.drawn[0].unit)
    (gone,) = drawing.plan_visits(actor=city.person("office"), inspection=inspection)
    assert (gone[0].code, gone[1].code) == (draw.drawn[0].unit, "visit.twice")
    assert Visit.objects.filter(inspection=inspection).count() == 2


def said(answer):
    """The page without what is new in every answer: the token of its forms."""
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", answer.content.decode())


def client_of(city, who):
    client = Client()
    client.force_login(city.person(who))
    return client


def pages(inspection, client):
    number = inspection.case.number
    names = [reverse("inspections:draw", args=[number])]
    names += [reverse("inspections:draw_file", args=[number, name]) for name in ("pool", "result")]
    return [client.get(name) for name in names]


def test_everybody_sees_the_hashes_of_an_open_draw_and_the_rest_when_all_visits_are_announced(
    city, inspection
):
    draw = drawn(city, inspection)
    drawing.plan_visits(actor=city.person("office"), inspection=inspection)
    anybody = Client()
    page, *kept = pages(inspection, anybody)
    assert {draw.pool_id, draw.commitment, VALUE} <= set(page.content.decode().replace("<", ">").split(">"))
    assert draw.secret not in page.content.decode()
    assert draw.drawn[0].unit not in page.content.decode()
    assert [answer.status_code for answer in kept] == [404, 404]
    ours, *taken = pages(inspection, client_of(city, "office"))
    assert draw.drawn[0].unit in ours.content.decode()
    assert [answer.status_code for answer in taken] == [200, 200]
    Case.objects.filter(kind="visit").update(state="announced")
    page, pool, result = pages(inspection, anybody)
    assert draw.secret in page.content.decode()
    assert draw.drawn[0].team[0] in page.content.decode()
    assert "inspector" not in page.content.decode()
    assert pools.hash_of(pool.content) == draw.pool_id
    assert result.content.decode() == draw.result
    assert (
        anybody.get(reverse("inspections:draw_file", args=[inspection.case.number, "else"])).status_code
        == 404
    )


@pytest.mark.parametrize(
    "who", [None, "liaison", "head", "department", "leader", "county", "inspector", "auditor"]
)
def test_a_draw_of_a_covert_inspection_is_not_there_until_it_is_opened(city, who):
    inspection = made(city, covert=True)
    drawn(city, inspection)
    client = client_of(city, who) if who else Client()
    assert [answer.status_code for answer in pages(inspection, client)] == [404] * 3
    unknown = client.get(reverse("inspections:draw", args=["26NOTHING"]))
    assert said(unknown) == said(pages(inspection, client)[0]).replace(inspection.case.number, "26NOTHING")
    listed = client.get(reverse("inspections:draws")).content.decode()
    assert "窗口服务检查" not in listed
    assert "窗口服务检查" in client_of(city, "office").get(reverse("inspections:draws")).content.decode()
    drawing.plan_visits(actor=city.person("office"), inspection=inspection)
    Inspection.objects.filter(pk=inspection.pk).update(opened_at=timezone.now())
    Case.objects.filter(kind="visit").update(state="closed")
    assert [answer.status_code for answer in pages(inspection, client)] == [200] * 3


def test_an_open_draw_keeps_silent_about_the_covert_visits_that_bar_somebody(city, inspection):
    covert = made(city, covert=True)
    visit_of(city, covert, "RIVAL", team=("inspector", "delegate"))
    third = Person.objects.create(username="third", name="third")
    Post.objects.create(unit=city.units["OFFICE"], title="third", role=Role.OFFICE, person=third)
    people = asked_of().people | {third.pk}
    fix(city, inspection, people=people)
    come(inspection)
    type_in("office", inspection)
    type_in("second", inspection)
    drawing.plan_visits(actor=city.person("office"), inspection=inspection)
    Case.objects.filter(kind="visit").update(state="announced")
    assert [answer.status_code for answer in pages(inspection, Client())] == [200, 404, 404]
    Inspection.objects.filter(pk=covert.pk).update(opened_at=timezone.now())
    assert [answer.status_code for answer in pages(inspection, Client())] == [200, 200, 200]


def test_the_way_by_the_pages(city, inspection):
    client, second = client_of(city, "office"), Client()
    second.force_login(Person.objects.get(username="second"))
    number = inspection.case.number
    assert number in client.get(reverse("inspections:draws")).content.decode()
    fixing = reverse("inspections:fix_draw", args=[number])
    form = {
        "people": sorted(asked_of().people),
        "peer_groups": ["schools"],
        "wanted": 2,
        "team": 2,
        "points": 0,
    }
    form |= {"low_lots": 1, "shown_lots": 1, "outside_as": "cppcc", "source": "示例", "value_on": ""}
    assert client.post(fixing, form).status_code == 400
    form["value_on"] = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert client.post(fixing, {**form, "wanted": 9}).status_code == 409
    assert client.post(fixing, form).status_code == 302
    assert client_of(city, "county").get(fixing).status_code == 404
    page = reverse("inspections:draw", args=[number])
    assert fixing in client.get(page).content.decode()
    value, visits = (reverse(f"inspections:{name}", args=[number]) for name in ("type_value", "send_draw"))
    assert client.post(value, {"value": VALUE}).status_code == 400  # too early
    come(inspection)
    assert client.post(value, {"value": ""}).status_code == 400
    assert client.post(visits).status_code == 409
    for who, typed, said in [
        (client, "03", "请另一名工作人员录入同一数值"),
        (second, VALUE, "与先前录入的不一致"),
        (client, VALUE, "两次录入一致，抽取已完成"),
    ]:
        assert said in who.post(value, {"value": typed}, follow=True).content.decode()
    assert VALUE in client.get(page).content.decode()
    visit_of(city, inspection, Draw.objects.get().drawn[0].unit)
    told = client.post(visits, follow=True).content.decode()
    assert "检查任务已生成" in told
    assert "本次检查已安排检查" in told


def command(*words):
    out = StringIO()
    call_command("draw", *words, stdout=out)
    return out.getvalue()


def test_the_command_makes_a_draw_again_and_says_where_it_differs(city, inspection, tmp_path):
    number = inspection.case.number
    fix(city, inspection)
    with pytest.raises(CommandError, match="no draw has been made"):
        command("verify", number)
    come(inspection)
    type_in("office", inspection)
    draw = type_in("second", inspection)
    assert command("verify", number).endswith("made again: the same, 2 units\n")
    pool = tmp_path / "pool.txt"
    pool.write_bytes(files.read(draw.pool))
    assert command("repeat", str(pool), draw.secret, draw.value) == draw.result
    first, second = draw.result.splitlines(keepends=True)
    Draw.objects.update(result=second + first)
    with pytest.raises(
        CommandError, match=r"the result is not the one that was journalled; line 1: kept \w+ by"
    ):
        command("verify", number)
    Draw.objects.update(result=first)
    with pytest.raises(CommandError, match="line 2: kept nothing, made again"):
        command("verify", number)
    pool.write_bytes(b"unit")
    with pytest.raises(CommandError, match="not a pool of this version"):
        command("repeat", str(pool), draw.secret, draw.value)
    with pytest.raises(CommandError, match="No such file"):
        command("repeat", str(tmp_path / "none.txt"), draw.secret, draw.value)


def test_whatever_was_changed_afterwards_is_named(city, inspection):
    draw = drawn(city, inspection)
    assert verify(draw).same
    changed = [
        ({"secret": "0" * 64}, {"commitment", "value"}),
        ({"value": "03"}, {"value"}),
        ({"pool": files.store_bytes(b"unit\n", files.TEXT)}, {"pool", "unreadable"}),
    ]
    for columns, troubles in changed:
        Draw.objects.filter(pk=draw.pk).update(**columns)
        found = verify(Draw.objects.get(pk=draw.pk))
        assert (not found.same, troubles <= set(found.troubles)) == (True, True)
        page = client_of(city, "office").get(reverse("inspections:draw", args=[inspection.case.number]))
        assert "结果与留存的不一致" in page.content.decode()
        Draw.objects.filter(pk=draw.pk).update(secret=draw.secret, value=draw.value, pool=draw.pool)
    Event.objects.filter(verb="draw.fix").delete()
    assert verify(Draw.objects.get(pk=draw.pk)).troubles == ("order",)
