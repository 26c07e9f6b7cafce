"""A covert inspection: until its bulletin nobody but the team and the sending office can learn of it.

A persona's whole view of the product is read before there is one and after it has run its course up to the
withheld order; nothing may differ. Then one test for each door that takes a name or a number.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.digests import choose, compose
from chuangwen.cases.models import Attachment, Case, Notice
from chuangwen.cases.reminders import remind
from chuangwen.core import search
from chuangwen.core.journal import record, sequence
from chuangwen.core.models import Delivery, Event
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.inspections.covert import withheld_cases
from chuangwen.inspections.models import Finding, FindingPhoto, Visit, YearPlan
from chuangwen.inspections.services import drawing, findings, opening, reviewing
from chuangwen.inspections.tests.conftest import (
    RULES,
    campaign_of,
    criterion,
    inspection_of,
    line_of,
    move,
    noted,
    under_way,
    visit_of,
)
from chuangwen.inspections.tests.drawing_up import VALUE, fix, second_officer
from chuangwen.organizations.models import Person, Post
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import Browser
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Order
from chuangwen.rectification.services import bulletins, publishing

# Of the unit, over it by territory and by system, of the four bodies, of another office, beside it, watching.
OTHERS = ("head", "liaison", "county", "department", "leader", "rival", "inspector2", "auditor", "admin")
WORDS = "窗口人员未主动问候"
KEY = uuid4()  # of the persona's own telephone
# What changes of itself: the tokens of forms, which are one word of 64 letters, and their keys.
_CHANGING = re.compile(rb"\b(?:[A-Za-z0-9]{64}|[0-9a-f]{8}-[0-9a-f-]{27})\b")


@pytest.fixture
def others(city):
    """The city with another inspector, its campaign open and an open inspection before the covert one."""
    person = Person.objects.create(username="inspector2", name="示例检查员")
    Post.objects.create(unit=city.units["COUNTY2"], person=person, role="inspector", title="检查员")
    city.people["inspector2"] = person
    second_officer(city)
    inspection_of(city)
    line_of(city, covert=True)
    sequence()
    search.follow()
    return city


def run_covertly(city) -> Visit:
    """From the plan to the withheld order, with a photo and a draw; the worker's part meanwhile is done."""
    visit = under_way(city)
    fix(city, visit.inspection, frozenset(city.people[who].pk for who in ("office", "second", "inspector")))
    for who in ("office", "second"):
        drawing.type_value(actor=city.person(who), inspection=visit.inspection, value=VALUE)
    inspector = city.person("inspector")
    found, _new = findings.enter(actor=inspector, **noted(visit, words=WORDS))
    findings.add_photo(actor=inspector, finding=found, key=found.key, upload=upload(taken(), "窗口.jpg"))
    move(city, "inspector", visit.case, "hand_in")
    reviewing.decide(actor=inspector, finding=found, confirmed=True)
    move(city, "inspector", visit.case, "pass_on")
    move(city, "office", visit.case, "conclude", kind="service")
    second = visit_of(city, visit.inspection, "RIVAL")
    move(city, "inspector", second.case, "begin")
    Case.objects.filter(pk=second.pk).update(due=timezone.localdate())
    remind()
    sequence()
    search.follow()
    assert Order.objects.get().withheld
    return visit


