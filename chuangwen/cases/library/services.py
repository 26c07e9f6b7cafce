"""Every write to the library: pieces are added, described, withdrawn; used ones stay where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.cases.evidence import Concealed, Evidence, EvidenceKind, Fingerprint, Hint
from chuangwen.cases.library.queries import may_change
from chuangwen.cases.problems import EVIDENCE_NO_PHOTO, EVIDENCE_NONE, EVIDENCE_STALE, EVIDENCE_STRANGER
from chuangwen.core import files, photos, resemblance
from chuangwen.core.concealing import Box
from chuangwen.core.journal import record
from chuangwen.core.models import Blob
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name

ACCEPTED = files.DOCUMENTS | photos.SENT | {files.XLSX}
AT_ONCE = 50  # photos whose fingerprints are taken in one go
_NAME = 200


def store(uploads: Iterable[UploadedFile[Any]]) -> list[tuple[photos.Stored, str]]:
    """Keep what was sent, each with its name; outside any transaction, for a large photo takes a second.

    Raises Problem ``file.*``.
    """
    return [(photos.store(upload, accept=ACCEPTED), upload.name or "") for upload in uploads]


@transaction.atomic
def add(
    *,
    actor: Person,
    unit: Unit,
    stored: Sequence[tuple[photos.Stored, str]] = (),
    link: str = "",
    kind: str = "",
    name: str = "",
    description: str = "",
    dated: date | None = None,
    number: str = "",
) -> list[Evidence]:
    """Put files, or what is public at ``link``, into the library of ``unit``.

    What the unit has already is given back as it is, and stands again if it was withdrawn. Without ``kind``
    each file is what its content says; ``name`` is for one piece, others are called as their files were.

    Raises Problem ``page.not_allowed``, ``evidence.none``.
    """
    if Relation.BELONGS_TO not in scope_of(actor).relations(unit):
        raise Problem(NOT_ALLOWED, reason=_("only those who belong to a unit add to its library"))
    if not stored and not link:
        raise Problem(EVIDENCE_NONE)
    said = {"description": description, "dated": dated, "number": number}
    # Two people may be adding the same file at this moment: one after the other, as everybody of a unit.
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    alone = name if len(stored) + bool(link) == 1 else ""
    pieces = [
        _add_file(actor, unit, one, name=alone or called, kind=kind, said=said) for one, called in stored
    ]
    if link:
        pieces.append(_add_link(actor, unit, link, name=alone, said=said))
    return pieces


def _add_file(
    actor: Person, unit: Unit, stored: photos.Stored, *, name: str, kind: str, said: dict[str, Any]
) -> Evidence:
    if known := _known(actor, Evidence.objects.filter(unit=unit, digest=stored.digest)):
        return known
    piece = Evidence.objects.create(
        unit=unit,
        kind=kind or _kind_of(stored.blob.media_type),
        name=files.safe_name(name, stored.blob.media_type)[:_NAME],
        blob=stored.blob,
        digest=stored.digest,
        added_by=actor,
        added_at=timezone.now(),
        **said,
    )
    if stored.hint:
        Hint.objects.create(
            evidence=piece,
            taken_at=stored.hint.taken_at,
            latitude=stored.hint.latitude,
            longitude=stored.hint.longitude,
        )
    if piece.is_photo:
        Fingerprint.objects.create(evidence=piece)
    _record(actor, piece, "add", unit=unit.code, file=stored.blob.digest)
    return piece


def _add_link(actor: Person, unit: Unit, link: str, *, name: str, said: dict[str, Any]) -> Evidence:
    if known := _known(actor, Evidence.objects.filter(unit=unit, link=link)):
        return known
    piece = Evidence.objects.create(
        unit=unit,
        kind=EvidenceKind.LINK,
        name=(name or link)[:_NAME],
        link=link,
        added_by=actor,
        added_at=timezone.now(),
        **said,
    )
    _record(actor, piece, "add", unit=unit.code, link=link)
    return piece


def _known(actor: Person, same: QuerySet[Evidence]) -> Evidence | None:
    """The piece that the unit has already; it stands again."""
    piece = same.select_related("blob").first()
    if piece and piece.withdrawn_at:
        piece.withdrawn_at = None
        piece.save(update_fields=["withdrawn_at"])
        _record(actor, piece, "restore")
    return piece


def _kind_of(media_type: str) -> str:
    if media_type in photos.SENT:
        return EvidenceKind.PHOTO
    return EvidenceKind.TABLE if media_type == files.XLSX else EvidenceKind.DOCUMENT


@transaction.atomic
def describe(*, actor: Person, piece: Evidence, seen: int, **fields: Any) -> Evidence:
    """Change what is said of a piece: ``name``, ``kind``, ``description``, ``dated``, ``number``.

    Raises Problem ``page.not_allowed``, ``evidence.stale``.
    """
    now = _held(actor, piece)
    if now.revision != seen:
        raise Problem(EVIDENCE_STALE)
    for name, value in fields.items():
        setattr(now, name, value)
    now.revision += 1
    now.save()
    _record(actor, now, "describe", fields=sorted(fields))
    return now


def conceal(*, actor: Person, piece: Evidence, seen: int, boxes: Sequence[Box]) -> Concealed:
    """Keep the copy of a photo that may be published; ``actor`` has looked at it, and at these boxes.

    Raises Problem ``page.not_allowed``, ``evidence.stale``, ``evidence.no_photo``, ``file.too_many_pixels``.
    """
    if not piece.blob or not piece.is_photo:
        raise Problem(EVIDENCE_NO_PHOTO)
    # Outside the transaction, which others wait for.
    blob = photos.with_boxes_concealed(piece.blob, boxes)
    return _confirm(actor, piece, seen, blob, boxes)


@transaction.atomic
def _confirm(actor: Person, piece: Evidence, seen: int, blob: Blob, boxes: Sequence[Box]) -> Concealed:
    now = _held(actor, piece)
    if now.revision != seen:
        raise Problem(EVIDENCE_STALE)
    now.revision += 1
    now.save(update_fields=["revision"])
    kept = {"blob": blob, "boxes": [list(box) for box in boxes], "confirmed_by": actor}
    copy, _made = Concealed.objects.update_or_create(
        evidence=now, defaults={**kept, "confirmed_at": timezone.now()}
    )
    _record(actor, now, "conceal", boxes=len(boxes), file=blob.digest)
    return copy


@transaction.atomic
def withdraw(*, actor: Person, piece: Evidence) -> bool:
    """Take a piece out of the library; whether it stays where it is used.

    What is used nowhere is gone, hint and file with it; what is used can no longer be picked.
    Raises Problem ``page.not_allowed``.
    """
    now = _held(actor, piece)
    _record(actor, now, "withdraw", name=now.name)
    try:
        with transaction.atomic():
            Evidence.objects.filter(pk=now.pk).delete()
    except ProtectedError:
        Evidence.objects.filter(pk=now.pk).update(withdrawn_at=timezone.now())
        return True
    return False


def _held(actor: Person, piece: Evidence) -> Evidence:
    """The piece as it is now, locked, if ``actor`` may change it."""
    now = Evidence.objects.select_for_update(no_key=True).get(pk=piece.pk)
    if not may_change(actor, now):
        raise Problem(
            NOT_ALLOWED, reason=_("only whoever added a piece, or answers for its unit, changes it")
        )
    return now


def take_fingerprints() -> int:
    """Clock: of the photos that were added; returns how many were tried.

    What stays in the way of one photo keeps no other waiting: each is tried once.
    """
    waiting = list(Fingerprint.objects.filter(tried=False).select_related("evidence__blob")[:AT_ONCE])
    blobs = [row.evidence.blob for row in waiting]
    found = resemblance.fingerprints([files.path(blob) for blob in blobs if blob]) if waiting else []
    for row, bands in zip(waiting, found, strict=True):
        row.tried = True
        if bands:
            row.first, row.second, row.third, row.fourth = bands
    fields = ["tried", "first", "second", "third", "fourth"]
    Fingerprint.objects.bulk_update(waiting, fields=fields)
    return len(waiting)


def check_usable(pieces: Iterable[Evidence], unit: Unit) -> None:
    """That these may be used for a matter of ``unit``. Raises Problem ``evidence.stranger``."""
    for piece in pieces:
        if piece.unit_id != unit.pk or piece.withdrawn_at:
            raise Problem(EVIDENCE_STRANGER, name=piece.name)


def _record(actor: Person, piece: Evidence, verb: str, **data: Any) -> None:
    record(actor=journal_name(actor), verb=f"evidence.{verb}", subject=piece.subject, data=data)
