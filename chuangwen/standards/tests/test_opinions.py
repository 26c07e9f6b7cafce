"""Other departments are asked about units of a round; they answer as a table or a sheet."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case
from chuangwen.cases.reminders import remind
from chuangwen.cases.services import perform
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.tests.personas import Browser
from chuangwen.standards.models import Consultation, Criterion, Opinion, Review
from chuangwen.standards.services import consulting
from chuangwen.standards.services.consulting import Said
from chuangwen.standards.services.keeping import Row
from chuangwen.standards.tests.conftest import draft_of, publish
from chuangwen.standards.tests.reviewing import drawn, expert, filed_round, panel_for
from chuangwen.standards.tests.test_self_reports import pdf

QUESTION = "近十二个月内的违纪违法、安全事故和信访情况"


@pytest.fixture
def opened(city, published):
    return filed_round(city, published)


def ask(city, opened, *codes, who="office", about=("SCHOOL", "RIVAL"), **more):
    asked = {"due": timezone.localdate() + timedelta(days=7), "question": QUESTION}
    return consulting.ask(
        actor=city.person(who),
        round=opened,
        bodies=[city.units[code] for code in codes or ("EDU",)],
        units=[city.units[code] for code in about],
        **(asked | more),
    )


@pytest.fixture
def case(city, opened):
    """The bureau's request about two schools."""
    return ask(city, opened)[0].case


def say(city, case, *said, who="department"):
    return consulting.say(actor=city.person(who), case=case, said=said)


def said(city, code="SCHOOL", verdict="none", words="", *, day=None, file=None):
    return Said(city.units[code].pk, verdict, words, day, file)


def move(city, who, case, name, **asked):
    case = Case.objects.get(pk=case.pk)
    return perform(actor=city.person(who), move_name=name, case=case, seen=case.revision, **asked)


def refused(action, *args, **asked):
    with pytest.raises(Problem) as problem:
        action(*args, **asked)
    return problem.value.code


def text(answer):
    return answer.content.decode()


def page(case, name="opinions", *more):
    return reverse(f"standards:{name}", args=[case.number, *more])


def test_each_body_gets_a_case_and_is_not_asked_about_itself(city, opened):
    asked = ask(city, opened, "EDU", "RIVAL")
    assert [(one.case.unit.code, one.case.state, one.opinions.count()) for one in asked] == [
        ("EDU", "asked", 2),
        ("RIVAL", "asked", 1),
    ]
    assert asked[1].opinions.get().unit == city.units["SCHOOL"]
    assert Event.objects.get(verb="round.consult").data["bodies"] == ["EDU", "RIVAL"]


def test_what_cannot_be_asked(city, opened):
    assert refused(ask, city, opened, who="county") == "page.not_allowed"
    assert refused(ask, city, opened, due=timezone.localdate() - timedelta(days=1)) == "opinion.over"
    ask(city, opened)
    assert refused(ask, city, opened, "HEALTH", "EDU") == "opinion.asked"
    assert Consultation.objects.count() == 1


def test_a_body_answers_bit_by_bit_and_sends_when_all_is_said(city, case):
    assert say(city, case, said(city)) == 1
    assert refused(move, city, "department", case, "send") == "opinion.left"
    facts = said(city, "RIVAL", "facts", "食堂安全事故一起", day=date(2026, 3, 17), file=pdf("通报.pdf"))
    say(city, case, facts)
    assert move(city, "department", case, "send").state == "answered"
    assert Event.objects.last().data["facts"] == ["RIVAL"]
    assert refused(say, city, case, said(city)) == "case.move_refused"


def test_facts_are_said_and_others_units_are_left_alone(city, case):
    assert refused(say, city, case, said(city, verdict="facts", words=" ")) == "opinion.silent"
    assert say(city, case, said(city, "CLINIC")) == 0
    assert not Opinion.objects.exclude(verdict="").exists()


@pytest.mark.parametrize("who", ["liaison", "office", "staff", "rival", "stranger"])
def test_only_those_who_answer_for_the_body_give_its_opinion(city, case, who):
    assert refused(say, city, case, said(city), who=who) == "case.move_refused"


@pytest.mark.parametrize(
    ("who", "status"),
    [("department", 200), ("office", 200), ("liaison", 404), ("rival", 404), ("delegate", 404)],
)
def test_who_sees_what_a_body_was_asked(city, case, who, status):
    client = Browser(city.people[who])
    assert client.get(page(case)).status_code == status
    assert client.get(page(case, "opinions_table")).status_code == status


