"""The doors of the field app: what a device takes along, what it sends, and a device that is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.inspections.devices import Device
from chuangwen.inspections.field import views
from chuangwen.inspections.models import Finding, FindingPhoto, Point, Visit
from chuangwen.inspections.services import devices
from chuangwen.inspections.tests.conftest import (
    GREETING,
    criterion,
    inspection_of,
    visit_of,
)
from chuangwen.organizations.models import Post
from chuangwen.organizations.services import journal_name

JSON = {"accept": "application/json"}
KEY = str(uuid4())


def door(name: str, key: str = KEY) -> str:
    return reverse(f"field:{name}", args=[key])


def way(browser: Any, key: str = KEY) -> Any:
    return browser.get(door("way", key), headers=JSON)


def send(browser: Any, visit: Visit, *rows: dict[str, Any], key: str = KEY, **body: Any) -> Any:
    sent = {"visit": visit.case.number, "rows": rows} | body
    return browser.post(
        door("send_findings", key), json.dumps(sent), content_type="application/json", headers=JSON
    )


def row(**more: Any) -> dict[str, Any]:
    at = timezone.now().isoformat()
    seen = {"key": str(uuid4()), "criterion": criterion(GREETING).pk, "verdict": "unmet", "noted_at": at}
    return seen | {"point": Point.objects.get().pk, "words": "未主动问候"} | more


def test_a_device_takes_along_where_to_go_and_what_to_look_at(planned, browse):
    (visit,) = way(browse("inspector")).json()["visits"]
    assert (visit["number"], visit["unit"], visit["covert"]) == (planned.case.number, "东岭县第一中学", True)
    itself, window = visit["places"]
    assert (itself["point"], [check["text"] for check in itself["checks"]]) == (None, ["制度上墙"])
    assert (window["name"], [check["text"] for check in window["checks"]]) == ("报名窗口", [GREETING])
    assert visit["found"] == []


@pytest.mark.parametrize("who", ["liaison", "head", "county", "leader", "editor", "office", "auditor"])
def test_nobody_else_takes_anything_along(planned, browse, who):
    answer = way(browse(who))
    assert answer.json()["visits"] == []
    assert planned.case.number not in answer.content.decode()
    assert send(browse(who), planned, row()).status_code in {403, 404}
    assert not Finding.objects.exists()


def test_whoever_is_not_signed_in_gets_the_empty_app_alone(planned, browse):
    nobody = browse("")
    for name in ("shell", "worker", "manifest"):
        answer = nobody.get(reverse(f"field:{name}"))
        assert answer.status_code == 200
        assert planned.case.number not in answer.content.decode()
    assert way(nobody).status_code == 401
    assert not Device.objects.exists()


def test_the_first_finding_begins_the_visit_and_comes_once(planned, browse, city):
    inspector, sent = browse("inspector"), row()
    for _time in range(2):
        assert send(inspector, planned, sent).json() == {"kept": [sent["key"]]}
    assert Finding.objects.count() == 1
    assert Case.objects.get(pk=planned.pk).state == "under_way"
    assert Event.objects.filter(verb="visit.begin").count() == 1
    # The other of the team sees it, and looks at something else.
    (visit,) = way(browse("delegate"), str(uuid4())).json()["visits"]
    assert [(one["key"], one["by"]) for one in visit["found"]] == [(sent["key"], "示例inspector")]


def test_all_rows_or_none(planned, browse):
    inspector, good = browse("inspector"), row()
    bad = row(criterion=criterion("弄虚作假").pk)
    refused = send(inspector, planned, good, bad)
    assert (refused.status_code, refused.json()["code"]) == (400, "finding.not_asked")
    assert not Finding.objects.exists()
    assert Case.objects.get(pk=planned.pk).state == "planned"


def test_a_clock_that_is_a_year_wrong_is_kept_and_doubted(planned, browse):
    late = (timezone.now() + timedelta(days=365)).isoformat()
    sent = row(noted_at=late)
    assert send(browse("inspector"), planned, sent).status_code == 200
    found = Finding.objects.select_related("visit__case").get()
    assert found.noted_at.isoformat()[:10] == late[:10]
    assert found.received_at - timezone.now() < timedelta(minutes=1)
    assert found.doubtful


@pytest.mark.parametrize(
    "rows",
    [
        "x",
        [1],
        [{}],
        [{"key": "x"}],
        [{"words": 3}],
        [{"noted_at": "2026-11-28T10:00:00"}],
        [{"noted_at": "9999-12-31T23:59:59-23:00x"}],
        [{"point": "1"}],
        [{"criterion": True}],
        [{"criterion": 2**63}],
        [{"latitude": "NaN", "longitude": "1"}],
        [{"words": "a\0b"}],
    ],
)
def test_what_the_app_does_not_write_is_refused(planned, browse, rows):
    if rows == [{"key": "x"}] or not isinstance(rows[0], dict) or not rows[0]:
        sent = rows
    else:
        sent = [row() | rows[0]]
    answer = send(browse("inspector"), planned, rows=sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "field.unreadable")
    assert not Finding.objects.exists()


@pytest.mark.parametrize("raw", ["", "[]", "{", b"\xff", "[" * 100_000])
def test_no_json_is_no_finding(planned, browse, raw):
    answer = browse("inspector").post(
        door("send_findings"), raw, content_type="application/json", headers=JSON
    )
    assert answer.json()["code"] == "field.unreadable"


def test_ten_thousand_at_once_are_refused_whole(planned, browse):
    """Far more than the app sends; by its own door it never comes so far (2 MiB), so rows are small here."""
    sent = [row() | {"words": ""} for _each in range(3)]
    many = [sent[0] | {"key": str(uuid4())} for _each in range(10_000)]
    answer = send(browse("inspector"), planned, rows=many)
    assert answer.status_code in {400, 413}
    assert not Finding.objects.exists()
    assert send(browse("inspector"), planned, *sent).status_code == 200


def picture(browser: Any, finding: str, photo: str, content: bytes, name: str = "照片.jpg") -> Any:
    sent = {"finding": finding, "photo": photo, "file": upload(content, name)}
    return browser.post(door("send_photo"), sent, headers=JSON)


def test_a_photo_comes_once_and_no_program_comes_as_one(planned, browse):
    inspector, sent, photo = browse("inspector"), row(), str(uuid4())
    send(inspector, planned, sent)
    content = taken(at="2026:10:20 09:30:00")
    for _time in range(2):
        assert picture(inspector, sent["key"], photo, content).json() == {"kept": photo}
    assert FindingPhoto.objects.count() == 1
    lies = picture(inspector, sent["key"], str(uuid4()), b"MZ\x90\x00" + b"\0" * 99)
    assert (lies.status_code, FindingPhoto.objects.count()) == (415, 1)
    strange = picture(browse("liaison"), sent["key"], str(uuid4()), content)
    assert strange.status_code in {404, 410}


def test_a_lost_device_is_cut_off_by_its_owner(planned, browse):
    inspector = browse("inspector")
    way(inspector)
    assert inspector.get(door("standing"), headers=JSON).json() == {"cut_off": False}
    assert browse("head").post(door("cut_off")).status_code == 404
    assert list(browse("head").get(reverse("field:devices")).context["devices"]) == []
    assert inspector.post(door("cut_off")).status_code == 302
    assert inspector.post(door("cut_off")).status_code == 302
    assert Event.objects.filter(verb="device.cut_off").count() == 1
    assert browse("").get(door("standing"), headers=JSON).json() == {"cut_off": True}
    for answer in (way(inspector), send(inspector, planned, row())):
        assert (answer.status_code, answer.json()["code"]) == (410, "device.cut_off")
    assert not Finding.objects.exists()
    assert way(inspector, str(uuid4())).status_code == 200


def test_the_security_administrator_cuts_off_anybodys_device_and_its_owner_is_told(planned, browse, city):
    inspector, security = browse("inspector"), browse("security")
    way(inspector)
    page = reverse("field:devices_of", args=[city.person("inspector").pk])
    (device,) = security.get(page).context["devices"]
    assert device.last_seen == device.since
    account = Post.objects.get(person__username="inspector")
    around = reverse("organizations:account", args=[account.unit.code, account.pk])
    assert page in security.get(around).content.decode()
    told = "off from the field app"
    assert told not in inspector.get("/desk/").content.decode()
    assert security.post(door("cut_off"))["Location"] == page
    cut = Event.objects.get(verb="device.cut_off")
    assert (cut.actor, cut.subject) == tuple(
        journal_name(city.person(who)) for who in ("security", "inspector")
    )
    assert way(inspector).status_code == 410
    assert inspector.get("/desk/").content.decode().count(told) == 1
    assert "示例security" in inspector.get(reverse("field:devices")).content.decode()
    Device.objects.update(cut_off_at=timezone.now() - timedelta(days=8))
    assert told not in inspector.get("/desk/").content.decode()


@pytest.mark.parametrize("who", ["admin", "office", "head", "auditor", "delegate", "stranger"])
def test_nobody_else_sees_or_cuts_off_a_device(planned, browse, city, who):
    way(browse("inspector"))
    browser, inspector = browse(who), city.person("inspector")
    unknown = browser.get(reverse("field:devices_of", args=[10**9]))
    seen = browser.get(reverse("field:devices_of", args=[inspector.pk]))
    assert (seen.status_code, unknown.status_code) == (404, 404)
    assert browser.post(door("cut_off")).status_code == 404
    with pytest.raises(Problem) as refused:
        devices.cut_off(actor=city.person(who), device=Device.objects.get())
    assert refused.value.code == "account.not_yours"
    assert not Device.objects.exclude(cut_off_at=None).exists()


def test_when_a_device_was_last_seen_is_exact_to_ten_minutes(planned, browse):
    inspector, hour = browse("inspector"), timedelta(hours=1)
    way(inspector)
    Device.objects.update(since=timezone.now() - hour)
    way(inspector)
    seen = Device.objects.get().last_seen
    assert timezone.now() - seen < timedelta(minutes=1)
    way(inspector)
    assert Device.objects.get().last_seen == seen


def test_a_device_is_one_persons(planned, browse):
    way(browse("inspector"))
    assert way(browse("delegate")).status_code == 410


def test_signing_out_takes_what_the_browser_keeps(browse):
    inspector = browse("inspector")
    assert "Clear-Site-Data" not in inspector.get("/accounts/logout/")
    assert inspector.post("/accounts/logout/")["Clear-Site-Data"] == '"storage"'


def test_the_worker_is_another_when_an_asset_is(browse, tmp_path, monkeypatch):
    before = views.version()
    views.version.cache_clear()
    other = tmp_path / "app.js"
    other.write_text("// other")
    find = views.finders.find
    monkeypatch.setattr(views.finders, "find", lambda name: other if name.endswith("app.js") else find(name))
    after = views.version()
    views.version.cache_clear()
    assert before != after


@pytest.mark.parametrize("visits", [1, 4])
def test_the_way_asks_no_more_for_many_visits(city, browse, visits, django_assert_num_queries):
    inspection = inspection_of(city, covert=True)
    units = ["SCHOOL", "RIVAL", "SCHOOL2", "CLINIC"][:visits]
    for code in units:
        Point.objects.create(unit=city.units[code], type_id="window", name="窗口")
        visit_of(city, inspection, code)
    inspector = browse("inspector")
    assert len(way(inspector).json()["visits"]) == visits
    with django_assert_num_queries(10):
        way(inspector)
