"""What happens to accounts reaches the journal, and auditors read, narrow and take away what happened."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach, open_campaign
from chuangwen.core import access, files
from chuangwen.core.models import Access, Event
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
from chuangwen.organizations.models import Post
from chuangwen.organizations.tests.personas import PASSWORD
from chuangwen.web.audit import services, verbs, views
from tests.house.test_pages import meeting
from tests.house.tree import sources

EVENTS, READS = "/journal/events/", "/journal/reads/"


def sign_in(who, password=PASSWORD):
    client = Client()
    client.post("/accounts/login/", {"login": who, "password": password})
    return client


def journal():
    return [(event.actor, event.verb, event.subject, event.data) for event in Event.objects.order_by("id")]


def words(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def lines(answer):
    return [(line.who, str(line.what), line.about) for line in answer.context["lines"]]


def test_signing_in_and_out_is_recorded(city):
    me = f"person:{city.people['liaison'].pk}"
    sign_in("liaison").post("/accounts/logout/")
    assert journal() == [(me, "account.sign_in", me, {}), (me, "account.sign_out", me, {})]


def test_failures_are_recorded_without_what_was_typed(city):
    me = f"person:{city.people['liaison'].pk}"
    sign_in("liaison", "my-secret-word")
    sign_in("my-secret-word", "my-secret-word")
    assert journal() == [
        ("nobody", "account.refused", me, {}),
        ("nobody", "account.refused", "person:unknown", {}),
    ]


def test_a_lock_is_recorded_once_however_often_it_is_tried(city):
    for _ in range(8):
        sign_in("liaison", "wrong")
    verbs_ = [verb for _actor, verb, _subject, _data in journal()]
    assert verbs_ == ["account.refused"] * 5 + ["account.locked"]


def test_a_changed_password_is_recorded(city):
    client = sign_in("liaison")
    new = "Gangway-lantern-27"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    me = f"person:{city.people['liaison'].pk}"
    assert journal()[-1] == (me, "account.password", me, {})


def test_the_auditor_reads_who_did_what(city, browse):
    sign_in("liaison")
    sign_in("no.such.name", "wrong")
    page = browse("auditor").get(EVENTS)
    assert lines(page) == [
        ("somebody not signed in", "Wrong password, or not let in", "an account that does not exist"),
        ("示例liaison (liaison)", "Signed in", "示例liaison (liaison)"),
    ]


@pytest.mark.parametrize("who", ["office", "admin", "security", "head", "inspector", "stranger"])
@pytest.mark.parametrize("address", [EVENTS, READS])
def test_nobody_else_reads_it(city, browse, who, address):
    client = browse(who)
    assert [client.get(address).status_code, client.post(f"{address}export/").status_code] == [403, 403]
    assert not Event.objects.filter(verb__startswith="journal.").exists()


def test_an_auditor_of_a_part_does_not_read_the_whole(city, browse):
    Post.objects.filter(person__username="auditor").update(unit=city.units["COUNTY1"])
    assert browse("auditor").get(EVENTS).status_code == 403


@pytest.fixture
def history(city):
    """Three events of two people on three days, the newest last."""
    head, rival = (f"person:{city.people[name].pk}" for name in ("head", "rival"))
    rows = (
        (1, head, "post.appoint", "unit:SCHOOL", {"role": "liaison"}),
        (2, rival, "account.sign_in", rival, {}),
        (3, head, "unit.add", "unit:RIVAL", {}),
    )
    for day, actor, verb, subject, data in rows:
        at = datetime(2026, 9, day, 15, 59, 59, tzinfo=UTC)  # the last second of that day in China
        Event.objects.create(at=at, actor=actor, verb=verb, subject=subject, data=data, seal="")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["unit.add", "account.sign_in", "post.appoint"]),
        ("person=head", ["unit.add", "post.appoint"]),
        ("person=nobody.here", []),
        ("verb=unit.add", ["unit.add"]),
        ("subject=school", ["post.appoint"]),
        ("subject=rival", ["unit.add", "account.sign_in"]),
        ("since=2026-09-02", ["unit.add", "account.sign_in"]),
        ("until=2026-09-02", ["account.sign_in", "post.appoint"]),
        ("since=2026-09-02&until=2026-09-02", ["account.sign_in"]),
        ("since=2026-13-02", []),
        ("after=nonsense", ["unit.add", "account.sign_in", "post.appoint"]),
    ],
)
def test_the_list_is_narrowed(history, browse, asked, found):
    page = browse("auditor").get(f"{EVENTS}?{asked}")
    assert [what for _who, what, _about in lines(page)] == [str(verbs.label(verb)) for verb in found]


def test_pages_follow_one_another_without_a_gap(city, browse, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 3)
    same = timezone.now()
    for number in range(8):
        at = same + timedelta(seconds=number // 4)
        Event.objects.create(at=at, actor="system", verb=f"x.{number}", subject="x", data={}, seal="")
    client, seen, address = browse("auditor"), [], {}
    while True:
        page = client.get(EVENTS, address)
        seen += [what for _who, what, _about in lines(page)]
        if not page.context["after"]:
            break
        address = {"after": page.context["after"]}
    assert seen == [f"x.{number}" for number in reversed(range(8))]


def test_the_list_asks_no_more_for_many_than_for_few(city, browse, django_assert_num_queries):
    sign_in("liaison")
    client = browse("auditor")
    client.get(EVENTS)
    with django_assert_num_queries(7):
        client.get(EVENTS)
    for who in ("head", "rival", "office", "editor"):
        sign_in(who)
    with django_assert_num_queries(7):
        assert len(lines(client.get(EVENTS))) == 5


def test_what_is_taken_away_is_what_was_asked_for_and_is_recorded(history, city, browse):
    answer = browse("auditor").post(f"{EVENTS}export/", {"person": "head", "since": "2026-09-02"})
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Number", "When", "Who", "What", "About", "Details")
    assert [row[2:] for row in rows[1:]] == [("示例head (head)", "Unit entered", "unit:RIVAL", None)]
    assert rows[1][1] == datetime(2026, 9, 3, 23, 59, 59)  # noqa: DTZ001
    assert journal()[-1] == (
        f"person:{city.people['auditor'].pk}",
        "journal.export",
        "journal",
        {"rows": 1, "asked": {"person": "head", "since": "2026-09-02"}},
    )


def test_too_much_is_not_taken_away_nor_a_wrong_question_answered(history, browse, monkeypatch):
    monkeypatch.setattr(services, "EXPORT_LIMIT", 2)
    client = browse("auditor")
    assert client.post(f"{EVENTS}export/").status_code == 413
    assert client.post(f"{EVENTS}export/", {"since": "2026-13-02"}).status_code == 400
    assert client.post(f"{EVENTS}export/", {"person": "head"}).status_code == 200


@pytest.fixture
def paper(city):
    """A file of the school's case; its address."""
    office = city.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=city.units["OFFICE"])
    sent = meeting(office, campaign, "示例部署会")
    add(city, sent, to_unit("SCHOOL"))
    dispatch(city, sent)
    case = Case.objects.get(kind="assignment")
    blob = files.store_bytes("示例".encode(), files.TEXT)
    file = attach(actor=office, case=case, blob=blob, name="示例.txt", purpose=Attachment.Purpose.REPORT)
    return f"/cases/{case.number}/files/{file.pk}/", case.subject, f"attachment:{file.pk}"


