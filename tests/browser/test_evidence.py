"""Evidence as people handle it: a post holder adds, a liaison picks, a reviewer is told what was seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chuangwen.cases.evidence import Concealed, Evidence
from chuangwen.cases.library import services as library
from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign
from chuangwen.core.tests.uploads import street, taken, upload
from chuangwen.organizations.tests.personas import PASSWORD, City
from chuangwen.standards.models import Criterion, Proof
from chuangwen.standards.tests.conftest import draft_of, publish, self_report_of
from chuangwen.standards.tests.reviewing import reviews_of
from tests.browser.conftest import PHONE

CONFIRM = "确认并保存副本"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def report(town: City) -> Case:
    standard = publish(town, draft_of(town))
    campaign = open_campaign(actor=town.person("office"), name="示例年度创建", office=town.units["OFFICE"])
    return self_report_of(town, standard, campaign, "SCHOOL")


def put(town: City, who: str, unit: str, *files: tuple[str, bytes]) -> list[Evidence]:
    stored = library.store(upload(data, name) for name, data in files)
    return library.add(actor=town.person(who), unit=town.units[unit], stored=stored)


def answer_page(report: Case) -> str:
    return f"/standards/self-reports/{report.number}/{Criterion.objects.get(text='制度上墙').pk}/"


def sent(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def test_a_post_holder_puts_photos_into_the_library_with_a_phone(town: City, visit):
    page = visit("staff", size=PHONE)
    page.goto("/library/add/")
    page.set_input_files("[name=uploads]", [sent("一.jpg", taken(place=True)), sent("二.jpg", street())])
    page.fill("[name=description]", "整治后的大厅")
    page.get_by_role("button", name="存入材料库").click()
    page.wait_for_url("**/library/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="一.jpg").click()
    expect(page.get_by_text("34.350000")).to_be_visible()
    shown = page.locator("img.card-img-bottom")
    assert shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 400


def test_a_liaison_looks_into_the_library_and_loses_nothing(town: City, report: Case, visit, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.library.picking.OFFERED", 1)
    put(town, "staff", "SCHOOL", ("去年的公示栏.jpg", taken()), ("今年的公示栏.jpg", street()))
    page = visit("liaison")
    page.goto(answer_page(report))
    page.fill("[name=statement]", "已印发制度并在大厅公开上墙。")
    page.set_input_files("[name=uploads]", [sent("新照片.jpg", taken((500, 300)))])
    page.get_by_label("今年的公示栏.jpg").check()
    page.fill("[name=find]", "去年")
    page.locator("button[name=look_up]").click()
    page.get_by_label("去年的公示栏.jpg").check()
    # What was ticked before is still there, and so is the file that was chosen.
    expect(page.get_by_label("今年的公示栏.jpg")).to_be_checked()
    assert page.locator("[name=uploads]").evaluate("(field) => field.files.length") == 1
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[aria-labelledby=proofs] li")).to_have_count(3)
    assert Proof.objects.count() == 3


def test_without_a_script_the_library_is_looked_into_and_picked_from(
    town: City, report: Case, chromium, live_server, monkeypatch
):
    monkeypatch.setattr("chuangwen.cases.library.picking.OFFERED", 1)
    put(town, "staff", "SCHOOL", ("去年的公示栏.jpg", taken()), ("今年的公示栏.jpg", street()))
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", "liaison")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.goto(answer_page(report))
    page.fill("[name=statement]", "已印发制度并在大厅公开上墙。")
    page.fill("[name=find]", "去年")
    page.locator("button[name=look_up]").click()
    page.get_by_label("去年的公示栏.jpg").check()
    assert page.input_value("[name=statement]") == "已印发制度并在大厅公开上墙。"
    page.get_by_role("button", name="保存", exact=True).click()
    assert [proof.evidence.name for proof in Proof.objects.all()] == ["去年的公示栏.jpg"]
    context.close()


def test_a_frame_that_is_drawn_is_concealed(town: City, visit):
    (piece,) = put(town, "staff", "SCHOOL", ("街景.jpg", street()))
    page = visit("head")
    page.goto(f"/library/{piece.pk}/conceal/")
    found = page.locator("[data-drawing] rect").count()
    box = page.locator("[data-drawing]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 - 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + 60)
    page.mouse.up()
    assert page.input_value(f"[name=form-{found}-width]") != ""
    page.locator("[name=form-0-out]").check()
    page.get_by_role("button", name=CONFIRM).click()
    page.wait_for_url(f"**/library/{piece.pk}/")
    copy = Concealed.objects.get()
    assert (len(copy.boxes), copy.confirmed_by) == (found, town.people["head"])


def test_a_reviewer_is_told_where_a_photo_was_seen(town: City, report: Case, visit):
    (old,) = put(town, "rival", "RIVAL", ("旧照片.jpg", street()))
    pieces = put(town, "liaison", "SCHOOL", ("新照片.jpg", street()))
    library.take_fingerprints()
    review = reviews_of(town, report)[0]
    Proof.objects.create(answer=review.self_report.answers.get(), evidence=pieces[0])
    page = visit(review.reviewer.username)
    page.goto(f"/standards/reviews/{review.case.number}/{Criterion.objects.get(text='制度上墙').pk}/")
    expect(page.get_by_text(f"曾见于：东岭县第二中学 {old.added_at.year}")).to_be_visible()
    expect(page.locator("#alike")).to_contain_text("没有发现与其他单位雷同的表述")
