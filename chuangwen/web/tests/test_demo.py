"""The city as loaded: a campaign that gives every account something to see, once and whole."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library.twins import seen_before
from chuangwen.cases.lifecycle import LIFECYCLES
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.queries import on_desk, to_decide
from chuangwen.cases.reminders import unread
from chuangwen.core.models import Event
from chuangwen.core.verification import verify
from chuangwen.directives.addressees import Addressees
from chuangwen.directives.extract import extract
from chuangwen.directives.models import Complaint, LaunchRecord, Meeting, Receiver, Report
from chuangwen.directives.overview import Seen, timeline
from chuangwen.directives.shares import Breakdown
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.models import Finding, Visit
from chuangwen.organizations.models import Person, Post, System, Territory, Unit
from chuangwen.rectification.models import Bulletin, Escalation, Order, Photo
from chuangwen.standards.models import Consultation, Objection, Review, Round, Score
from chuangwen.web.demo.accounts import ACCOUNTS, PASSWORD
from chuangwen.web.demo.story import DECISIONS

# All of them: those without a database would run after those of every other module, and load it again.
pytestmark = pytest.mark.django_db


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The city, loaded once for all tests of this module and thrown away after the last."""
    witness = tmp_path_factory.mktemp("demo") / "heads.jsonl"
    with django_db_blocker.unblock(), override_settings(MODE="demo", HEADS_FILE=witness):
        try:
            yield SimpleNamespace(printed=demo(), witness=witness)
        finally:
            call_command("flush", interactive=False, verbosity=0)


def person(username: str) -> Person:
    return Person.objects.get(username=username)


def test_of_two_inspections_a_unit_knows_the_open_one(loaded):
    states = Visit.objects.filter(inspection__draw=None).values_list("case__unit__short_name", "case__state")
    assert dict(states) == {"市财政局": "closed", "云岫县一中": "announced", "云岫县二中": "under_way"}
    seen = {who: Visit.objects.visible_to(person(who)).count() for who in ("liaison", "rival", "inspector")}
    drawn = Visit.objects.exclude(inspection__draw=None).filter(members__person=person("inspector")).count()
    assert seen == {"liaison": 1, "rival": 0, "inspector": 3 + drawn}
    assert [notice.reminder.rung for notice in unread(person("liaison"))].count("told") == 1
    assert Finding.objects.exclude(order=None).count() == 2


def test_orders_stand_in_every_state_and_one_of_two_bulletins_is_out(loaded, client):
    """Closed with photos of before and after, reopened, on a rung; the bulletin compares units."""
    states = Counter(Case.objects.filter(kind="order").values_list("state", flat=True))
    assert set(states) == {state.code for state in LIFECYCLES["order"].states}
    closed = Order.objects.get(case__state="closed")
    assert {bool(photo.remedy_id) for photo in Photo.objects.filter(item__order=closed)} == {True, False}
    assert Order.objects.get(reopened=1).case.state == "returned"
    assert Escalation.objects.filter(order__case__state="rectifying", rung="reminder").exists()
    both = dict(Bulletin.objects.values_list("case__state", "public"))
    assert both == {"published": True, "drafting": False}
    told = Bulletin.objects.get(published_at__isnull=False)
    assert told.league
    assert client.get(reverse("rectification:bulletin", args=[told.case.number])).status_code == 200


def test_a_draw_can_be_checked_by_anybody(loaded, client):
    draw = Draw.objects.revealed().get()
    assert draw.units > len(draw.drawn) == 2
    page = client.get(reverse("inspections:draw", args=[draw.inspection.case.number])).content.decode()
    assert draw.secret in page
    assert draw.drawn[0].unit in page


def test_it_prints_the_accounts_and_the_password(loaded):
    assert "载入" in loaded.printed
    assert all(account.username in loaded.printed for account in ACCOUNTS)
    assert PASSWORD in loaded.printed


def test_loading_again_changes_nothing(loaded):
    models = (Territory, System, Unit, Person, Post, Case, Report, Event)
    before = {model: model.objects.count() for model in models}
    assert all(before.values())
    assert "kept" in demo()
    assert {model: model.objects.count() for model in models} == before


def test_the_journal_is_whole(loaded):
    verdict = verify(witness=loaded.witness)
    assert (verdict.ok, verdict.pending, verdict.events) == (True, 0, Event.objects.count())


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_every_account_signs_in_with_its_role_and_opens_its_desk(loaded, client, account):
    validate_password(PASSWORD, person(account.username))
    assert client.login(username=account.username, password=PASSWORD)
    assert client.get(reverse("web:desk")).status_code == 200
    held = Post.objects.held().filter(person__username=account.username)
    assert Counter(held.values_list("unit__short_name", "role")) == Counter(
        (account.unit, role.value) for role in account.roles
    )


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "联络员，牵头教育系统"), ("en", "leads the education system")]
)
def test_the_page_of_sign_in_names_the_accounts(loaded, client, language, said):
    page = client.get(reverse("account_login"), headers={"accept-language": language}).content.decode()
    assert all(f"<code>{account.username}</code>" in page for account in ACCOUNTS)
    assert PASSWORD in page
    assert said in page


def test_the_reader_finds_the_bodies_of_the_speech_in_the_city(loaded):
    meeting = Meeting.objects.get(case__state="dispatched")
    drafts = extract(meeting.text, document_date=meeting.held_on).tasks
    addressees = Addressees("9901")
    found = Counter(
        address.rule != Receiver.Rule.UNDECIDED
        for draft in drafts
        for address in addressees.resolve(list(draft.responsible))
    )
    assert found.total() >= 50
    assert found[True] / found.total() >= 0.9


