"""Whatever is done to the journal's tables behind its back is found, and at the right row."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone, translation

from chuangwen.core.journal import record, sequence
from chuangwen.core.models import Event, TreeHead
from chuangwen.core.seals import seal
from chuangwen.core.verification import Bad, Fault, verify

SIZES = [4, 6, 9]  # of the three heads
EVENT, HEAD = "core_event", "core_treehead"


def recorded(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            record(
                actor="person:1", verb="unit.add", subject=f"unit:{number}", data={"name": f"第{number}小学"}
            )


@pytest.fixture
def whole(db, django_capture_on_commit_callbacks):
    """A journal of nine placed events under three heads, copied to the witness, and two waiting events."""
    done = 0
    for size in SIZES:
        recorded(size - done)
        with django_capture_on_commit_callbacks(execute=True):
            sequence()
        done = size
    recorded(2)
    assert verify(witness=settings.HEADS_FILE).ok


def at(place: int) -> Event:
    return Event.objects.get(position=place)


def columns(model) -> list[str]:
    """From the model itself, so that a new column is tried without anybody thinking of it."""
    return [column.attname for column in model._meta.concrete_fields]


def alter(row, column: str) -> int:
    """Change one value as SQL would, to another that the table allows; return the row's id afterwards."""
    field, value = row._meta.get_field(column), getattr(row, column)
    if field.unique:  # the numbers that may not occur twice
        new = type(row).objects.aggregate(top=Max(column))["top"] + 1
    elif isinstance(value, datetime):
        new = value + timedelta(microseconds=1)
    elif isinstance(value, str):
        new = value[:-1] + ("1" if value.endswith("0") else "0")
    elif isinstance(value, dict):
        new = value | {"name": "另一个"}
    else:
        new = [*value, "0" * 64]
    assert type(row).objects.filter(pk=row.pk).update(**{column: new}) == 1
    return new if field.primary_key else row.pk


def found() -> Bad | None:
    return verify().first_bad


@pytest.mark.parametrize("column", columns(Event))
@pytest.mark.parametrize("place", [0, 4, 8], ids=["first", "middle", "last"])
def test_a_changed_column_of_a_placed_event(whole, place, column):
    key = alter(at(place), column)
    assert found() == Bad(EVENT, key, place, Fault.MOVED if column == "position" else Fault.SEAL)


@pytest.mark.parametrize("column", [name for name in columns(Event) if name != "position"])
def test_a_changed_column_of_a_waiting_event(whole, column):
    key = alter(Event.objects.filter(position=None).first(), column)
    assert found() == Bad(EVENT, key, None, Fault.SEAL)


@pytest.mark.parametrize("place", [9, 100])
def test_a_waiting_event_put_into_a_place(whole, place):
    event = Event.objects.filter(position=None).first()
    Event.objects.filter(pk=event.pk).update(position=place)
    assert found() == Bad(EVENT, event.pk, place, Fault.SEAL)


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_placed_event_made_to_wait(whole, place):
    event = at(place)
    Event.objects.filter(pk=event.pk).update(position=None)
    assert found() == Bad(EVENT, event.pk, place, Fault.MOVED)


@pytest.mark.parametrize("column", columns(TreeHead))
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_column_of_a_head(whole, number, column):
    alter(TreeHead.objects.get(number=number), column)
    fault = Fault.MISSING if column == "number" else Fault.SIGNATURE
    assert found() == Bad(HEAD, number, [0, *SIZES][number - 1], fault)


@pytest.mark.parametrize("column", columns(TreeHead))
def test_every_column_of_a_head_is_refused_by_itself(whole, column):
    """Even on the only head, where no neighbour gives a change away."""
    TreeHead.objects.exclude(number=1).delete()
    Event.objects.exclude(position__lt=4).delete()
    assert verify().ok
    alter(TreeHead.objects.get(), column)
    assert found() == Bad(HEAD, 1, 0, Fault.MISSING if column == "number" else Fault.SIGNATURE)


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_removed_event(whole, place):
    at(place).delete()
    assert found() == Bad(EVENT, None, place, Fault.MISSING)


