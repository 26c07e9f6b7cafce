"""How much of one text stands in another: the passages they share, and what part of the text these make."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

PASSAGE = 10  # characters: shorter ones two people write by themselves
SHARE = 0.3  # of the text: less is not worth a look
_ROUGH = 35.0  # per cent of both texts that are alike in some way, before anybody looks for passages
_CLOSER = 40  # texts in which passages are looked for
SHOWN = 5

Key = TypeVar("Key")
_IDLE = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Likeness(Generic[Key]):
    """Another text that is like the given one: ``share`` of this one, in passages as they stand in it."""

    key: Key
    share: float
    passages: tuple[str, ...]

    @property
    def per_cent(self) -> int:
        return round(self.share * 100)


def alike(text: str, others: Iterable[tuple[Key, str]], *, known: str = "") -> list[Likeness[Key]]:
    """Those of ``others`` (key, text) that share passages with ``text``, the likest first.

    What stands in ``known``, the question, is nobody's own and does not count. ``others`` are read once.
    """
    from rapidfuzz.fuzz import ratio  # here: every process would hold it, and few compare texts

    own = plain(text)
    if len(own) < PASSAGE:
        return []
    rough = (
        (ratio(own, plain(other), score_cutoff=_ROUGH), place, key, other)
        for place, (key, other) in enumerate(others)
    )
    closer = heapq.nlargest(_CLOSER, (row for row in rough if row[0]), key=lambda row: row[:2])
    found = (_compared(own, key, other, plain(known)) for _score, _place, key, other in closer)
    likest = sorted((one for one in found if one.share >= SHARE), key=lambda one: -one.share)
    return likest[:SHOWN]


def plain(text: str) -> str:
    """The letters and digits of a text, in one spelling: marks and spaces are easily changed."""
    return _IDLE.sub("", unicodedata.normalize("NFKC", text).casefold())


def _compared(own: str, key: Key, other: str, known: str) -> Likeness[Key]:
    from rapidfuzz.distance import LCSseq

    passages = tuple(
        passage
        for block in LCSseq.opcodes(own, plain(other))
        if block.tag == "equal"
        and len(passage := own[block.src_start : block.src_end]) >= PASSAGE
        and passage not in known
    )
    return Likeness(key, sum(map(len, passages)) / len(own), passages)