def test_whoever_reads_a_file_is_noted_once_a_day_and_not_in_the_journal(city, browse, paper):
    address, subject, item = paper
    before = Event.objects.count()
    client = browse("liaison")
    for _ in range(2):
        assert b"".join(client.get(address)) == "示例".encode()
    assert browse("rival").get(address).status_code == 404
    person = f"person:{city.people['liaison'].pk}"
    assert list(Access.objects.values_list("actor", "subject", "item")) == [(person, subject, item)]
    assert Event.objects.count() == before
    Access.objects.update(day=timezone.localdate() - timedelta(days=1))
    b"".join(client.get(address))
    assert Access.objects.count() == 2


def test_the_auditor_sees_who_read_it_and_takes_it_away(city, browse, paper):
    address, subject, _item = paper
    b"".join(browse("liaison").get(address))
    auditor = browse("auditor")
    page = auditor.get(READS, {"subject": subject.removeprefix("case:")})
    assert lines(page) == [("示例liaison (liaison)", "示例.txt", subject)]
    assert lines(auditor.get(READS, {"person": "head"})) == []
    table = load_workbook(BytesIO(auditor.post(f"{READS}export/").content)).active
    assert [row[2:5] for row in table.iter_rows(values_only=True)][1:] == [
        ("示例liaison (liaison)", "示例.txt", subject)
    ]
    assert journal()[-1][1] == "journal.export_reads"


