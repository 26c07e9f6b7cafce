"""The journal: one event per verb, given its place in a Merkle tree whose heads are signed and published.

Writers only insert their own row and never wait for one another. A sequencer gives each committed row its
place and cuts a head (docs/adr/0002-journal.md); ``verification.py`` proves that nothing was changed since.
"""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chuangwen.core.merkle import Frontier, Merkle
from chuangwen.core.models import Event, TreeHead
from chuangwen.core.problems import JOURNAL_BROKEN, Problem
from chuangwen.core.seals import canonical, is_signed, public_key, seal, sign

BATCH = 10_000  # events under one head; bounds the memory of a step and the time of its transaction

# What a row raises whose columns hold values that the journal never writes.
_FOREIGN = (ArithmeticError, AttributeError, TypeError, ValueError)

logger = logging.getLogger(__name__)


def record(*, actor: str, verb: str, subject: str, data: Mapping[str, Any] | None = None) -> Event:
    """Write down that ``actor`` did ``verb`` to ``subject``, in the caller's transaction, as one row.

    ``data`` holds plain JSON values only. Raises TypeError for others (dates, decimals, floats, lazy strings)
    and TransactionManagementError when no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded in the transaction of its verb")
    data = dict(data or {})
    _require_plain(data)
    event = Event(at=timezone.now(), actor=actor, verb=verb, subject=subject, data=data)
    event.save(force_insert=True)
    event.seal = seal(event.content())  # only now: the seal covers the id, which the database gives
    event.save(update_fields=["seal"])
    return event


def is_sealed(event: Event) -> bool:
    """Whether the seal is that of exactly this row, as stored."""
    try:
        return hmac.compare_digest(event.seal.encode(), seal(event.content()).encode())
    except _FOREIGN:
        return False


def is_authentic(head: TreeHead) -> bool:
    """Whether this journal, with its key and hash as now configured, signed exactly this head."""
    try:
        return head.algorithm == settings.JOURNAL_HASH and is_signed(head.content(), head.signature)
    except _FOREIGN:
        return False


def sequence() -> TreeHead | None:
    """Give every waiting event its place and sign a new head for each batch; return the newest, if any.

    Events are placed in the order of their ids; one that commits late gets a later place. A row with a wrong
    seal is never placed, only reported. Any number of processes may call this at once.

    Raises Problem ``journal.broken`` when the journal's end is not as the last head left it.
    """
    newest, after = None, 0
    while True:
        try:
            with transaction.atomic():
                # The head comes first: whoever places one of the rows read after it has cut its successor.
                last = TreeHead.objects.last()
                waiting = list(Event.objects.filter(position=None, pk__gt=after)[:BATCH])
                head = _place(waiting, last)
        except _OvertakenError:
            continue
        if not waiting:
            return newest
        newest, after = head or newest, waiting[-1].pk


def public_head() -> dict[str, Any] | None:
    """The newest head for publication, as plain JSON values with signature and public key."""
    head = TreeHead.objects.last()
    return {**signed_content(head), "public_key": public_key()} if head else None


def signed_content(head: TreeHead) -> dict[str, Any]:
    """All columns of a head: a line of the witness file."""
    return {**head.content(), "signature": head.signature}


def leaf_of(event: Event) -> bytes:
    """The hash of a placed event as a leaf of the tree."""
    return Merkle(settings.JOURNAL_HASH).leaf(canonical(event.content()))


def frontier_of(head: TreeHead | None) -> Frontier:
    """The tree as ``head`` left it; the empty tree before the first."""
    merkle = Merkle(settings.JOURNAL_HASH)
    return Frontier(merkle, head.size, list(map(bytes.fromhex, head.frontier))) if head else Frontier(merkle)


class _OvertakenError(Exception):
    """Another sequencer cut the same head first."""


def _place(waiting: list[Event], last: TreeHead | None) -> TreeHead | None:
    """Put the sealed rows of ``waiting`` behind ``last`` under a new head; None if there are none."""
    if last and not is_authentic(last):
        raise Problem(JOURNAL_BROKEN)
    frontier = frontier_of(last)
    placed = []
    for event in waiting:
        if not is_sealed(event):
            logger.error("event %s has a wrong seal and is not sequenced; run `chuangwen verify`", event.pk)
            continue
        event.position = frontier.size
        event.seal = seal(event.content())
        frontier.append(leaf_of(event))
        placed.append(event)
    if not placed:
        return None
    head = _sign_head(last.number + 1 if last else 1, frontier)
    _claim(head)
    if Event.objects.filter(position__gte=last.size if last else 0).exists():
        raise Problem(JOURNAL_BROKEN)
    _write_places(placed)
    transaction.on_commit(partial(_witness, head))
    return head


def _write_places(events: list[Event]) -> None:
    """Plain SQL: fifty times faster than ``bulk_update``, which matters as SQLite's writers wait for this."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE core_event SET position = %s, seal = %s WHERE id = %s",
            [(event.position, event.seal, event.pk) for event in events],
        )


def _sign_head(number: int, frontier: Frontier) -> TreeHead:
    head = TreeHead(
        number=number,
        size=frontier.size,
        root=frontier.root().hex(),
        frontier=[peak.hex() for peak in frontier.peaks],
        algorithm=settings.JOURNAL_HASH,
        at=timezone.now(),
    )
    head.signature = sign(head.content())
    return head


def _claim(head: TreeHead) -> None:
    """Insert the head; its number is the sequencers' compare-and-swap, as only one of them can insert it."""
    try:
        with transaction.atomic():
            head.save(force_insert=True)
    except IntegrityError:
        if TreeHead.objects.filter(number=head.number).exists():
            raise _OvertakenError from None
        raise


def _witness(head: TreeHead) -> None:
    """Append the head to a file outside the database, to show when the ends of both tables are cut off."""
    path: Path = settings.HEADS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(canonical(signed_content(head)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _require_plain(value: object) -> None:
    """Raises TypeError for whatever might not come back the same from every database."""
    match value:
        case None | bool() | int() | str():
            return
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise TypeError(f"keys of a journal's data are strings: {value!r}")
            for item in value.values():
                _require_plain(item)
        case list():
            for item in value:
                _require_plain(item)
        case _:
            raise TypeError(f"not a plain JSON value: {value!r}")
