"""The tallies' upkeep: the triggers put in place, rows folded, everything counted anew."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Manager, QuerySet
from django.utils import timezone

from chuangwen.cases.models import Campaign
from chuangwen.directives import triggers
from chuangwen.directives.models import HourTally, Tally

logger = logging.getLogger(__name__)
ROWS = 5_000  # folded in one transaction
AFRESH = 100_000  # rows to be folded, from which on all cases are counted anew instead


@dataclass(frozen=True)
class Book:
    """A tally: rows of one ``key`` are worth their sum in ``numbers``."""

    rows: Manager[Any]
    table: str
    key: tuple[str, ...]
    numbers: tuple[str, ...]


UNITS = Book(
    Tally.objects,
    "directives_tally",
    ("campaign_id", "unit_id", "issuer_id", "day"),
    (
        *("received", "acknowledged", "launched", "reported", "accepted", "waiting"),
        *("begun", "in_force", "to_person"),
    ),
)
HOURS = Book(
    HourTally.objects,
    "directives_hourtally",
    ("campaign_id", "unit_id", "issuer_id", "hour"),
    ("received", "acknowledged", "reported", "accepted"),
)
BOOKS = (UNITS, HOURS)
_UNIT = 1  # its place in a key


def remove() -> None:
    """Before tables change: SQLite renames no table while a trigger speaks of one that is away."""
    _run(triggers.drop(connection.vendor))


def keep() -> None:
    """After tables have changed: put the triggers in place unless they are, and count what is there."""
    if all(map(_is_there, BOOKS)) and not _in_place():
        with transaction.atomic():
            _run(triggers.create(connection.vendor))
            recount()


def _is_there(book: Book) -> bool:
    """Whether the table has all its columns: an older state of the tables may be asked for."""
    described = connection.introspection
    with connection.cursor() as cursor:
        there = book.table in described.table_names(cursor)
        columns = described.get_table_description(cursor, book.table) if there else []
    return {column.name for column in columns} >= {*book.key, *book.numbers}


def _in_place() -> bool:
    name, catalogue = {"postgresql": ("tgname", "pg_trigger")}.get(
        connection.vendor, ("name", "sqlite_master")
    )
    wanted = f"{triggers.TRIGGERS[0].name}_update"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {catalogue} WHERE {name} = %s", [wanted])  # noqa: S608 - two names
        return cursor.fetchone() is not None


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@transaction.atomic
def recount() -> None:
    """Count all cases anew, whatever the tallies say."""
    _run(triggers.lock(connection.vendor, *(book.table for book in BOOKS)))
    for book in BOOKS:
        book.rows.all().delete()
        columns = ", ".join((*book.key, *book.numbers, "folded"))
        sums = _sums(book, [f"{_told(book)} WHERE 1 = 0", *_parts(book, 1)])
        _run([f"INSERT INTO {book.table} ({columns}) SELECT sums.*, TRUE FROM ({sums}) AS sums"])  # noqa: S608 - names of ours


def check() -> int:
    """Clock: count anew if the tallies are wrong, and say so; returns how many sums were."""
    found = wrong()
    if found:
        logger.error("the tallies were wrong in %d places and have been counted anew", found)
        recount()
    return found


def wrong() -> int:
    """How many sums of the tallies differ from what the cases themselves say."""
    return sum(_wrong(book) for book in BOOKS)


def _wrong(book: Book) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({_sums(book, [_told(book), *_parts(book, -1)])}) AS sums")  # noqa: S608 - the same
        return int(cursor.fetchone()[0])


def _told(book: Book) -> str:
    """What the tally says, as such a SELECT; it also names the columns."""
    return f"SELECT {', '.join(book.key + book.numbers)} FROM {book.table}"  # noqa: S608 - names of ours


def _parts(book: Book, times: int) -> list[str]:
    """What the cases say, as SELECTs of the columns of ``book``."""
    parts = (part for part in triggers.PARTS if part.table == book.table)
    return [triggers.counted(part, connection.vendor, times) for part in parts]


def _sums(book: Book, rows: list[str]) -> str:
    """A SELECT of the sums of ``rows`` that are not all nothing, days that are over taken together."""
    over = f"CASE WHEN day < '{timezone.localdate()}' THEN '{date.min}' ELSE day END"
    key = ", ".join(over if column == "day" else column for column in book.key)
    sums = [f"SUM({number})" for number in book.numbers]
    some = " OR ".join(f"{number} <> 0" for number in sums)
    union = " UNION ALL ".join(rows)
    return f"SELECT {key}, {', '.join(sums)} FROM ({union}) AS rows GROUP BY {key} HAVING {some}"  # noqa: S608 - the same


def fold() -> int:
    """Clock: replace what changes have appended, and days that are over, by sums; returns how many rows."""
    if loose := _many_loose():
        recount()
        return loose
    today = timezone.localdate()
    over = Tally.objects.filter(
        campaign__in=list(Campaign.objects.values_list("pk", flat=True)), day__gt=date.min, day__lt=today
    )
    steps: tuple[tuple[Book, QuerySet[Any]], ...] = (
        (UNITS, Tally.objects.filter(folded=False).order_by("unit_id")),
        (UNITS, over.order_by()),
        (HOURS, HourTally.objects.filter(folded=False).order_by("unit_id")),
    )
    total = 0
    for book, rows in steps:
        while replaced := _fold(book, rows[:ROWS], today):
            total += replaced
    return total


def _many_loose() -> int:
    """How many rows a great dispatch has left, if it is faster to count all cases than to fold those."""
    loose = Tally.objects.filter(folded=False).count()
    return loose if loose > AFRESH else 0


@transaction.atomic
def _fold(book: Book, rows: QuerySet[Any], today: date) -> int:
    """Replace ``rows``, and those folded before that belong to them, by their sums.

    Any rows may be replaced by their sum, so whoever folds at the same time folds others or waits.
    """
    taken = _locked(book, rows)
    if not taken:
        return 0
    units = {key[_UNIT] for _pk, key, _numbers in taken}
    wanted = {_settled(book, key, today) for _pk, key, _numbers in taken}
    loose = {pk for pk, _key, _numbers in taken}
    for row in _locked(book, book.rows.filter(folded=True, unit__in=units)):
        if row[0] not in loose and _settled(book, row[1], today) in wanted:
            taken.append(row)
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(book.numbers))
    for _pk, key, numbers in taken:
        kept = sums[_settled(book, key, today)]
        kept[:] = (a + b for a, b in zip(kept, numbers, strict=True))
    book.rows.filter(pk__in=[pk for pk, _key, _numbers in taken]).delete()
    book.rows.bulk_create(
        book.rows.model(**dict(zip(book.key + book.numbers, (*key, *numbers), strict=True)), folded=True)
        for key, numbers in sums.items()
        if any(numbers)
    )
    return len(loose)


def _locked(book: Book, rows: QuerySet[Any]) -> list[tuple[int, tuple[Any, ...], tuple[int, ...]]]:
    found = rows.select_for_update().values_list("pk", *book.key, *book.numbers)
    at = 1 + len(book.key)
    return [(row[0], row[1:at], row[at:]) for row in found]


def _settled(book: Book, key: tuple[Any, ...], today: date) -> tuple[Any, ...]:
    """The key under which a row is kept: a day that is over counts as the first of all."""
    return tuple(
        date.min if column == "day" and value < today else value
        for column, value in zip(book.key, key, strict=True)
    )
