"""The page of messages: for the system administrator alone, without any message's text."""

from __future__ import annotations

import pytest

from chuangwen.core.models import Delivery
from chuangwen.organizations.tests.personas import PERSONAS, City

State, Trouble = Delivery.State, Delivery.Trouble


@pytest.fixture
def stuck(city: City) -> dict[str, Delivery]:
    rows = (
        ("failed", State.FAILED, Trouble.REFUSED),
        ("doubtful", State.UNCERTAIN, Trouble.TIMEOUT),
        ("retried", State.WAITING, Trouble.REFUSED),
        ("sent", State.SENT, ""),
    )
    return {
        key: Delivery.objects.create(
            key=key,
            recipient=f"person:{city.people['liaison'].pk}",
            channel="email",
            address="liaison@example.org",
            subject=f"subject {key}",
            body="保密内容",
            state=state,
            attempts=2,
            trouble=trouble,
        )
        for key, state, trouble in rows
    }


@pytest.mark.parametrize("who", PERSONAS)
def test_only_the_administrator_enters(browse, stuck: dict[str, Delivery], who: str):
    client = browse(who)
    expected = 200 if who == "admin" else 403
    assert client.get("/messages/").status_code == expected
    decided = client.post("/messages/decide/", {"chosen": stuck["failed"].pk, "what": "again"})
    assert decided.status_code == (302 if who == "admin" else 403)
    assert Delivery.objects.get(key="failed").state == (State.WAITING if who == "admin" else State.FAILED)


def test_it_shows_what_is_stuck_and_no_text(browse, stuck: dict[str, Delivery]):
    page = browse("admin").get("/messages/").content.decode()
    assert "subject failed" in page
    assert "subject doubtful" in page
    assert "no answer in time" in page
    assert "示例liaison" in page
    assert "subject retried" in page
    assert "subject sent" not in page
    assert "保密内容" not in page


def test_a_message_to_a_group_says_whom_it_was_for(browse, stuck: dict[str, Delivery]):
    Delivery.objects.filter(key="failed").update(recipient="", channel="群", address="")
    assert "those who chose the channel" in browse("admin").get("/messages/").content.decode()


def test_decisions(browse, stuck: dict[str, Delivery]):
    admin = browse("admin")
    admin.post("/messages/decide/", {"chosen": [stuck["doubtful"].pk, "x"], "what": "leave"})
    admin.post("/messages/decide/", {"what": "again"})
    states = dict(Delivery.objects.values_list("key", "state"))
    assert states == {"failed": "failed", "doubtful": "left", "retried": "waiting", "sent": "sent"}


def test_an_empty_page_says_what_comes_and_what_is_missing(browse, settings):
    page = browse("admin").get("/messages/").content.decode()
    assert "No message has left yet" in page
    assert "CHUANGWEN_SMTP" in page
    settings.EMAIL_HOST = "mail.example.org"
    assert "CHUANGWEN_SMTP" not in browse("admin").get("/messages/").content.decode()


def test_the_page_asks_as_much_for_many_as_for_one(browse, stuck, django_assert_num_queries):
    admin = browse("admin")
    admin.get("/messages/")
    with django_assert_num_queries(QUERIES):
        admin.get("/messages/")
    for number in range(20):
        Delivery.objects.create(
            key=str(number), recipient=stuck["failed"].recipient, channel="email", state=State.FAILED
        )
    with django_assert_num_queries(QUERIES):
        admin.get("/messages/")


# session, person, posts; stuck ones, their people, counts, those tried again; the picker's campaigns
QUERIES = 8
