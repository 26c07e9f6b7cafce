"""Every page for those who see it, in both languages, on a phone and at a desk: axe and overflow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from chuangwen.cases.models import Case
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.cases.work import EXPORT as LEDGER
from chuangwen.cases.work import MOVE_MANY
from chuangwen.core import jobs
from chuangwen.core.files import TEXT, store_bytes
from chuangwen.core.models import Job
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services.complaints import file_complaint
from chuangwen.directives.services.dispatching import DISPATCH
from chuangwen.organizations.accounts.invitations import token_of
from chuangwen.organizations.importing.work import CHECK, EXPORT, IMPORT
from chuangwen.organizations.models import Person, Post
from chuangwen.organizations.services import journal_name
from chuangwen.organizations.tests.personas import City
from chuangwen.organizations.tests.tables import post_row, posts, unit_row, units
from chuangwen.standards.importing.work import READ
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inspections import DEVICES, OFFICE, TEAM, inspections_in
from tests.browser.orders import BULLETINS, orders_in
from tests.browser.scenes import SCENES
from tests.browser.standards import standards_in
from tests.browser.test_ways import begin
from tests.browser.things import broken_down, in_library, with_papers

pytestmark = pytest.mark.once
AXE = Path(settings.BASE_DIR, "node_modules", "axe-core", "axe.min.js")
# Keeps what the Content-Security-Policy blocks on the page.
WATCH = """window.blocked = [];
document.addEventListener("securitypolicyviolation", (seen) =>
    window.blocked.push(`${seen.effectiveDirective} blocks ${seen.blockedURI}`));"""
# persona → the pages that are theirs; {…} is filled with what exists in the town.
PAGES = {
    "": (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/journal/",
        "/accounts/password/first/{new}/{token}/",
        "/complaint/",
        "/complaint/{complaint}/",
        "/inspections/draws/",
        "/inspections/draws/{draw}/",
        "/bulletins/{told}/",
    ),
    "office": (
        "/desk/",
        "/inspections/draws/",
        "/inspections/draws/{draw}/",
        "/inspections/draws/{draw}/fix/",
        *BULLETINS,
        "/burden/",
        "/cases/",
        "/library/",
        "/library/{piece}/",
        "/complaint/",
        "/search/?q=SCHOOL",
        "/campaigns/",
        "/campaigns/{campaign}/",
        "/campaigns/{campaign}/systems/",
        "/campaigns/{campaign}/next/",
        "/campaigns/{campaign}/persons/",
        "/breakdowns/{county}/",
        "/campaigns/{campaign}/overview/",
        "/campaigns/{campaign}/overview/timeline/",
        "/campaigns/{campaign}/late/",
        "/campaigns/{campaign}/territory/990101/?system=education",
        "/campaigns/{campaign}/units/SCHOOL/",
        "/meetings/new/",
        "/meetings/{meeting}/plan/",
        "/meetings/{draft}/plan/",
        "/meetings/{draft}/preview/",
        "/cases/{draft}/correct/",
        "/cases/{draft}/cancel/",
        "/tasks/{task}/",
        "/tasks/{task}/split/",
        "/cases/{meeting}/",
        "/cases/{case}/",
        "/cases/{case}/withdraw/",
        "/cases/{county}/send_back/",
        "/cases/{late}/",
        "/cases/{late}/issue_slip/",
        "/tasks/{sent}/",
        "/cases/{case}/extend/",
        "/cases/{disowned}/",
        "/cases/{disowned}/reassign/",
        "/cases/{disowned}/refuse/",
        "/orders/new/",
        *(
            f"/cases/{{{order}}}/{form}"
            for order, forms in {
                "order": ("", "issue/", "withdraw/"),
                "looking": ("", "pass_recheck/", "fail_recheck/", "name_checker/"),
                "escalated": ("", "escalate/"),
                "appealed": ("", "uphold/", "refuse/"),
                "passed": ("pass_on/",),
                "done": ("", "reopen/"),
            }.items()
            for form in forms
        ),
        *OFFICE,
        "/units/",
        "/units/?q=没有这个单位",
        "/units/new/",
        "/units/import/",
        "/standards/import/",
        "/standards/",
        "/standards/new/",
        "/standards/{standard}/",
        "/standards/{older}/",
        "/standards/{older}/round/",
        "/cases/{report}/",
        "/standards/self-reports/{report}/{first}/alike/",
        "/standards/rounds/{round}/",
        "/standards/rounds/{round}/panel/",
        "/standards/rounds/{round}/opinions/",
        "/standards/results/{result}/",
        "/cases/{objection}/correct/",
        "/cases/{objection}/keep/",
        "/standards/{standard}/edit/",
        "/standards/{standard}/differences/{older}/",
        "/standards/{standard}/new/dimension/{standard}/",
        "/standards/criterion/{criterion}/change/",
        "/work/",
        "/work/{sent_out}/",
        "/work/{moved}/",
        "/work/{ledger}/",
        "/work/{waiting}/",
        "/work/{faulty}/",
        "/work/{table}/",
        "/standards/import/{table}/draft/",
        "/work/{checked}/",
        "/work/{exported}/",
        "/work/{imported}/",
        "/units/SCHOOL/",
        "/units/SCHOOL/succession/",
        "/units/GRID/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/logout/",
        "/nowhere/",
    ),
    "county": (
        "/standards/{older}/",
        "/desk/",
        "/cases/{county}/",
        "/cases/{county}/relay/",
        "/breakdowns/{county}/",
        "/breakdowns/{county}/add/",
        "/shares/{share}/",
        "/shares/",
    ),
    "liaison": (
        "/standards/self-reports/{report}/{first}/",
        "/cases/{report}/",
        "/cases/{report}/file/",
        "/library/",
        "/library/?q=没有这份材料",
        "/library/add/",
        "/library/{piece}/",
        "/library/{piece}/edit/",
        "/library/{piece}/conceal/",
        "/desk/",
        "/desk/?slip=red",
        "/desk/notifications/",
        "/cases/{case}/",
        "/cases/{case}/file_report/",
        "/cases/{case}/record_launch/",
        "/orders/{proving}/proof/",
        "/cases/{proving}/ask_appeal/",
        "/meetings/new/",  # 403
    ),
    "inspector": TEAM,
    "expert1": ("/desk/", "/cases/{review}/", "/standards/reviews/{review}/{first}/"),
    "school2-speaker": (
        "/cases/{result}/",
        "/standards/results/{result}/",
        "/standards/results/{result}/{first}/object/",
        "/cases/{objection}/",
    ),
    "department": (
        "/cases/{bureau}/ask_extension/",
        "/cases/{bureau}/ask_not_ours/",
        "/cases/{opinions}/",
        "/standards/opinions/{opinions}/",
    ),
    "rival": ("/desk/", "/cases/{disowned}/"),
    "admin": ("/messages/", "/calendar/"),
    "auditor": ("/journal/events/", "/journal/events/?person=nobody.here", "/journal/reads/"),
    "security": ("/units/SCHOOL/", "/units/SCHOOL/posts/{post}/account/", DEVICES),
    "stranger": ("/desk/", "/campaigns/", "/units/"),
    # The editor has set up a second factor.
    "editor": (
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/totp/deactivate/",
    ),
}


@pytest.fixture
def places(town: City) -> dict[str, object]:
    """A dispatched meeting and one that is still a draft; the county has reported."""
    from chuangwen.directives.tests.conftest import move

    done = begin(town, Receiver(rule="all"))
    task = _drafted(town, done)
    county = Case.objects.get(kind="assignment", unit__code="COUNTY1")
    move(town, "county", county, "acknowledge")
    move(town, "county", county, "file_report", text="已召开动员会。")
    school, rival, bureau = (
        Case.objects.get(kind="assignment", unit__code=code) for code in ("SCHOOL", "RIVAL", "EDU")
    )
    later = (school.due or timezone.localdate()) + timedelta(days=10)
    move(town, "liaison", school, "ask_extension", due=later, reason="设备采购尚在公示，预计下月到货。")
    proposed = town.units["HEALTH"]
    move(town, "rival", rival, "ask_not_ours", reason="按照三定规定，此项由市卫生健康委承办。", unit=proposed)
    succeed_unit(actor=None, unit=town.units["GRID"], successor=town.units["EDU"])
    complaint = file_complaint(
        territory=done.case.campaign.territory, about="示例月报", text="同样的表填了两遍"
    )
    late = with_papers(town, done.case)
    sent_out = jobs.newest(DISPATCH, meeting=done.case.number)
    return {
        **(standards_in(town, done.case.campaign) | orders_in(town, done.case.campaign)),
        **(_jobs(town) | inspections_in(town)),
        "piece": in_library(town).pk,
        "sent_out": sent_out.pk if sent_out else "",
        "late": late.number,
        "sent": done.tasks.first().pk,
        "disowned": rival.number,
        "bureau": bureau.number,
        "campaign": done.case.campaign_id,
        "meeting": done.case.number,
        "draft": task.meeting.case.number,
        "task": task.pk,
        "case": Case.objects.get(kind="assignment", unit__code="SCHOOL").number,
        "county": county.number,
        "share": broken_down(town, county).pk,
        "complaint": complaint.code,
        "post": Post.objects.get(person__username="liaison").pk,
    }


def _drafted(town: City, done: Meeting) -> Task:
    """A second meeting, whose plan is still a draft; gives one of its tasks."""
    from chuangwen.directives.services import planning
    from chuangwen.directives.tests.conftest import add

    draft = planning.read_meeting(
        actor=town.person("office"),
        campaign=done.case.campaign,
        title="补充通知",
        held_on=done.held_on,
        text="会议要求，市某某指挥部要制定方案，10月底前报市文明办。要广泛宣传。",
    )
    counties = Receiver(wording="各县区", rule="seats", value="county")
    return add(town, draft, counties, text="先制定方案，再报送总结")


def _jobs(town: City) -> dict[str, object]:
    """A file with mistakes, one without, an export, and one that nobody has taken up yet."""
    actor = journal_name(town.person("office"))
    files = {
        "faulty": (CHECK, units(unit_row("NEW1", place="没有这个县"), unit_row("NEW2", name=""))),
        "checked": (CHECK, units(unit_row("NEW1"), unit_row("NEW2"))),
        "imported": (IMPORT, posts(post_row("SCHOOL", "staff", "new.person"))),
        "exported": (EXPORT, None),
    }
    table = (
        "序号\t考核内容\t分值\t评分标准\t考核单位\n1\t建立创建台账\t10\t每缺一项扣2分，扣完为止\t市文明办\n"
    )
    table += "1\t院落环境整洁\t20\t优秀得20分，良好得15分，较差不得分\t市城管局\n合计\t\t40\t\t\n"
    arguments = {"file": store_bytes(table.encode(), TEXT).digest, "name": "考核细则.tsv"}
    found: dict[str, object] = {"table": jobs.start(kind=READ, actor=actor, arguments=arguments).pk}
    assert jobs.work_waiting()
    for name, (kind, blob) in files.items():
        arguments = {"file": blob.digest, "name": "单位名录.xlsx"} if blob else {"asked": {}}
        found[name] = jobs.start(kind=kind, actor=actor, arguments=arguments).pk
        assert jobs.work_waiting()
    refused = Case.objects.get(kind="assignment", unit__code="RIVAL")
    steps = {"move": "accept", "name": "通过", "details": {}, "cases": [[refused.number, refused.revision]]}
    for name, kind, arguments in (("moved", MOVE_MANY, steps), ("ledger", LEDGER, {})):
        found[name] = jobs.start(kind=kind, actor=actor, arguments={**arguments, "asked": ""}).pk
        assert jobs.work_waiting()
    waiting = jobs.start(kind=EXPORT, actor=actor, arguments={"asked": {}})
    Job.objects.filter(pk=waiting.pk).update(state=Job.State.RUNNING, done=350, total=1000)
    person = Person.objects.get(username="new.person")
    return {**found, "waiting": waiting.pk, "new": person.pk, "token": token_of(person)}


def enter(visit, who: str, **how: object) -> Page:
    """The page of that persona; axe, and a list of what the policy of our pages blocks, come with it."""
    page = visit(who, **how)
    # Both come from the tools of the browser, which no policy of a page binds.
    page.add_init_script(path=AXE)
    page.add_init_script(WATCH)
    if who == "editor":
        editor = Person.objects.get(username=who)
        TOTP.activate(editor, generate_totp_secret())
        RecoveryCodes.activate(editor)
    return page


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_accessible_fits_and_keeps_to_its_policy(
    places: dict[str, object], visit, language: str
):
    faults = []
    for who, addresses in PAGES.items():
        page = enter(visit, who, language=language)
        for address in addresses:
            page.set_viewport_size(DESKTOP)
            page.goto(address.format(**places))
            page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
            found = _faults(page)
            page.set_viewport_size(PHONE)
            faults += [f"{who} {address}: {fault}" for fault in found + _faults(page)]
    assert faults == []


@pytest.mark.urls("chuangwen.web.tests.faults")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_of_an_error_is_accessible_and_fits(places: dict[str, object], visit, language: str):
    pages = {who: enter(visit, who, language=language, size=PHONE) for who in ("editor", "office", "")}
    faults = []
    for name, (who, lead, status) in SCENES.items():
        answer = lead(pages[who], places)
        wrong = [] if answer.status == status else [f"is answered {answer.status}, not {status}"]
        faults += [f"{name}: {fault}" for fault in wrong + _faults(pages[who])]
    assert faults == []


def test_large_type_and_high_contrast_keep_every_page_whole(places: dict[str, object], visit):
    """As the eldest citizen has it: a phone, both looks, Chinese."""
    faults = []
    for who, addresses in PAGES.items():
        page = enter(visit, who, size=PHONE)
        page.goto("/journal/")
        for look in ("large", "contrast"):
            page.locator(f".looks button[value={look}]").click()
        for address in addresses:
            page.goto(address.format(**places))
            faults += [f"{who} {address}: {fault}" for fault in _faults(page)]
    assert faults == []


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("<p style='color: red'>示例</p>", "style-src-attr blocks inline"),
        (
            "<img src='https://elsewhere.example/x.png' alt=''>",
            "img-src blocks https://elsewhere.example/x.png",
        ),
        ("<img src='/nowhere.png'>", "image-alt"),
        ("<p><input type=text></p>", "label"),
        ("<table><tr>" + "<td>示例</td>" * 99 + "</tr></table>", "pixels too wide"),
    ],
    ids=["style", "picture", "alt", "label", "wide"],
)
def test_the_walk_would_see_a_fault(chromium, live_server, broken: str, fault: str):
    page = enter(lambda _who: chromium.new_page(base_url=live_server.url, viewport=PHONE), "")
    page.goto("/journal/")
    assert _faults(page) == []
    page.locator("main").evaluate("(main, broken) => main.insertAdjacentHTML('beforeend', broken)", broken)
    assert [found for found in _faults(page) if fault in found]
    page.context.close()


def _faults(page: Page) -> list[str]:
    """What axe finds on the page, how much too wide it is, and what its policy has blocked."""
    found = page.evaluate("axe.run().then((outcome) => outcome.violations)")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [
        *(f"{fault['id']} at {[node['target'] for node in fault['nodes']][:3]}" for fault in found),
        *([f"is {wide} pixels too wide"] if wide > 0 else []),
        *page.evaluate("window.blocked"),
    ]
