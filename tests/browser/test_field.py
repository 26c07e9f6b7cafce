"""The field app on a telephone: without signal, killed, answers lost on the way, signed out, cut off."""

from __future__ import annotations

import base64
import random
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from chuangwen.core import photos
from chuangwen.core.tests.uploads import taken
from chuangwen.inspections.devices import Device
from chuangwen.inspections.models import Finding, FindingPhoto, Point, PointType, Visit
from chuangwen.inspections.services.devices import cut_off
from chuangwen.inspections.tests.conftest import GREETING, criterion, inspection_of, move, visit_of
from chuangwen.organizations.tests.personas import City
from tests.browser.conftest import PHONE

INTERRUPTIONS = 1_000
LIVES = 25  # tabs, each of which ends amid a save
# Inside the page, as the app itself has them.
MODULES = """const store = await import("/static/inspections/field/store.js");
const sync = await import("/static/inspections/field/sync.js");"""
WORK = f"""async ({{at, turns}}) => {{ {MODULES}
  const kept = [];
  const files = () => [new File([Uint8Array.from(atob(at.photo), (c) => c.charCodeAt(0))], "a.jpg")];
  const row = () => ({{...at.finding, key: crypto.randomUUID(), noted_at: new Date().toISOString()}});
  for (let turn = 0; turn < turns; turn += 1) {{
    if (turn % 3 === 0) {{
      const one = row();
      await store.save(one, turn % 12 === 0 ? files() : []);
      kept.push(one.key);
    }}
    try {{ await sync.send(); }} catch (fault) {{ if (!(fault instanceof sync.NoSignal)) throw fault; }}
  }}
  store.save(row(), files()); // the tab dies in here
  return kept;
}}"""
# How much of it the rest of the site is told of.
WAITING = "count => localStorage.getItem('field-waiting') === count"
UNSENT = f"async () => {{ {MODULES} return store.unsent(); }}"


@pytest.fixture
def planned(town: City) -> Visit:
    # The types that come with the product went with the tests before.
    PointType.objects.get_or_create(code="window", defaults={"name": "服务窗口", "name_en": "service window"})
    inspection = inspection_of(town, covert=True)
    Point.objects.create(
        unit=town.units["SCHOOL"], type_id="window", name="报名窗口", address="教学楼一层大厅"
    )
    visit = visit_of(town, inspection)
    move(town, "office", inspection.case, "set_out")
    return Visit.objects.select_related("case").get(pk=visit.pk)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def ready(page: Page) -> Page:
    page.wait_for_selector("body[data-ready]")
    return page


def equipped(visit: Any) -> Page:
    """The inspector's telephone, once it has been opened with signal; the worker holds what it needs."""
    page = visit("inspector", size=PHONE)
    page.goto("/field/")
    ready(page).evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    return page


def reopened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/field/")
    return ready(page)


def note(page: Page, words: str) -> None:
    page.get_by_role("link", name="东岭县第一中学").click()
    page.get_by_role("link", name=GREETING).click()
    page.get_by_role("radio", name="不符合").check()
    page.fill("[name=words]", words)
    page.set_input_files(
        "[name=photos]", {"name": "一.jpg", "mimeType": "image/jpeg", "buffer": taken(place=True)}
    )
    expect(page.locator("[data-photos] li")).to_have_count(1)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/field/#*")


def test_in_a_basement_everything_stays_and_arrives_later(planned: Visit, visit, picture):
    page = equipped(visit)
    context = page.context
    context.set_offline(True)
    page.reload()
    note(ready(page), "窗口人员未主动问候")
    expect(page.locator("#bar")).to_contain_text("没有信号")
    expect(page.locator("#bar .waits")).to_contain_text("检查记录 1 · 照片 1")
    picture(page, "field")
    page.close()
    page = reopened(context)
    expect(page.locator("#bar .waits")).to_contain_text("检查记录 1 · 照片 1")
    assert not Finding.objects.exists()
    context.set_offline(False)
    expect(page.locator("#bar .sent")).to_be_visible()
    found = Finding.objects.get()
    assert (found.words, found.verdict) == ("窗口人员未主动问候", "unmet")
    assert found.noted_by.username == "inspector"
    assert FindingPhoto.objects.get().finding_id == found.pk
    assert page.evaluate(UNSENT) == 0


def test_a_draft_outlives_its_tab(planned: Visit, visit):
    page = equipped(visit)
    page.get_by_role("link", name="东岭县第一中学").click()
    page.get_by_role("link", name=GREETING).click()
    page.fill("[name=words]", "柜台无人")
    page.wait_for_function(WAITING, arg="1")
    context = page.context
    page.close()
    page = reopened(context)
    page.get_by_role("link", name="东岭县第一中学").click()
    page.get_by_role("link", name=GREETING).click()
    expect(page.locator("[name=words]")).to_have_value("柜台无人")
    assert not Finding.objects.exists()


