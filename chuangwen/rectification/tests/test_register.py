"""All orders as a table and as a board: who sees which, narrowed, taken away, found by number."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases import ledger
from chuangwen.cases.models import Case
from chuangwen.core import series
from chuangwen.core.journal import sequence
from chuangwen.core.search import SOURCES, follow
from chuangwen.rectification import register
from chuangwen.rectification.models import Order
from chuangwen.rectification.register import OrderFilter, orders_for
from chuangwen.rectification.tests.conftest import (
    FAULTS,
    bulletin_in,
    campaign_in,
    drafted_in,
    file,
    move,
    on_desk,
)

NUMBER = "示文明办改〔2026〕1号"


@pytest.fixture(scope="module")
def orders(one_city) -> dict[str, Order]:
    """Late and escalated, to be re-checked, closed and told in a bulletin, drawn up; one withheld."""
    city, campaign, today = one_city, campaign_in(one_city), timezone.localdate()
    found = {
        "late": on_desk(drafted_in(city, campaign), "rectifying"),
        "looking": on_desk(drafted_in(city, campaign, kind="service", faults=FAULTS[1:]), "rectifying"),
        "closed": on_desk(drafted_in(city, campaign, "SCHOOL2"), "rectifying"),
        "drafted": drafted_in(city, campaign, "RIVAL"),
        "withheld": drafted_in(city, campaign, source="case:26COVERT0000", withheld=True),
    }
    Case.objects.filter(pk=found["late"].pk).update(due=today - timedelta(days=12))
    number = series.issue(mark="示文明办改", year=2026, subject=found["late"].case.subject)
    Order.objects.filter(pk=found["late"].pk).update(number=number)
    move(city, "office", found["late"], "escalate", rung="reminder", reason="逾期未整改")
    file(city, found["looking"])
    found["closed"].found_by.set([city.people["inspector"]])
    Case.objects.filter(pk=found["closed"].pk).update(state="withdrawn", closed_at=timezone.now())
    bulletin = bulletin_in(city, campaign, published=True)
    bulletin.orders.set([found["closed"]])
    found["bulletin"] = bulletin
    sequence()
    follow()
    return found


def narrowed(city, who: str, asked: str, orders) -> set[str]:
    """The names of the orders that ``who`` sees by what they asked."""
    form = OrderFilter(QueryDict(asked), actor=city.person(who))
    keys = set(form.narrowed(orders_for(city.person(who))).values_list("pk", flat=True))
    return {name for name, order in orders.items() if name != "bulletin" and order.pk in keys}


ALL = {"late", "looking", "closed", "drafted", "withheld"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("office", ALL),
        ("liaison", {"late", "looking"}),
        ("county", {"late", "looking"}),
        ("rival", set()),
        ("auditor", {"late", "looking", "closed"}),
        ("stranger", set()),
    ],
)
def test_everybody_sees_their_own(city, orders, who, seen):
    assert narrowed(city, who, "", orders) == seen


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=proof_filed", {"looking"}),
        ("urgency=late", {"late"}),
        ("urgency=closed", {"closed"}),
        ("fault=service", {"looking"}),
        ("rung=reminder", {"late"}),
        ("rung=supervision", set()),
        ("source=inspection", {"withheld"}),
        ("source=office", ALL - {"withheld"}),
        ("of=inspection:26COVERT0000", {"withheld"}),
        ("of=inspection:26OTHER00000", set()),
        ("of=bulletin:%s", {"closed"}),
        ("territory=990102", {"closed"}),
        ("system=education", ALL),
        ("system=health", set()),
        ("q=无障碍坡道", {"looking"}),
        ("q=SCHOOL2", {"closed"}),
        (f"q={NUMBER}", {"late"}),
    ],
)
def test_the_orders_are_narrowed(city, orders, asked, found):
    address = asked.replace("%s", orders["bulletin"].case.number)
    assert narrowed(city, "office", address, orders) == found


def test_the_table_leaves_as_it_is_shown(city, browse, orders):
    office = browse("office")
    asked = {"sort": "-due", "columns": ["title", "paper", "kind", "state", "rung", "slip", "reopened"]}
    page = office.get("/orders/", asked)
    shown = [[value for _name, _label, value in row["cells"]] for row in page.context["rows"]]
    sheet = load_workbook(BytesIO(office.get("/orders/table/", asked).content)).active
    heading, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert heading == ["Problem", "Number of the paper", "Kind of fault", "State", "Slip", "Rung", "Reopened"]
    assert [[cell or None for cell in row] for row in rows] == [
        [str(cell) if cell else None for cell in row] for row in shown
    ]
    late = ["走廊堆放杂物", NUMBER, "environment and hygiene", "being put right", "red slip", "reminder", 0]
    assert late in rows
    assert len(rows) == len(ALL)


def drawn_up(page) -> str:
    return page.content.decode().split('id="lane-drafted"')[1].split("</section>")[0]


def test_the_board_shows_a_lane_for_each_state(browse, orders, monkeypatch):
    office = browse("office")
    page = office.get("/orders/board/")
    assert {lane.state.code: lane.count for lane, _cards in page.context["lanes"]} == {
        "drafted": 2,
        "issued": 0,
        "rectifying": 1,
        "proof_filed": 1,
        "returned": 0,
        "closed": 0,
        "withdrawn": 1,
    }
    text = page.content.decode()
    assert "red slip · " in text
    assert NUMBER in text
    assert "/orders/?state=drafted" not in drawn_up(page)
    monkeypatch.setattr(register, "LANE", 1)
    short = drawn_up(office.get("/orders/board/?system=education"))
    assert "1 more" in short
    assert "/orders/?system=education&amp;state=drafted&amp;sort=due" in short
    monkeypatch.setattr(ledger, "COUNTED", 1)
    many = drawn_up(office.get("/orders/board/"))
    assert "1+" in many
    assert "All of them in the table" in many


@pytest.mark.parametrize("address", ["/orders/", "/orders/board/", "/orders/table/"])
def test_many_orders_ask_no_more_than_few(city, browse, orders, address):
    office = browse("office")
    office.get(address)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get(address)
        return len(queries)

    few = asked()
    campaign = orders["late"].case.campaign
    for state in ("rectifying", "proof_filed", "drafted"):
        for _time in range(3):
            order = on_desk(drafted_in(city, campaign), state)
            order.escalations.create(
                rung="reminder", points=0, at=timezone.now(), by=city.people["office"], reason="x"
            )
    assert asked() == few


@pytest.mark.parametrize(
    ("who", "found"),
    [("office", True), ("liaison", True), ("county", True), ("rival", False), ("stranger", False)],
)
def test_an_order_is_found_by_its_number(browse, orders, who, found):
    shelves = browse(who).get("/search/", {"q": NUMBER}).context["shelves"]
    hits = [hit.url for shelf in shelves if str(shelf.label) == "Orders to rectify" for hit in shelf.hits]
    assert hits == [f"/cases/{orders['late'].case.number}/"] * found


def test_a_bulletin_is_found_by_its_title(browse, orders):
    shelves = browse("rival").get("/search/", {"q": "窗口服务检查情况"}).context["shelves"]
    assert [(str(shelf.label), [hit.url for hit in shelf.hits]) for shelf in shelves] == [
        ("Bulletins", [f"/bulletins/{orders['bulletin'].case.number}/"])
    ]


def test_an_order_passed_on_is_found_under_the_number_of_both(city, orders):
    """No event names the one that was opened instead; it is indexed with the one it took the place of."""
    second = drafted_in(city, orders["late"].case.campaign, "RIVAL")
    number = Order.objects.get(pk=orders["late"].pk).number
    Order.objects.filter(pk=second.pk).update(number=number)
    read = dict(SOURCES["order"].read([orders["late"].case.subject]))
    assert set(read) == {orders["late"].pk, second.pk}
    assert read[second.pk].startswith(NUMBER)
