"""The ladder of escalation: rung by rung, by the rule of the table, with exact points, told to the unit."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case, Notice
from chuangwen.cases.reminders import read, unread
from chuangwen.cases.services import perform
from chuangwen.core.calendar import working_days_left
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.tests.test_races import at_once
from chuangwen.organizations.tests.personas import build_city
from chuangwen.rectification.ladder import Standing
from chuangwen.rectification.models import Escalation, Order, Proof, Recheck
from chuangwen.rectification.rungs import LadderRung, rungs
from chuangwen.rectification.tests.conftest import campaign_in, drafted_in, file, move, on_desk

HEAD = "code\tzh\ten\toverdue\tfailed\trule\tpoints\tfrom\n"
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


def climb(city, order: Order, rung: str, who: str = "office") -> Case:
    return move(city, who, order, "escalate", rung=rung, reason="多次催办未整改")


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
    said = {name: data[name] for name in ("rung", "points", "overdue", "failed", "reason")}
    assert said == {
        "rung": "bulletin", "points": "0.5", "overdue": 20, "failed": 0, "reason": "多次催办未整改"
    }  # fmt: skip
    shown = browse("liaison").get(f"/cases/{drafted.case.number}/").content.decode()
    assert "accountability suggestion" in shown
    assert "penalty points: 3.50" in shown
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
    assert "“supervision” needs 5 working days overdue" in refusal(climb, city, drafted, "supervision")[1]
    late(drafted, 5)
    climb(city, drafted, "supervision")
    # What was looked at again and failed counts as well, whatever the new deadline.
    late(drafted, 0, "returned")
    failed(city, drafted, 1)
    assert "so far: 0 working days overdue, 1 failed re-check" in refusal(climb, city, drafted, "bulletin")[1]
    failed(city, drafted, 1)
    climb(city, drafted, "bulletin")
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
    shown = page.get(address).content.decode()
    for words in ("climbed", "next, not met yet", "“supervision” needs", "penalty points: 0.50"):
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
    assert Standing([old, second], frozenset("b"), 9, 9).missing == "已到最高一级"
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
