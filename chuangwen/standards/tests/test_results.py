"""Results are released, explained line by line without names, objected to in time, corrected in sight."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import perform
from chuangwen.core import jobs
from chuangwen.core.calendar import add_working_days
from chuangwen.core.models import Event, Job
from chuangwen.core.problems import Problem
from chuangwen.organizations.tests.personas import Browser
from chuangwen.standards.models import Criterion, Objection, Panel, Result, Score, SelfReport
from chuangwen.standards.services import panels, results
from chuangwen.standards.services.keeping import Row
from chuangwen.standards.tests.conftest import draft_of, publish
from chuangwen.standards.tests.reviewing import (
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
from chuangwen.standards.tests.test_self_reports import pdf
from chuangwen.standards.verdicts import totals, verdicts


@pytest.fixture
def pair(city, published):
    return reviewed(city, published)


@pytest.fixture
def disputed(pair):
    """One gave the 60 points, one none, the third none: the line is 0."""
    first, second = pair
    give_all(first)
    give_all(second, met=False)
    for one in pair:
        submit(one)
    third = third_of(first)
    give_all(third, met=False)
    submit(third)
    return first


def report_of(review):
    related = ("case__unit", "case__issuer", "round__standard", "round__panel")
    return SelfReport.objects.select_related(*related).get(pk=review.self_report_id)


def release(city, review, who="office"):
    case = Case.objects.get(pk=review.self_report_id)
    return perform(actor=city.person(who), move_name="release", case=case, seen=case.revision)


def result_of(text="制度上墙"):
    return Result.objects.select_related("score", "criterion").get(criterion__text=text)


def object_to(city, who="liaison", text="制度上墙", **more):
    return results.object_to(
        actor=city.person(who), result=result_of(text), reason="照片已上传，见附件", **more
    )


def decide(city, objection, name, who="office", **asked):
    case = Case.objects.get(pk=objection.pk)
    return perform(actor=city.person(who), move_name=name, case=case, seen=case.revision, **asked)


def refused(action, *args, **asked):
    with pytest.raises(Problem) as problem:
        action(*args, **asked)
    return problem.value.code


def text(answer):
    return answer.content.decode()


def page(review, name="result", *more):
    return reverse(f"standards:{name}", args=[report_of(review).case.number, *more])


def test_the_result_waits_for_both_reviews_and_for_the_third(city, pair):
    first, second = pair
    panel = Panel.objects.get()
    assert verdicts(panel, report_of(first)) is None
    give_all(first)
    submit(first)
    assert verdicts(panel, report_of(first)) is None
    assert refused(release, city, first) == "case.move_refused"
    give_all(second, met=False)
    submit(second)
    assert verdicts(panel, report_of(first)) is None
    give_all(third_of(first))
    submit(third_of(first))
    lines = verdicts(panel, report_of(first))
    assert [(line.criterion.text, line.points) for line in lines] == [
        ("制度上墙", Decimal(60)),
        ("受到表彰", Decimal(2)),
        ("弄虚作假", Decimal(0)),
    ]


def test_the_totals_follow_the_shape_of_the_standard(city, disputed):
    report = report_of(disputed)
    found = totals(report, verdicts(Panel.objects.get(), report))
    assert (found.inside, found.bonus, found.deducted, found.total, found.elsewhere, found.excluded) == (
        0, 2, 0, 2, 40, False,
    )  # fmt: skip
    assert [(part.dimension.name, part.given, part.elsewhere) for part in found.parts] == [
        ("共同部分", 0, 40),
        ("附加", 2, 0),
        ("负面清单", 0, 0),
    ]


def test_a_bonus_is_capped_deductions_are_taken_off_and_a_veto_excludes(city):
    rows = (
        Row("制度上墙", Decimal(100), "共同", "甲"),
        Row("受到表彰", Decimal(6), "附加甲", part="bonus", rule="count", parameters={"step": "3"}),
        Row("经验推广", Decimal(6), "附加乙", part="bonus", rule="count", parameters={"step": "3"}),
        Row("通报批评", Decimal(10), "负面清单", part="deduction", rule="deduct_per_case",
            method="opinion", parameters={"step": "2.5"}),
        Row("弄虚作假", Decimal(0), "负面清单", part="deduction", rule="veto", method="veto"),
    )  # fmt: skip
    standard = draft_of(city, *rows)
    standard.bonus = Decimal(10)
    standard.save()
    pair = reviewed(city, publish(city, standard, despite="上级原表如此"))
    for one in pair:
        for name, found in (("受到表彰", "2"), ("经验推广", "2"), ("通报批评", "1"), ("弄虚作假", True)):
            give(one, name, found, "有通报文件")
        give(one, "制度上墙", "90", "字迹模糊")
        submit(one)
    report = report_of(pair[0])
    found = totals(report, verdicts(Panel.objects.get(), report))
    assert (found.inside, found.bonus, found.deducted, found.total) == (
        90, 10, Decimal("-2.5"), Decimal("97.5"),
    )  # fmt: skip
    assert found.excluded
    release(city, pair[0])
    shown = text(Browser(city.people["liaison"]).get(page(pair[0])))
    assert "Excluded by a veto, whatever the points." in shown
    assert "Inside the hundred 90, bonus 10, deductions -2.50; together 97.50." in shown


def test_a_release_gives_the_unit_the_days_of_the_panel(city, disputed):
    release(city, disputed)
    score = Score.objects.get()
    assert score.objections_until == add_working_days(timezone.localdate(), 5)
    event = Event.objects.get(verb="self_report.release")
    assert sorted(event.data["points"].values()) == ["0", "0", "2"]
    assert refused(release, city, disputed) == "case.move_refused"


def test_a_received_self_report_is_released_too_and_stays_closed(city, disputed):
    case = Case.objects.get(pk=disputed.self_report_id)
    perform(actor=city.person("office"), move_name="receive", case=case, seen=case.revision)
    assert release(city, disputed).state == "received"
    assert Score.objects.exists()


def test_a_self_report_without_a_panel_has_nothing_to_release(city, published):
    filed_round(city, published)
    case = Case.objects.get(kind="self_report", unit__code="SCHOOL")
    seen = {"case": case, "seen": case.revision}
    assert refused(perform, actor=city.person("office"), move_name="release", **seen) == "case.move_refused"
    address = reverse("standards:result", args=[case.number])
    assert Browser(city.people["office"]).get(address).status_code == 404


def test_a_whole_round_is_released_but_for_what_waits(city, published):
    found = filed_round(city, published, ("SCHOOL", "RIVAL"))
    assert refused(results.release_round, actor=city.person("county"), round=found) == "page.not_allowed"
    client, button = Browser(city.people["office"]), reverse("standards:release_round", args=[found.pk])
    assert "Name the panel of reviewers first." in text(client.post(button))
    panel_for(city, found, *[expert(city, name) for name in ("expert1", "expert2", "expert3")])
    reviews = drawn(city, found)
    nothing = client.post(button)
    assert (nothing.status_code, "No review is waiting" in text(nothing)) == (409, True)
    school = [one for one in reviews if one.self_report.case.unit.code == "SCHOOL"]
    rival = next(one for one in reviews if one.self_report.case.unit.code == "RIVAL")
    for one in (*school, rival):
        give_all(one)
        submit(one)
    work = client.post(button)
    assert jobs.work_waiting()
    assert Job.objects.get(kind=results.RELEASE).result == {"released": 1, "left": 1, "round": found.pk}
    said = text(client.get(work.url))
    assert "1 unit sees its result." in said
    assert "1 still waits for a review." in said
    shown = text(client.get(reverse("standards:round", args=[found.pk])))
    assert "released" in shown
    assert page(school[0]) in shown


def test_a_round_of_many_units_is_shown_page_by_page(city, disputed, monkeypatch):
    from chuangwen.standards.views import rounds

    monkeypatch.setattr(rounds, "PAGE", 1)
    client = Browser(city.people["office"])
    address = reverse("standards:round", args=[disputed.self_report.round_id])
    first, second = text(client.get(address)), text(client.get(f"{address}?page=2"))
    assert ("东岭县第一中学" in first, "1 / 3" in first) == (True, True)  # who has filed comes first
    assert ("东岭县第一中学" in second, "东岭县第二中学" in second) == (False, True)


def test_the_unit_sees_each_line_with_its_rule_and_reasons_and_no_name(city, disputed):
    liaison = Browser(city.people["liaison"])
    assert liaison.get(page(disputed)).status_code == 404
    office = Browser(city.people["office"])
    assert "Not released yet: the unit does not see this." in text(office.get(page(disputed)))
    release(city, disputed)
    shown = text(liaison.get(page(disputed)))
    for words in (
        "60 points if it is met, otherwise none.",
        "未见上墙照片",
        "Two reviewers gave 60 and 0, which is too far apart; a third gave 0.",
        "The nearest two, 0 and 0, make the mean 0.",
        "Inside the hundred 0, bonus 2, deductions 0; together 2.",
        "40 points are seen on site or asked in a survey, and are not in it.",
    ):
        assert words in shown
    assert "示例expert" not in shown
    assert page(disputed) in text(liaison.get(reverse("cases:case", args=[report_of(disputed).case.number])))
    rows = list(load_workbook(BytesIO(liaison.get(page(disputed, "result_table")).content)).active.values)
    assert rows[1][:5] == ("共同部分", "制度上墙", 60, "60 points if it is met, otherwise none.", 0)
    assert "示例expert" not in str(rows)


@pytest.mark.parametrize(
    ("who", "status"),
    [("liaison", 200), ("staff", 200), ("leader", 200), ("rival", 404), ("delegate", 404), ("stranger", 404)],
)
def test_who_sees_a_released_result(city, disputed, who, status):
    release(city, disputed)
    assert Browser(city.people[who]).get(page(disputed)).status_code == status


def test_reviewers_do_not_see_what_the_others_gave_even_afterwards(city, disputed):
    release(city, disputed)
    client = Browser(disputed.reviewer)
    assert client.get(reverse("cases:case", args=[report_of(disputed).case.number])).status_code == 200
    assert client.get(page(disputed)).status_code == 404
    assert client.get(page(disputed, "result_table")).status_code == 404


def test_a_unit_objects_on_a_page_and_the_office_corrects_the_points_beside_the_original(city, disputed):
    release(city, disputed)
    criterion = Criterion.objects.get(text="制度上墙").pk
    liaison, office = Browser(city.people["liaison"]), Browser(city.people["office"])
    form = page(disputed, "object", criterion)
    assert form in text(liaison.get(page(disputed)))
    assert "未见上墙照片" in text(liaison.get(form))
    assert liaison.post(form, {"reason": ""}).status_code == 400
    raised = liaison.post(form, {"reason": "大厅照片在第二页", "uploads": [pdf("照片.pdf")]})
    objection = Objection.objects.get()
    assert raised.url == reverse("cases:case", args=[objection.case.number])
    assert Attachment.objects.get(case=objection.case).name == "照片.pdf"
    assert "大厅照片在第二页" in text(liaison.get(raised.url))
    twice = liaison.post(form, {"reason": "再说一次"})
    assert (twice.status_code, "再说一次" in text(twice)) == (409, True)
    assert Case.objects.filter(kind="objection").count() == 1
    assert objection.case.number in text(office.get(reverse("web:desk")))
    move = reverse("cases:move", args=[objection.case.number, "correct"])
    assert "大厅照片在第二页" in text(office.get(move))
    asked = {"found": "yes", "reason": "经核实，第二页有照片", "seen": 0}
    assert office.post(move, {**asked, "reason": ""}).status_code == 400
    assert office.post(move, asked).status_code == 302
    shown = text(liaison.get(page(disputed)))
    assert "<del>0</del> <strong>60</strong> / 60" in shown
    assert "Inside the hundred 60, bonus 2, deductions 0; together 62." in shown
    assert "corrected" in shown
    assert "经核实，第二页有照片" in text(liaison.get(raised.url))
    assert Event.objects.get(verb="objection.correct").data == {
        "found": True, "before": "0", "after": "60", "reason": "经核实，第二页有照片",
        "state": "corrected", "revision": 1,
    }  # fmt: skip
    assert (result_of().points, result_of().corrected) == (0, 60)


def test_the_office_lets_the_points_stand_with_a_reason(city, disputed):
    release(city, disputed)
    objection = object_to(city)
    assert decide(city, objection, "keep", reason="照片为去年").state == "kept"
    assert (Objection.objects.get().answer, result_of().stands) == ("照片为去年", 0)
    assert "decided" in text(Browser(city.people["liaison"]).get(page(disputed)))


def test_a_correction_that_the_rule_cannot_compute_changes_nothing(city, disputed):
    release(city, disputed)
    objection = object_to(city, text="受到表彰")
    assert refused(decide, city, objection, "correct", found="-1", reason="示例") == "mark.impossible"
    assert Case.objects.get(pk=objection.pk).state == "raised"
    assert result_of("受到表彰").corrected is None


def test_a_veto_is_corrected_too(city, disputed):
    release(city, disputed)
    objection = object_to(city, text="弄虚作假")
    decide(city, objection, "correct", found=True, reason="经核实属实")
    assert (result_of("弄虚作假").stands_as_veto, result_of("弄虚作假").occurs) == (True, False)


def test_the_unit_takes_its_objection_back(city, disputed):
    release(city, disputed)
    assert decide(city, object_to(city), "withdraw", who="liaison").state == "withdrawn"


def test_after_the_window_there_is_no_objection_and_what_was_typed_is_kept(city, disputed):
    release(city, disputed)
    over = timezone.localdate() - timedelta(days=1)
    Score.objects.update(objections_until=over)
    assert refused(object_to, city) == "objection.over"
    client = Browser(city.people["liaison"])
    form = page(disputed, "object", Criterion.objects.get(text="制度上墙").pk)
    assert form not in text(client.get(page(disputed)))
    answer = client.post(form, {"reason": "迟到的理由"})
    assert (answer.status_code, "迟到的理由" in text(answer)) == (409, True)
    assert not Case.objects.filter(kind="objection").exists()


@pytest.mark.parametrize("who", ["rival", "office", "staff", "county"])
def test_only_those_who_answer_for_the_unit_object(city, disputed, who):
    release(city, disputed)
    assert refused(object_to, city, who) == "page.not_allowed"
    assert not Objection.objects.exists()


def test_there_is_no_objection_before_the_release_nor_to_a_line_that_is_not_there(city, disputed):
    criterion = Criterion.objects.get(text="制度上墙").pk
    client = Browser(city.people["office"])
    assert client.get(page(disputed, "object", criterion)).status_code == 404
    release(city, disputed)
    assert client.get(page(disputed, "object", 0)).status_code == 404


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("office", {"raised": ["correct", "keep"]}),
        ("liaison", {"raised": ["withdraw"]}),
        ("head", {"raised": ["withdraw"]}),
        *((who, {}) for who in ("staff", "rival", "county", "leader", "auditor", "stranger")),
    ],
)
def test_who_may_make_which_move_in_which_state(city, disputed, who, allowed):
    release(city, disputed)
    case, actor, found = Case.objects.get(pk=object_to(city).pk), city.person(who), {}
    lifecycle = LIFECYCLES["objection"]
    for state in lifecycle.states:
        case.state = state.code
        found[state.code] = [move.name for move in lifecycle.moves if may(actor, move, case).allowed]
    assert {state: moves for state, moves in found.items() if moves} == allowed


def test_the_draw_is_open_to_nobody_new_once_all_is_in(city, disputed):
    found = disputed.self_report.round
    assert refused(panels.draw, actor=city.person("office"), round=found) == "panel.nothing_to_draw"
