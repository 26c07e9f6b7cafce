"""A round is opened, a unit fills its standard in and files it in time; nothing typed is lost."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core import jobs
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.standards.filling import filled
from chuangwen.standards.models import Answer, Criterion, Proof, Round, SelfReport
from chuangwen.standards.services import editing, keeping, publishing, reporting, rounds
from chuangwen.standards.tests.conftest import draft_of, publish

WEEK = timedelta(days=7)


@pytest.fixture
def campaign(city):
    return open_campaign(actor=city.person("office"), name="示例年度创建", office=city.units["OFFICE"])


def ask(city, standard, campaign, who="office", **dates):
    asked = {"begins": date(2026, 1, 1), "ends": date(2026, 12, 31), "closes": timezone.localdate() + WEEK}
    return rounds.open_round(actor=city.person(who), standard=standard, campaign=campaign, **(asked | dates))


@pytest.fixture
def report(city, published, campaign) -> Case:
    """The school's self-report, on its desk for a week."""
    ask(city, published, campaign)
    assert jobs.work_waiting()
    return Case.objects.get(unit__code="SCHOOL")


def say(city, case, who="liaison", seen=0, **asked):
    criterion = Criterion.objects.get(text="制度上墙", indicator__dimension__standard__version=1)
    known = {"statement": "已印发制度并在大厅公开上墙。", "shown": ["unit_name"]}
    return reporting.answer(
        actor=city.person(who), case=case, criterion=criterion, seen=seen, **(known | asked)
    )


