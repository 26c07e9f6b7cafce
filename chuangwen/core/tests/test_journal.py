"""Recording and sequencing: who may write what, in which order it stands, and what is never signed."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from chuangwen.core import journal
from chuangwen.core.journal import public_head, record, sequence
from chuangwen.core.models import Event, TreeHead
from chuangwen.core.problems import JOURNAL_BROKEN, Problem
from chuangwen.core.tests.journals import CLERK, recorded
from chuangwen.core.verification import verify


def places() -> dict[int, int | None]:
    return dict(Event.objects.values_list("pk", "position"))


@pytest.mark.django_db
def test_an_event_is_one_row_that_reads_back_as_written(django_assert_num_queries):
    before = datetime.now(UTC)
    data = {"名": "光明区", "n": [1, None, True, {"": -(2**70)}], "a": "\u2028'\"\\"}
    with django_assert_num_queries(2):
        event = record(actor=CLERK, verb="unit.add", subject="unit:990100", data=data)
    stored = Event.objects.get()
    assert stored.content() == event.content()
    assert (stored.actor, stored.verb, stored.subject, stored.data) == (
        CLERK,
        "unit.add",
        "unit:990100",
        data,
    )
    assert stored.position is None
    assert before <= stored.at <= datetime.now(UTC)
    assert verify().ok


@pytest.mark.django_db
def test_an_event_without_data_has_none():
    assert record(actor="clock", verb="clock.tick", subject="clock").data == {}


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_its_verb():
    with pytest.raises(transaction.TransactionManagementError):
        record(actor=CLERK, verb="unit.add", subject="unit:1")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_fails_leaves_no_event():
    with transaction.atomic():
        record(actor=CLERK, verb="unit.add", subject="unit:1")
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "value",
    [date(2026, 3, 5), Decimal("0.5"), 0.5, gettext_lazy("event"), b"x", {1: "x"}, ("x",), {"x": [{0.5}]}],
    ids=repr,
)
@pytest.mark.django_db
def test_data_is_plain_json(value):
    with pytest.raises(TypeError):
        record(actor=CLERK, verb="unit.add", subject="unit:1", data={"value": value})
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_events_are_placed_in_order_under_a_head():
    first, second, third = recorded(3)
    head = sequence()
    assert places() == {first.pk: 0, second.pk: 1, third.pk: 2}
    assert (head.number, head.size, head.algorithm) == (1, 3, "sha256")
    leaves = [sha256(b"\x00" + leaf_bytes(event)).digest() for event in Event.objects.all()]
    left = sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    assert head.root == sha256(b"\x01" + left + leaves[2]).hexdigest()
    assert head.frontier == [left.hex(), leaves[2].hex()]


def leaf_bytes(event: Event) -> bytes:
    """The leaf as the decision record spells it, put together by hand."""
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    return (
        f'{{"actor":"{event.actor}","at":"{at}","data":{{"name":"{event.data["name"]}"}},"id":{event.pk},'
        f'"position":{event.position},"subject":"{event.subject}","verb":"{event.verb}"}}'
    ).encode()


@pytest.mark.django_db
def test_nothing_waiting_cuts_no_head():
    assert sequence() is None
    recorded(2)
    assert sequence().size == 2
    assert sequence() is None
    assert TreeHead.objects.count() == 1


@pytest.mark.django_db
def test_many_events_are_placed_in_batches(monkeypatch):
    monkeypatch.setattr(journal, "BATCH", 3)
    events = recorded(8)
    assert sequence().number == 3
    assert list(TreeHead.objects.values_list("number", "size")) == [(1, 3), (2, 6), (3, 8)]
    assert places() == {event.pk: place for place, event in enumerate(events)}
    assert verify().ok


@pytest.mark.django_db
def test_a_forged_event_is_reported_and_never_placed(monkeypatch, caplog):
    monkeypatch.setattr(journal, "BATCH", 2)
    forged, honest, _second, _third = recorded(4)
    Event.objects.filter(pk=forged.pk).update(actor="person:2")
    Event.objects.create(
        at=honest.at, actor=CLERK, verb="unit.add", subject="unit:9", data={}, seal=honest.seal
    )
    assert sequence().size == 3
    waiting = Event.objects.filter(position=None)
    assert [event.subject for event in waiting] == ["unit:0", "unit:9"]
    assert [f"event {event.pk} has a wrong seal" in caplog.text for event in waiting] == [True, True]
    assert places()[honest.pk] == 0


@pytest.mark.django_db
def test_a_journal_of_forged_events_only_gets_no_head(caplog):
    (event,) = recorded(1)
    Event.objects.update(verb="unit.remove")
    assert sequence() is None
    assert f"event {event.pk} has a wrong seal" in caplog.text
    assert not TreeHead.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"root": "0" * 64},
        {"frontier": ["0" * 64]},
        {"algorithm": "sm3"},
        {"signature": "0" * 128},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.django_db
def test_nothing_is_signed_on_top_of_a_changed_head(change):
    recorded(1)
    sequence()
    TreeHead.objects.update(**change)
    recorded(1)
    with pytest.raises(Problem) as caught:
        sequence()
    assert caught.value.kind is JOURNAL_BROKEN
    assert TreeHead.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_signed_when_the_hash_is_another(settings):
    recorded(1)
    sequence()
    settings.JOURNAL_HASH = "sm3"
    recorded(1)
    with pytest.raises(Problem):
        sequence()


@pytest.mark.django_db
def test_nothing_is_signed_when_a_place_was_taken_from_outside():
    recorded(2)
    sequence()
    taken, late = recorded(2)
    Event.objects.filter(pk=taken.pk).update(position=2)
    with pytest.raises(Problem) as caught:
        sequence()
    assert caught.value.kind is JOURNAL_BROKEN
    assert TreeHead.objects.count() == 1
    assert places()[late.pk] is None


@pytest.mark.django_db
def test_anybody_can_check_the_published_head():
    assert public_head() is None
    recorded(5)
    sequence()
    head = json.loads(json.dumps(public_head()))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.pop("public_key")))
    signature = bytes.fromhex(head.pop("signature"))
    assert set(head) == {"number", "size", "root", "frontier", "algorithm", "at"}
    key.verify(signature, json.dumps(head, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.django_db(transaction=True)
def test_heads_are_copied_outside_the_database():
    recorded(1)
    sequence()
    recorded(2)
    sequence()
    lines = [json.loads(line) for line in settings.HEADS_FILE.read_text().splitlines()]
    assert [(line["number"], line["size"]) for line in lines] == [(1, 1), (2, 3)]
    assert lines[1] == {name: value for name, value in public_head().items() if name != "public_key"}


@pytest.mark.django_db(transaction=True)
def test_a_head_that_is_not_committed_is_not_copied():
    recorded(1)
    with transaction.atomic():
        assert sequence().size == 1
        transaction.set_rollback(True)
    assert not settings.HEADS_FILE.exists()


@pytest.mark.django_db
def test_sm3_where_the_rules_of_the_place_ask_for_it(settings):
    settings.JOURNAL_HASH = "sm3"
    recorded(3)
    assert sequence().algorithm == "sm3"
    assert verify().ok
    settings.JOURNAL_HASH = "sha256"
    assert not verify().ok


@pytest.mark.django_db(transaction=True)
def test_writers_sequencers_and_a_verifier_at_once(monkeypatch):
    monkeypatch.setattr(journal, "BATCH", 4)
    writers = [threading.Thread(target=closing(lambda: [recorded(1) for _ in range(25)])) for _ in range(2)]
    writing = threading.Event()
    verdicts, failures = [], []

    def until_written(verb):
        def run():
            try:
                while not writing.is_set():
                    verb()
            except Exception as error:
                failures.append(error)
                raise

        return threading.Thread(target=closing(run))

    others = [
        until_written(sequence),
        until_written(sequence),
        until_written(lambda: verdicts.append(verify())),
    ]
    for thread in [*writers, *others]:
        thread.start()
    for thread in writers:
        thread.join()
    writing.set()
    for thread in others:
        thread.join()
    sequence()
    assert failures == []
    assert sorted(Event.objects.values_list("position", flat=True)) == list(range(50))
    assert verdicts
    assert {verdict.first_bad for verdict in verdicts} == {None}
    final = verify(witness=settings.HEADS_FILE)
    assert (final.ok, final.sequenced, final.pending) == (True, 50, 0)
    heads = list(TreeHead.objects.all())
    assert all(later.number == head.number + 1 and later.size > head.size for head, later in pairwise(heads))
    assert len(settings.HEADS_FILE.read_text().splitlines()) == len(heads)


def closing(work):
    """``work`` for a thread, which must give its connection back before the test database is dropped."""

    def run():
        try:
            work()
        finally:
            connection.close()

    return run


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_gets_a_later_place():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, so none commits late")
    written, released = threading.Event(), threading.Event()
    slow = []

    def slowly():
        with transaction.atomic():
            slow.append(record(actor=CLERK, verb="unit.add", subject="unit:slow"))
            written.set()
            released.wait(10)

    thread = threading.Thread(target=closing(slowly))
    thread.start()
    assert written.wait(10)
    (quick,) = recorded(1)
    sequence()
    released.set()
    thread.join()
    sequence()
    assert slow[0].pk < quick.pk
    assert places() == {quick.pk: 0, slow[0].pk: 1}
    assert verify().ok
