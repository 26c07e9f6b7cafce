"""The pages of panels and reviews: from criterion to criterion without a list, nothing typed lost."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library import services as library
from chuangwen.cases.models import Case
from chuangwen.core import jobs
from chuangwen.core.models import Job
from chuangwen.organizations.tests.personas import Browser
from chuangwen.standards.models import Criterion, Mark, Panel, Proof, Review
from chuangwen.standards.services import panels
from chuangwen.standards.services.keeping import Row
from chuangwen.standards.tests.conftest import draft_of, publish
from chuangwen.standards.tests.reviewing import expert, filed_round, give, give_all, reviewed, submit


@pytest.fixture
def pair(city, published):
    return reviewed(city, published)


def text(answer):
    return answer.content.decode()


def address(review, criterion="制度上墙"):
    return reverse("standards:mark", args=[review.case.number, Criterion.objects.get(text=criterion).pk])


def test_a_round_leaves_as_a_table(browse, city, pair):
    opened = pair[0].self_report.round
    give_all(pair[0])
    submit(pair[0])
    page = reverse("standards:round_table", args=[opened.pk])
    sheet = load_workbook(BytesIO(browse("office").get(page).content)).active
    rows = {row[1]: row for row in sheet.iter_rows(values_only=True)}
    number, unit = pair[0].self_report.case.number, pair[0].self_report.case.unit
    assert rows["Code"] == ("Unit", "Code", "Territory", "Self-report", "filed", "Reviews", "released")
    assert (rows[unit.code][0], rows[unit.code][5], rows[unit.code][6]) == (unit.name, "1 / 2", None), number
    assert browse("liaison").get(page).status_code == 404


def test_the_office_names_a_panel_and_draws_on_pages(browse, city, published):
    found = filed_round(city, published)
    for name in ("expert1", "expert2", "expert3"):
        expert(city, name)
    client, page = browse("office"), reverse("standards:round", args=[found.pk])
    assert "Nobody is named to review this round yet." in text(client.get(page))
    drawing = reverse("standards:draw", args=[found.pk])
    refused = client.post(drawing)
    assert (refused.status_code, "Name the panel of reviewers first." in text(refused)) == (409, True)
    form = reverse("standards:panel", args=[found.pk])
    assert "示例expert1" in text(client.get(form))
    asked = {
        "reviewers": [person.pk for person in panels.eligible(found)],
        "limit": "10",
        "limit_in": "percent",
        "due": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "objection_days": "5",
        "seed": "彩票 03 17 22",
    }
    assert client.post(form, asked | {"limit": "-1"}).status_code == 400
    late = client.post(form, asked | {"due": "2020-01-01"})
    assert (late.status_code, "彩票 03 17 22" in text(late)) == (400, True)
    assert client.post(form, asked).url == page
    work = client.post(drawing)
    assert jobs.work_waiting()
    assert "2 reviews are on the reviewers' desks." in text(client.get(work.url))
    assert page in text(client.get(work.url))
    shown = text(client.get(page))
    assert "comes out the same" in shown
    assert shown.count("being reviewed") == 2
    assert page in text(client.get(reverse("standards:standard", args=[published.pk])))


@pytest.mark.parametrize(
    ("who", "status"), [("auditor", 200), ("county", 404), ("liaison", 404), ("delegate", 404)]
)
def test_who_sees_the_page_of_a_round(browse, pair, who, status):
    found = pair[0].self_report.round
    answer = browse(who).get(reverse("standards:round", args=[found.pk]))
    assert answer.status_code == status
    if status == 200:
        assert "Draw the reviewers" not in text(answer)
        assert pair[0].case.number not in text(answer)
        assert browse(who).get(reverse("standards:panel", args=[found.pk])).status_code == 403


def test_a_draw_for_which_nobody_is_left_says_why(browse, city, published):
    found = filed_round(city, published)
    Panel.objects.create(round=found, due=timezone.localdate(), seed="示例")
    client = browse("office")
    work = client.post(reverse("standards:draw", args=[found.pk]))
    assert jobs.work_waiting()
    said = text(client.get(work.url))
    assert "1 self-reports have no reviewer left who is free for them, so nothing was assigned." in said
    assert Job.objects.get(kind=panels.DRAW).state == "failed"


def test_a_reviewer_goes_from_criterion_to_criterion_without_a_list(pair):
    first = pair[0]
    client = Browser(first.reviewer)
    assert first.case.number in text(client.get(reverse("web:desk")))
    way = client.get(reverse("standards:score", args=[first.case.number]))
    assert way.url == address(first)
    page = text(client.get(way.url))
    for word in ("Criterion 1 of 3", "0 / 3 marked", "制度上墙", "60 points if it is met", "已公开上墙。"):
        assert word in page
    assert 'href="https://example.org/a"' in page
    nothing = client.post(way.url, {"found": "no", "reason": "", "seen": 0})
    assert (nothing.status_code, "Say why points are deducted" in text(nothing)) == (400, True)
    saved = client.post(way.url, {"found": "no", "reason": "没有照片", "seen": 0})
    assert saved.url == address(first, "受到表彰")
    bonus = text(client.get(saved.url))
    assert "The unit has said nothing to this." in bonus
    assert "There is no evidence." in bonus
    saved = client.post(saved.url, {"found": "1", "seen": 0})
    assert saved.url == address(first, "弄虚作假")
    last = client.post(saved.url, {"found": "no", "seen": 0})
    assert last.url == reverse("cases:case", args=[first.case.number])
    assert "3 / 3 marked" in text(client.get(last.url))
    assert "You gave 0 of 60 points." in text(client.get(address(first)))
    done = client.post(
        reverse("cases:move", args=[first.case.number, "submit"]),
        {"seen": Case.objects.get(pk=first.pk).revision},
    )
    assert done.status_code == 302
    shown = text(client.get(address(first)))
    assert "This can be read, not changed: only when the case is being reviewed" in shown
    assert "没有照片" in shown
    assert "Save and mark the next" not in shown
    assert client.get(reverse("standards:score", args=[first.case.number])).url == address(first)
    assert client.get(reverse("standards:mark", args=[first.case.number, 0])).status_code == 404


def test_from_the_last_criterion_one_comes_to_the_first_that_is_left(pair):
    first = pair[0]
    give(first, "受到表彰", found="1")
    client = Browser(first.reviewer)
    assert client.post(address(first, "弄虚作假"), {"found": "no", "seen": 0}).url == address(first)


def test_what_was_typed_is_kept_when_the_page_was_old(pair):
    first = pair[0]
    give(first, "制度上墙", found=True)
    client = Browser(first.reviewer)
    stale = client.post(address(first), {"found": "no", "reason": "另一个窗口写的", "seen": 0})
    assert (stale.status_code, "另一个窗口写的" in text(stale)) == (409, True)
    assert Mark.objects.get().found is True


def test_a_third_reviewer_is_told_what_is_asked_of_them_and_no_more(pair):
    first, second = pair
    give_all(first)
    give_all(second, met=False)
    for one in pair:
        submit(one)
    third = Review.objects.get(ordinal=3)
    client = Browser(third.reviewer)
    page = text(client.get(client.get(reverse("standards:score", args=[third.case.number])).url))
    assert "Criterion 1 of 1" in page
    assert "Two reviewers differ here by more than is let stand." in page
    assert "未见上墙照片" not in page
    assert client.get(address(third, "受到表彰")).status_code == 404


STEP = {"step": "0.5", "unit": "处"}
GRADES = {"grades": [["优", "20"], ["良", "15"]]}
RULES = (
    Row("扣分", Decimal(20), "共同", "甲", rule="per_item_deduction", parameters=STEP),
    Row("比例", Decimal(20), "共同", "甲", rule="proportional", parameters={"target": "100"}),
    Row("等次", Decimal(20), "共同", "甲", rule="graded", parameters=GRADES),
    Row("制度上墙", Decimal(40), "共同", "甲", rule="manual"),
    Row("弄虚作假", Decimal(0), "负面清单", part="deduction", rule="veto", method="veto"),
)
GIVEN = {
    "扣分": ({"found": "3", "reason": "三处"}, Decimal("18.5")),
    "比例": ({"found": "100"}, Decimal(20)),
    "等次": ({"found": "良", "reason": "尚可"}, Decimal(15)),
    "制度上墙": ({"found": "39.5", "reason": "字小"}, Decimal("39.5")),
    "弄虚作假": ({"found": "no"}, Decimal(0)),
}


def test_each_rule_asks_for_what_it_needs(city):
    first, _second = reviewed(city, publish(city, draft_of(city, *RULES)))
    client = Browser(first.reviewer)
    pages = {row.text: text(client.get(address(first, row.text))) for row in RULES}
    assert "How many (处)" in pages["扣分"]
    assert "优: 20 points" in pages["等次"]
    assert 'max="40.00"' in pages["制度上墙"]
    assert "It did not occur" in pages["弄虚作假"]
    for name, (asked, _points) in GIVEN.items():
        assert client.post(address(first, name), asked | {"seen": 0}).status_code == 302
    marks = {mark.criterion.text: mark.points for mark in Mark.objects.select_related("criterion")}
    assert marks == {name: points for name, (_asked, points) in GIVEN.items()}
    assert 'value="良"' in text(client.get(address(first, "等次")))
    assert client.post(address(first, "制度上墙"), {"found": "41", "seen": 1}).status_code == 400
    assert client.post(address(first, "扣分"), {"found": "", "seen": 1}).status_code == 400


def test_a_deduction_that_the_form_cannot_compute_is_said_on_the_field(city, monkeypatch, pair):
    from chuangwen.standards import review_forms
    from chuangwen.standards.rules import RuleError

    def broken(criterion, found):
        raise RuleError("示例：算不出来")

    monkeypatch.setattr(review_forms, "outcome_of", broken)
    answer = Browser(pair[0].reviewer).post(address(pair[0]), {"found": "yes", "seen": 0})
    assert (answer.status_code, "示例：算不出来" in text(answer)) == (400, True)


def test_the_evidence_opens_for_the_reviewer(city, pair):
    first = pair[0]
    case = first.self_report.case
    stored = library.store([SimpleUploadedFile("制度.pdf", b"%PDF-1.4\n%%EOF\n")])
    (piece,) = library.add(actor=city.person("liaison"), unit=case.unit, stored=stored)
    proof = Proof.objects.create(answer=first.self_report.answers.get(), evidence=piece)
    client = Browser(first.reviewer)
    link = reverse("standards:proof_file", args=[case.number, proof.pk])
    assert link in text(client.get(address(first)))
    assert b"".join(client.get(link)) == b"%PDF-1.4\n%%EOF\n"
    assert Browser(city.people["delegate"]).get(link).status_code == 404


def test_the_page_asks_no_more_for_many_pieces_of_evidence(city, pair, django_assert_num_queries):
    first = pair[0]
    client = Browser(first.reviewer)
    client.get(address(first))
    for _round in range(2):
        with django_assert_num_queries(16):
            client.get(address(first))
        answer = first.self_report.answers.get()
        for number in range(20):
            link = f"https://example.org/{_round}-{number}"
            (piece,) = library.add(actor=city.person("liaison"), unit=city.units["SCHOOL"], link=link)
            Proof.objects.create(answer=answer, evidence=piece)


def test_a_review_in_which_there_is_nothing_to_mark_leads_to_the_case(city, browse):
    rows = (Row("制度上墙", Decimal(60), "共同", "甲"), Row("现场", Decimal(40), "共同", "甲", method="site"))
    first, _second = reviewed(city, publish(city, draft_of(city, *rows)))
    Review.objects.filter(pk=first.pk).update(lines=[0])
    answer = Browser(first.reviewer).get(reverse("standards:score", args=[first.case.number]))
    assert answer.url == reverse("cases:case", args=[first.case.number])


def test_files_are_not_taken_from_reviewers(pair):
    """A reviewer's form takes words only: what is sent besides is not stored."""
    client = Browser(pair[0].reviewer)
    asked = {"found": "yes", "seen": 0, "uploads": SimpleUploadedFile("甲.pdf", b"%PDF-1.4\n%%EOF\n")}
    assert client.post(address(pair[0]), asked).status_code == 302
    assert not Evidence.objects.exclude(blob=None).exists()