def pdf(name="制度.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + name.encode() + b"%%EOF\n")


def move(city, who, case, name, **asked):
    case = Case.objects.get(pk=case.pk)
    return perform(actor=city.person(who), move_name=name, case=case, seen=case.revision, **asked)


def complete(city, case):
    return say(city, case, kind="document", uploads=[pdf("一.pdf"), pdf("二.pdf")])


def code_of(refused):
    return refused.value.code


def text(answer):
    return answer.content.decode()


def missing(case):
    return [line.missing for line in filled(SelfReport.objects.get(pk=case.pk))]


def test_the_worker_opens_a_case_for_each_unit_of_the_groups(city, published, campaign):
    job = ask(city, published, campaign)
    assert (Case.objects.count(), Event.objects.last().verb) == (0, "round.open")
    assert jobs.work_waiting()
    job.refresh_from_db()
    assert job.result == {"cases": 3, "campaign": campaign.pk}
    assert list(Case.objects.order_by("unit__code").values_list("unit__code", "kind", "state", "due")) == [
        (code, "self_report", "filling", timezone.localdate() + WEEK)
        for code in ("RIVAL", "SCHOOL", "SCHOOL2")
    ]


def test_a_round_begun_anew_asks_nobody_twice(city, published, campaign):
    job = ask(city, published, campaign)
    jobs.work_waiting()
    type(job).objects.filter(pk=job.pk).update(state="waiting")
    assert jobs.work_waiting()
    assert Case.objects.count() == 3


def test_what_a_round_cannot_be(city, draft, campaign):
    refusals = []

    def refused(standard, **asked):
        with pytest.raises(Problem) as problem:
            ask(city, standard, campaign, **asked)
        refusals.append(code_of(problem))

    refused(draft)
    published = publish(city, draft)
    refused(published, who="county")
    refused(published, closes=timezone.localdate() - timedelta(days=1))
    nobody = publish(city, draft_of(city, groups=("bodies",), code="bodies"))
    nobody.peer_groups.model.objects.filter(code="bodies").first().units.update(active=False)
    refused(nobody)
    ask(city, published, campaign)
    refused(published)
    assert refusals == [
        "standard.not_published",
        "page.not_allowed",
        "round.over",
        "round.no_units",
        "round.open",
    ]
    assert Round.objects.count() == 1


def test_the_unit_sees_what_is_missing_until_nothing_is(city, report):
    assert missing(report) == [["文字说明还差10字", "材料还差2份"], []]
    say(city, report, statement="太短", shown=[], kind="photo", uploads=[pdf()])
    assert missing(report) == [["文字说明还差8字", "材料还差1份", "体现单位名称的材料"], []]
    say(city, report, seen=1, link="https://example.org/notice")
    assert missing(report) == [[], []]
    assert list(Proof.objects.values_list("evidence__kind", "evidence__name")) == [
        ("photo", "制度.pdf"),
        ("link", "https://example.org/notice"),
    ]


def test_a_bonus_that_is_begun_is_finished(city, report):
    bonus = Criterion.objects.get(text="受到表彰")
    reporting.answer(actor=city.person("liaison"), case=report, criterion=bonus, seen=0, statement="市级表彰")
    assert missing(report)[1] == []


def test_filing_with_gaps_is_said_aloud(city, report):
    with pytest.raises(Problem) as refused:
        move(city, "liaison", report, "file")
    assert code_of(refused) == "self_report.incomplete"
    assert move(city, "liaison", report, "file", despite=True).state == "filed"


def test_a_self_report_is_filed_sent_back_filed_and_received(city, report):
    complete(city, report)
    filed = move(city, "liaison", report, "file")
    assert (filed.state, filed.answered_at is not None) == ("filed", True)
    assert SelfReport.objects.get(pk=report.pk).filed_by == city.people["liaison"]
    with pytest.raises(Problem) as refused:
        say(city, report, seen=1)
    assert code_of(refused) == "case.move_refused"
    move(city, "office", report, "send_back", reason="请补充照片")
    move(city, "liaison", report, "file")
    assert move(city, "office", report, "receive").closed_at is not None


def test_filing_after_the_window_is_refused_with_the_reason_and_nothing_is_lost(city, report, browse):
    complete(city, report)
    Case.objects.filter(pk=report.pk).update(due=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Problem) as refused:
        move(city, "liaison", report, "file")
    assert code_of(refused) == "case.move_refused"
    assert "填报截止日期已过" in str(refused.value)
    client, page = browse("liaison"), address(report)
    answer = client.post(page, {"statement": "最后补充的一句话", "seen": 1, "kind": "document"})
    assert answer.status_code == 403
    assert "最后补充的一句话" in text(answer)
    assert (Answer.objects.get().statement, Proof.objects.count()) == ("已印发制度并在大厅公开上墙。", 2)


def test_the_clock_says_who_missed_the_last_day_and_the_office_may_give_more(city, report):
    assert rounds.close_windows() == 0
    Case.objects.filter(pk=report.pk).update(due=timezone.localdate() - timedelta(days=1))
    assert rounds.close_windows() == 1
    assert (Case.objects.get(pk=report.pk).state, Event.objects.last().verb) == ("missed", "self_report.miss")
    assert rounds.close_windows() == 0
    later = timezone.localdate() + WEEK
    extended = move(city, "office", report, "extend", due=later, reason="机构改革")
    assert (extended.state, extended.due) == ("filling", later)
    complete(city, report)
    assert move(city, "liaison", report, "file").state == "filed"


def test_one_that_is_filed_at_that_very_moment_is_not_missed(city, report, monkeypatch):
    Case.objects.filter(pk=report.pk).update(due=timezone.localdate() - timedelta(days=1))

    def filed_meanwhile(*, case, name):
        Case.objects.filter(pk=case.pk).update(state="filed")
        from chuangwen.cases.services import turn

        return turn(case=case, name=name)

    monkeypatch.setattr(rounds, "turn", filed_meanwhile)
    assert rounds.close_windows() == 0


@pytest.mark.parametrize("who", ["rival", "head", "office", "staff", "auditor"])
def test_only_those_who_answer_for_the_unit_fill_it_in(city, report, who):
    if who == "head":
        assert say(city, report, who=who).statement
        return
    with pytest.raises(Problem) as refused:
        say(city, report, who=who)
    assert code_of(refused) == "case.move_refused"
    assert Answer.objects.count() == 0


def test_who_comes_second_has_overwritten_nothing(city, report):
    say(city, report)
    with pytest.raises(Problem) as refused:
        say(city, report, who="head", statement="后写的一句，不能盖掉。")
    assert code_of(refused) == "answer.stale"
    with pytest.raises(Problem) as refused:
        say(city, report, seen=1, statement="长" * 501)
    assert code_of(refused) == "answer.too_long"
    assert Answer.objects.get().statement == "已印发制度并在大厅公开上墙。"


def test_a_criterion_dropped_in_a_new_draft_stays_where_a_self_report_uses_it(city, report, published):
    complete(city, report)
    office = city.person("office")
    newer = keeping.new_version(actor=office, standard=published)
    gone = Criterion.objects.get(text="制度上墙", indicator__dimension__standard=newer)
    editing.drop_part(actor=office, part=gone, seen=newer.revision)
    assert Answer.objects.get().criterion.text == "制度上墙"
    publishing.retire(actor=office, standard=published)
    assert move(city, "liaison", report, "file").state == "filed"


def test_a_piece_of_evidence_is_taken_back(city, report):
    say(city, report, kind="document", uploads=[pdf()], link="https://example.org/a")
    for proof in Proof.objects.all():
        reporting.drop_proof(actor=city.person("liaison"), case=report, proof=proof)
    assert (Proof.objects.count(), Evidence.objects.count()) == (0, 2)
    assert Event.objects.last().verb == "self_report.drop_proof"


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("liaison", {"filling": ["fill", "file"]}),
        ("head", {"filling": ["fill", "file"]}),
        (
            "office",
            {
                "filling": ["extend", "withdraw"],
                "missed": ["extend", "withdraw"],
                "filed": ["receive", "send_back", "withdraw"],
            },
        ),
        *((who, {}) for who in ("rival", "staff", "county", "leader", "auditor", "admin", "stranger")),
    ],
)
def test_who_may_make_which_move_in_which_state(city, report, who, allowed):
    actor, lifecycle = city.person(who), LIFECYCLES["self_report"]
    found = {}
    for state in lifecycle.states:
        report.state = state.code
        found[state.code] = [move.name for move in lifecycle.moves if may(actor, move, report).allowed]
    assert {state: moves for state, moves in found.items() if moves} == allowed