def traced(who):
    rows = Access.objects.filter(actor=f"person:{who.pk}").order_by("id")
    return [(row.subject, row.item.partition(":")[0]) for row in rows]


def test_pages_of_cases_lists_taken_away_and_searches_leave_a_trace(city, browse, paper):
    """Once a day each; what is refused, not found or asked for by a stranger leaves none."""
    subject = paper[1]
    case = f"/cases/{subject.removeprefix('case:')}/"
    before = Event.objects.count()
    client = browse("liaison")
    for _ in range(2):
        for address in (case, "/search/?q=动员", "/desk/due.xlsx?slip=blue", "/desk/", "/search/"):
            assert client.get(address).status_code == 200
    assert client.get("/burden/tasks.xlsx").status_code == 403
    assert browse("rival").get(case).status_code == 404
    Client().get(case)
    assert traced(city.people["liaison"]) == [
        (subject, "page"),
        ("search:动员", "search"),
        ("/desk/due.xlsx?slip=blue", "file"),
    ]
    assert Access.objects.count() == 3
    assert Event.objects.count() == before
    client.get(f"/desk/due.xlsx?slip={'蓝' * 200}")
    longest = Access.objects.latest("id")
    assert (len(longest.subject), longest.item.endswith(".xlsx")) == (128, True)


def test_the_auditor_narrows_the_traces_by_kind_person_words_and_day(city, browse, paper):
    subject = paper[1]
    client = browse("liaison")
    case = f"/cases/{subject.removeprefix('case:')}/"
    for address in (case, "/search/?q=动员", "/desk/due.xlsx", paper[0]):
        b"".join(client.get(address))
    today = timezone.localdate()
    auditor, me = browse("auditor"), "示例liaison (liaison)"
    table = f"desk-due-{today:%Y%m%d}.xlsx"

    def found(**asked):
        return lines(auditor.get(READS, asked))

    assert found() == [
        (me, "示例.txt", subject),
        (me, table, "/desk/due.xlsx"),
        (me, "Search", "动员"),
        (me, "Page of a case", subject),
    ]
    assert found(kind="file:") == [(me, table, "/desk/due.xlsx")]
    assert found(kind="page:", person="liaison") == [(me, "Page of a case", subject)]
    assert found(kind="page:", person="head") == []
    assert found(subject="动员") == [(me, "Search", "动员")]
    assert found(until=str(today - timedelta(days=1))) == []
    public = words(Client().get("/journal/"))
    assert "动员" not in public
    assert subject.removeprefix("case:") not in public


def test_what_was_read_is_kept_for_half_a_year(city, settings):
    access.note_read(actor="person:1", subject="case:1", item="attachment:1")
    access.note_read(actor="person:2", subject="case:1", item="attachment:1")
    today = timezone.localdate()
    Access.objects.filter(actor="person:1").update(day=today - timedelta(days=settings.ACCESS_LOG_DAYS + 1))
    Access.objects.filter(actor="person:2").update(day=today - timedelta(days=settings.ACCESS_LOG_DAYS))
    assert access.purge() == 1
    assert Access.objects.get().actor == "person:2"
    assert settings.ACCESS_LOG_DAYS >= 184
    assert "chuangwen.core.access.purge" in settings.CLOCK


def test_every_verb_of_an_account_has_words(city):
    assert [verb for group in verbs.choices() for verb, label in group[1] if label == verb] == []


def verbs_in_the_sources() -> set[str]:
    """Every verb that a line of the product records by its name."""
    found = set()
    for path in sources():
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"record", "note", "_record"}:
                given = [*call.args, *(word.value for word in call.keywords if word.arg == "verb")]
                texts = {value.value for value in given if isinstance(value, ast.Constant)}
                found |= {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z_]+", str(text))}
    return found


def test_every_verb_of_the_journal_has_words_and_can_be_asked_for():
    recorded = verbs_in_the_sources()
    assert {"case.remind", "task.edit", "unit.succeed", "account.sign_in"} <= recorded
    assert sorted(verb for verb in recorded if str(verbs.label(verb)) == verb) == []
    offered = {verb for _group, rows in verbs.choices() for verb, _words in rows}
    assert sorted(recorded - offered) == []