@pytest.mark.once
def test_a_thousand_interruptions_lose_and_double_nothing(planned: Visit, visit):
    dice, suffered = random.Random(2026), {"request": 0, "answer": 0, "tab": 0}  # noqa: S311

    def meddle(route: Route) -> None:
        fate = dice.random()
        if fate < 0.12:
            route.continue_()
            return
        suffered["request" if fate < 0.85 else "answer"] += 1
        if fate >= 0.85:
            route.fetch()  # the server commits, and nobody hears of it
        route.abort()

    page = equipped(visit)
    context, kept = page.context, list[str]()
    for door in ("findings", "photos"):
        context.route(f"**/field/devices/*/{door}/", meddle)
    finding = {"visit": planned.case.number, "point": Point.objects.get().pk}
    finding |= {"criterion": criterion(GREETING).pk, "verdict": "unmet", "words": "未主动问候"}
    at = {"finding": finding, "photo": base64.b64encode(taken()).decode()}
    while sum(suffered.values()) < INTERRUPTIONS:
        kept += page.evaluate(WORK, {"at": at, "turns": INTERRUPTIONS // LIVES})
        page.close()
        suffered["tab"] += 1
        page = reopened(context)
    context.unroute_all()
    page.reload()
    expect(ready(page).locator("#bar .sent")).to_be_visible(timeout=60_000)
    arrived = {str(key) for key in Finding.objects.values_list("key", flat=True)}
    assert set(kept) <= arrived
    # The last save of each tab is there whole, or not at all.
    assert len(arrived) <= len(kept) + suffered["tab"]
    with_photo = [keys[0::4] for keys in _lives(kept)]
    wanted = {key for keys in with_photo for key in keys} | (arrived - set(kept))
    held = [str(key) for key in FindingPhoto.objects.values_list("finding__key", flat=True)]
    assert sorted(held) == sorted(wanted)


def _lives(kept: list[str]) -> list[list[str]]:
    """The findings of each tab: one at every third of its turns."""
    size = -(-(INTERRUPTIONS // LIVES) // 3)
    return [kept[start : start + size] for start in range(0, len(kept), size)]


def test_what_is_refused_is_said_and_can_be_sent_anew(planned: Visit, town: City, visit):
    page = equipped(visit)
    page.context.set_offline(True)
    note(page, "窗口人员未主动问候")
    point = Point.objects.get()
    Point.objects.filter(pk=point.pk).update(unit=town.units["RIVAL"])
    page.context.set_offline(False)
    expect(page.get_by_text("该点位不属于东岭县第一中学")).to_be_visible()
    expect(page.locator("#bar")).to_contain_text("未被接收")
    assert not Finding.objects.exists()
    Point.objects.filter(pk=point.pk).update(unit=town.units["SCHOOL"])
    page.reload()
    ready(page).get_by_role("link", name=GREETING).click()
    page.get_by_role("button", name="修改后重新发送").click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#bar .sent")).to_be_visible()
    assert FindingPhoto.objects.get().finding_id == Finding.objects.get().pk


def test_signing_out_asks_and_leaves_nothing_that_can_be_read(planned: Visit, visit):
    page = equipped(visit)
    page.context.set_offline(True)
    note(page, "窗口人员未主动问候")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.get_by_role("button", name="退出").click()
    assert "尚未全部发送" in asked[0]
    assert page.evaluate(UNSENT) == 2
    page.context.set_offline(False)
    expect(page.locator("#bar .sent")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/accounts/login/**")
    assert len(asked) == 1
    assert page.evaluate("() => indexedDB.databases().then((all) => all.map((one) => one.name))") == []


def test_the_device_holds_no_word_in_the_clear(planned: Visit, visit):
    page = equipped(visit)
    page.context.set_offline(True)
    note(page, "只有我知道的话")
    held = page.evaluate(
        """async () => { const { openDB } = await import("/static/idb/index.js");
        const db = await openDB("field"); const found = [];
        for (const name of ["notes", "findings", "photos"]) found.push(...await db.getAll(name));
        const keys = await (await openDB("field-key")).getAll("keys");
        const text = (row) => new TextDecoder().decode(row.sealed) + Object.keys(row).join();
        return [found.map(text).join(), keys.map((key) => key.extractable)]; }"""
    )
    assert "iv" in held[0]
    assert "只有我知道的话" not in held[0]
    assert planned.case.number not in held[0]
    assert held[1] == [False]


def test_a_lost_telephone_forgets_when_it_is_cut_off(planned: Visit, town: City, visit):
    page = equipped(visit)
    page.context.set_offline(True)
    note(page, "窗口人员未主动问候")
    cut_off(actor=town.person("inspector"), device=Device.objects.get())
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="本设备已停用")).to_be_visible()
    assert page.evaluate("() => indexedDB.databases().then((all) => all.length)") == 0
    assert not Finding.objects.exists()


def test_a_large_photo_is_kept_and_sent_small_and_upright(planned: Visit, visit):
    page = equipped(visit)
    page.get_by_role("link", name="东岭县第一中学").click()
    page.get_by_role("link", name=GREETING).click()
    page.get_by_role("radio", name="不符合").check()
    large = BytesIO()
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(large, "JPEG", quality=70)
    sent = {"name": "一.jpg", "mimeType": "image/jpeg", "buffer": large.getvalue()}
    page.set_input_files("[name=photos]", sent)
    expect(page.locator("[data-photos] li")).to_have_count(1)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("form")).to_have_count(0)
    page.wait_for_function(WAITING, arg="0")
    assert photos.size(FindingPhoto.objects.get().blob) == (2048, 1536)
