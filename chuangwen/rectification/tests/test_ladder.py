"""The ladder of escalation: rung by rung, by the rule of the table, with exact points, told to the unit."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Attachment, Case, Notice
from chuangwen.cases.reminders import read, unread
from chuangwen.cases.services import perform
from chuangwen.core.calendar import add_working_days, working_days_left
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.tests.test_issuing import text_of
from chuangwen.directives.tests.test_races import at_once
from chuangwen.organizations.tests.personas import build_city
from chuangwen.rectification.ladder import Standing, standing_of
from chuangwen.rectification.models import Escalation, Order, Proof, Recheck
from chuangwen.rectification.rungs import LadderRung, rungs, total
from chuangwen.rectification.tests.conftest import campaign_in, drafted_in, file, move, on_desk

MEETING = {"meets_at": datetime(2099, 3, 2, 1, 30, tzinfo=UTC), "place": "市文明办三楼会议室"}
HEAD = "code\tzh\ten\toverdue\tfailed\trule\tpoints\tfrom\n"
HEAD_NOW = HEAD.replace("points\t", "after\tpoints\tbrings\t")
SHIPPED = ["reminder", "supervision", "bulletin", "interview", "accountability"]


def late(order: Order, days: int, state: str = "rectifying") -> None:
    """Its deadline passed so many working days ago."""
    today = due = timezone.localdate()
    while working_days_left(due, today) > -days:
        due -= timedelta(days=1)
    on_desk(order, state)
    Case.objects.filter(pk=order.pk).update(due=due)


def failed(city, order: Order, times: int) -> None:
    for _time in range(times):
        proof = Proof.objects.create(order=order, filed_by=city.people["liaison"], filed_at=timezone.now())
        Recheck.objects.create(
            proof=proof, by=city.people["office"], at=timezone.now(), passed=False, words="x"
        )


def climb(city, order: Order, rung: str, who: str = "office", **more: object) -> Case:
    asked = {"interview": MEETING, "accountability": {"body": "东岭县纪委监委"}}.get(rung, {})
    return move(city, who, order, "escalate", rung=rung, reason="多次催办未整改", **{**asked, **more})


def rest(order: Order) -> None:
    """What was climbed was climbed two weeks before."""
    Escalation.objects.filter(order=order).update(at=F("at") - timedelta(days=21))


def on(day: date) -> str:
    """Why the next rung may not be climbed on that day."""
    return standing_of(Case.objects.get(), day).missing


def refusal(act, *given) -> tuple[str, str]:
    with override("en"), pytest.raises(Problem) as caught:
        act(*given)
    return caught.value.code, str(caught.value.details.get("reason", caught.value.sentence))


def test_rung_by_rung_to_the_highest_with_exact_points_told_to_the_unit(city, drafted, browse):
    late(drafted, 20)
    for number, rung in enumerate(SHIPPED, start=1):
        climb(city, drafted, rung)
        [notice] = unread(city.person("liaison"))
        assert notice.reminder.rung == "raised"
        read(actor=city.person("liaison"), upto=notice.pk)
        assert Escalation.objects.count() == number
        rest(drafted)
    assert [(row.rung, row.points) for row in Escalation.objects.all()] == [
        ("reminder", Decimal(0)),
        ("supervision", Decimal(0)),
        ("bulletin", Decimal("0.5")),
        ("interview", Decimal(1)),
        ("accountability", Decimal(2)),
    ]
    code, why = refusal(climb, city, drafted, "accountability")
    assert (code, why) == ("case.move_refused", "the highest rung of the ladder is climbed")
    data = Event.objects.filter(verb="order.escalate").order_by("pk")[2].data
    told = ("bulletin", "0.5", 20, 0, "多次催办未整改")
    assert tuple(data[name] for name in ("rung", "points", "overdue", "failed", "reason")) == told
    shown = browse("liaison").get(f"/cases/{drafted.case.number}/").content.decode()
    for words in ("accountability suggestion", "penalty points: 3.50"):
        assert words in shown
    assert shown.count("多次催办未整改") >= len(SHIPPED)
    assert browse("rival").get(f"/cases/{drafted.case.number}/").status_code == 404
    # A reopened order keeps its rungs; one that is closed or withdrawn climbs none.
    Escalation.objects.filter(rung="accountability").delete()
    file(city, drafted)
    move(city, "office", drafted, "pass_recheck", words="已清理干净")
    closed = refusal(climb, city, drafted, "accountability")
    move(city, "office", drafted, "reopen", due=timezone.localdate(), reason="巡查再次发现")
    assert list(drafted.escalations.values_list("rung", flat=True)) == SHIPPED[:4]
    late(drafted, 20, "returned")
    climb(city, drafted, "accountability")
    move(city, "office", drafted, "withdraw", reason="重复")
    Escalation.objects.all().delete()
    assert closed == refusal(climb, city, drafted, "reminder")
    assert closed[1].startswith("only when the case is")


def test_no_rung_is_skipped_and_none_climbed_before_its_rule_is_met(city, drafted):
    late(drafted, 0)
    asks = "“reminder” needs 1 working day overdue or 1 failed re-check"
    has = "so far: 0 working days overdue, 0 failed re-checks"
    assert refusal(climb, city, drafted, "reminder") == ("case.move_refused", f"{asks}; {has}")
    late(drafted, 4)
    for rung in ("supervision", "accountability", "nonsense"):
        assert refusal(climb, city, drafted, rung)[0] == "order.rung_not_next"
    climb(city, drafted, "reminder")
    rest(drafted)
    assert "“supervision” needs 5 working days overdue" in refusal(climb, city, drafted, "supervision")[1]
    late(drafted, 5)
    climb(city, drafted, "supervision")
    rest(drafted)
    # What was looked at again and failed counts as well, whatever the new deadline.
    late(drafted, 0, "returned")
    failed(city, drafted, 1)
    assert "so far: 0 working days overdue, 1 failed re-check" in refusal(climb, city, drafted, "bulletin")[1]
    failed(city, drafted, 1)
    climb(city, drafted, "bulletin")
    rest(drafted)
    assert list(Escalation.objects.values_list("rung", flat=True)) == SHIPPED[:3]
    # While a proof waits to be looked at, the office is what is late.
    late(drafted, 30, "proof_filed")
    assert refusal(climb, city, drafted, "interview")[0] == "case.move_refused"
    Case.objects.filter(pk=drafted.pk).update(due=None, state="rectifying")
    assert "0 working days overdue" in refusal(climb, city, drafted, "interview")[1]


def test_the_office_alone_climbs_and_each_order_by_itself(city, campaign, drafted):
    other = drafted_in(city, campaign, "RIVAL")
    late(drafted, 9)
    late(other, 9)
    climb(city, drafted, "reminder")
    for who in ("rival", "liaison", "head", "county", "inspector", "leader", "auditor", "stranger"):
        assert refusal(climb, city, other, "reminder", who)[0] == "case.move_refused"
    climb(city, other, "reminder")
    assert list(Escalation.objects.values_list("order", flat=True)) == [drafted.pk, other.pk]
    assert not unread(city.person("stranger"))
    assert {row.person.username for row in Notice.objects.filter(reminder__case=other.pk)} == {"rival"}


def test_the_form_says_which_rung_is_next_and_what_it_lacks(browse, city, drafted):
    late(drafted, 1)
    address, page = f"/cases/{drafted.case.number}/escalate/", browse("office")
    shown = page.get(address).content.decode()
    assert 'name="rung" value="reminder"' in shown
    assert "next, its rule is met" in shown
    typed = {"seen": Case.objects.get().revision, "rung": "reminder", "reason": "逾期未整改"}
    assert page.post(address, typed)["Location"] == f"/cases/{drafted.case.number}/"
    assert "3 working days after the rung before at the earliest" in page.get(address).content.decode()
    rest(drafted)
    shown = page.get(address).content.decode()
    for words in (
        "climbed",
        "next, not met yet",
        "“supervision” needs",
        "penalty points: 0.50",
        "takes the order in",
    ):
        assert words in shown
    late(drafted, 99)
    Escalation.objects.create(
        order=drafted, rung="accountability", points=2, at=timezone.now(), by=city.people["office"]
    )
    assert "the highest rung of the ladder is climbed" in page.get(address).content.decode()
    assert "only for" in browse("liaison").get(address).content.decode()


def test_the_table_is_in_force_from_a_day_and_kept_by_the_database(city, drafted, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    own = tmp_path / "rectification" / "rungs.tsv"
    own.parent.mkdir()
    own.write_text(
        f"{HEAD}a\t甲\tfirst\t3\t1\tall\t0.25\t2020-01-01\na\t甲\tfirst\t3\t\tany\t0.30\t2026-07-01\n"
        "b\t乙\tsecond\t\t\tany\t1\t2020-01-01\n"
    )
    old = rungs(date(2026, 6, 30))["a"]
    assert old == LadderRung("a", "甲", "first", 3, 1, "all", Decimal("0.25"))
    assert [old.met(*have) for have in ((3, 1), (3, 0), (2, 1))] == [True, False, False]
    assert (old.needs, rungs(date(2026, 7, 1))["a"].points) == (
        "逾期3个工作日，同时复查不合格1次",
        Decimal("0.30"),
    )
    second = rungs()["b"]
    assert (second.needs, second.met(0, 0)) == ("", True)
    # A rung that a newer table puts below the highest one climbed is not made up for.
    today = timezone.localdate()
    assert Standing([old, second], frozenset("b"), 9, 9, today).missing == "已到最高一级"
    late(drafted, 3)
    assert may(city.person("office"), LIFECYCLES["order"].move("escalate"), Case.objects.get()).allowed
    climb(city, drafted, "a")
    row = Escalation.objects.get()
    own.write_text(f"{HEAD}b\t乙\tsecond\t\t\tany\t1\t2020-01-01\n")
    assert (str(row), row.points) == ("a", Decimal("0.30"))
    for wrong in ({"rung": "a", "points": 1}, {"rung": "c", "points": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Escalation.objects.create(order=drafted, at=timezone.now(), by=row.by, reason="x", **wrong)
    for cells in ("x\tany\t0", "1\tnone\t0", "1\tany\tNaN", "1\tany\t-1", "1\tany\t0.125", "1\tany\tmuch"):
        overdue, rest = cells.split("\t", 1)
        own.write_text(f"{HEAD}a\t甲\tfirst\t{overdue}\t\t{rest}\t2020-01-01\n")
        with pytest.raises(Problem) as caught:
            rungs()
        assert (caught.value.code, caught.value.details["line"]) == ("order.table_broken", 2)


def test_the_table_says_how_long_after_and_what_it_brings(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    own = tmp_path / "rectification" / "rungs.tsv"
    own.parent.mkdir()
    own.write_text(f"{HEAD_NOW}a\t甲\tfirst\t1\t\tany\t4\t1\tinterview\t2020-01-01\n")
    assert (rungs()["a"].after, rungs()["a"].brings) == (4, "interview")
    for wrong_cells in ("0\t1\t", "1\t1\tletter", "x\t1\t"):
        own.write_text(f"{HEAD_NOW}a\t甲\tfirst\t1\t\tany\t{wrong_cells}\t2020-01-01\n")
        with pytest.raises(Problem) as caught:
            rungs()
        assert caught.value.code == "order.table_broken"


@pytest.mark.django_db(transaction=True)
def test_two_officers_climb_at_once_and_one_is_told():
    town = build_city()
    order = drafted_in(town, campaign_in(town))
    late(order, 20)
    case = Case.objects.get()

    def act():
        return perform(
            actor=town.person("office"),
            move_name="escalate",
            case=case,
            seen=case.revision,
            rung="reminder",
            reason="逾期",
        )

    assert at_once(act, act, act) == ["case.stale", "case.stale", "done"]
    assert Escalation.objects.get().rung == "reminder"


SO_FAR = "目前逾期"
# Working days overdue that each rung asks for, and working days after the one before.
DATES = {
    "reminder": (1, None),
    "supervision": (5, 3),
    "bulletin": (10, 5),
    "interview": (15, 5),
    "accountability": (20, 5),
}


@pytest.mark.parametrize("rung", SHIPPED)
def test_a_day_early_does_nothing_and_that_day_does(city, drafted, rung):
    """By the deadline, and by the rung before: each alone holds it back to the day."""
    overdue, after = DATES[rung]
    place = SHIPPED.index(rung)
    due = date(2026, 3, 2)  # a Monday of a stretch without holidays
    on_desk(drafted, "rectifying")
    Case.objects.update(due=due)
    rows = [
        Escalation(order=drafted, rung=code, points=0, at=noon(due), by=city.people["office"], reason="x")
        for code in SHIPPED[:place]
    ]
    Escalation.objects.bulk_create(rows)
    opens = add_working_days(due, overdue)
    assert rung_on(opens) == rung
    assert SO_FAR in on(opens - timedelta(days=1))
    assert on(opens) == ""
    if after:  # long overdue, it waits for the rung before
        Escalation.objects.filter(rung=SHIPPED[place - 1]).update(at=noon(date(2026, 5, 11)))
        opens = add_working_days(date(2026, 5, 11), after)
        assert f"{opens:%Y-%m-%d}" in on(date(2026, 5, 11))
        assert "最早" in on(opens - timedelta(days=1))
        assert on(opens) == ""


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def rung_on(day: date) -> str:
    following = standing_of(Case.objects.get(), day).next
    return following.code if following else ""


def test_two_rungs_are_not_climbed_in_one_day(city, drafted):
    late(drafted, 30)
    climb(city, drafted, "reminder")
    code, why = refusal(climb, city, drafted, "supervision")
    opens = add_working_days(timezone.localdate(), 3)
    assert (code, why) == (
        "case.move_refused",
        f"“supervision” comes 3 working days after the rung before at the earliest: on {opens}",
    )
    assert Escalation.objects.count() == 1


def test_the_highest_rungs_make_their_papers(city, drafted, browse):
    late(drafted, 21)
    rows = [
        Escalation(
            order=drafted, rung=code, points=points, at=timezone.now(), by=city.people["office"], reason="x"
        )
        for code, points in zip(SHIPPED[:3], (0, 0, Decimal("0.5")), strict=True)
    ]
    Escalation.objects.bulk_create(rows)
    rest(drafted)
    past = {"meets_at": timezone.now() - timedelta(hours=1), "place": "会议室"}
    for wrong in (past, {"meets_at": None, "place": ""}):
        assert refusal(climb_with, city, drafted, wrong)[0] == "order.meets_too_soon"
    page, address = browse("office"), f"/cases/{drafted.case.number}/escalate/"
    typed = {"seen": Case.objects.get().revision, "rung": "interview", "reason": "多次催办未整改"}
    assert page.post(address, typed).status_code == 400
    asked = {"day": "2099-03-02", "hour": "09:30", "place": "市文明办三楼会议室"}
    assert page.post(address, typed | asked).status_code == 302
    year = timezone.localdate().year
    called = Escalation.objects.get(rung="interview")
    assert (str(called.number), called.meets_at) == (f"示文明办约〔{year}〕1号", MEETING["meets_at"])
    said = text_of(Attachment.objects.get(name__startswith="约谈通知书", name__endswith=".docx"))
    for words in (
        "约谈通知书",
        "东岭县第一中学",
        "2099年3月2日，09:30",
        "市文明办三楼会议室",
        "已逾期21个工作日",
    ):
        assert words in said
    rest(drafted)
    climb(city, drafted, "accountability")
    for attachment in Attachment.objects.filter(name__startswith="问责建议书"):
        said = text_of(attachment)
        for words in ("东岭县纪委监委", "多次催办未整改", "督办", "约谈", "走廊堆放杂物"):
            assert words in said
    shown = browse("liaison").get(f"/cases/{drafted.case.number}/").content.decode()
    for words in ("2099-03-02 09:30", f"示文明办约〔{year}〕1号", f"示文明办问〔{year}〕1号", "points: 3.50"):
        assert words in shown


def test_an_order_that_is_withdrawn_holds_nothing_against_the_unit(city, drafted, browse):
    """And nobody else reads its rungs."""
    page = browse("office")
    late(drafted, 21)
    row = {"order": drafted, "at": timezone.now(), "by": city.people["office"], "reason": "x"}
    Escalation.objects.create(rung="interview", points=Decimal(1), **row)
    Escalation.objects.create(rung="bulletin", points=Decimal("2.5"), **row)
    assert "points: 3.50" in page.get(f"/cases/{drafted.case.number}/").content.decode()
    assert total(row.points for row in Escalation.objects.counting()) == Decimal("3.5")
    assert Escalation.objects.visible_to(city.person("liaison")).count() == 2
    assert not Escalation.objects.visible_to(city.person("rival")).exists()
    move(city, "office", drafted, "withdraw", reason="申诉成立")
    assert not Escalation.objects.counting().exists()
    assert "points: 3.50" not in page.get(f"/cases/{drafted.case.number}/").content.decode()


def climb_with(city, order: Order, asked: dict) -> Case:
    return climb(city, order, "interview", **asked)
