"""Neither reviewer learns what the other gives or who it is, by no door; nor the unit before the release."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.cases.models import Case, Notice, Reminder
from chuangwen.core import search
from chuangwen.core.journal import sequence
from chuangwen.core.models import Event, Job
from chuangwen.organizations.tests.personas import Browser
from chuangwen.standards.models import Mark, Review
from chuangwen.standards.services.panels import DRAW
from chuangwen.standards.tests.reviewing import give, reviewed

SECRET = "材料中的照片与去年雷同"


@pytest.fixture
def pair(city, published):
    """Two reviews; the second reviewer has given something that could leak."""
    first, second = reviewed(city, published)
    give(second, "制度上墙", found=False, reason=SECRET)
    sequence()
    return first, second


@pytest.fixture
def tells(pair):
    """Whether a page tells the other reviewer's name, number, reason or points."""
    second = pair[1]

    def told(answer) -> list[str]:
        body = b"".join(answer) if answer.streaming else answer.content
        if "spreadsheet" in answer.headers.get("Content-Type", ""):
            rows = load_workbook(BytesIO(body)).active.iter_rows(values_only=True)
            text = "\n".join(str(value) for row in rows for value in row)
        else:
            text = body.decode()
        # Where there is nothing, the page only says back the address that was asked for.
        number = [second.case.number] if answer.status_code == 200 else []
        return [word for word in (second.reviewer.name, SECRET, *number) if word in text]

    return told


def doors(first, second) -> dict[str, str]:
    campaign, report = first.case.campaign_id, first.self_report
    criterion = report.answers.get().criterion_id
    found = Event.objects.get(verb="round.draw")
    return {
        "desk": reverse("web:desk"),
        "desk as a table": reverse("web:desk_table", args=["due"]),
        "ledger": reverse("cases:ledger") + "?kind=review",
        "notices": reverse("web:notifications"),
        "search for the name": reverse("web:search") + "?q=示例",
        "search for the reason": reverse("web:search") + f"?q={SECRET[:4]}",
        "search as a table": reverse("web:search_table") + f"?q={SECRET[:4]}",
        "own case": reverse("cases:case", args=[first.case.number]),
        "own page": reverse("standards:mark", args=[first.case.number, criterion]),
        "the self-report": reverse("cases:case", args=[report.case.number]),
        "its answer": reverse("standards:answer", args=[report.case.number, criterion]),
        "campaign": reverse("directives:campaign", args=[campaign]),
        "overview": reverse("directives:overview", args=[campaign]),
        "late": reverse("directives:late", args=[campaign]),
        "standard": reverse("standards:standard", args=[report.round.standard_id]),
        "journal": reverse("web:journal"),
        "journal's end": reverse("web:journal_head"),
        "all work": reverse("web:jobs"),
        "the other's case": reverse("cases:case", args=[second.case.number]),
        "the other's page": reverse("standards:mark", args=[second.case.number, criterion]),
        "the other's way in": reverse("standards:score", args=[second.case.number]),
        "withdrawing the other's": reverse("cases:move", args=[second.case.number, "withdraw"]),
        "the round": reverse("standards:round", args=[report.round_id]),
        "the panel": reverse("standards:panel", args=[report.round_id]),
        "audit": reverse("web:events") + f"?subject={found.subject}",
        "reads": reverse("web:reads"),
        "the draw as work": reverse("web:job", args=[Job.objects.get(kind=DRAW).pk]),
    }


CLOSED = {
    "the other's case", "the other's page", "the other's way in", "withdrawing the other's",
    "the round", "the panel", "audit", "reads", "the draw as work",
}  # fmt: skip


@pytest.mark.parametrize("who", ["first", "liaison", "head"])
def test_no_door_tells_what_the_other_reviewer_gives_or_who_it_is(city, pair, tells, who):
    first, second = pair
    for review in pair:
        reminder = Reminder.objects.create(
            case=review.case, rung="today", day="2026-09-01", at=review.case.opened_at
        )
        Notice.objects.create(person=review.reviewer, reminder=reminder)
    client = Browser(first.reviewer if who == "first" else city.people[who])
    found = {}
    for name, address in doors(first, second).items():
        answer = client.get(address)
        found[name] = (answer.status_code, tells(answer))
    assert {name: told for name, (_status, told) in found.items() if told} == {}
    open_ones = {name for name, (status, _told) in found.items() if status == 200}
    assert CLOSED & open_ones == set()
    if who == "first":
        assert {name for name, (status, _told) in found.items() if status not in {200, 302}} == CLOSED


def test_the_tests_would_see_a_leak(city, pair, tells):
    """The office, which asked for both, is told by the same doors."""
    first, second = pair
    client = Browser(city.people["office"])
    assert tells(client.get(doors(first, second)["the other's case"])) == [
        second.reviewer.name,
        SECRET,
        second.case.number,
    ]
    assert tells(client.get(doors(first, second)["the round"])) == [second.reviewer.name, second.case.number]


def test_lists_and_counts_hold_ones_own_review_only(pair):
    first, _second = pair
    assert list(Review.objects.visible_to(first.reviewer)) == [first]
    seen = Case.objects.visible_to(first.reviewer)
    assert sorted(seen.values_list("kind", flat=True)) == ["review", "self_report"]
    assert seen.filter(kind="review").count() == 1


def test_the_index_of_the_search_knows_no_reasons_of_reviewers(pair):
    assert Mark.objects.get().reason == SECRET
    search.rebuild()
    assert [kind for kind in search.SOURCES if search.found(kind, SECRET[:4]).exists()] == []


def test_the_history_of_the_self_report_names_no_reviewer(city, pair):
    subjects = Event.objects.filter(subject=pair[0].self_report.case.subject)
    assert {event.verb for event in subjects} == {"self_report.answer", "self_report.file"}


def test_posting_to_the_others_page_writes_nothing(pair):
    first, second = pair
    criterion = Mark.objects.get().criterion_id
    client = Browser(first.reviewer)
    address = reverse("standards:mark", args=[second.case.number, criterion])
    assert client.post(address, {"found": "yes", "seen": 1}).status_code == 404
    assert Mark.objects.get().found is False
