"""The pages of the ledger: every row once and in order, forwards and back, whatever is added meanwhile."""

from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases import ledger
from chuangwen.cases.models import Case
from chuangwen.directives.tests.conftest import seen

pytestmark = pytest.mark.usefixtures("cases")

LEDGER = reverse("cases:ledger")
SORTS = [sign + column.name for column in ledger.COLUMNS.values() if column.sort for sign in ("", "-")]


def forwards(cases, sort):
    """All pages, from the first to the last."""
    pages = [ledger.page(cases, sort)]
    while after := pages[-1].after:
        pages.append(ledger.page(cases, sort, after=after))
    return pages


def backwards(cases, sort, page):
    """All pages from ``page`` to the first."""
    pages = [page]
    while before := pages[-1].before:
        pages.append(ledger.page(cases, sort, before=before))
    return pages


def in_order(cases, sort):
    """All rows, by value and key, turned round for "-"; those without a value come last all the same."""
    path = ledger.COLUMNS[sort.removeprefix("-")].sort
    values = dict(cases.values_list("pk", path))
    falls = sort.startswith("-")
    rows = sorted(((value, pk) for pk, value in values.items() if value is not None), reverse=falls)
    without = sorted((pk for pk, value in values.items() if value is None), reverse=falls)
    return [pk for _value, pk in rows] + without


def shown(pages):
    return [[case.pk for case in page.cases] for page in pages]


# 35 rows: pages of one, pages that end between those with and without a value or amid a tie, one not full.
@pytest.mark.parametrize("size", [1, 3, 5, 8])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_show_every_row_once_and_in_order_either_way(city, cases, monkeypatch, sort, size):
    monkeypatch.setattr(ledger, "PAGE", size)
    mine = seen(city, "office").select_related("unit")
    rows = in_order(mine, sort)
    pages = forwards(mine, sort)
    assert shown(pages) == [rows[n : n + size] for n in range(0, len(rows), size)]
    assert backwards(mine, sort, pages[-1]) == pages[::-1]


def test_what_is_chosen_is_no_word_to_search_for(browse):
    page = browse("office").get(LEDGER, {"urgency": "late"}).content.decode()
    assert "QueryDict" not in page
    assert '<input class="form-control form-control-sm" type="search" name="q" value=""' in page


def test_the_set_holds_ties_and_gaps(cases):
    """What the walks above are worth."""
    for sort, gaps in {"due": 10, "closed": 33, "opened": 0, "state": 0, "unit": 0, "territory": 0}.items():
        values = list(cases.values_list(ledger.COLUMNS[sort].sort, flat=True))
        assert values.count(None) == gaps
        assert len(values) > len(set(values)) > (sort != "opened")


def opened_at(case, due):
    """One more case like ``case``, as it would have been added meanwhile."""
    return Case.objects.create(
        number=f"26NEW{case.pk}"[:12], kind="assignment", title="新", unit=case.unit, issuer=case.issuer,
        campaign=case.campaign, state="issued", due=due, opened_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize("sort", ["due", "-due"])
def test_what_is_added_meanwhile_shifts_nothing(city, cases, monkeypatch, sort):
    monkeypatch.setattr(ledger, "PAGE", 4)
    mine = seen(city, "office").select_related("unit")
    pages = forwards(mine, sort)
    first_of_all = date(2000, 1, 1) if sort == "due" else date(2100, 1, 1)
    added = [opened_at(case, first_of_all).pk for case in cases[:3]]
    assert shown([ledger.page(mine, sort, after=pages[0].after)]) == shown(pages[1:2])
    assert shown([ledger.page(mine, sort, before=pages[2].before)]) == shown(pages[1:2])
    # The three stand in front of what was the first page, and are less than a page.
    was_first = ledger.page(mine, sort, before=pages[1].before)
    assert shown([was_first]) == shown(pages[:1])
    assert ledger.page(mine, sort, before=was_first.before) == ledger.page(mine, sort)
    assert {case.pk for case in ledger.page(mine, sort).cases} > set(added)


@pytest.mark.parametrize("sort", ["due", "-closed", "unit"])
def test_a_mark_that_leads_nowhere_any_more_leads_to_the_first_page(city, cases, monkeypatch, sort):
    monkeypatch.setattr(ledger, "PAGE", 4)
    mine = seen(city, "office").select_related("unit")
    *_others, last = forwards(mine, sort)
    rows = in_order(mine, sort)
    assert last.before
    few = mine.filter(pk__in=rows[-3:])  # all that was in front of the last page is gone, or narrowed away
    assert shown([ledger.page(few, sort, before=last.before)]) == [rows[-3:]]
    gone = mine.exclude(pk__in=rows[-3:])
    behind = ledger.page(mine, sort, before=last.before).after
    assert ledger.page(gone, sort, after=behind) == ledger.page(gone, sort)
    assert ledger.page(mine.none(), sort, after=behind) == ledger.Page([])


NO_MARKS = ("x", ",", "2026-10-01", "2026-10-01,x", "x,")
NO_DATES = ("x,5", "2026-13-01,5", "0001-01-01T00:00:00+23:00,5")


@pytest.mark.parametrize(
    ("sort", "mark"),
    [(sort, mark) for sort in SORTS for mark in NO_MARKS]
    + [(sort, mark) for sort in ("due", "-opened", "closed") for mark in NO_DATES],
)
def test_what_is_no_mark_is_the_first_page(city, cases, monkeypatch, sort, mark):
    monkeypatch.setattr(ledger, "PAGE", 4)
    mine = seen(city, "office").select_related("unit")
    first = ledger.page(mine, sort)
    assert ledger.page(mine, sort, after=mark) == ledger.page(mine, sort, before=mark) == first


def test_a_page_leads_to_the_next_and_back(cases, browse, monkeypatch):
    monkeypatch.setattr(ledger, "PAGE", 20)
    office = browse("office")
    asked = {"urgency": "open", "sort": "-due"}
    first = office.get(LEDGER, asked)
    assert "before=" not in first.content.decode()
    after = first.context["shown"].after
    second = office.get(LEDGER, {**asked, "after": after})
    assert second.context["shown"].after == ""
    back = f"urgency=open&amp;sort=-due&amp;before={quote(second.context['shown'].before)}"
    assert f'href="{LEDGER}?{back}"' in second.content.decode()
    again = office.get(LEDGER, {**asked, "before": second.context["shown"].before})
    assert again.context["shown"] == first.context["shown"]
    assert f'href="{LEDGER}?urgency=open&amp;sort=-due&amp;after={quote(after)}"' in again.content.decode()
