"""An order from its draft to its end: who learns of it when, what closes it, what the unit can ask."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Attachment, Case, Request
from chuangwen.cases.queries import on_desk as desk_of
from chuangwen.cases.queries import to_decide
from chuangwen.cases.reminders import remind, unread
from chuangwen.cases.urgency import slip_of
from chuangwen.core.calendar import add_working_days
from chuangwen.core.models import Event, IssuedNumber
from chuangwen.core.problems import Problem
from chuangwen.directives.tests.test_issuing import text_of
from chuangwen.directives.tests.test_races import at_once
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import build_city
from chuangwen.rectification.limits import due_of
from chuangwen.rectification.models import Order, OrderItem, Photo, Recheck
from chuangwen.rectification.services.orders import draft
from chuangwen.rectification.services.proofs import Done
from chuangwen.rectification.tests.conftest import (
    FAULTS,
    campaign_in,
    drafted_in,
    file,
    issue,
    move,
    on_desk,
    picture,
)


def code_of(act, *given, **more) -> str:
    with pytest.raises(Problem) as caught:
        act(*given, **more)
    return caught.value.code


def sees(city, order) -> set[str]:
    people = ("office", "county", "leader", "department", "liaison", "rival", "inspector", "auditor")
    return {who for who in people if Case.objects.visible_to(city.person(who)).filter(pk=order.pk).exists()}


def test_a_draft_is_known_to_its_issuer_alone_and_an_issued_order_to_the_unit(city, drafted, campaign):
    year = timezone.localdate().year
    assert sees(city, drafted) == {"office"}
    assert not desk_of(city.person("liaison"))
    assert list(to_decide(city.person("office"))) == [drafted.case]
    remind(timezone.now() + timedelta(days=90))
    assert not unread(city.person("liaison"))
    assert Event.objects.get(verb="order.draft").data == {"faults": 1}
    case = issue(city, drafted)
    assert sees(city, drafted) == {"office", "county", "leader", "department", "liaison", "auditor"}
    assert list(desk_of(city.person("liaison"))) == [case]
    order = Order.objects.get()
    assert str(order.number) == f"示文明办改〔{year}〕1号"
    for paper in Attachment.objects.filter(purpose="paper"):
        said = text_of(paper)
        for words in ("整改通知书", f"〔{year}〕1号", "走廊堆放杂物", "教学楼二层", "条款3.2", "举一反三"):
            assert words in said


def test_a_unit_that_does_nothing_is_reminded_and_bears_slips(city, drafted):
    case = Case.objects.get(pk=on_desk(drafted).pk)
    assert slip_of(case, case.due).code == "yellow"
    assert slip_of(case, case.due + timedelta(days=1)).code == "red"
    remind(timezone.now() + timedelta(days=30))
    assert [notice.reminder.rung for notice in unread(city.person("liaison"))] == ["red"]
    file(city, on_desk(drafted, "rectifying"))
    assert slip_of(Case.objects.get(), case.due + timedelta(days=1)) is None


def test_the_whole_way_with_a_failed_look_between(city, drafted):
    on_desk(drafted)
    move(city, "liaison", drafted, "acknowledge")
    file(city, drafted)
    soon = timezone.localdate() + timedelta(days=3)
    move(city, "office", drafted, "fail_recheck", words="仍有杂物", due=soon, pictures=[picture("现场.jpg")])
    assert (Case.objects.get().state, Case.objects.get().due) == ("returned", soon)
    past = timezone.localdate() - timedelta(days=1)
    file(city, drafted)
    assert code_of(move, city, "office", drafted, "fail_recheck", words="x", due=past) == "order.due_past"
    move(city, "office", drafted, "pass_recheck", words="已清理干净", pictures=[picture("复查.jpg")])
    assert Case.objects.get().state == "closed"
    assert list(Recheck.objects.values_list("passed", "words")) == [(False, "仍有杂物"), (True, "已清理干净")]
    assert Event.objects.get(verb="order.pass_recheck").data["reason"] == "已清理干净"
    # Reopened it keeps its history, and what closed it once does not close it again.
    move(city, "office", drafted, "reopen", due=soon, reason="巡查再次发现")
    assert (Case.objects.get().state, Order.objects.get().reopened) == ("returned", 1)
    assert list(Recheck.objects.values_list("stands", flat=True)) == [True, False]
    file(city, drafted)
    move(city, "office", drafted, "pass_recheck", words="已整改")
    assert code_of(move, city, "office", drafted, "reopen", due=past, reason="x") == "order.due_past"
    Case.objects.update(closed_at=timezone.now() - timedelta(days=31))
    assert code_of(move, city, "office", drafted, "reopen", due=soon, reason="x") == "case.move_refused"


@pytest.mark.parametrize(
    ("who", "why"), [("inspector", "only for"), ("liaison", "only for"), ("office", "you found this fault")]
)
def test_whoever_found_it_or_is_not_asked_never_closes_it(city, filed, who, why):
    Order.objects.get().found_by.add(city.people["office"])
    with pytest.raises(Problem) as caught:
        move(city, who, filed, "pass_recheck", words="好")
    assert caught.value.code == "case.move_refused"
    assert not Recheck.objects.exists()


def test_an_officer_with_a_post_in_the_unit_looks_not_again(city, filed):
    Post.objects.create(
        unit=city.units["SCHOOL"], person=city.people["office"], role=Role.STAFF, title="兼职"
    )
    assert code_of(move, city, "office", filed, "pass_recheck", words="好") == "case.move_refused"
    assert not Recheck.objects.exists()


def test_an_inspector_is_named_to_look_again(city, filed):
    second = city.people["delegate"]
    assert code_of(move, city, "office", filed, "name_checker", person=second) == "order.no_checker"
    Post.objects.create(unit=city.units["OFFICE"], person=second, role=Role.INSPECTOR, title="检查员")
    found = city.person("inspector")
    assert code_of(move, city, "office", filed, "name_checker", person=found) == "order.no_checker"
    move(city, "office", filed, "name_checker", person=second)
    move(city, "delegate", filed, "pass_recheck", words="已清理干净")
    assert Recheck.objects.get().by == second


def test_proof_is_of_every_fault_of_this_order_by_photos(city, campaign):
    order, other = (drafted_in(city, campaign, faults=FAULTS) for _ in range(2))
    for one in (order, other):
        on_desk(one, "rectifying")
    first, second = OrderItem.objects.filter(order=order)
    strange = OrderItem.objects.filter(order=other)[0]

    def done(*given):
        return [Done(item.pk, words, photos) for item, words, photos in given]

    whole = ((first, "已清理", [picture()]), (second, "已疏通", [picture("坡道.jpg")]))
    for given, code in (
        ([*whole, (strange, "已清理", [picture()])], "order.item_stranger"),
        ([whole[0]], "order.no_proof"),
        ([whole[0], (second, " ", [picture()])], "order.no_proof"),
        ([whole[0], (second, "已疏通", [])], "order.no_proof"),
    ):
        assert code_of(file, city, order, done=done(*given)) == code
    assert not Photo.objects.exists()
    file(city, order, done=done(*whole))
    assert list(Photo.objects.values_list("item", "remedy__words")) == [
        (first.pk, "已清理"),
        (second.pk, "已疏通"),
    ]
    # Their photos lie in the school's library now, and may prove the other order; a document may not.
    piece = Attachment.objects.filter(evidence__isnull=False)[0].evidence
    items = OrderItem.objects.filter(order=other)
    file(city, other, done=[Done(item.pk, "已清理", (), [piece]) for item in items])
    assert Attachment.objects.filter(evidence=piece).count() == 4
    on_desk(order, "returned")
    piece.blob.media_type = "application/pdf"
    assert (
        code_of(file, city, order, done=[Done(i.pk, "x", (), [piece]) for i in (first, second)])
        == "order.no_photo"
    )


def test_what_cannot_be_drawn_up(city, campaign):
    def code(who="office", unit="SCHOOL", kind="environment", faults=FAULTS):
        whose = {"issuer": city.units["OFFICE"], "unit": city.units[unit], "campaign": campaign}
        return code_of(draft, actor=city.person(who), kind=kind, faults=faults, **whose)

    assert code(who="rival") == "page.not_allowed"
    assert code(faults=()) == "order.no_fault"
    assert code(kind="nonsense") == "order.kind_unknown"
    campaign.territory_id = "990102"
    assert code() == "order.elsewhere"
    assert not Order.objects.exists()


def test_a_withheld_order_is_issued_by_no_officer(city, campaign):
    order = drafted_in(city, campaign, withheld=True, source="case:26X")
    assert code_of(issue, city, order) == "case.move_refused"
    move(city, "office", order, "withdraw", reason="重复")
    assert sees(city, order) == {"office"}


def test_a_deadline_that_has_passed_issues_nothing(city, drafted):
    past = timezone.localdate() - timedelta(days=1)
    assert code_of(move, city, "office", drafted, "issue", due=past) == "order.due_past"
    assert not IssuedNumber.objects.exists()


def test_a_limit_runs_over_the_years_end():
    # The holiday of 2026 is 1 to 3 January, and Sunday the 4th is worked: 12-31, then 01-04 to 07.
    assert due_of("environment", date(2025, 12, 30)) == date(2026, 1, 7)


def test_an_appeal_is_decided_by_somebody_else_who_is_there(city, drafted):
    on_desk(drafted)
    Order.objects.update(issued_by=city.people["office"])
    move(city, "liaison", drafted, "ask_appeal", reason="照片所示不是我校")
    # Alone in the office, whoever issued it decides; with a colleague there, the colleague does.
    second = city.people["delegate"]
    Post.objects.create(unit=city.units["OFFICE"], person=second, role=Role.OFFICE, title="科员")
    for name in ("uphold", "refuse"):
        assert code_of(move, city, "office", drafted, name, reason="x") == "case.move_refused"
    move(city, "delegate", drafted, "uphold", reason="申诉属实")
    assert (Case.objects.get().state, Request.objects.get().decision) == ("withdrawn", "granted")
    Post.objects.filter(person=second).delete()
    on_desk(drafted)
    move(city, "liaison", drafted, "ask_appeal", reason="又申诉")
    move(city, "office", drafted, "refuse", reason="属实，维持")
    assert Request.objects.last().decision == "refused"


def test_not_our_duty_passes_the_order_on_under_its_number(city, drafted):
    issue(city, drafted)
    move(city, "liaison", drafted, "ask_not_ours", reason="场地归二中管理", unit=city.units["RIVAL"])

    def give(unit):
        return move(city, "office", drafted, "pass_on", unit=city.units[unit], reason="情况属实")

    assert code_of(give, "SCHOOL") == "order.not_led"
    give("RIVAL")
    old, new = Order.objects.select_related("case__unit").order_by("pk")
    assert (new.number, new.demand, new.issued_at) == (old.number, old.demand, old.issued_at)
    assert list(new.found_by.all()) == [city.people["inspector"]]
    assert [item.words for item in new.items.all()] == ["走廊堆放杂物"]
    assert (old.case.state, new.case.state, new.case.due) == ("withdrawn", "issued", old.case.due)
    assert Request.objects.get().replacement == new.case
    paper = Attachment.objects.filter(case=new.case, purpose="paper")[0]
    assert "东岭县第二中学" in text_of(paper)
    assert sees(city, new) == {"office", "county", "leader", "department", "rival", "auditor"}


@pytest.mark.django_db(transaction=True)
def test_two_officers_decide_at_once_and_one_is_told():
    town = build_city()
    order = drafted_in(town, campaign_in(town))
    file(town, on_desk(order, "rectifying"))
    case = Case.objects.get()

    def act(name, **asked):
        from chuangwen.cases.services import perform

        return lambda: perform(
            actor=town.person("office"), move_name=name, case=case, seen=case.revision, words="看过", **asked
        )

    due = timezone.localdate() + timedelta(days=5)
    acts = (act("pass_recheck"), act("fail_recheck", due=due), act("pass_recheck"))
    assert at_once(*acts) == ["case.stale", "case.stale", "done"]
    recheck = Recheck.objects.get()
    assert Case.objects.get().state == ("closed" if recheck.passed else "returned")


def test_a_drawn_up_order_is_corrected_by_its_office_until_it_is_issued(city, drafted, browse):
    """The journal keeps what was there; nobody else learns of it, and the paper says what is there now."""
    item, today = OrderItem.objects.get(), timezone.localdate()
    page, address = browse("office"), f"/cases/{drafted.case.number}/edit/"
    shown = page.get(address).content.decode()
    assert "走廊堆放杂物" in shown
    typed = {"seen": 0, "kind": "facilities", "due": str(today - timedelta(days=400))}
    typed |= {f"words_{item.pk}": "坡道被占用", f"place_{item.pk}": "", f"clause_{item.pk}": item.clause}
    for due in (typed["due"], "x"):
        assert page.post(address, typed | {"due": due, "day_off": "on"}).status_code == 400
    empty = page.post(address, typed | {"due": "", f"words_{item.pk}": " "})
    assert (empty.status_code, OrderItem.objects.get().words) == (400, "走廊堆放杂物")
    due = add_working_days(today, 9)
    assert page.post(address, typed | {"due": str(due)}).status_code == 302
    order = Order.objects.select_related("case").get()
    assert (order.kind, order.wanted_due, order.case.title) == (
        "facilities",
        due,
        "东岭县第一中学：坡道被占用",
    )
    data = Event.objects.get(verb="order.edit").data
    assert data["before"] == {"kind": "environment", "due": ""}
    assert data["faults"] == {"1": {"words": "走廊堆放杂物", "place": "教学楼二层"}}
    for who in ("liaison", "inspector", "county", "auditor"):
        assert browse(who).get(address).status_code == 404
    assert f'value="{due}"' in page.get(address.replace("edit", "issue")).content.decode()


def test_what_has_passed_since_stays_until_it_is_corrected_and_what_is_issued_stands(city, drafted, browse):
    """A kind that is no more stays until another is chosen; a deadline that has passed is offered no more."""
    item, today = OrderItem.objects.get(), timezone.localdate()
    page, address = browse("office"), f"/cases/{drafted.case.number}/edit/"
    Order.objects.update(kind="gone", wanted_due=today - timedelta(days=1))
    assert 'value="gone" selected' in page.get(address).content.decode()
    same = {item.pk: {"words": "坡道被占用", "place": "", "clause": item.clause}}
    past = today - timedelta(days=1)
    move(city, "office", drafted, "edit", kind="gone", due=past, faults=same)
    assert Event.objects.filter(verb="order.edit").last().data["before"] == {}
    assert code_of(move, city, "office", drafted, "edit", kind="no", due=None, faults=same) == (
        "order.kind_unknown"
    )
    move(city, "office", drafted, "edit", kind="order", due=past, faults=same)
    assert Order.objects.get().due_from(today) == add_working_days(today, 5)
    issue(city, drafted)
    assert "坡道被占用" in text_of(Attachment.objects.filter(purpose="paper").first())
    assert code_of(move, city, "office", drafted, "edit", kind="order", due=None, faults=same) == (
        "case.move_refused"
    )
