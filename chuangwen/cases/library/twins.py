"""Which pieces are like another: the same file, or a photo that looks the same. A hint, never a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from chuangwen.cases.evidence import Evidence, Fingerprint
from chuangwen.cases.library.queries import Actor
from chuangwen.core.resemblance import NEAR, distance, neighbours

SHOWN = 10  # the nearest
_BANDS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Twin:
    """A piece like another one. ``distance`` is in bits of 64; 0 is the same file, or looks just the same."""

    piece: Evidence
    distance: int

    @property
    def year(self) -> int:
        """The year that it is of: of its own day, or of the day on which it was added."""
        return (self.piece.dated or self.piece.added_at).year


def seen_before(piece: Evidence, actor: Actor | None = None) -> list[Twin]:
    """As `seen_before_each`, for one piece."""
    return seen_before_each([piece], actor)[piece.pk]


def seen_before_each(pieces: Collection[Evidence], actor: Actor | None = None) -> dict[int, list[Twin]]:
    """For each piece, by its key, other ones of any unit and year that are like it, the nearest first.

    With ``actor`` only those that they may open. Without one, for reviewers, all: they are told of what unit
    and year a piece is, and do not open it. Four queries, however many pieces.
    """
    near = defaultdict[int, dict[int, int]](dict)  # piece → another → how far
    _same_files(pieces, near)
    _same_looks(pieces, near)
    seen = Evidence.objects.all() if actor is None else Evidence.objects.visible_to(actor)
    keys = {pk for found in near.values() for pk in found}
    rows = seen.select_related("unit").in_bulk(keys)
    return {piece.pk: _nearest(near[piece.pk], rows) for piece in pieces}


def _nearest(far: dict[int, int], rows: dict[int, Evidence]) -> list[Twin]:
    found = sorted((bits, pk) for pk, bits in far.items() if pk in rows)
    return [Twin(rows[pk], bits) for bits, pk in found[:SHOWN]]


def _same_files(pieces: Collection[Evidence], near: dict[int, dict[int, int]]) -> None:
    """Those with the very same content, or the very same link."""
    blobs = {piece.blob_id for piece in pieces if piece.blob_id}
    links = {piece.link for piece in pieces if piece.link}
    same = Evidence.objects.filter(Q(blob__in=blobs) | Q(link__in=links))
    for pk, blob, link in same.values_list("pk", "blob", "link"):
        for piece in pieces:
            if pk != piece.pk and (piece.blob_id, piece.link) == (blob, link):
                near[piece.pk][pk] = 0


def _same_looks(pieces: Collection[Evidence], near: dict[int, dict[int, int]]) -> None:
    """Those whose fingerprints differ in few bits."""
    rows = Fingerprint.objects.filter(evidence__in=[piece.pk for piece in pieces], first__isnull=False)
    own = {row.pk: row.bands for row in rows if row.bands}
    sought = Q()
    for bands in own.values():
        for name, band in zip(_BANDS, bands, strict=True):
            sought |= Q(**{f"{name}__in": neighbours(band)})
    candidates = Fingerprint.objects.filter(sought) if sought else Fingerprint.objects.none()
    for pk, *others in candidates.values_list("pk", *_BANDS):
        for piece, bands in own.items():
            far = distance(bands, tuple(others))
            if far <= NEAR and pk != piece:
                near[piece].setdefault(pk, far)
