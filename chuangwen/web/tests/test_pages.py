"""What stands around every page, the journal's head, and the desk."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import new_number
from chuangwen.core.models import TreeHead
from chuangwen.organizations.tests.personas import PERSONAS
from chuangwen.web.rooms import rooms_of

# The rooms of whoever is signed in, of whoever holds a post, leads others, runs campaigns.
STRANGERS = [
    "web:desk",
    "directives:campaigns",
    "cases:ledger",
    "directives:complain",
    "inspections:draws",
    "web:journal",
]
POSTED = [
    "web:desk",
    "directives:campaigns",
    "cases:ledger",
    "rectification:orders",
    "rectification:bulletins",
    "standards:standards",
    "inspections:inspections",
    "organizations:units",
    "web:jobs",
    "directives:complain",
    "inspections:draws",
    "web:journal",
]
GOING_OUT = [*POSTED[:7], "field:shell", *POSTED[7:]]  # inspectors, and who judges with them
SEEING = [*POSTED[:3], "cases:library", *POSTED[3:]]  # the libraries of units
MEMBERS = [POSTED[0], "directives:my_share", *SEEING[1:]]  # of a unit
LEADERS = [*MEMBERS[:2], "directives:newest", *SEEING[1:]]
OFFICES = [
    "web:desk",
    "directives:my_share",
    "directives:newest",
    "directives:campaigns",
    "cases:ledger",
    "cases:library",
    "directives:new_meeting",
    "rectification:orders",
    "rectification:new",
    "rectification:bulletins",
    "standards:standards",
    "inspections:inspections",
    "field:shell",
    "standards:import",
    "directives:burden",
    "organizations:units",
    "web:jobs",
    "directives:complain",
    "inspections:draws",
    "web:journal",
]
ADMINISTRATORS = [
    "web:desk",
    "directives:campaigns",
    "cases:ledger",
    "rectification:orders",
    "rectification:bulletins",
    "standards:standards",
    "inspections:inspections",
    "organizations:units",
    "web:jobs",
    "directives:complain",
    "web:sent_messages",
    "web:calendar",
    "inspections:draws",
    "web:journal",
]


@pytest.fixture
def browser(city, client):
    """A browser in which whoever is named signs in."""

    def sign_in(name):
        client.force_login(city.person(name))
        client.get("/desk/")
        return client

    return sign_in


def test_everybody_finds_the_rooms_that_they_may_enter(city):
    found = {name: [room.url for room in rooms_of(city.person(name))] for name in PERSONAS}
    others = {
        "department": LEADERS,
        "leader": LEADERS,
        "auditor": [POSTED[0], "directives:newest", *SEEING[1:], "web:events"],
        **dict.fromkeys(("liaison", "head", "staff", "rival"), MEMBERS),
        "office": OFFICES,
        "county": OFFICES,
        **dict.fromkeys(("inspector", "delegate"), GOING_OUT),
        "stranger": STRANGERS,
        "admin": ADMINISTRATORS,
    }
    assert found == {name: others.get(name, POSTED) for name in PERSONAS}


def test_whoever_is_not_signed_in_finds_the_public_room():
    assert [room.url for room in rooms_of(AnonymousUser())] == [
        "directives:complain",
        "inspections:draws",
        "web:journal",
    ]


def test_rooms_that_are_shown_open_and_those_that_are_not_stay_closed(browser, city):
    for name in ("office", "liaison", "stranger"):
        client = browser(name)
        page = client.get("/desk/").content.decode()
        assert ('href="/meetings/new/"' in page) is (name == "office")
        assert client.get("/meetings/new/").status_code == (200 if name == "office" else 403)


def test_the_room_one_is_in_is_marked(browser):
    page = browser("liaison").get("/desk/").content.decode()
    assert page.count('href="/desk/" aria-current="page"') == 2  # beside the page and in the phone's menu
    assert page.count('aria-current="page"') == 2


def test_a_demonstration_says_so_on_every_page(browser, client, settings):
    for path in ("/desk/", "/journal/", "/nothing/", "/accounts/password/change/"):
        settings.MODE = "demo"
        assert "演示系统" in browser("liaison").get(path).content.decode()
        settings.MODE = "production"
        assert "演示系统" not in client.get(path).content.decode()


def test_pages_run_nothing_that_is_not_ours(browser):
    answer = browser("liaison").get("/desk/")
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_a_name_is_written_as_text(browser, city):
    person = city.people["liaison"]
    person.name = "<b>示例</b>"
    person.save()
    page = browser("liaison").get("/desk/").content.decode()
    assert "&lt;b&gt;示例&lt;/b&gt;" in page
    assert "<b>示例</b>" not in page


def test_home_of_a_leader_is_the_overview(browser, city):
    assert browser("leader").get("/")["Location"] == "/overview/"


def test_home_is_the_desk(browser):
    assert browser("liaison").get("/")["Location"] == "/desk/"


@pytest.fixture
def head(db):
    return TreeHead.objects.create(
        number=3,
        size=40,
        root="ab" * 32,
        frontier=["ab" * 32],
        algorithm="sha256",
        at=timezone.now(),
        signature="cd",
    )


def test_anybody_may_take_the_journals_head_home(head, client):
    page = client.get("/journal/").content.decode()
    assert "ab" * 32 in page
    taken = client.get("/journal/head.json").json()
    assert (taken["number"], taken["size"], taken["root"], taken["signature"]) == (3, 40, "ab" * 32, "cd")
    assert len(taken["public_key"]) == 64


def test_a_journal_without_head_says_so(db, client):
    assert "尚未生成树头" in client.get("/journal/").content.decode()
    assert client.get("/journal/head.json").status_code == 404


@pytest.fixture
def put(city):
    """Puts an assignment on a unit's desk, due so many days from today."""
    office = city.units["OFFICE"]
    campaign = Campaign.objects.create(
        name="示例年度创建", territory=office.territory, office=office, opened_on=timezone.localdate()
    )

    def put(title, unit, days, state="issued"):
        return Case.objects.create(
            number=new_number(),
            kind="assignment",
            title=title,
            unit=city.units[unit],
            issuer=office,
            campaign=campaign,
            state=state,
            due=None if days is None else timezone.localdate() + timedelta(days),
            opened_at=timezone.now(),
        )

    return put