def test_the_first_of_two_faults_is_named(whole):
    at(7).delete()
    key = alter(at(2), "actor")
    alter(Event.objects.filter(position=None).first(), "actor")
    assert found() == Bad(EVENT, key, 2, Fault.SEAL)


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_head(whole, number):
    TreeHead.objects.get(number=number).delete()
    assert found() == Bad(HEAD, number, [0, *SIZES][number - 1], Fault.MISSING)


def test_a_removed_last_head(whole):
    TreeHead.objects.get(number=3).delete()
    assert found() == Bad(EVENT, at(6).pk, 6, Fault.NO_HEAD)


@pytest.mark.parametrize("number", [2, 1])
def test_an_end_cut_off_from_both_tables_is_known_to_the_witness(whole, number):
    size = SIZES[number - 1]
    Event.objects.exclude(position__lt=size).delete()
    TreeHead.objects.filter(number__gt=number).delete()
    assert verify().ok
    verdict = verify(witness=settings.HEADS_FILE)
    assert verdict.first_bad == Bad(HEAD, number + 1, size, Fault.MISSING)


def test_an_emptied_journal_is_known_to_the_witness(whole):
    Event.objects.all().delete()
    TreeHead.objects.all().delete()
    assert verify().ok
    assert verify(witness=settings.HEADS_FILE).first_bad == Bad(HEAD, 1, 0, Fault.MISSING)


def test_an_end_cut_off_and_written_anew_is_known_to_the_witness(whole):
    Event.objects.exclude(position__lt=6).delete()
    TreeHead.objects.filter(number=3).delete()
    recorded(3)
    sequence()
    assert verify().ok
    assert verify(witness=settings.HEADS_FILE).first_bad == Bad(HEAD, 3, None, Fault.REPLACED)


def test_a_witness_of_some_heads_only_is_enough(whole):
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
def test_a_changed_line_of_the_witness(whole, spoil, number):
    lines = settings.HEADS_FILE.read_text().splitlines(keepends=True)
    settings.HEADS_FILE.write_text(lines[0] + spoil(lines[1]) + lines[2])
    assert verify(witness=settings.HEADS_FILE).first_bad == Bad("witness", number, None, Fault.SIGNATURE)


@pytest.mark.parametrize("place", [None, 9])
def test_an_inserted_event(whole, place):
    copied = at(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_event (at, actor, verb, subject, data, position, seal)"
            " SELECT at, actor, verb, subject, data, %s, seal FROM core_event WHERE id = %s",
            [place, copied.pk],
        )
    assert found() == Bad(EVENT, Event.objects.latest("id").pk, place, Fault.SEAL)


def test_an_inserted_head(whole):
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


def test_events_cannot_share_a_place(whole):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(position=3).update(position=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(position=3).update(position=-1)


@pytest.mark.parametrize(("low", "high"), [(0, 8), (4, 5)])
def test_two_events_that_changed_places(whole, low, high):
    first, second = at(low), at(high)
    Event.objects.filter(pk=first.pk).update(position=None)
    Event.objects.filter(pk=second.pk).update(position=low)
    Event.objects.filter(pk=first.pk).update(position=high)
    assert found() == Bad(EVENT, second.pk, low, Fault.SEAL)


def test_two_events_that_changed_all_but_their_places(whole):
    first, second = at(2), at(7)
    for column in ("at", "actor", "verb", "subject", "data", "seal"):
        Event.objects.filter(pk=first.pk).update(**{column: getattr(second, column)})
        Event.objects.filter(pk=second.pk).update(**{column: getattr(first, column)})
    assert found() == Bad(EVENT, first.pk, 2, Fault.SEAL)


def test_a_row_with_a_true_seal_that_the_head_does_not_know(whole):
    """Not even who holds the key can change a row under a head that has been given away."""
    event = at(5)
    event.actor = "person:2"
    event.seal = seal(event.content())
    event.save()
    assert found() == Bad(HEAD, 2, 6, Fault.ROOT)


def test_another_key(whole, settings):
    settings.JOURNAL_KEY = "1" * 64
    assert found() == Bad(HEAD, 1, 0, Fault.SIGNATURE)


@pytest.mark.django_db
def test_another_key_while_nothing_is_signed(settings):
    recorded(2)
    settings.JOURNAL_KEY = "1" * 64
    assert found() == Bad(EVENT, Event.objects.first().pk, None, Fault.SEAL)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("at", "the day before", Fault.SEAL),
        ("at", "2026-02-30 00:00:00", Fault.UNREADABLE),
        ("at", "0001-01-01 00:00:00", Fault.SEAL),
        ("data", "{", Fault.SEAL),
        ("data", "0.5", Fault.SEAL),
        ("actor", b"\xff", Fault.SEAL),
        ("seal", "印", Fault.SEAL),
        ("position", "nowhere", Fault.MOVED),
        ("position", 5.5, Fault.MOVED),
        ("position", -1, Fault.MOVED),
    ],
)
def test_values_that_a_column_cannot_hold(whole, column, value, fault):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's columns take any value, once its checks are switched off")
    alter_sqlite(EVENT, column, value, f"id = {at(5).pk}")
    bad = found()
    assert (bad.table, bad.position, bad.reason) == (EVENT, 5, fault)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("at", "the day before", Fault.SIGNATURE),
        ("at", "2026-02-30 00:00:00", Fault.UNREADABLE),
        ("frontier", "{", Fault.SIGNATURE),
        ("size", "many", Fault.SIGNATURE),
        ("number", 0, Fault.SIGNATURE),
    ],
)
def test_values_that_a_column_of_a_head_cannot_hold(whole, column, value, fault):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's columns take any value, once its checks are switched off")
    alter_sqlite(HEAD, column, value, "number = 2")
    assert found().reason == fault


