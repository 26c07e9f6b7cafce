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


@dataclass(frozen=True)
class Book:
    """A tally: rows of one ``key`` are worth their sum in ``numbers``; ``near`` finds those of a key."""

    rows: Manager[Any]
    table: str
    key: tuple[str, ...]
    numbers: tuple[str, ...]
    near: str


UNITS = Book(
    Tally.objects,
    "directives_tally",
    ("campaign_id", "unit_id", "issuer_id", "day"),
    ("received", "acknowledged", "launched", "reported", "accepted", "waiting"),
    near="unit_id",
)
HOURS = Book(
    HourTally.objects,
    "directives_hourtally",
    ("campaign_id", "hour"),
    ("received", "acknowledged", "reported", "accepted"),
    near="hour",
)


def remove() -> None:
    """Before tables change: SQLite renames no table while a trigger speaks of one that is away."""
    _run(triggers.drop(connection.vendor))


def keep() -> None:
    """After tables have changed: put the triggers in place unless they are, and count what is there."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if HOURS.table in tables and not _in_place():
        with transaction.atomic():
            _run(triggers.create(connection.vendor))
            recount()


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
    Tally.objects.all().delete()
    HourTally.objects.all().delete()
    for part in triggers.PARTS:
        counted = triggers.counted(part, connection.vendor, 1)
        _run([f"INSERT INTO {part.table} ({part.columns}) {counted}"])


def check() -> int:
    """Clock: count anew if the tallies are wrong, and say so; returns how many sums were."""
    wrong = sum(_wrong(book) for book in (UNITS, HOURS))
    if wrong:
        logger.error("the tallies were wrong in %d places and have been counted anew", wrong)
        recount()
    return wrong


def _wrong(book: Book) -> int:
    """How many sums of a tally differ from what the cases themselves say."""
    rows = [f"SELECT {', '.join(book.key + book.numbers)} FROM {book.table}"]  # noqa: S608 - names of ours
    rows += [
        triggers.counted(part, connection.vendor, -1) for part in triggers.PARTS if part.table == book.table
    ]
    # Days that are over may have been folded into one.
    day = f"CASE WHEN day < '{timezone.localdate()}' THEN '{date.min}' ELSE day END"
    key = ", ".join(day if column == "day" else column for column in book.key)
    differs = " OR ".join(f"SUM({number}) <> 0" for number in book.numbers)
    union = " UNION ALL ".join(rows)
    sums = f"SELECT 1 FROM ({union}) AS both_ways GROUP BY {key} HAVING {differs}"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sums}) AS found")  # noqa: S608 - the same
        return int(cursor.fetchone()[0])


def fold() -> int:
    """Clock: replace what changes have appended, and days that are over, by sums; returns how many rows."""
    today = timezone.localdate()
    over = Tally.objects.filter(
        campaign__in=list(Campaign.objects.values_list("pk", flat=True)), day__gt=date.min, day__lt=today
    )
    steps: tuple[tuple[Book, QuerySet[Any]], ...] = (
        (UNITS, Tally.objects.filter(folded=False).order_by("unit")),
        (UNITS, over.order_by()),
        (HOURS, HourTally.objects.filter(folded=False).order_by("campaign", "hour")),
    )
    total = 0
    for book, rows in steps:
        while replaced := _fold(book, rows[:ROWS], today):
            total += replaced
    return total


@transaction.atomic
def _fold(book: Book, rows: QuerySet[Any], today: date) -> int:
    """Replace ``rows``, and those folded before that belong to them, by their sums.

    Any rows may be replaced by their sum, so whoever folds at the same time folds others or waits.
    """
    taken = _locked(book, rows)
    if not taken:
        return 0
    near = {key[book.key.index(book.near)] for _pk, key, _numbers in taken}
    done = {pk for pk, _key, _numbers in taken}
    before = book.rows.filter(folded=True, **{f"{book.near}__in": near})
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(book.numbers))
    gone = []
    for pk, key, numbers in [*taken, *(row for row in _locked(book, before) if row[0] not in done)]:
        kept = sums[_settled(book, key, today)]
        kept[:] = (a + b for a, b in zip(kept, numbers, strict=True))
        gone.append(pk)
    book.rows.filter(pk__in=gone).delete()
    book.rows.bulk_create(
        book.rows.model(**dict(zip(book.key + book.numbers, (*key, *numbers), strict=True)), folded=True)
        for key, numbers in sums.items()
        if any(numbers)
    )
    return len(taken)


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