def test_the_clerk_has_decided_what_the_reader_left_open(loaded):
    lines = Receiver.objects.filter(task__meeting__case__state="dispatched", task__state="dispatched")
    assert lines.exists()
    assert not lines.filter(rule=Receiver.Rule.UNDECIDED).exists()
    decided = {(line.wording, line.rule, line.value) for line in lines}
    assert {(wording, *address) for wording, address in DECISIONS.items()} <= decided
    hospitals = Unit.objects.filter(peer_group="hospitals")
    assert hospitals.filter(cases__title__startswith="各级医疗机构").count() == hospitals.count() > 0


def test_the_campaign_shows_every_state(loaded):
    cases = Case.objects.filter(kind="assignment")
    today = timezone.localdate()
    assert set(cases.values_list("state", flat=True)) == {
        "issued",
        "acknowledged",
        "reported",
        "returned",
        "accepted",
    }
    assert cases.late().exists()
    assert cases.open().filter(due__gt=today).exists()
    assert cases.exclude(assignment__period="").exists()
    assert LaunchRecord.objects.exists()
    assert not LaunchRecord.objects.filter(held_on__gt=today).exists()
    levels = {len(code) for code in cases.values_list("unit__territory", flat=True)}
    assert levels == {4, 6, 9}


def test_the_story_took_weeks_in_order_and_none_of_it_is_still_to_come(loaded):
    moments = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert timezone.localdate(moments[-1]) < timezone.localdate()
    figure = timeline(Seen(Campaign.objects.get(), person("leader")))
    days = [row.values for row in figure.rows]
    assert len(days) == 21
    _received, acknowledged, reported, accepted = (set(step) for step in zip(*days, strict=True))
    assert min(map(len, (acknowledged, reported, accepted))) >= 5


def test_the_desks_of_the_accounts_have_something_to_do(loaded):
    assert {case.state for case in on_desk(person("liaison"))} >= {"issued", "acknowledged", "returned"}
    assert "reported" in {case.state for case in on_desk(person("rival"))}
    assert {case.issuer.short_name for case in on_desk(person("liaison"))} >= {"市文明办", "市教育局"}
    for decides in ("office", "county", "department"):
        assert to_decide(person(decides)).exists(), decides
    for answers in ("county", "department", "head", "editor", "operator"):
        assert on_desk(person(answers)).filter(state="issued").exists(), answers
    seen = Case.objects.filter(kind="assignment").visible_to(person("leader"))
    assert seen.count() == Case.objects.filter(kind="assignment").count()
    for reviews in ("inspector", "delegate"):
        states = {case.state for case in on_desk(person(reviews)) if case.kind == "review"}
        assert states == {"scoring"}, reviews
    for watches in ("auditor", "admin", "security"):
        assert not on_desk(person(watches)).exists(), watches


def test_a_task_goes_down_to_persons_and_here_and_there_not_so_far(loaded, client):
    in_force = Breakdown.objects.in_force()
    assert in_force.filter(to_person=True).count() >= 5
    assert Breakdown.objects.filter(in_force_at=None).exists()
    school = in_force.get(pattern=True)
    assert (school.to_person, school.assignment.case.unit.short_name) == (False, "云岫县一中")
    client.force_login(person("liaison"))
    shown = client.get(
        reverse("directives:my_share"), headers={"accept-language": "zh-hans"}
    ).content.decode()
    assert "建立责任清单并在校内公示" in shown
    assert "班级文明礼仪主题班会" in shown
    rivals = Case.objects.get(unit__short_name="云岫县二中", title__contains="责任清单")
    client.force_login(person("rival"))
    assert (
        "云岫县第一中学" in client.get(reverse("directives:breakdown", args=[rivals.number])).content.decode()
    )


def test_of_two_complaints_one_waits_for_an_answer(loaded):
    assert [bool(complaint.answer) for complaint in Complaint.objects.order_by("id")] == [True, False]


def test_a_second_text_waits_for_the_clerk_with_a_body_to_decide(loaded):
    waiting = Meeting.objects.get(case__state="draft")
    rules = set(waiting.tasks.values_list("receivers__rule", flat=True))
    assert Receiver.Rule.UNDECIDED in rules
    assert rules - {Receiver.Rule.UNDECIDED, None}


def test_a_photo_in_the_library_of_the_school_was_seen_at_another(loaded):
    own = Evidence.objects.filter(unit__posts__person__username="liaison").order_by("pk")
    # What it has put right stands behind them.
    assert [piece.kind for piece in own] == ["photo", "document", "link", "photo"]
    assert [twin.piece.unit.name for twin in seen_before(own[0])] == ["云岫县第二中学"]


def test_a_round_is_under_review_and_one_result_is_released_and_objected_to(loaded):
    found = Round.objects.get()
    states = Counter(found.self_reports.values_list("case__state", flat=True))
    assert (states["filed"], set(states)) == (3, {"filed", "filling"})
    released = Score.objects.get()
    assert released.self_report.reviews.count() == 3
    assert released.objections_until >= timezone.localdate()
    assert Objection.objects.get().result.score == released
    open_ones = Review.objects.filter(case__state="scoring").values_list("reviewer__username", flat=True)
    assert set(open_ones) == {"delegate", "inspector", "expert"}
    assert Counter(Consultation.objects.values_list("case__state", flat=True)) == {"answered": 2, "asked": 1}
