"""The outbox before real servers: once each, back-off, channels that hang, and who decides then."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import apprise
import pytest
from django.db import connection, transaction
from django.utils import timezone

from chuangwen.core import outbox
from chuangwen.core.models import Delivery, Event
from chuangwen.core.outbox import BACK_OFF, LEASE, decide, enqueue, forget, message_id, send_due
from chuangwen.core.tests.servers import MailServer, Webhook

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(
    2026, 12, 31, 15, 59, tzinfo=timezone.get_fixed_timezone(0)
)  # a minute before the city's new year
State, Trouble = Delivery.State, Delivery.Trouble


@pytest.fixture
def mail(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "创文 <office@example.org>"
    yield server
    server.end()


@pytest.fixture
def hook(settings):
    apprise.Apprise.instantiate("json://127.0.0.1/")  # loads every kind, which takes a while the first time
    server = Webhook()
    settings.CHANNELS = {"group": f"json://127.0.0.1:{server.port}/"}
    yield server
    server.end()


def put(key="1", channel="email", **fields):
    """One message in the outbox, due now."""
    with transaction.atomic():
        enqueue(
            [
                Delivery(
                    key=key,
                    recipient="person:1",
                    channel=channel,
                    address="liaison@example.org" if channel == "email" else "",
                    subject=f"待办提醒 {key}",
                    body="有1件临期。",
                    next_at=NOW,
                    **fields,
                )
            ]
        )
    return Delivery.objects.get(key=key)


def state(key="1"):
    found = Delivery.objects.get(key=key)
    return found.state, found.attempts, found.trouble


def test_a_message_is_mailed_once(mail):
    delivery = put()
    put()  # the same again
    assert send_due(NOW) == 1
    assert send_due(NOW + timedelta(days=9)) == 0
    (message,) = mail.received
    assert message["Subject"] == "待办提醒 1"
    assert message["To"] == "liaison@example.org"
    assert message["Message-ID"] == message_id(delivery)
    assert message["Message-ID"].endswith("@example.org>")
    assert message.get_content() == "有1件临期。\r\n"
    assert state() == (State.SENT, 1, "")


def test_a_message_is_posted_to_a_channel(hook):
    put(channel="group")
    assert send_due(NOW) == 1
    (body,) = hook.received
    assert (body["title"], body["message"]) == ("待办提醒 1", "有1件临期。")


def test_a_message_needs_the_transaction_of_what_it_tells():
    with pytest.raises(transaction.TransactionManagementError):
        enqueue([])


def test_a_message_whose_verb_fails_is_never_sent(mail):
    with transaction.atomic():
        enqueue([Delivery(key="1", recipient="person:1", channel="email", address="a@example.org")])
        transaction.set_rollback(True)
    assert send_due() == 0
    assert not Delivery.objects.exists()


def test_what_is_refused_is_tried_again_ever_more_rarely_and_then_given_up(mail, caplog):
    put()
    mail.refuses = True
    at = NOW
    for number, minutes in enumerate(BACK_OFF, start=1):
        assert send_due(at) == 0
        assert state() == (State.WAITING, number, Trouble.REFUSED)
        at += timedelta(minutes=minutes)
        assert Delivery.objects.get().next_at == at
        send_due(at - timedelta(seconds=1))  # too early
    send_due(at)
    assert state() == (State.FAILED, len(BACK_OFF) + 1, Trouble.REFUSED)
    assert "451" in Delivery.objects.get().detail
    mail.refuses = False
    send_due(at + timedelta(days=30))
    assert mail.received == []


def test_a_refusal_is_made_good(hook, caplog):
    put(channel="group")
    hook.refuses = True
    send_due(NOW)
    hook.refuses = False
    assert send_due(NOW + timedelta(minutes=1)) == 1
    assert len(hook.received) == 1
    assert state() == (State.SENT, 2, "")


def test_a_channel_that_hangs_is_cut_off_and_holds_up_nobody(mail, hook, caplog):
    for number in range(3):
        put(f"group {number}", channel="group")
        put(f"mail {number}")
    hook.hangs = True
    begin = timezone.now()
    assert send_due(NOW, patience=0.3) == 3
    assert timezone.now() - begin < timedelta(seconds=4)
    assert len(mail.received) == 3
    assert len(hook.received) == 1
    # Whether the first one arrived cannot be known, so it is not sent again; the others wait a minute.
    assert state("group 0") == (State.UNCERTAIN, 1, Trouble.TIMEOUT)
    assert [state(f"group {number}") for number in (1, 2)] == [(State.WAITING, 0, "")] * 2
    hook.hangs = False
    assert send_due(NOW) == 0
    assert send_due(NOW + timedelta(minutes=1)) == 2
    assert len(hook.received) == 3


def test_a_mail_server_that_hangs_gets_the_same_message_again(mail, caplog):
    put()
    mail.hangs = True
    assert send_due(NOW, patience=0.3) == 0
    assert state() == (State.WAITING, 1, Trouble.TIMEOUT)
    mail.hangs = False
    assert send_due(NOW + timedelta(minutes=1)) == 1
    first, second = mail.received
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("url", [None, "nonsense"])
def test_a_channel_that_is_not_configured_is_a_failure_not_a_loss(settings, url, caplog):
    settings.CHANNELS = {"gone": url} if url else {}
    settings.EMAIL_HOST = ""
    put("1", channel="gone")
    put("2")
    send_due(NOW)
    assert state("1") == state("2") == (State.WAITING, 1, Trouble.UNKNOWN_CHANNEL)
    assert outbox.channels() == (["gone"] if url else [])


def test_two_workers_send_each_message_once(mail):
    for number in range(12):
        put(str(number))
    barrier = Barrier(2)

    def work():
        barrier.wait()
        try:
            send_due(NOW)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(message["Subject"] for message in mail.received) == sorted(
        f"待办提醒 {n}" for n in range(12)
    )
    assert {state(str(number)) for number in range(12)} == {(State.SENT, 1, "")}


def test_the_message_of_a_dead_worker_is_mailed_again_and_posted_never(mail, hook):
    for key, channel in (("mail", "email"), ("post", "group")):
        put(key, channel=channel)
    Delivery.objects.update(state=State.SENDING, attempts=1, next_at=NOW + LEASE)
    assert send_due(NOW + LEASE - timedelta(seconds=1)) == 0  # it may still be at it
    assert send_due(NOW + LEASE) == 1
    assert state("mail") == (State.SENT, 2, "")
    assert state("post") == (State.UNCERTAIN, 1, Trouble.INTERRUPTED)
    assert (len(mail.received), len(hook.received)) == (1, 0)


def test_a_lease_that_was_taken_over_is_not_written_to(mail):
    """Somebody else has settled the row while the answer was awaited: what they wrote stands."""
    delivery = put()
    mail.hangs = True
    thread = Thread(target=lambda: (send_due(NOW), connection.close()))
    thread.start()
    assert mail.took_one.wait(10)
    Delivery.objects.filter(pk=delivery.pk).update(state=State.LEFT)
    mail.go_on.set()
    thread.join()
    assert state() == (State.LEFT, 1, "")


def test_the_administrator_sends_again_or_leaves_it(mail, caplog):
    failed, doubtful = put("failed", state=State.FAILED, attempts=8), put("doubtful", state=State.UNCERTAIN)
    waiting = put("waiting", state=State.WAITING)
    assert decide(actor="person:9", chosen=[failed.pk, waiting.pk], again=True) == 1
    assert decide(actor="person:9", chosen=[doubtful.pk], again=False) == 1
    assert decide(actor="person:9", chosen=[doubtful.pk], again=True) == 0  # decided already
    assert state("failed") == (State.WAITING, 0, "")
    assert state("doubtful")[0] == State.LEFT
    assert [event.verb for event in Event.objects.order_by("id")] == [
        "outbox.again",
        "outbox.leave",
        "outbox.again",
    ]


def test_old_messages_are_erased_and_open_questions_kept():
    old = NOW - timedelta(days=91)
    for one in (State.SENT, State.LEFT, State.FAILED, State.UNCERTAIN, State.WAITING):
        put(one, state=one, created_at=old)
    put("fresh", state=State.SENT, created_at=NOW - timedelta(days=89))
    assert forget(NOW) == 2
    assert set(Delivery.objects.values_list("key", flat=True)) == {"failed", "uncertain", "waiting", "fresh"}
