"""Reminders on the desk, and the page that says how else one is reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case, Notice, Preference
from chuangwen.cases.reminders import remind
from chuangwen.cases.services import new_number, open_campaign
from chuangwen.organizations.models import Person
from chuangwen.organizations.tests.personas import City


@pytest.fixture
def late(city: City) -> Case:
    """The school's case, two days late, of which its liaison and its head have been reminded."""
    office = city.units["OFFICE"]
    campaign = open_campaign(actor=city.person("office"), name="示例", office=office)
    case = Case.objects.create(
        number=new_number(),
        kind="assignment",
        title="示例事项",
        unit=city.units["SCHOOL"],
        issuer=office,
        campaign=campaign,
        state="issued",
        due=timezone.localdate() - timedelta(days=2),
        opened_at=timezone.now(),
    )
    remind()
    return case


def test_a_reminder_lies_on_the_desk_until_it_is_read(browse, late: Case):
    liaison = browse("liaison")
    page = liaison.get("/desk/")
    assert [notice.reminder.case for notice in page.context["notices"]] == [late]
    assert b'id="notices"' in page.content
    newest = page.context["notices"][0].pk
    assert liaison.post("/desk/notices/", {"upto": newest}).headers["Location"] == "/desk/"
    assert b'id="notices"' not in liaison.get("/desk/").content
    assert browse("head").get("/desk/").context["notice_count"] == 1


@pytest.mark.parametrize("upto", ["", "x", "-1", "0"])
def test_a_mangled_mark_reads_nothing(browse, late: Case, upto: str):
    assert browse("liaison").post("/desk/notices/", {"upto": upto}).status_code == 302
    assert not Notice.objects.exclude(read_at=None).exists()


def test_reading_is_no_get(browse, late: Case):
    assert browse("liaison").get("/desk/notices/").status_code == 405


@pytest.mark.parametrize("who", ["rival", "staff", "department", "stranger", "auditor"])
def test_nobody_elses_desk_shows_it(browse, late: Case, who: str):
    assert browse(who).get("/desk/").context["notices"] == []


def test_one_line_a_case_the_newest(browse, late: Case):
    remind(timezone.now() + timedelta(days=7))
    page = browse("liaison").get("/desk/")
    assert Notice.objects.filter(person__username="liaison").count() == 2
    assert page.context["notice_count"] == 1


@pytest.fixture
def _doors(settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.CHANNELS = {"office-group": "json://127.0.0.1:9/?token=secret"}


@pytest.mark.usefixtures("_doors")
def test_a_person_chooses_how_to_be_reminded(browse, city: City):
    liaison = browse("liaison")
    page = liaison.get("/desk/notifications/").content.decode()
    assert "office-group" in page
    assert "secret" not in page
    asked = {"channels": ["email", "office-group"], "email": "liaison@example.org"}
    assert liaison.post("/desk/notifications/", asked).status_code == 302
    preference = Preference.objects.get()
    assert (preference.person.username, preference.channels) == ("liaison", ["email", "office-group"])
    assert Person.objects.get(username="liaison").email == "liaison@example.org"
    again = liaison.get("/desk/notifications/").content.decode()
    assert again.count("checked") == 2
    assert 'value="liaison@example.org"' in again


@pytest.mark.usefixtures("_doors")
@pytest.mark.parametrize(
    "asked",
    [
        {"channels": ["email"], "email": ""},
        {"channels": ["email"], "email": "nobody"},
        {"channels": ["other"], "email": "liaison@example.org"},
    ],
)
def test_a_choice_that_cannot_be_kept_says_why_and_is_not_lost(browse, asked: dict[str, object]):
    answer = browse("liaison").post("/desk/notifications/", asked)
    assert answer.status_code == 400
    assert b"field-error" in answer.content
    assert str(asked["email"]).encode() in answer.content
    assert not Preference.objects.exists()


def test_where_nothing_is_set_up_the_page_says_so(browse):
    page = browse("liaison").get("/desk/notifications/").content
    assert b"Reminders come to the desk only" in page
    assert b'<form method="post" class="card"' not in page
