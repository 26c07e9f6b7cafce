"""Whatever is done to the journal's tables behind its back is found, and at the right row."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chuangwen.core import verification
from chuangwen.core.journal import leaf_of, sequence
from chuangwen.core.models import Event, TreeHead
from chuangwen.core.seals import seal, sign
from chuangwen.core.tests.journals import EVENT, HEAD, SIZES, alter, at, columns, recorded
from chuangwen.core.verification import Bad, Fault, verify


def found() -> Bad | None:
    return verify().first_bad


@pytest.mark.parametrize("column", columns(Event))
@pytest.mark.parametrize("place", [0, 4, 8], ids=["first", "middle", "last"])
def test_a_changed_column_of_a_placed_event(whole_journal, place, column):
    key = alter(at(place), column)
    assert found() == Bad(EVENT, key, place, Fault.MOVED if column == "position" else Fault.SEAL)


@pytest.mark.parametrize("column", [name for name in columns(Event) if name != "position"])
def test_a_changed_column_of_a_waiting_event(whole_journal, column):
    key = alter(Event.objects.filter(position=None).first(), column)
    assert found() == Bad(EVENT, key, None, Fault.SEAL)


@pytest.mark.parametrize("place", [9, 100])
def test_a_waiting_event_put_into_a_place(whole_journal, place):
    event = Event.objects.filter(position=None).first()
    Event.objects.filter(pk=event.pk).update(position=place)
    assert found() == Bad(EVENT, event.pk, place, Fault.SEAL)


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_placed_event_made_to_wait(whole_journal, place):
    event = at(place)
    Event.objects.filter(pk=event.pk).update(position=None)
    assert found() == Bad(EVENT, event.pk, place, Fault.MOVED)


@pytest.mark.parametrize("column", columns(TreeHead))
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_column_of_a_head(whole_journal, number, column):
    alter(TreeHead.objects.get(number=number), column)
    fault = Fault.MISSING if column == "number" else Fault.SIGNATURE
    assert found() == Bad(HEAD, number, [0, *SIZES][number - 1], fault)


@pytest.mark.parametrize("column", columns(TreeHead))
def test_every_column_of_a_head_is_refused_by_itself(whole_journal, column):
    """Even on the only head, where no neighbour gives a change away."""
    TreeHead.objects.exclude(number=1).delete()
    Event.objects.exclude(position__lt=4).delete()
    assert verify().ok
    alter(TreeHead.objects.get(), column)
    assert found() == Bad(HEAD, 1, 0, Fault.MISSING if column == "number" else Fault.SIGNATURE)


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_removed_event(whole_journal, place):
    at(place).delete()
    assert found() == Bad(EVENT, None, place, Fault.MISSING)


def test_the_first_of_two_faults_is_named(whole_journal):
    at(7).delete()
    key = alter(at(2), "actor")
    alter(Event.objects.filter(position=None).first(), "actor")
    assert found() == Bad(EVENT, key, 2, Fault.SEAL)


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_head(whole_journal, number):
    TreeHead.objects.get(number=number).delete()
    assert found() == Bad(HEAD, number, [0, *SIZES][number - 1], Fault.MISSING)


def test_a_removed_last_head(whole_journal):
    TreeHead.objects.get(number=3).delete()
    assert found() == Bad(EVENT, at(6).pk, 6, Fault.NO_HEAD)


@pytest.mark.parametrize("number", [2, 1])
def test_an_end_cut_off_from_both_tables_is_known_to_the_witness(whole_journal, number):
    size = SIZES[number - 1]
    Event.objects.exclude(position__lt=size).delete()
    TreeHead.objects.filter(number__gt=number).delete()
    assert verify().ok
    verdict = verify(witness=settings.HEADS_FILE)
    assert verdict.first_bad == Bad(HEAD, number + 1, size, Fault.MISSING)


def test_an_emptied_journal_is_known_to_the_witness(whole_journal):
    Event.objects.all().delete()
    TreeHead.objects.all().delete()
    assert verify().ok
    assert verify(witness=settings.HEADS_FILE).first_bad == Bad(HEAD, 1, 0, Fault.MISSING)


def test_an_end_cut_off_and_written_anew_is_known_to_the_witness(whole_journal):
    Event.objects.exclude(position__lt=6).delete()
    TreeHead.objects.filter(number=3).delete()
    recorded(3)
    sequence()
    assert verify().ok
    assert verify(witness=settings.HEADS_FILE).first_bad == Bad(HEAD, 3, None, Fault.REPLACED)


def test_a_witness_of_some_heads_only_is_enough(whole_journal):
    lines = settings.HEADS_FILE.read_text().splitlines(keepends=True)
    settings.HEADS_FILE.write_text(lines[2] + lines[0])
    assert verify(witness=settings.HEADS_FILE).ok


@pytest.mark.parametrize(
    ("spoil", "number"),
    [
        (lambda line: line.replace('"size":6', '"size":7'), 2),
        (lambda line: line.replace('"number":2', '"number":4'), 4),
        (lambda line: line[:40] + "\n", None),
        (lambda _line: "[]\n", None),
        (lambda _line: "{}\n", None),
        (lambda _line: '{"number": "two", "signature": 2}\n', "two"),
        (lambda _line: "\n", None),
    ],
)
def test_a_changed_line_of_the_witness(whole_journal, spoil, number):
    lines = settings.HEADS_FILE.read_text().splitlines(keepends=True)
    settings.HEADS_FILE.write_text(lines[0] + spoil(lines[1]) + lines[2])
    assert verify(witness=settings.HEADS_FILE).first_bad == Bad("witness", number, None, Fault.SIGNATURE)


@pytest.mark.parametrize("place", [None, 9])
def test_an_inserted_event(whole_journal, place):
    copied = at(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_event (at, actor, verb, subject, data, position, seal)"
            " SELECT at, actor, verb, subject, data, %s, seal FROM core_event WHERE id = %s",
            [place, copied.pk],
        )
    assert found() == Bad(EVENT, Event.objects.latest("id").pk, place, Fault.SEAL)


def test_an_inserted_head(whole_journal):
    last = TreeHead.objects.last()
    TreeHead.objects.create(
        number=4,
        size=11,
        root=last.root,
        frontier=last.frontier,
        algorithm=last.algorithm,
        at=timezone.now(),
        signature=last.signature,
    )
    assert found() == Bad(HEAD, 4, 9, Fault.SIGNATURE)


def test_events_cannot_share_a_place(whole_journal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(position=3).update(position=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(position=3).update(position=-1)


@pytest.mark.parametrize(("moved", "place"), [(3, 4), (5, 4), (7, 8)])
def test_two_events_in_one_place_after_the_constraint_was_dropped(whole_journal, moved, place):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no way to drop a constraint")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DROP CONSTRAINT core_event_position_key")
    copy = at(moved)
    copy.pk, copy.position = None, place
    copy.save()
    assert found() == Bad(EVENT, copy.pk, place, Fault.DUPLICATE)


@pytest.mark.parametrize(("low", "high"), [(0, 8), (4, 5)])
def test_two_events_that_changed_places(whole_journal, low, high):
    first, second = at(low), at(high)
    Event.objects.filter(pk=first.pk).update(position=None)
    Event.objects.filter(pk=second.pk).update(position=low)
    Event.objects.filter(pk=first.pk).update(position=high)
    assert found() == Bad(EVENT, second.pk, low, Fault.SEAL)


def test_two_events_that_changed_all_but_their_places(whole_journal):
    first, second = at(2), at(7)
    for column in ("at", "actor", "verb", "subject", "data", "seal"):
        Event.objects.filter(pk=first.pk).update(**{column: getattr(second, column)})
        Event.objects.filter(pk=second.pk).update(**{column: getattr(first, column)})
    assert found() == Bad(EVENT, first.pk, 2, Fault.SEAL)


def test_a_row_with_a_true_seal_that_the_head_does_not_know(whole_journal):
    """Not even who holds the key can change a row under a head that has been given away."""
    event = at(5)
    event.actor = "person:2"
    event.seal = seal(event.content())
    event.save()
    assert found() == Bad(HEAD, 2, 6, Fault.ROOT)


@pytest.mark.parametrize("change", [{"root": "0" * 64}, {"frontier": ["0" * 64]}, {"size": 5}])
def test_a_head_with_a_true_signature_over_what_never_was(whole_journal, change):
    head = TreeHead.objects.get(number=2)
    vars(head).update(change)
    head.signature = sign(head.content())
    head.save()
    assert found() == Bad(HEAD, 2, head.size, Fault.ROOT)


def test_what_is_sequenced_meanwhile_is_checked_as_well(whole_journal, monkeypatch):
    """A sequencer comes by whenever the verifier has just read a row that was the last."""
    arrivals = iter([2, 1, 3])

    def leaf_while_others_work(event):
        if event.position == TreeHead.objects.last().size - 1:
            recorded(next(arrivals, 0))
            sequence()
        return leaf_of(event)

    monkeypatch.setattr(verification, "leaf_of", leaf_while_others_work)
    verdict = verify()
    last = TreeHead.objects.last()
    assert (last.number, last.size) == (6, 17)
    assert (verdict.first_bad, verdict.root) == (None, last.root)


def test_another_key(whole_journal, settings):
    settings.JOURNAL_KEY = "1" * 64
    assert found() == Bad(HEAD, 1, 0, Fault.SIGNATURE)


@pytest.mark.django_db
def test_another_key_while_nothing_is_signed(settings):
    recorded(2)
    settings.JOURNAL_KEY = "1" * 64
    assert found() == Bad(EVENT, Event.objects.first().pk, None, Fault.SEAL)


# What the product could never write; SQLite's columns take any value once its checks are switched off.
FOREIGN = [
    ("sqlite", "at", "the day before", Fault.SEAL),
    ("sqlite", "at", "2026-02-30 00:00:00", Fault.UNREADABLE),
    ("sqlite", "at", "0001-01-01 00:00:00", Fault.SEAL),
    ("sqlite", "data", "{", Fault.SEAL),
    ("sqlite", "data", "0.5", Fault.SEAL),
    ("sqlite", "actor", b"\xff", Fault.SEAL),
    ("sqlite", "seal", "印", Fault.SEAL),
    ("sqlite", "position", "nowhere", Fault.MOVED),
    ("sqlite", "position", 5.5, Fault.MOVED),
    ("sqlite", "position", -1, Fault.MOVED),
    ("postgresql", "at", "infinity", Fault.UNREADABLE),
    ("postgresql", "at", "20000-01-01", Fault.UNREADABLE),
    ("postgresql", "at", "0001-01-01 BC", Fault.UNREADABLE),
    ("postgresql", "data", "null", Fault.SEAL),
    ("postgresql", "data", "0.5", Fault.SEAL),
    ("postgresql", "seal", "印", Fault.SEAL),
]
FOREIGN_IN_HEADS = [
    ("sqlite", "at", "the day before", Fault.SIGNATURE),
    ("sqlite", "at", "2026-02-30 00:00:00", Fault.UNREADABLE),
    ("sqlite", "frontier", "{", Fault.SIGNATURE),
    ("sqlite", "size", "many", Fault.SIGNATURE),
    ("sqlite", "number", 0, Fault.SIGNATURE),
    ("postgresql", "at", "-infinity", Fault.UNREADABLE),
    ("postgresql", "frontier", "7", Fault.SIGNATURE),
    ("postgresql", "algorithm", "md5", Fault.SIGNATURE),
]


@pytest.mark.parametrize(("vendor", "column", "value", "fault"), FOREIGN)
def test_a_value_that_an_event_never_holds(whole_journal, vendor, column, value, fault):
    write_foreign(vendor, EVENT, column, value, f"id = {at(5).pk}")
    bad = found()
    assert (bad.table, bad.position, bad.reason) == (EVENT, 5, fault)


@pytest.mark.parametrize(("vendor", "column", "value", "fault"), FOREIGN_IN_HEADS)
def test_a_value_that_a_head_never_holds(whole_journal, vendor, column, value, fault):
    write_foreign(vendor, HEAD, column, value, "number = 2")
    assert (found().table, found().reason) == (HEAD, fault)


def test_a_place_below_the_first(whole_journal):
    key = Event.objects.filter(position=None).first().pk
    write_foreign("sqlite", EVENT, "position", -1, f"id = {key}")
    assert found() == Bad(EVENT, key, -1, Fault.SEAL)


def write_foreign(vendor: str, table: str, column: str, value: object, where: str) -> None:
    if connection.vendor != vendor:
        pytest.skip(f"a value for {vendor}")
    with connection.cursor() as cursor:
        if vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [value])  # noqa: S608
        assert cursor.rowcount == 1
        if vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
