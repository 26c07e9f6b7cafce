"""Slips by deadline, state and working days, one by one and as a filter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.lifecycle import State
from chuangwen.cases.models import Case
from chuangwen.cases.services import new_number
from chuangwen.cases.urgency import BLUE, RED, SLIPS, YELLOW, bearing, counted, slip, slip_of

UNDER_WAY = State("under_way", "under way", "azure")
STALLED = State("stalled", "not begun", "blue", stalled=True)
ANSWERED = State("answered", "reported", "purple", answered=True)
CLOSED = State("closed", "closed", "green", closed=True)


@pytest.mark.parametrize(
    ("due", "state", "today", "expected"),
    [
        (date(2026, 11, 20), UNDER_WAY, date(2026, 11, 16), None),  # 4 working days left
        (date(2026, 11, 20), UNDER_WAY, date(2026, 11, 17), BLUE),  # 3
        (date(2026, 11, 20), STALLED, date(2026, 11, 18), BLUE),  # 2
        (date(2026, 11, 20), STALLED, date(2026, 11, 19), YELLOW),  # 1
        (date(2026, 11, 20), UNDER_WAY, date(2026, 11, 19), BLUE),
        (date(2026, 11, 20), STALLED, date(2026, 11, 20), YELLOW),  # on the day
        (date(2026, 11, 20), UNDER_WAY, date(2026, 11, 20), BLUE),
        (date(2026, 11, 20), UNDER_WAY, date(2026, 11, 21), RED),  # a Saturday is late too
        (date(2026, 11, 20), STALLED, date(2027, 11, 21), RED),
        (date(2026, 11, 20), ANSWERED, date(2026, 11, 25), None),
        (date(2026, 11, 20), CLOSED, date(2026, 11, 25), None),
        (None, STALLED, date(2026, 11, 25), None),
        # National Day: from 30 September, seven days off; 10 October, a Saturday, is worked.
        (date(2026, 10, 10), UNDER_WAY, date(2026, 9, 30), BLUE),
        (date(2026, 10, 12), UNDER_WAY, date(2026, 9, 30), None),
        (date(2026, 10, 8), STALLED, date(2026, 9, 30), YELLOW),
        # 20 September, a Sunday, is worked.
        (date(2026, 9, 21), STALLED, date(2026, 9, 19), BLUE),
        (date(2026, 9, 21), STALLED, date(2026, 9, 20), YELLOW),
    ],
)
def test_the_colour_of_a_case(due: date | None, state: State, today: date, expected: object):
    assert slip(due, state, today) is expected


def test_what_is_near_is_configured(settings):
    settings.SLIPS = {"blue": 1, "yellow": 0}
    assert slip(date(2026, 11, 20), UNDER_WAY, date(2026, 11, 18)) is None
    assert slip(date(2026, 11, 20), STALLED, date(2026, 11, 19)) is BLUE
    assert slip(date(2026, 11, 20), STALLED, date(2026, 11, 20)) is YELLOW


@pytest.fixture
def many(errand: Case) -> list[Case]:
    """Errands due on each of forty days around National Day 2026, and undated ones, in each state."""
    days = [None, *(date(2026, 9, 10) + timedelta(days=n) for n in range(40))]
    return Case.objects.bulk_create(
        Case(
            number=new_number(),
            kind="errand",
            title=f"{state} {due}",
            unit=errand.unit,
            issuer=errand.issuer,
            campaign=errand.campaign,
            state=state,
            due=due,
            opened_at=errand.opened_at,
            answered_at=errand.opened_at if state == "filed" else None,
            closed_at=errand.opened_at if state == "done" else None,
        )
        for due in days
        for state in ("open", "idle", "filed", "done")
    )


@pytest.mark.parametrize(
    "today", [date(2026, 9, 19), date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 10)]
)
def test_the_filter_finds_what_the_rule_says(many: list[Case], today: date):
    bore = {code: {case.pk for case in many if slip_of(case, today) is one} for code, one in SLIPS.items()}
    assert all(bore.values())
    found = {
        code: set(Case.objects.filter(bearing(one, today)).values_list("pk", flat=True))
        for code, one in SLIPS.items()
    }
    assert found == bore
    assert counted(Case.objects.all(), today) == {code: len(pks) for code, pks in bore.items()}


def test_a_case_bears_the_slip_of_the_citys_day(errand: Case):
    errand.due = timezone.localdate() - timedelta(days=1)
    assert slip_of(errand) is RED