def places(city) -> list[str]:
    campaign = campaign_of(city).pk
    return [
        "/desk/",
        "/cases/",
        "/cases/?q=SCHOOL",
        "/library/",
        f"/search/?q={WORDS}",
        "/search/?q=窗口服务检查",
        "/orders/",
        f"/orders/?q={WORDS}",
        "/orders/board/",
        "/orders/gallery/",
        "/inspections/findings/trend/",
        "/inspections/findings/trend/?by=territory&step=week",
        "/campaigns/",
        f"/campaigns/{campaign}/",
        f"/campaigns/{campaign}/overview/",
        f"/campaigns/{campaign}/late/",
        f"/campaigns/{campaign}/systems/",
        f"/campaigns/{campaign}/territory/990101/",
        f"/campaigns/{campaign}/units/SCHOOL/",
        "/inspections/",
        *(f"/inspections/plans/{plan.pk}/" for plan in YearPlan.objects.all()),
        "/inspections/findings/",
        "/inspections/draws/",
        "/bulletins/",
        "/field/",
        "/field/devices/",
        f"/field/devices/{KEY}/way.json",
        f"/field/devices/{KEY}/standing.json",
        "/inspections/points/RIVAL/",
        "/standards/",
        "/units/SCHOOL/",
        "/units/SCHOOL/succession/",
        "/work/",
        "/burden/",
        "/journal/events/",
        "/journal/reads/",
    ]


def view_of(client: Browser, addresses: list[str]) -> dict[str, bytes]:
    return {address: _CHANGING.sub(b"", b"".join(client.get(address))) for address in addresses}


@pytest.mark.parametrize("who", OTHERS)
def test_nothing_that_another_person_sees_changes(others, who):
    client, addresses = Browser(others.people[who]), places(others)
    view_of(client, addresses)  # what is read leaves its trace once a day
    before = view_of(client, addresses)
    run_covertly(others)
    after = view_of(client, addresses)
    assert [address for address in addresses if before[address] != after[address]] == []


@pytest.mark.parametrize("who", ["head", "county", "rival", "leader"])
def test_nothing_changes_while_the_bulletin_is_being_published(others, who):
    """The papers of its orders are written, and it is not out yet: nobody sees one more thing."""
    run_covertly(others)
    client, addresses = Browser(others.people[who]), [*places(others), "/bulletins/"]
    view_of(client, addresses)
    before = view_of(client, addresses)
    office, today = others.person("office"), timezone.localdate()
    asked = {"title": "关于暗访情况的通报", "basis": "示例", "since": today, "until": today, "waiting": True}
    bulletin = bulletins.draft(actor=office, campaign=campaign_of(others), **asked)
    Case.objects.filter(pk=bulletin.pk).update(state="approved")
    set_document_mark(actor=office, unit=others.units["OFFICE"], mark="示文明办")
    move(others, "office", bulletin.case, "release")
    publishing._prepare(office, Bulletin.objects.get(), Order.objects.get().pk)
    assert Order.objects.get().number
    sequence()
    search.follow()
    after = view_of(client, addresses)
    assert [address for address in addresses if before[address] != after[address]] == []


def test_the_team_and_the_office_see_it(others):
    """The comparison above would see a difference: for those who may know of it there is one."""
    addresses = ["/inspections/"]
    clients = {who: Browser(others.people[who]) for who in ("office", "inspector", "delegate")}
    before = {who: view_of(client, addresses) for who, client in clients.items()}
    run_covertly(others)
    for who, client in clients.items():
        after = view_of(client, addresses)
        assert before[who] != after


def numbers(visit: Visit) -> dict[str, tuple[str, ...]]:
    """The addresses at which something of the covert inspection stands, by door."""
    number, own, order = visit.case.number, visit.inspection.case.number, Order.objects.get().case
    file = Attachment.objects.get(case=order)
    return {
        "the case of the visit": ("cases:case", number),
        "the case of the inspection": ("cases:case", own),
        "the case of the order": ("cases:case", order.number),
        "a move": ("cases:move", number, "withdraw"),
        "an attachment": ("cases:attachment", order.number, str(file.pk)),
        "the checklist": ("inspections:checklist", number),
        "the review": ("inspections:review", number),
        "a finding": ("inspections:enter", number, str(Finding.objects.get().criterion_id)),
        "what is looked at": ("inspections:checks", own),
        "who is sent": ("inspections:plan_visit", own),
        "the draw": ("inspections:draw", own),
        "its pool": ("inspections:draw_file", own, "pool"),
        "fixing it": ("inspections:fix_draw", own),
    }


