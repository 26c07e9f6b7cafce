"""Proof that the journal is whole: everything it claims is computed again from its rows.

Rows are read in a stream, so a journal of any length needs little memory. Nothing is written and nobody
waits: events and heads that are added meanwhile are checked as well or left for the next time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from django.db import DatabaseError
from django.db.models import Count, Model, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from chuangwen.core.journal import frontier_of, is_authentic, is_sealed, leaf_of, signed_content
from chuangwen.core.merkle import Frontier
from chuangwen.core.models import Event, TreeHead
from chuangwen.core.seals import is_signed

CHUNK = 2_000  # rows fetched at once

# What reading a row raises when somebody stored a value that its column cannot hold.
_UNREADABLE = (ArithmeticError, DatabaseError, TypeError, ValueError)

Row = TypeVar("Row", bound=Model)


class Fault(TextChoices):
    """What can be wrong with a row, and how to say it after the row's name."""

    UNREADABLE = "unreadable", _("holds a value that cannot be read")
    SEAL = "seal", _("was changed, or inserted by someone without the journal's key")
    MOVED = "moved", _("was moved out of this place")
    MISSING = "missing", _("was removed")
    DUPLICATE = "duplicate", _("stands in a place that is taken")
    NO_HEAD = "no_head", _("stands behind the last signed head")
    SIGNATURE = "signature", _("was changed, or signed with another key")
    ROOT = "root", _("does not fit the events before it")
    REPLACED = (
        "replaced",
        _("is another than the witness holds: the journal's end was cut off and written anew"),
    )


@dataclass(frozen=True)
class Bad:
    """The first row at fault: its table, its id (None for an event that is gone), its place in the tree.

    A line of the witness file which is no head of this journal has the table ``witness``.
    """

    table: str
    id: int | None
    position: int | None
    reason: Fault


@dataclass(frozen=True)
class Verdict:
    """What a verification found. ``root`` is that of the events checked, up to the first bad row."""

    events: int
    sequenced: int
    pending: int
    heads: int
    root: str
    first_bad: Bad | None

    @property
    def ok(self) -> bool:
        return self.first_bad is None


class _BadRowError(Exception):
    def __init__(self, bad: Bad) -> None:
        super().__init__(bad)
        self.bad = bad


def verify(*, witness: Path | None = None) -> Verdict:
    """Check every event and head, then what waits, then the heads in the file ``witness``.

    The first bad row is the one with the lowest position; waiting events come after all places. Reads only.
    """
    tree = frontier_of(None)
    bad = None
    try:
        _check_tree(tree)
        _check_waiting()
        if witness:
            _check_witness(witness, tree)
    except _BadRowError as error:
        bad = error.bad
    counts = Event.objects.aggregate(events=Count("id"), sequenced=Count("position"))
    return Verdict(
        events=counts["events"],
        sequenced=counts["sequenced"],
        pending=counts["events"] - counts["sequenced"],
        heads=TreeHead.objects.count(),
        root=tree.root().hex(),
        first_bad=bad,
    )


def _check_tree(tree: Frontier) -> None:
    """Extend ``tree`` from the first event to the last head, and on if a sequencer meanwhile adds some."""
    number = 0
    while True:
        # Read before the head: a sequencer's rows never show earlier than the head over them.
        stray = next(_rows(_outside(tree.size), tree), None)
        top = next(_rows(_heads_after(number).reverse()[:1], tree), None)
        if top is None:
            if stray:
                _fail(stray, Fault.NO_HEAD if is_sealed(stray) else Fault.SEAL, stray.position)
            return
        _check_round(tree, number, top)
        number = top.number


def _outside(size: int) -> QuerySet[Event]:
    """The first row with a place that a tree of ``size`` does not have."""
    return Event.objects.filter(Q(position__gte=size) | Q(position__lt=0)).order_by("position")[:1]


def _heads_after(number: int) -> QuerySet[TreeHead]:
    """The heads not yet seen; also those below 1, which no sequencer writes."""
    return TreeHead.objects.exclude(number__range=(1, number)).order_by("number")


