from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case, Request
from chuangwen.core.calendar import add_working_days, is_working_day
from chuangwen.directives.tests.conftest import move
from chuangwen.organizations.tests.personas import City

pytestmark = pytest.mark.usefixtures("one_assignment")


def text(client, url: str) -> str:
    return client.get(url).content.decode()


def working_day(days: int) -> date:
    return add_working_days(timezone.localdate() + timedelta(days=days), 1)


def day_off(days: int) -> date:
    day = timezone.localdate() + timedelta(days=days)
    return next(d for d in (day + timedelta(days=n) for n in range(9)) if not is_working_day(d))


def test_an_extension_by_page(city: City, browse, assignment: Case):
    liaison, office, url = browse("liaison"), browse("office"), f"/cases/{assignment.number}/"
    wanted = working_day(20).isoformat()
    assert f'href="{url}ask_extension/"' in text(liaison, url)
    liaison.post(f"{url}ask_extension/", {"seen": 0, "due": wanted, "reason": "设备未到货"})
    desk = text(office, "/desk/")
    assert "Requests to decide on" in desk
    assert f"extension to {wanted}" in desk
    assert "设备未到货" in desk
    assert "extension asked" in text(liaison, "/desk/")
    assert "waiting for a decision" in text(liaison, url)
    assert f'value="{wanted}"' in text(office, f"{url}extend/")
    assert office.post(f"{url}extend/", {"seen": 1, "due": wanted}).status_code == 400  # without a reason
    assert Case.objects.get(pk=assignment.pk).due.isoformat() != wanted
    office.post(f"{url}extend/", {"seen": 1, "due": wanted, "reason": "设备月底到货"})
    assert Case.objects.get(pk=assignment.pk).due.isoformat() == wanted
    assert "Requests to decide on" not in text(office, "/desk/")
    assert "extension asked" not in text(liaison, "/desk/")
    page = text(liaison, url)
    assert "granted" in page
    assert "设备月底到货" in page


def test_a_day_off_is_asked_about_once(browse, assignment: Case):
    liaison, url = browse("liaison"), f"/cases/{assignment.number}/ask_extension/"
    assert "day_off" not in text(liaison, url)
    typed = {"seen": 0, "due": day_off(20).isoformat(), "reason": "x"}
    answer = liaison.post(url, typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f"{typed['due']} is a day off" in page
    assert add_working_days(day_off(20), 1).isoformat() in page
    assert 'name="day_off"' in page
    assert not Request.objects.exists()
    assert liaison.post(url, {**typed, "day_off": "on"}).status_code == 302
    assert Request.objects.get().wanted_due == day_off(20)


def test_a_bad_day_keeps_the_reason(browse, assignment: Case):
    liaison, url = browse("liaison"), f"/cases/{assignment.number}/ask_extension/"
    answer = liaison.post(url, {"seen": 0, "due": working_day(-5).isoformat(), "reason": "写了很久的理由"})
    assert answer.status_code == 400
    assert "写了很久的理由" in answer.content.decode()
    assert "request.bad_extension" in answer.content.decode()
    assert liaison.post(url, {"seen": 0, "due": "明天", "reason": "x"}).status_code == 400


def test_a_duty_passed_on_by_page(city: City, browse, assignment: Case):
    liaison, office, url = browse("liaison"), browse("office"), f"/cases/{assignment.number}/"
    assert liaison.post(f"{url}ask_not_ours/", {"seen": 0, "reason": "x", "unit": "没有"}).status_code == 400
    liaison.post(f"{url}ask_not_ours/", {"seen": 0, "reason": "职责在二中", "unit": "东岭县第二中学"})
    assert "not our duty: 东岭县第二中学" in text(office, "/desk/")
    assert "said to be another’s duty" in text(liaison, "/desk/")
    assert 'value="东岭县第二中学"' in text(office, f"{url}reassign/")
    assert office.post(f"{url}reassign/", {"seen": 1, "unit": "RIVAL", "reason": "同意"}).status_code == 302
    new = Case.objects.get(unit__code="RIVAL")
    there = text(browse("rival"), f"/cases/{new.number}/")
    assert "The task came here from 东岭县第一中学." in there
    assert "职责在二中" in there
    assert assignment.number not in there
    assert "Passed on</dt><dd>1 time" in there
    assert assignment.number in text(office, f"/cases/{new.number}/")
    here = text(liaison, url)
    assert "The task went to 东岭县第二中学." in here
    assert new.number not in here
    assert new.number in text(office, url)


def test_the_second_decider_sees_what_the_first_decided(city: City, browse, assignment: Case):
    office, url = browse("office"), f"/cases/{assignment.number}/"
    move(city, "liaison", assignment, "ask_not_ours", reason="职责在二中")
    assert "职责在二中" in text(office, f"{url}reassign/")
    move(city, "office", assignment, "refuse", reason="职责在一中")
    answer = office.post(f"{url}reassign/", {"seen": 1, "unit": "RIVAL", "reason": "写好的意见"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "case.stale" in page
    assert "写好的意见" in page
    assert "the unit has not said that the duty is another&#x27;s" in page
    assert Case.objects.filter(kind="assignment").count() == 1


def test_nobody_else_reads_a_request(city: City, browse, assignment: Case):
    move(city, "liaison", assignment, "ask_not_ours", reason="职责在二中")
    for who in ("rival", "stranger", "delegate"):
        assert browse(who).get(f"/cases/{assignment.number}/").status_code == 404
        assert "职责在二中" not in text(browse(who), "/desk/")


@pytest.mark.parametrize("decision", ["extend", "reassign", "refuse"])
def test_whoever_decides_sees_what_went_before(city: City, browse, assignment: Case, decision: str):
    move(city, "liaison", assignment, "acknowledge")
    move(city, "liaison", assignment, "file_report", text="报告")
    move(city, "office", assignment, "send_back", reason="缺少数据")
    for grant in (False, False, True):
        move(city, "liaison", assignment, "ask_not_ours", reason="职责在二中")
        page = browse("office").get(f"/cases/{assignment.number}/{decision}/")
        counted = page.context["before"]
        if grant:
            continue
        move(city, "office", assignment, "refuse", reason="职责在一中")
    assert counted == {"sent_back": 1, "passed_on": 0, "granted": 0, "refused": 2}
    assert "requests refused" in page.content.decode()


def test_how_often_it_was_sent_back_stands_on_case_and_unit(city: City, browse, assignment: Case):
    move(city, "liaison", assignment, "acknowledge")
    case, unit = f"/cases/{assignment.number}/", f"/campaigns/{assignment.campaign_id}/units/SCHOOL/"
    office = browse("office")
    assert "sent back once" not in text(office, case)
    for words in ("sent back once", "sent back 2 times"):
        move(city, "liaison", assignment, "file_report", text="报告")
        move(city, "office", assignment, "send_back", reason="缺少数据")
        assert words in text(office, case)
    assert 'data-label="times sent back">2</td>' in text(office, unit)
    assert 'data-label="times passed on">0</td>' in text(office, unit)


@pytest.mark.parametrize("name", ["ask_extension", "ask_not_ours", "relay", "file_report"])
def test_a_move_with_a_form_is_a_link_to_it(city: City, browse, assignment: Case, name: str):
    """Pressing it must show an empty form, not one that complains that nothing was typed."""
    move(city, "liaison", assignment, "acknowledge")
    page = text(browse("liaison"), f"/cases/{assignment.number}/")
    assert f'action="/cases/{assignment.number}/{name}/"' not in page
    assert (f'href="/cases/{assignment.number}/{name}/"' in page) == (name != "relay")