@pytest.mark.parametrize("who", ["head", "county", "leader", "inspector2", "auditor", "admin", "stranger"])
def test_a_guessed_number_is_like_one_that_does_not_exist(others, who):
    """The same answer, byte for byte but for the number itself, after as many questions to the database."""
    doors, client = numbers(run_covertly(others)), Browser(others.people[who])
    client.get("/desk/")
    for name, *arguments in doors.values():
        real, unknown = arguments[0], "26" + "0" * 10
        found = {}
        for number in (real, unknown):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = client.get(reverse(name, args=[number, *arguments[1:]]))
            body = _CHANGING.sub(b"", answer.content).replace(number.encode(), b"")
            found[number] = (answer.status_code, body, len(asked))
        assert found[real] == found[unknown]
        assert found[real][0] in {403, 404}
    photo = reverse("inspections:photo", args=[FindingPhoto.objects.get().key])
    assert client.get(photo).status_code == 404


@pytest.mark.parametrize("who", ["liaison", "head", "inspector2", "delegate2", "auditor"])
def test_the_field_app_answers_a_guess_like_what_does_not_exist(others, who):
    """Findings for a visit, and photos for a finding, of somebody who is not of its team."""
    others.people["delegate2"] = Person.objects.create(username="delegate2", name="示例delegate2")
    Post.objects.create(
        unit=others.units["COUNTY2"], person=others.people["delegate2"], role="delegate", title="监督员"
    )
    visit, client = run_covertly(others), Browser(others.people[who])
    client.get(f"/field/devices/{KEY}/way.json")

    def sent(number: str) -> tuple[int, bytes, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(
                f"/field/devices/{KEY}/findings/",
                json.dumps({"visit": number, "rows": []}),
                content_type="application/json",
            )
        return answer.status_code, _CHANGING.sub(b"", answer.content), len(asked)

    def photo(finding: str) -> tuple[int, bytes, int]:
        file = upload(taken(), "窗口.jpg")
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(
                f"/field/devices/{KEY}/photos/", {"finding": finding, "photo": str(uuid4()), "file": file}
            )
        return answer.status_code, _CHANGING.sub(b"", answer.content), len(asked)

    assert sent(visit.case.number) == sent("26" + "0" * 10)
    assert photo(str(Finding.objects.get().key)) == photo(str(uuid4()))
    assert sent(visit.case.number)[0] == 404


def test_no_notice_and_no_message_speaks_of_it(others):
    for who in OTHERS:
        person = others.person(who)
        choose(actor=person, channels=["email"], email=f"{who}@example.org")
    run_covertly(others)
    told = set(Notice.objects.values_list("person__username", flat=True))
    assert told <= {"inspector", "office"}
    compose(timezone.now() + timezone.timedelta(days=3))
    assert not Delivery.objects.exclude(address="").exists()


def test_an_auditors_export_has_its_events_after_the_bulletin_alone(others):
    visit, client = run_covertly(others), Browser(others.people["auditor"])
    subjects = {visit.case.subject, visit.inspection.case.subject}

    def told() -> set[str]:
        sheet = load_workbook(BytesIO(client.post("/journal/events/export/", {}).content)).active
        cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
        return {subject for subject in subjects if subject in cells}

    assert told() == set()
    publish(visit.inspection.case.subject)
    assert told() == subjects


def publish(*sources: str) -> int:
    """As a bulletin is published; gives how many inspections the worker opened then."""
    with transaction.atomic():
        record(actor="system", verb=opening.PUBLISHED, subject="bulletin:1", data={"sources": list(sources)})
    sequence()
    return opening.open_published()


def test_the_bulletin_opens_what_it_takes_in_once(others):
    visit = run_covertly(others)
    still = Visit.objects.get(case__unit__code="RIVAL")
    assert publish("case:26NOSUCHCASE") == 0
    assert withheld_cases().count() == 4  # the inspection, both visits, the order
    assert publish(visit.inspection.case.subject) == 1
    assert publish(visit.case.subject) == 0
    head, rival = others.person("head"), others.person("rival")
    assert list(Visit.objects.visible_to(head)) == [visit]
    assert list(Finding.objects.visible_to(head)) == list(Finding.objects.all())
    assert Event.objects.filter(verb="inspection.reveal").count() == 1
    # What goes on after the bulletin is opened as it is concluded, and its order waits for no other.
    assert not Visit.objects.visible_to(rival).exists()
    found, _new = findings.enter(
        actor=others.person("inspector"), **noted(still, point=None, criterion=criterion(RULES).pk)
    )
    move(others, "inspector", still.case, "hand_in")
    reviewing.decide(actor=others.person("inspector"), finding=found, confirmed=True)
    move(others, "inspector", still.case, "pass_on")
    move(others, "office", still.case, "conclude", kind="service")
    assert list(Visit.objects.visible_to(rival)) == [still]
    assert Order.objects.get(case__unit__code="RIVAL").withheld is False


def test_where_all_complies_there_is_no_order(city, visit):
    found, _new = findings.enter(actor=city.person("inspector"), **noted(visit, verdict="met"))
    move(city, "inspector", visit.case, "hand_in")
    reviewing.decide(actor=city.person("inspector"), finding=found, confirmed=True)
    move(city, "inspector", visit.case, "pass_on")
    page = Browser(city.people["office"]).get(reverse("cases:move", args=[visit.case.number, "conclude"]))
    assert b'name="kind"' not in page.content
    move(city, "office", visit.case, "conclude")
    assert not Order.objects.exists()


def test_one_order_names_every_fault_and_those_who_found_them(city, visit):
    inspector = city.person("inspector")
    at_window, _new = findings.enter(actor=inspector, **noted(visit, words=WORDS))
    findings.add_photo(
        actor=inspector, finding=at_window, key=at_window.key, upload=upload(taken(), "窗口.jpg")
    )
    at_all = noted(visit, point=None, criterion=criterion(RULES).pk, words="")
    silent, _new = findings.enter(actor=inspector, **at_all)
    move(city, "inspector", visit.case, "hand_in")
    for finding in (at_window, silent):
        reviewing.decide(actor=inspector, finding=finding, confirmed=True)
    move(city, "inspector", visit.case, "pass_on")
    office = Browser(city.people["office"])
    move_page = reverse("cases:move", args=[visit.case.number, "conclude"])
    seen = Case.objects.get(pk=visit.pk).revision
    assert office.post(move_page, {"seen": seen, "kind": "service"}).status_code == 302
    order = Order.objects.get()
    assert [(item.clause, item.words, item.place) for item in order.items.all()] == [
        ("主动问候", WORDS, "服务窗口 报名窗口"),
        ("制度上墙", "制度上墙", ""),
    ]
    assert set(order.found_by.values_list("username", flat=True)) == {"inspector", "delegate"}
    assert (order.source, order.withheld) == (visit.inspection.case.subject, True)
    assert set(Finding.objects.values_list("order", flat=True)) == {order.pk}
    assert order.items.first().photos.count() == 1


def test_what_is_hidden_passes_to_a_successor_uncounted(others):
    run_covertly(others)
    client = Browser(others.people["admin"])
    page = client.get("/units/RIVAL/succession/").content.decode()
    assert "0 open cases" in page or "no open case" in page.lower() or Case.objects.filter(unit__code="RIVAL")
    answer = client.post("/units/RIVAL/succession/", {"successor": "SCHOOL"}, follow=True)
    assert "Handed over: 0 cases; closed as doubles: 0." in answer.content.decode()
    assert Visit.objects.get(case__state="withdrawn").case.unit.code == "RIVAL"