def test_the_office_gives_more_time_or_withdraws_and_the_body_is_reminded(city, case):
    assert move(city, "office", case, "extend", due=timezone.localdate(), reason="节假日").state == "asked"
    assert remind() == 1
    assert city.people["department"].notices.get().reminder.case == case
    assert move(city, "office", case, "withdraw", reason="重复征求").state == "withdrawn"


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("department", {"asked": ["answer", "send"]}),
        ("office", {"asked": ["extend", "withdraw"]}),
        *((who, {}) for who in ("liaison", "county", "leader", "auditor", "stranger")),
    ],
)
def test_who_may_make_which_move_in_which_state(city, case, who, allowed):
    lifecycle, actor, found = LIFECYCLES["opinion"], city.person(who), {}
    for state in lifecycle.states:
        case.state = state.code
        found[state.code] = [one.name for one in lifecycle.moves if may(actor, one, case).allowed]
    assert {state: moves for state, moves in found.items() if moves} == allowed


def test_the_office_asks_on_a_page(city, opened):
    client, form = Browser(city.people["office"]), reverse("standards:ask_opinions", args=[opened.pk])
    asked = {"bodies": "EDU\n示例市卫生健康委\nEDU", "units": "", "question": QUESTION, "due": "2020-01-01"}
    late = client.post(form, asked)
    assert (late.status_code, QUESTION in text(late)) == (400, True)
    later = asked | {"due": (timezone.localdate() + timedelta(days=5)).isoformat()}
    unknown = client.post(form, later | {"bodies": "没有这个单位"})
    assert (unknown.status_code, "No unit here has this name or code." in text(unknown)) == (400, True)
    assert client.post(form, later).url == reverse("standards:round", args=[opened.pk])
    asked_of = {one.case.unit.code: one.opinions.count() for one in Consultation.objects.all()}
    assert asked_of == {"EDU": 3, "HEALTH": 3}
    shown = text(client.get(reverse("standards:round", args=[opened.pk])))
    assert "示例市卫生健康委" in shown
    assert "0 / 3" in shown
    assert Browser(city.people["auditor"]).get(form).status_code == 403
    assert "About which units" in text(client.get(form))


def test_a_body_answers_as_a_table(city, case):
    client = Browser(city.people["department"])
    school, rival = (Opinion.objects.get(unit__code=code) for code in ("SCHOOL", "RIVAL"))
    shown = text(client.get(page(case)))
    assert "东岭县第一中学" in shown
    assert QUESTION in shown
    wrong = client.post(page(case), {f"{school.pk}-verdict": "facts", f"{rival.pk}-verdict": "none"})
    assert (wrong.status_code, "Say what the facts are." in text(wrong)) == (400, True)
    assert not Opinion.objects.exclude(verdict="").exists()
    given = {
        f"{school.pk}-verdict": "facts",
        f"{school.pk}-words": "信访积案一件",
        f"{school.pk}-day": "2026-03-17",
        f"{school.pk}-file": pdf("信访.pdf"),
        f"{rival.pk}-verdict": "none",
    }
    assert client.post(page(case), given).url == reverse("cases:case", args=[case.number])
    school.refresh_from_db()
    assert (school.verdict, school.words, school.day) == ("facts", "信访积案一件", date(2026, 3, 17))
    assert "2 / 2" in text(client.get(reverse("cases:case", args=[case.number])))
    assert "信访积案一件" in text(
        Browser(city.people["office"]).get(reverse("cases:case", args=[case.number]))
    )
    assert b"".join(client.get(page(case, "opinion_file", school.pk))).startswith(b"%PDF")
    move(city, "department", case, "send")
    late = {f"{school.pk}-verdict": "facts", f"{school.pk}-words": "迟到的说明"}
    closed = client.post(page(case), late)
    assert (closed.status_code, "迟到的说明" in text(closed)) == (403, True)


def test_many_units_are_answered_page_by_page(city, opened, monkeypatch):
    from chuangwen.standards.views import opinions

    monkeypatch.setattr(opinions, "PAGE", 1)
    case = ask(city, opened)[0].case
    client = Browser(city.people["department"])
    first = Opinion.objects.get(unit__code="RIVAL")
    onward = client.post(page(case), {f"{first.pk}-verdict": "none"})
    assert onward.url == f"{page(case)}?page=2"
    shown = text(client.get(onward.url))
    assert "东岭县第一中学" in shown
    assert "东岭县第二中学" not in shown


SHEET = (
    "单位代码\t单位\t意见\t说明\t日期\n"
    "SCHOOL\t\t有情况\t信访积案一件\t2026-03-17\n\t东岭县第二中学\t无意见\n\n"
)


def sheet(client, case, **asked):
    return client.post(page(case, "opinions_sheet"), asked)


def test_a_sheet_is_pasted(city, case):
    client = Browser(city.people["department"])
    assert sheet(client, case, rows=SHEET).url == page(case)
    assert "2 opinions entered." in text(client.get(page(case)))
    assert list(Opinion.objects.values_list("unit__code", "verdict", "words", "day")) == [
        ("RIVAL", "none", "", None),
        ("SCHOOL", "facts", "信访积案一件", date(2026, 3, 17)),
    ]