def titles(rows):
    return [row.case.title for row in rows]


def test_the_desk_holds_what_is_ones_own_the_most_urgent_first(browser, put):
    for title, days in (("later", 9), ("undated", None), ("late", -2), ("soon", 1)):
        put(title, "SCHOOL", days)
    put("of the rival", "RIVAL", 0)
    answer = browser("liaison").get("/desk/")
    assert titles(answer.context["due"]) == ["late", "soon", "later", "undated"]
    assert titles(answer.context["waiting"]) == []
    assert titles(browser("rival").get("/desk/").context["due"]) == ["of the rival"]
    assert titles(browser("stranger").get("/desk/").context["due"]) == []


def test_the_desk_can_be_narrowed_to_a_slip(browser, put):
    put("late", "SCHOOL", -2)
    put("late too", "SCHOOL", -1)
    put("today", "SCHOOL", 0)
    put("far", "SCHOOL", 30)
    client = browser("liaison")
    answer = client.get("/desk/")
    assert [(slip.code, count) for slip, count in answer.context["slips"]] == [("red", 2), ("yellow", 1)]
    assert titles(client.get("/desk/?slip=red").context["due"]) == ["late", "late too"]
    assert titles(client.get("/desk/?slip=yellow").context["due"]) == ["today"]
    assert titles(client.get("/desk/?slip=blue").context["due"]) == []
    assert len(titles(client.get("/desk/?slip=what").context["due"])) == 4


def test_the_office_sees_the_four_bodies_reports_first(browser, put):
    put("of the school", "SCHOOL", -1, "reported")
    put("of the committee", "PARTY", 9, "reported")
    put("not reported", "PARTY", 1)
    answer = browser("office").get("/desk/")
    assert titles(answer.context["waiting"]) == ["of the committee", "of the school"]
    assert titles(answer.context["due"]) == []


def test_a_line_of_the_desk_has_the_one_button_to_press_now(browser, put):
    case = put("to acknowledge", "SCHOOL", 1)
    page = browser("liaison").get("/desk/").content.decode()
    assert page.count(f'<form method="post" action="/cases/{case.number}/acknowledge/">') == 1


def test_an_empty_desk_says_what_will_come(browser):
    assert "暂无待办事项" in browser("liaison").get("/desk/").content.decode()


def test_a_full_desk_asks_no_more_queries_than_an_empty_one(browser, put, django_assert_num_queries):
    client = browser("department")
    for number in range(3):
        put(f"task {number}", "EDU", number)
    with django_assert_num_queries(QUERIES):
        client.get("/desk/")
    for number in range(20):
        put(f"task {number}", "EDU", number)
    with django_assert_num_queries(QUERIES):
        client.get("/desk/")


# session, person, posts, lines led; due, memberships, requests of those; requests to decide, and reports,
# those of the four bodies first; the keys of the desk;
# three counts; slips; reminders; campaigns of the picker
QUERIES = 17
