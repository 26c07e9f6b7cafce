"""The ledger shows what one may see, narrowed; and one step on many cases has a result for each."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases import bulk, ledger
from chuangwen.cases.forms import LongSelect
from chuangwen.cases.models import Case
from chuangwen.cases.queries import four_bodies_first, to_decide
from chuangwen.core import jobs
from chuangwen.core.models import Event
from chuangwen.core.tests.works import done_after, job_after
from chuangwen.directives.tests.conftest import UNITS, move, seen
from chuangwen.organizations.tests.personas import PERSONAS

pytestmark = pytest.mark.usefixtures("cases")
LEDGER = reverse("cases:ledger")
MANY = reverse("cases:move_many")
TODAY = timezone.localdate()


def titles(browser, **asked):
    page = browser.get(LEDGER, asked)
    return sorted({row["case"].title[:3] for row in page.context["rows"]})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "第3项"}, ["第3项"]),
        ({"q": "没有"}, []),
        ({"urgency": "late"}, ["第0项"]),
        ({"urgency": "yellow"}, ["第1项", "第2项"]),
        ({"urgency": "blue"}, []),
        ({"urgency": "closed"}, ["第6项"]),
        ({"state": "accepted"}, ["第6项"]),
        ({"due_from": str(TODAY + timedelta(days=20)), "due_to": str(TODAY + timedelta(days=40))}, ["第3项"]),
        ({"due_from": "没有"}, [f"第{n}项" for n in range(7)]),
        ({"state": "没有"}, [f"第{n}项" for n in range(7)]),
    ],
)
def test_it_is_narrowed(cases, browse, asked, expected):
    assert titles(browse("office"), **asked) == expected


def units(browser, **asked):
    page = browser.get(LEDGER, asked)
    return {row["case"].unit.code for row in page.context["rows"]}


def test_narrowed_by_where_units_stand(city, cases, browse):
    office = browse("office")
    county = city.units["COUNTY1"].territory_id
    inside = {code for code in UNITS if city.units[code].territory_id.startswith(county)}
    assert units(office, territory=county) == inside
    assert units(office, peer_group="schools") == {"SCHOOL", "RIVAL", "SCHOOL2"}
    educated = {code for code in UNITS if city.units[code].memberships.filter(system="education").exists()}
    assert units(office, system="education") == educated


@pytest.mark.parametrize("who", PERSONAS)
@pytest.mark.parametrize("asked", [{}, {"q": "整治"}, {"system": "education"}, {"urgency": "open"}], ids=str)
def test_nobody_is_shown_what_they_may_not_see(city, cases, browse, who, asked):
    page = browse(who).get(LEDGER, asked)
    shown = {row["case"].pk for row in page.context["rows"]}
    assert shown <= set(seen(city, who).values_list("pk", flat=True))
    if not asked:
        assert len(shown) == seen(city, who).count()


def test_the_count_is_bounded(city, cases, monkeypatch, browse):
    assert "35 cases" in browse("office").get(LEDGER).content.decode()
    monkeypatch.setattr(ledger, "COUNTED", 10)
    assert "more than 10 cases" in browse("office").get(LEDGER).content.decode()


def test_it_asks_no_more_for_many_rows(cases, browse, django_assert_num_queries):
    office = browse("office")
    office.get(LEDGER)
    with django_assert_num_queries(14):  # one more: whether it is a number
        office.get(LEDGER, {"q": "第3项"})
    with django_assert_num_queries(13):
        office.get(LEDGER)


def exported(browser, asked=""):
    """The rows of the file that the worker makes."""
    job = done_after(browser.post(reverse("cases:export"), {"asked": asked}))
    answer = browser.get(reverse("web:job_file", args=[job.pk]))
    (sheet,) = load_workbook(BytesIO(b"".join(answer))).worksheets
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_the_export_is_the_list(city, cases, browse):
    asked = "urgency=yellow&columns=number&columns=unit&columns=due"
    head, *rows = exported(browse("office"), asked)
    assert head == ("Unit", "Due", "Case number")
    mine = seen(city, "office").filter(title__regex="第[12]项").order_by("due", "pk")
    assert [row[2] for row in rows] == [case.number for case in mine]
    event = Event.objects.get(verb="ledger.export")
    assert event.data == {"asked": asked, "rows": len(rows)}
    assert event.actor == f"person:{city.people['office'].pk}"


@pytest.mark.parametrize("who", PERSONAS)
def test_nobody_takes_away_what_they_may_not_see(city, cases, browse, who):
    _head, *rows = exported(browse(who), "columns=number")
    assert sorted(row[0] for row in rows) == sorted(seen(city, who).values_list("number", flat=True))


def test_a_right_that_is_lost_meanwhile_is_lost(city, cases, browse):
    office = browse("office")
    office.post(reverse("cases:export"), {"asked": ""})
    city.people["office"].posts.update(ended_on=TODAY)
    assert jobs.work_waiting()
    assert Event.objects.get(verb="ledger.export").data["rows"] == 0


def form_of(city, asked):
    return ledger.LedgerForm(QueryDict(asked), actor=city.person("office"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", []),
        ("sort=-due&columns=unit&after=2026-10-01,5", []),
        ("q=院落&urgency=late&state=issued", ["院落", "逾期", "待签收"]),
        ("territory=990101&system=education&peer_group=schools", ["东岭县", "教育系统", "schools"]),
        ("due_from=2026-10-01&due_to=2026-10-31", ["时限自 2026-10-01", "时限至 2026-10-31"]),
        ("urgency=nothing&due_from=nothing&territory=990101", ["东岭县"]),
    ],
)
def test_what_it_is_narrowed_to_is_said_in_few_words(city, asked, said):
    assert form_of(city, asked).said == said


def test_a_campaign_is_said_by_its_name(city, cases):
    campaign = cases[0].campaign
    assert form_of(city, f"campaign={campaign.pk}").said == [campaign.name]


@pytest.mark.parametrize(
    ("asked", "columns", "sort"),
    [
        ("", ["title", "unit", "territory", "state", "due", "issuer"], "due"),
        ("columns=number&columns=unit&sort=-unit", ["unit", "number"], "-unit"),
        ("columns=nothing&sort=title", ["title", "unit", "territory", "state", "due", "issuer"], "due"),
    ],
)
def test_the_form_shows_what_is_shown(city, browse, asked, columns, sort):
    form = form_of(city, asked)
    assert ([column.name for column in form.shown], form.sorted_by) == (columns, sort)
    page = browse("office").get(f"{LEDGER}?{asked}").content.decode()
    if "nothing" not in asked:
        assert re.findall(r'value="(\w+)"[^>]*checked', page) == columns
        assert re.findall(r'<option value="(-?\w+)" selected', page) == [sort]


def test_the_filter_opens_where_it_was_not_understood(cases, browse):
    fold = '<details class="fold"'
    assert f"{fold}>" in browse("office").get(LEDGER, {"due_from": "2026-10-01"}).content.decode()
    assert f"{fold} open>" in browse("office").get(LEDGER, {"due_from": "没有"}).content.decode()


def test_too_much_to_take_away_is_refused(cases, browse, monkeypatch):
    monkeypatch.setattr(ledger, "EXPORTED", 10)
    job = done_after(browse("office").post(reverse("cases:export")))
    assert jobs.problem_of(job).code == "export.too_many"


def test_a_column_is_chosen_and_sorted_by(cases, browse):
    page = browse("office").get(LEDGER, {"columns": ["closed", "unit"], "sort": "-closed"}).content.decode()
    assert 'aria-sort="descending"' in page
    assert "sort=closed" in page


def mark(case):
    return f"{case.number}.{case.revision}"


def moved(browser, **asked):
    """What came of one step for many cases."""
    return done_after(browser.post(MANY, asked)).result


def test_one_step_on_the_ticked_ones_has_a_result_for_each(city, cases, browse):
    mine = list(cases.filter(title__startswith="第0项").order_by("unit__code"))
    ticked = [mark(case) for case in (mine[0], mine[2], mine[1])]
    assert mine[2].unit.code == "RIVAL"
    move(city, "rival", mine[2], "acknowledge")
    office = browse("office")
    job = done_after(office.post(MANY, {"move": "withdraw", "reason": "不再需要", "case": ticked}))
    assert (job.result["done"], job.result["refused_count"]) == (2, 1)
    (refused,) = job.result["refused"]
    assert (refused["number"], refused["unit"]) == (mine[2].number, "东岭县第二中学")
    assert refused["sentence"].startswith("Somebody has moved")
    assert list(cases.filter(state="withdrawn").order_by("unit__code")) == mine[:2]
    events = Event.objects.filter(verb="assignment.withdraw")
    assert [event.data["reason"] for event in events] == ["不再需要"] * 2
    page = office.get(reverse("web:job", args=[job.pk])).content.decode()
    assert "Done for 2 cases, not for 1." in page
    assert reverse("cases:case", args=[mine[2].number]) in page


def test_the_results_leave_as_a_file(cases, browse):
    mine = list(cases.filter(title__startswith="第0项").order_by("pk"))
    office = browse("office")
    asked = {"move": "withdraw", "reason": "不再需要", "case": [mark(case) for case in mine]}
    job = done_after(office.post(MANY, asked))
    file = office.get(reverse("web:job_file", args=[job.pk]))
    (sheet,) = load_workbook(BytesIO(b"".join(file))).worksheets
    _head, *rows = sheet.iter_rows(values_only=True)
    assert rows == [(case.number, case.title, case.unit.name, "done") for case in mine]


def test_work_begun_anew_counts_what_it_did_before(city, cases, browse):
    mine = list(cases.filter(title__startswith="第0项").order_by("pk"))
    asked = {"move": "withdraw", "reason": "不再需要", "case": [mark(case) for case in mine]}
    job = job_after(browse("office").post(MANY, asked))
    move(city, "office", mine[0], "withdraw", reason="不再需要")  # as the worker did before it died
    assert jobs.work_waiting()
    job.refresh_from_db()
    assert (job.result["done"], job.result["refused_count"]) == (5, 0)
    assert Event.objects.filter(verb="assignment.withdraw").count() == 5


def test_all_that_match_and_nothing_else(city, cases, browse):
    asked = "urgency=late"
    result = moved(browse("office"), move="withdraw", reason="不再需要", all="1", asked=asked)
    assert (result["done"], result["refused"]) == (5, [])
    assert {case.title[:3] for case in cases.filter(state="withdrawn")} == {"第0项"}


def test_a_step_that_is_not_ones_own_is_refused_case_by_case(city, cases, browse):
    result = moved(browse("liaison"), move="withdraw", reason="不想做", all="1", asked="")
    assert (result["done"], result["refused_count"]) == (0, 7)
    assert {row["sentence"].split(":")[0] for row in result["refused"]} == {
        "“Withdraw the task” is not possible"
    }
    assert not cases.filter(state="withdrawn").exists()


def test_what_one_does_not_see_is_not_moved(city, cases, browse):
    mine = cases.get(title__startswith="第0项", unit__code="RIVAL")
    answer = browse("stranger").post(MANY, {"move": "acknowledge", "case": [mark(mine)]})
    assert answer.status_code == 400
    mine.refresh_from_db()
    assert mine.state == "issued"


def test_what_one_sees_no_more_is_not_moved(city, cases, browse):
    mine = cases.get(title__startswith="第0项", unit__code="RIVAL")
    job = job_after(browse("rival").post(MANY, {"move": "acknowledge", "case": [mark(mine)]}))
    city.people["rival"].posts.update(ended_on=TODAY)
    assert jobs.work_waiting()
    job.refresh_from_db()
    (refused,) = job.result["refused"]
    assert (refused["title"], refused["unit"]) == ("", "")
    mine.refresh_from_db()
    assert mine.state == "issued"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"move": "acknowledge"}, 400),
        ({"move": "acknowledge", "case": ["x", "x.y", "26X.0"]}, 400),
        ({"move": "relay", "all": "1"}, 400),
        ({"move": "withdraw", "all": "1"}, 400),
    ],
    ids=str,
)
def test_what_makes_no_sense_moves_nothing(cases, browse, asked, status):
    assert browse("office").post(MANY, asked).status_code == status
    assert cases.filter(state="issued").count() == 33


def test_a_step_without_its_reason_keeps_what_was_ticked_and_typed(cases, browse):
    """The page is the one it was pressed on: its filter, its ticks, the step that was chosen."""
    office, late = browse("office"), "urgency=late&sort=-due"
    shown = [row["case"] for row in office.get(f"{LEDGER}?{late}").context["rows"]]
    answer = office.post(MANY, {"move": "withdraw", "case": [mark(shown[1])], "asked": late})
    assert (answer.status_code, answer.context["problem"].code) == (400, "bulk.reason")
    rows = answer.context["rows"]
    assert [row["case"] for row in rows] == shown
    assert [row["ticked"] for row in rows] == [case == shown[1] for case in shown]
    page = answer.content.decode()
    assert '<option value="withdraw" selected>' in page
    assert f'href="{LEDGER}?urgency=late&amp;sort=unit"' in page


def test_the_file_is_sorted_as_the_page_is(cases, browse):
    office = browse("office")
    for asked in ("sort=-due", "sort=unit", "sort=-closed"):
        shown = [row["case"].title for row in office.get(f"{LEDGER}?{asked}").context["rows"]]
        job = done_after(office.post(reverse("cases:export"), {"asked": asked}))
        file = office.get(reverse("web:job_file", args=[job.pk]))
        (sheet,) = load_workbook(BytesIO(b"".join(file))).worksheets
        _head, *rows = sheet.iter_rows(values_only=True)
        assert [row[0] for row in rows] == shown


def test_at_most_so_many_at_once(cases, browse, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 10)
    asked = {"move": "withdraw", "reason": "不再需要", "all": "1", "asked": ""}
    assert browse("office").post(MANY, asked).status_code == 409
    assert cases.filter(state="issued").count() == 33


def test_a_long_select_says_what_was_chosen_and_escapes_what_it_names():
    form = LongSelect(choices=[("", "全部"), (7, "<b>东岭县</b>")])
    assert form.render("territory", 7, {"id": "id_territory"}) == (
        '<select name="territory" id="id_territory"><option value="">全部</option>'
        '<option value="7" selected>&lt;b&gt;东岭县&lt;/b&gt;</option></select>'
    )
    assert '<option value="" selected>' in form.render("territory", None)


def test_reports_of_the_four_bodies_are_decided_first(city, cases):
    party = city.units["PARTY"]
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(state="reported")
    last = Case.objects.filter(kind="assignment").order_by("due", "id").last()
    Case.objects.filter(pk=last.pk).update(unit=party)
    waiting = to_decide(city.person("office"))
    assert four_bodies_first(waiting, 1) == [last]
    assert four_bodies_first(waiting, 3) == [last, *waiting.exclude(pk=last.pk)[:2]]