def alter_sqlite(table: str, column: str, value: object, where: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [value])  # noqa: S608
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
        assert cursor.rowcount != 0


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = StringIO()
    try:
        call_command("verify", *arguments, stdout=out)
    except SystemExit as left:
        return left.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_that_all_is_whole(whole):
    before = list(Event.objects.values())
    code, said = run("--json")
    root = TreeHead.objects.last().root
    assert (code, json.loads(said)) == (
        0,
        {
            "ok": True,
            "events": 11,
            "sequenced": 9,
            "pending": 2,
            "heads": 3,
            "root": root,
            "first_bad": None,
        },
    )
    assert list(Event.objects.values()) == before
    with translation.override("en"):
        assert run()[1] == (
            "The journal is whole: 11 events, of them 9 under 3 signed heads and 2 waiting for the next."
            f" Root: {root}\n"
        )
    with translation.override("zh-hans"):
        assert run()[1].startswith("日志完整：共11条记录")


def test_the_command_fails_and_names_the_first_bad_row(whole):
    key = alter(at(4), "subject")
    code, said = run("--json")
    assert code == 1
    verdict = json.loads(said)
    assert verdict["ok"] is False
    assert verdict["first_bad"] == {"table": EVENT, "id": key, "position": 4, "reason": "seal"}
    with translation.override("en"):
        assert run()[1] == (
            f"The journal is not whole: event {key} in place 4 was changed, or inserted by someone"
            " without the journal's key.\n"
        )
    with translation.override("zh-hans"):
        assert run()[1].startswith("日志不完整：")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda: at(4).delete(), "the event in place 4 was removed"),
        (lambda: alter(TreeHead.objects.get(number=2), "root"), "tree head 2 was changed"),
        (lambda: Event.objects.filter(position=None).update(verb="x"), "the waiting event"),
        (lambda: settings.HEADS_FILE.write_text("?\n"), "head None in the copy of the heads was changed"),
    ],
)
def test_the_command_has_a_name_for_every_row(whole, damage, named):
    damage()
    with translation.override("en"):
        code, said = run()
    assert code == 1
    assert named in said


def test_the_command_compares_with_the_copy_of_the_heads(whole, tmp_path):
    Event.objects.exclude(position__lt=6).delete()
    TreeHead.objects.filter(number=3).delete()
    assert run()[0] == 1
    elsewhere = tmp_path / "elsewhere.jsonl"
    settings.HEADS_FILE.rename(elsewhere)
    with translation.override("en"):
        code, said = run()
    assert code == 0
    assert "a cut-off end would not be noticed" in said
    assert run("--witness", str(elsewhere))[0] == 1


@pytest.mark.django_db
def test_the_command_needs_the_witness_that_it_is_told_of(tmp_path):
    with pytest.raises(CommandError, match=r"none\.jsonl") as caught:
        run("--witness", str(tmp_path / "none.jsonl"))
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_an_empty_journal_is_whole():
    code, said = run("--json")
    assert code == 0
    assert json.loads(said)["events"] == 0
