"""Every page for those who see it, in both languages, on a phone and at a desk: axe and overflow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from chuangwen.cases.models import Case
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.directives.models import Receiver
from chuangwen.organizations.models import Post
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import City
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_ways import begin

AXE = Path(settings.BASE_DIR, "node_modules", "axe-core", "axe.min.js")
# persona → the pages that are theirs; {…} is filled with what exists in the town.
PAGES = {
    "": ("/accounts/login/", "/journal/"),
    "office": (
        "/desk/",
        "/burden/",
        "/cases/",
        "/complaint/",
        "/search/?q=SCHOOL",
        "/campaigns/",
        "/campaigns/{campaign}/",
        "/campaigns/{campaign}/systems/",
        "/campaigns/{campaign}/overview/",
        "/campaigns/{campaign}/late/",
        "/campaigns/{campaign}/territory/990101/?system=education",
        "/campaigns/{campaign}/units/SCHOOL/",
        "/meetings/new/",
        "/meetings/{meeting}/plan/",
        "/meetings/{draft}/plan/",
        "/meetings/{draft}/preview/",
        "/tasks/{task}/",
        "/tasks/{task}/split/",
        "/cases/{meeting}/",
        "/cases/{case}/",
        "/cases/{case}/withdraw/",
        "/cases/{late}/",
        "/cases/{late}/issue_slip/",
        "/tasks/{sent}/",
        "/cases/{case}/extend/",
        "/cases/{disowned}/",
        "/cases/{disowned}/reassign/",
        "/cases/{disowned}/refuse/",
        "/units/",
        "/units/?q=没有这个单位",
        "/units/new/",
        "/units/SCHOOL/",
        "/units/SCHOOL/succession/",
        "/units/GRID/",
        "/accounts/password/change/",
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/nowhere/",
    ),
    "county": ("/desk/", "/cases/{county}/", "/cases/{county}/relay/"),
    "liaison": (
        "/desk/",
        "/desk/?slip=red",
        "/desk/notifications/",
        "/cases/{case}/",
        "/cases/{case}/file_report/",
        "/cases/{case}/record_launch/",
    ),
    "department": ("/cases/{bureau}/ask_extension/", "/cases/{bureau}/ask_not_ours/"),
    "rival": ("/desk/", "/cases/{disowned}/"),
    "admin": ("/messages/",),
    "auditor": ("/journal/events/", "/journal/events/?person=nobody.here", "/journal/reads/"),
    "security": ("/units/SCHOOL/", "/units/SCHOOL/posts/{post}/account/"),
    "stranger": ("/desk/", "/campaigns/", "/units/"),
}


@pytest.fixture
def places(town: City) -> dict[str, object]:
    """A dispatched meeting and one that is still a draft; the county has signed."""
    from chuangwen.directives.services import planning
    from chuangwen.directives.tests.conftest import add, move

    done = begin(town, Receiver(rule="all"))
    draft = planning.read_meeting(
        actor=town.person("office"),
        campaign=done.case.campaign,
        title="补充通知",
        held_on=done.held_on,
        text="会议要求，市某某指挥部要制定方案，10月底前报市文明办。要广泛宣传。",
    )
    task = add(
        town, draft, Receiver(wording="各县区", rule="seats", value="county"), text="先制定方案，再报送总结"
    )
    county = Case.objects.get(kind="assignment", unit__code="COUNTY1")
    move(town, "county", county, "acknowledge")
    school, rival, bureau = (
        Case.objects.get(kind="assignment", unit__code=code) for code in ("SCHOOL", "RIVAL", "EDU")
    )
    later = (school.due or timezone.localdate()) + timedelta(days=10)
    move(town, "liaison", school, "ask_extension", due=later, reason="设备采购尚在公示，预计下月到货。")
    proposed = town.units["HEALTH"]
    move(town, "rival", rival, "ask_not_ours", reason="按照三定规定，此项由市卫生健康委承办。", unit=proposed)
    succeed_unit(actor=None, unit=town.units["GRID"], successor=town.units["EDU"])
    late = _with_papers(town, done.case)
    return {
        "late": late.number,
        "sent": done.tasks.first().pk,
        "disowned": rival.number,
        "bureau": bureau.number,
        "campaign": done.case.campaign_id,
        "meeting": done.case.number,
        "draft": draft.case.number,
        "task": task.pk,
        "case": Case.objects.get(kind="assignment", unit__code="SCHOOL").number,
        "county": county.number,
        "post": Post.objects.get(person__username="liaison").pk,
    }


def _with_papers(town: City, meeting: Case) -> Case:
    """Issue the notice of the meeting, and a slip to a unit that is late; gives the late case."""
    from chuangwen.directives.tests.conftest import move

    set_document_mark(actor=None, unit=town.units["OFFICE"], mark="示文明办")
    move(town, "office", meeting, "issue_notice")
    late = Case.objects.get(kind="assignment", unit__code="COUNTY2")
    Case.objects.filter(pk=late.pk).update(due=timezone.localdate() - timedelta(days=9))
    return move(town, "office", late, "issue_slip", limit=timezone.localdate(), demand="三日内报送方案。")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_accessible_and_fits(
    places: dict[str, object], visit, language: str, size: dict[str, int]
):
    faults = []
    for who, addresses in PAGES.items():
        page = visit(who, language=language, size=size, csp=False)
        for address in addresses:
            page.goto(address.format(**places))
            page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
            faults += [f"{who} {address}: {fault}" for fault in _violations(page) + _overflow(page)]
    assert faults == []


def test_large_type_and_high_contrast_keep_every_page_whole(places: dict[str, object], visit):
    """As the eldest citizen has it: a phone, both looks, Chinese."""
    faults = []
    for who, addresses in PAGES.items():
        page = visit(who, size=PHONE, csp=False)
        page.goto("/journal/")
        for look in ("large", "contrast"):
            page.locator(f".looks button[value={look}]").click()
        for address in addresses:
            page.goto(address.format(**places))
            faults += [f"{who} {address}: {fault}" for fault in _violations(page) + _overflow(page)]
    assert faults == []


def _violations(page: Page) -> list[str]:
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run().then((outcome) => outcome.violations)")
    return [f"{fault['id']} at {[node['target'] for node in fault['nodes']][:3]}" for fault in found]


def _overflow(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"is {wide} pixels too wide"] if wide > 0 else []