def test_of_two_self_reports_of_one_round_a_successor_keeps_its_own(city, report):
    rival = Case.objects.get(unit__code="RIVAL")
    succeed_unit(actor=None, unit=city.units["SCHOOL"], successor=city.units["RIVAL"])
    assert list(Case.objects.filter(unit__code="RIVAL").values_list("pk", "state")) == [(rival.pk, "filling")]
    assert Case.objects.get(pk=report.pk).state == "withdrawn"


def address(case, criterion="制度上墙"):
    return reverse("standards:answer", args=[case.number, Criterion.objects.get(text=criterion).pk])


def test_a_unit_goes_from_criterion_to_criterion(browse, report):
    client = browse("liaison")
    first = client.get(reverse("standards:fill", args=[report.number]))
    assert first.url == address(report)
    page = text(client.get(first.url))
    assert "Criterion 1 of 2" in page
    assert "Still missing: 10 characters more in the statement; 2 more pieces of evidence" in page
    asked = {
        "statement": "已印发制度并公开上墙了。",
        "kind": "document",
        "uploads": [pdf(), pdf("二.pdf")],
        "seen": 0,
    }
    saved = client.post(first.url, asked | {"shown": ["unit_name"], "next": "1"})
    assert saved.url == address(report, "受到表彰")
    assert "Nothing is missing here." in text(client.get(first.url))
    assert client.get(reverse("standards:fill", args=[report.number])).url == first.url
    last = client.post(saved.url, {"statement": "市级表彰一次", "kind": "document", "seen": 0, "next": "1"})
    assert last.url == saved.url
    proof = Proof.objects.first()
    client.post(reverse("standards:drop_proof", args=[report.number, proof.pk]))
    assert Proof.objects.count() == 1
    assert client.get(reverse("standards:answer", args=[report.number, 0])).status_code == 404


def test_the_form_of_filing_names_the_gaps(browse, city, report):
    client, page = browse("liaison"), reverse("cases:move", args=[report.number, "file"])
    assert "1 criteria lack something" in text(client.get(page))
    complete(city, report)
    assert "lack something" not in text(client.get(page))


def test_a_unit_without_criteria_of_its_own_is_led_to_the_case(browse, city, campaign):
    from decimal import Decimal

    from chuangwen.standards.services.keeping import Row

    standard = publish(city, draft_of(city, Row("看现场", Decimal(100), "现场", method="site")))
    ask(city, standard, campaign)
    jobs.work_waiting()
    case = Case.objects.get(unit__code="SCHOOL")
    answer = browse("liaison").get(reverse("standards:fill", args=[case.number]))
    assert answer.url == reverse("cases:case", args=[case.number])


@pytest.mark.parametrize(
    ("who", "status"), [("rival", 404), ("stranger", 404), ("office", 200), ("staff", 200)]
)
def test_others_read_it_or_do_not_know_of_it(browse, city, report, who, status):
    say(city, report)
    client = browse(who)
    shown = client.get(address(report))
    assert shown.status_code == status
    if status == 200:
        assert "已印发制度并在大厅公开上墙。" in text(shown)
        assert "Save and go to the next" not in text(shown)
    assert client.get(reverse("cases:case", args=[report.number])).status_code == status


def test_the_office_asks_for_self_reports_on_a_page(browse, city, published, campaign):
    client, page = browse("office"), reverse("standards:open_round", args=[published.pk])
    asked = {
        "campaign": campaign.pk,
        "begins": "2026-01-01",
        "ends": "2026-12-31",
        "closes": (timezone.localdate() + WEEK).isoformat(),
    }
    assert client.post(page, asked | {"ends": "2025-01-01"}).status_code == 400
    assert client.post(page, asked | {"closes": "2020-01-01"}).status_code == 400
    assert client.post(page, asked).url.startswith("/work/")
    assert browse("liaison").get(page).status_code == 403
    jobs.work_waiting()
    job = client.post(page, asked)
    assert job.status_code == 409
    shown = client.get(reverse("web:job", args=[jobs.newest(rounds.OPEN).pk]))
    assert "3 units have the self-report on their desks." in text(shown)


def test_the_page_asks_no_more_for_many_pieces_of_evidence(browse, city, report, django_assert_num_queries):
    client = browse("liaison")
    complete(city, report)
    client.get(address(report))
    seen = 1
    for _round in range(2):
        with django_assert_num_queries(12):
            client.get(address(report))
        say(city, report, seen=seen, kind="document", uploads=[pdf(f"{n}.pdf") for n in range(20)])
        seen += 1