def _check_round(tree: Frontier, number: int, top: TreeHead) -> None:
    """Check the heads after ``number`` up to ``top``, and the events under them."""
    places = Event.objects.filter(position__gte=tree.size, position__lt=top.size)
    events = _rows(places.order_by("position", "id"), tree)
    for head in _rows(_heads_after(number).filter(number__lte=top.number), tree):
        number += 1
        if head.number > number:
            _raise(TreeHead, number, tree.size, Fault.MISSING)
        if not is_authentic(head):
            _fail(head, Fault.SIGNATURE, tree.size)
        while tree.size < head.size:
            _check_event(next(events, None), tree)
        peaks = [peak.hex() for peak in tree.peaks]
        if (head.size, head.root, head.frontier) != (tree.size, tree.root().hex(), peaks):
            _fail(head, Fault.ROOT, tree.size)
    if extra := next(events, None):
        _fail(extra, Fault.DUPLICATE, extra.position)


def _check_event(event: Event | None, tree: Frontier) -> None:
    """Extend ``tree`` by ``event``, the row found next to its last."""
    if event is None or event.position is None or event.position > tree.size:
        _report_vacant(tree.size)
    if event.position < tree.size:
        _fail(event, Fault.DUPLICATE, event.position)
    if not is_sealed(event):
        _fail(event, Fault.SEAL, event.position)
    tree.append(leaf_of(event))


def _report_vacant(place: int) -> NoReturn:
    """The row of this place was removed, unless one is found whose seal says that it belongs here."""
    elsewhere = Event.objects.filter(Q(position=None) | Q(position__gt=place) | Q(position__lt=0))
    for event in _rows(elsewhere):
        event.position = place
        if is_sealed(event):
            _fail(event, Fault.MOVED, place)
    _raise(Event, None, place, Fault.MISSING)


def _check_waiting() -> None:
    for event in _rows(Event.objects.filter(position=None).order_by("id")):
        if not is_sealed(event):
            _fail(event, Fault.SEAL, None)


def _check_witness(witness: Path, tree: Frontier) -> None:
    """Every head that was once written down outside the database still stands, unchanged."""
    with witness.open("rb") as file:
        while lines := list(islice(file, CHUNK)):
            claims = [_claim(line) for line in lines]
            numbers = [claim["number"] for claim in claims]
            known = {head.number: head for head in TreeHead.objects.filter(number__in=numbers)}
            for claim in claims:
                head = known.get(claim["number"])
                if head is None:
                    _raise(TreeHead, claim["number"], tree.size, Fault.MISSING)
                if signed_content(head) != claim:
                    _fail(head, Fault.REPLACED, None)


def _claim(line: bytes) -> dict[str, Any]:
    """The head that a line of the witness file states, if this journal's key signed it."""
    number = None
    try:
        claim: dict[str, Any] = json.loads(line)
        number = claim["number"]
        content = {name: value for name, value in claim.items() if name != "signature"}
        if is_signed(content, claim["signature"]):
            return claim
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    raise _BadRowError(Bad("witness", number, None, Fault.SIGNATURE))


def _rows(found: QuerySet[Row], tree: Frontier | None = None) -> Iterator[Row]:
    """The rows in a stream. One that cannot be read is the bad row of the place after the last of ``tree``.

    A chunk with an unreadable row is read again one by one, so that rows before it are judged first.
    """
    read = 0
    try:
        for row in found.iterator(chunk_size=CHUNK):
            yield row
            read += 1
    except _UNREADABLE:
        for key in found.values_list("pk", flat=True)[read:]:
            try:
                yield found.model._default_manager.get(pk=key)  # noqa: SLF001 — Django's documented door
            except _UNREADABLE:
                _raise(found.model, key, tree.size if tree else None, Fault.UNREADABLE)


def _fail(row: Model, fault: Fault, position: int | None) -> NoReturn:
    _raise(type(row), row.pk, position, fault)


def _raise(model: type[Model], key: int | None, position: int | None, fault: Fault) -> NoReturn:
    raise _BadRowError(Bad(model._meta.db_table, key, position, fault))  # noqa: SLF001 — likewise
