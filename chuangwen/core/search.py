"""Full-text search that finds Chinese words of two characters, alike on SQLite (FTS5) and PostgreSQL.

Chinese is not split into words: every pair of neighbouring characters is a token, so any word is a phrase of
pairs and nothing hangs on a dictionary. Tokens are spelled in plain letters and digits, for neither database
then needs to know what a Chinese character is (docs/adr/0009-search.md).

Each app registers what can be found as a `Source`; the worker follows the journal and keeps the index up to
date. Whoever shows results asks `found` for keys and passes them through the door of their own queryset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from chuangwen.core.models import Event, SearchCursor, SearchEntry

BATCH = 1_000  # events of one step, and rows of one statement
EXCERPT = 40  # characters on either side of the first hit
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W{_HAN}_]{{1,40}})")

Found = Iterable[tuple[int, str]]


@dataclass(frozen=True)
class Source:
    """One kind of thing that can be found.

    ``read`` gives (key, text) of the things that hang on the given subjects of the journal, or of all things
    of this kind for None. The key is the primary key of the thing's table.
    """

    kind: str
    read: Callable[[Sequence[str] | None], Found]


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    SOURCES[source.kind] = source


def tokens(text: str) -> list[str]:
    """What of ``text`` is indexed: pairs of Han characters (the last one also alone), other words whole."""
    found = []
    for han, word in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if han:
            found += [_spelled(han[at : at + 2]) for at in range(len(han))]
        else:
            found.append(_spelled_word(word))
    return found


def _spelled(han: str) -> str:
    return "h" + "".join(f"{ord(letter):05x}" for letter in han)


def _spelled_word(word: str) -> str:
    """A word in letters that every tokenizer keeps together; others than ASCII are spelled by number."""
    return "w" + "".join(letter if letter.isascii() else f"{ord(letter):05x}" for letter in word)


def _terms(query: str) -> list[list[str]]:
    """The query as phrases that must all be there; a phrase of one token may go on behind it."""
    terms = []
    for han, word in _RUNS.findall(unicodedata.normalize("NFKC", query).casefold()):
        pairs = [_spelled(han[at : at + 2]) for at in range(max(len(han) - 1, 1))]
        terms.append(pairs if han else [_spelled_word(word)])
    return terms


def found(kind: str, query: str) -> QuerySet[SearchEntry, Any]:
    """The keys of the things of one kind in which every word of the query stands; none for an empty query.

    One Han character finds whatever contains it; a Latin word or a number also finds what begins with it.
    """
    terms = _terms(query)
    if not terms:
        return SearchEntry.objects.none().values("key")
    if connection.vendor == "postgresql":
        phrases = [" <-> ".join(term) if term[1:] else f"{term[0]}:*" for term in terms]
        sought = " & ".join([f"k{kind}", *(f"({phrase})" for phrase in phrases)])
        hit = RawSQL(
            "to_tsvector('simple', words) @@ to_tsquery('simple', %s)", [sought], output_field=BooleanField()
        )
        return SearchEntry.objects.filter(hit).order_by().values("key")
    phrases = [f'"{" ".join(term)}"' if term[1:] else f"{term[0]}*" for term in terms]
    sought = " AND ".join([f"k{kind}", *phrases])
    rows = RawSQL("SELECT rowid FROM core_search WHERE core_search MATCH %s", [sought])
    return SearchEntry.objects.filter(pk__in=rows).order_by().values("key")


def index(kind: str, things: Found) -> int:
    """Write the things' words, new or anew; returns how many there were."""
    things, count = iter(things), 0
    while batch := list(islice(things, BATCH)):
        SearchEntry.objects.bulk_create(
            (
                SearchEntry(kind=kind, key=key, words=" ".join([f"k{kind}", *tokens(text)]))
                for key, text in batch
            ),
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["words"],
        )
        count += len(batch)
    return count


def follow() -> int:
    """Bring the index up to the journal's end, a job of the worker; returns the number of events followed."""
    followed = 0
    while events := _step():
        followed += events
    return followed


@transaction.atomic
def _step() -> int:
    cursor, _made = SearchCursor.objects.select_for_update().get_or_create(pk=1)
    places = range(cursor.position, cursor.position + BATCH)
    events = Event.objects.filter(position__gte=places.start, position__lt=places.stop).order_by("position")
    subjects = list(events.values_list("subject", flat=True))
    if subjects:
        for source in SOURCES.values():
            index(source.kind, source.read(sorted(set(subjects))))
        cursor.position += len(subjects)
        cursor.save()
    return len(subjects)


@transaction.atomic
def rebuild() -> dict[str, int]:
    """Index everything anew, whatever the journal says; returns the numbers by kind."""
    SearchEntry.objects.all().delete()
    return {source.kind: index(source.kind, source.read(None)) for source in SOURCES.values()}


@dataclass(frozen=True)
class Excerpt:
    """Where a query stands in a text: what comes before, the hit itself, what comes after."""

    before: str
    hit: str
    after: str


def excerpt(text: str, query: str) -> Excerpt:
    """The surroundings of the first word of the query that stands in ``text`` as it is written there."""
    text = " ".join(text.split())
    for word in sorted(query.split(), key=len, reverse=True):
        at = text.casefold().find(word.casefold())
        if at >= 0:
            start, end = max(at - EXCERPT, 0), at + len(word)
            before = ("…" if start else "") + text[start:at]
            after = text[end : end + EXCERPT] + ("…" if end + EXCERPT < len(text) else "")
            return Excerpt(before, text[at:end], after)
    return Excerpt(text[: 2 * EXCERPT] + ("…" if len(text) > 2 * EXCERPT else ""), "", "")
