"""What was found over time: counted by month and group, each number the list that it leads to."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.inspections.models import Finding, Visit
from chuangwen.inspections.services import findings, reviewing
from chuangwen.inspections.tests.conftest import RULES, criterion, move, noted, under_way
from chuangwen.inspections.tests.test_covert import publish

TREND = "/inspections/findings/trend/"


@pytest.fixture(scope="module")
def covert(one_city) -> Visit:
    """A covert visit to the school, concluded: two of three do not comply, one of them received last month;
    what was not upheld and what does not apply is there too."""
    city = one_city
    visit = under_way(city)
    inspector = city.person("inspector")
    said = [
        {},
        {"verdict": "met", "words": ""},
        {"verdict": "not_applicable", "words": ""},
        {"words": "看错"},
    ]
    said.append({"point": None, "criterion": criterion(RULES).pk, "words": "制度未上墙"})
    found = [findings.enter(actor=inspector, **noted(visit, **one))[0] for one in said]
    move(city, "inspector", visit.case, "hand_in")
    for one in found:
        wrong = one.words == "看错"
        reviewing.decide(
            actor=inspector, finding=one, confirmed=not wrong, reason="照片不清" if wrong else ""
        )
    last_month = timezone.now().replace(day=1) - timedelta(days=3)
    Finding.objects.filter(pk=found[-1].pk).update(received_at=last_month)
    move(city, "inspector", visit.case, "pass_on")
    move(city, "office", visit.case, "conclude", kind="service")
    return visit


def counted(client, **asked) -> list[tuple[str, list[tuple[int, int]]]]:
    """The rows with anything: month or week, and unmet and checked of each group."""
    trend = client.get(TREND, asked).context["trend"]
    shown = [
        (f"{row.start:%Y-%m}", [(c.count.unmet, c.count.checked) for c in row.cells]) for row in trend.rows
    ]
    return [row for row in shown if any(checked for _unmet, checked in row[1])]


def test_findings_are_counted_by_month_and_group(browse, covert):
    office, today = browse("office"), timezone.localdate()
    now, before = f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    page = office.get(TREND)
    # As many do not comply at either; more were checked at the windows.
    assert [name for _key, name in page.context["trend"].columns] == ["service window", "at the unit itself"]
    assert counted(office) == [(before, [(0, 0), (1, 1)]), (now, [(1, 2), (0, 0)])]
    page = office.get(TREND, {"by": "territory"})
    assert page.context["trend"].columns == [("990101", "东岭县")]
    assert counted(office, by="territory") == [(before, [(1, 1)]), (now, [(1, 2)])]
    assert "2 of 3 do not comply (66.7 %)." in page.content.decode()
    assert counted(office, territory="990102") == []
    assert counted(office, system="health") == []
    assert counted(office, system="education", by="territory") == counted(office, by="territory")
    week = office.get(TREND, {"step": "week", "since": str(today - timedelta(days=62))}).context["trend"]
    assert {row.start.weekday() for row in week.rows} == {0}
    assert (week.total.count.unmet, week.total.count.checked) == (2, 3)


@pytest.mark.parametrize("by", ["type", "chapter", "territory"])
def test_a_number_leads_to_what_it_counts(browse, covert, by):
    office = browse("office")
    trend = office.get(TREND, {"by": by}).context["trend"]
    cells = [cell for row in trend.rows for cell in (*row.cells, row.total)] + [*trend.totals, trend.total]
    assert sum(cell.count.unmet for cell in cells) > 0
    for cell in cells:
        if cell.count.unmet:
            assert len(office.get(cell.url).context["findings"]) == cell.count.unmet


def test_the_file_says_the_same(browse, covert):
    office = browse("office")
    trend = office.get(TREND).context["trend"]
    sheet = load_workbook(BytesIO(office.get(f"{TREND}table/").content)).active
    _heading, *rows = sheet.iter_rows(values_only=True)
    assert sum(row[2] for row in rows) == trend.total.count.checked == 3
    assert sum(row[3] for row in rows) == trend.total.count.unmet == 2
    assert {row[1] for row in rows} == {name for _key, name in trend.columns}
    assert load_workbook(BytesIO(office.get(f"{TREND}table/?since=no").content)).active.max_row == 1


def test_what_was_found_covertly_is_in_nobody_elses_figures(browse, covert):
    for who in ("head", "county", "leader", "auditor", "rival", "stranger"):
        assert counted(browse(who)) == []
        assert "Nothing was checked in this time" in browse(who).get(TREND).content.decode()
    publish(covert.inspection.case.subject)
    assert counted(browse("head"), by="territory") == counted(browse("office"), by="territory")
    assert counted(browse("rival")) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-02-01", "until": "2026-01-01"}, "The last day lies before the first."),
        ({"since": "2020-01-01", "until": "2026-01-01"}, "Three years at most."),
        ({"by": "weather"}, "Select a valid choice"),
    ],
)
def test_a_time_that_cannot_be_counted_says_why(browse, covert, asked, said):
    page = browse("office").get(TREND, asked)
    assert page.status_code == 400
    assert said in page.content.decode()


def test_many_findings_ask_no_more_than_few(city, browse, covert):
    office = browse("office")
    office.get(TREND)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get(TREND)
        return len(queries)

    few = asked()
    one = Finding.objects.first()
    rows = [
        Finding(
            **{
                f.attname: getattr(one, f.attname)
                for f in Finding._meta.fields
                if f.name not in {"id", "key"}
            }
        )
        for _ in range(30)
    ]
    for number, row in enumerate(rows):
        row.key, row.received_at = (
            f"00000000-0000-4000-8000-{number:012}",
            one.received_at - timedelta(days=number),
        )
    Finding.objects.bulk_create(rows)
    assert asked() == few