def test_the_sheet_that_was_taken_away_comes_back_filled(city, case):
    client = Browser(city.people["department"])
    book = load_workbook(BytesIO(client.get(page(case, "opinions_table")).content))
    rows = list(book.active.values)
    assert rows[1][:2] == ("RIVAL", "东岭县第二中学")
    filled, file = Workbook(), BytesIO()
    for row in (
        rows[0],
        ("RIVAL", "东岭县第二中学", "no objection", "", None),
        ("SCHOOL", "", "With facts", "事故", date(2026, 3, 17)),
    ):
        filled.active.append(row)
    filled.save(file)
    upload = SimpleUploadedFile("意见.xlsx", file.getvalue())
    assert sheet(client, case, file=upload).url == page(case)
    assert Opinion.objects.get(unit__code="SCHOOL").day == date(2026, 3, 17)


def test_with_a_mistake_in_one_row_nothing_is_entered_and_each_is_told(city, case):
    client = Browser(city.people["department"])
    rows = f"{SHEET}CLINIC\t\t无意见\nSCHOOL\t\t也许\nRIVAL\t\t有情况\nRIVAL\t\t无意见\t{'长' * 501}\t三月"
    answer = sheet(client, case, rows=rows)
    shown = text(answer)
    assert answer.status_code == 400
    for words in (
        "Line 5: you are not asked about this unit.",
        "Line 6: “也许” is no opinion; write “no objection” or “with facts”.",
        "Line 7: say what the facts are.",
        "Line 8: the facts have more than 500 characters.",
        "Line 8: “三月” is no day; write it as 2026-03-17.",
    ):
        assert words in shown
    assert "信访积案一件" in shown  # what was pasted is kept
    assert not Opinion.objects.exclude(verdict="").exists()


def test_what_is_no_sheet_is_refused(city, case):
    client = Browser(city.people["department"])
    assert "Paste rows, or choose a file." in text(sheet(client, case))
    picture = sheet(client, case, file=pdf())
    assert (picture.status_code, "xlsx" in text(picture)) == (415, True)
    assert sheet(Browser(city.people["office"]), case, rows=SHEET).status_code == 403


def test_more_mistakes_than_can_be_told_are_counted(city, case):
    rows = "\n".join(f"NONE{n}\t\t无意见" for n in range(25))
    shown = text(sheet(Browser(city.people["department"]), case, rows=rows))
    assert "Line 20:" in shown
    assert "Line 21:" not in shown
    assert "and 5 more" in shown


@pytest.fixture
def reviewer(city):
    """A review of the school by a standard with a line that is looked at by opinions; they are not sent."""
    rows = (
        Row("制度上墙", Decimal(90), "共同", "甲"),
        Row("部门意见", Decimal(10), "共同", "甲", method="opinion"),
    )
    opened = filed_round(city, publish(city, draft_of(city, *rows)))
    panel_for(city, opened, *[expert(city, name) for name in ("expert1", "expert2")])
    case = ask(city, opened)[0].case
    say(city, case, said(city, "SCHOOL", "facts", "信访积案一件", file=pdf("信访.pdf")), said(city, "RIVAL"))
    return drawn(city, opened)[0], case


def test_a_reviewer_reads_the_opinions_beside_the_criterion_that_asks_for_them(city, reviewer):
    review, case = reviewer
    client = Browser(review.reviewer)
    line = Criterion.objects.get(text="部门意见").pk
    address = reverse("standards:mark", args=[review.case.number, line])
    opinion = Opinion.objects.get(unit__code="SCHOOL")
    file = page(case, "opinion_file", opinion.pk)
    assert "No department has answered yet." in text(client.get(address))
    assert client.get(file).status_code == 404
    move(city, "department", case, "send")
    shown = text(client.get(address))
    assert "示例市教育局" in shown
    assert "信访积案一件" in shown
    assert b"".join(client.get(file)).startswith(b"%PDF")
    assert client.get(page(case)).status_code == 404
    other = reverse("standards:mark", args=[review.case.number, Criterion.objects.get(text="制度上墙").pk])
    assert "信访积案一件" not in text(client.get(other))
    assert list(Opinion.objects.visible_to(review.reviewer)) == [opinion]
    Review.objects.all().delete()
    assert not Opinion.objects.visible_to(review.reviewer).exists()


def test_the_page_of_a_body_asks_no_more_for_many_units(city, opened, django_assert_num_queries):
    client = Browser(city.people["department"])
    for codes in (("SCHOOL",), ("SCHOOL", "RIVAL", "SCHOOL2")):
        case = ask(city, opened, about=codes)[0].case
        client.get(page(case))
        with django_assert_num_queries(8):
            client.get(page(case))
        move(city, "office", case, "withdraw", reason="示例")
