"""A unit proves what it did; somebody else looks again. The one way to a closed order is in here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from chuangwen.cases.evidence import Evidence, EvidenceKind
from chuangwen.cases.library import services as library
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach, perform
from chuangwen.core import photos
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.rectification.models import OrderItem, Photo, Proof, Recheck, Remedy
from chuangwen.rectification.problems import DUE_PAST, ITEM_STRANGER, NO_PHOTO, NO_PROOF


@dataclass(frozen=True)
class Done:
    """What a unit says it did about the fault ``item`` (a key), with photos of how it is now."""

    item: int
    words: str
    uploads: Sequence[UploadedFile[Any]] = field(default=())
    evidence: Sequence[Evidence] = field(default=())


Stored = tuple[photos.Stored, str]


def file_proof(*, actor: Person, case: Case, seen: int, done: Sequence[Done]) -> Case:
    """Make the move of that name: words and a photo at least for every fault of the order.

    New photos go into the unit's library. Raises Problem ``order.item_stranger``, ``order.no_proof``,
    ``order.no_photo``, ``evidence.stranger``, ``file.*``, and what ``perform`` raises.
    """
    # Before the photos are read: whoever may not file, or sends half, waits for nothing.
    _check(case, done)
    # Outside the transaction: a large photo takes a second, and nobody else shall wait for it.
    stored = {one.item: [_plain(upload) for upload in one.uploads] for one in done}
    return perform(actor=actor, move_name="file_proof", case=case, seen=seen, done=done, stored=stored)


def _check(case: Case, done: Iterable[Done]) -> None:
    said = {one.item: one for one in done}
    items = {item.pk: item for item in OrderItem.objects.filter(order=case.pk)}
    if said.keys() - items.keys():
        raise Problem(ITEM_STRANGER)
    for item in items.values():
        one = said.get(item.pk)
        if not one or not one.words.strip() or not (one.uploads or one.evidence):
            raise Problem(NO_PROOF, number=item.position)
        for piece in one.evidence:
            if not piece.is_photo:
                raise Problem(NO_PHOTO, name=piece.name)


def _plain(upload: UploadedFile[Any]) -> Stored:
    return photos.store(upload, accept=photos.SENT), upload.name or ""


def enter_proof(
    *, actor: Person, case: Case, done: Sequence[Done], stored: Mapping[int, Sequence[Stored]]
) -> Mapping[str, Any]:
    """Effect of ``file_proof``: the proof, its words and photos, as files of the case."""
    proof = Proof.objects.create(order=case.order, filed_by=actor, filed_at=timezone.now())
    kept = []
    for one in done:
        remedy = Remedy.objects.create(proof=proof, item_id=one.item, words=one.words)
        library.check_usable(one.evidence, case.unit)
        pieces = list(one.evidence)
        if stored[one.item]:
            kind = EvidenceKind.PHOTO
            pieces += library.add(actor=actor, unit=case.unit, stored=stored[one.item], kind=kind)
        for piece in dict.fromkeys(pieces):
            kept.append(piece.pk)
            _show(actor, case, remedy, piece)
    return {"proof": proof.pk, "evidence": kept}


def _show(actor: Person, case: Case, remedy: Remedy, piece: Evidence) -> None:
    file = attach(
        actor=actor,
        case=case,
        blob=piece.blob,  # type: ignore[arg-type]  # a photo has one
        name=piece.name,
        purpose=Attachment.Purpose.PHOTO,
        evidence=piece,
    )
    Photo.objects.create(item_id=remedy.item_id, remedy=remedy, attachment=file)


def enter_passed(*, actor: Person, case: Case, words: str, **rest: Any) -> None:
    """Grounds of ``pass_recheck``: the row without which the database closes no order."""
    _look(actor, case, words, passed=True)


def keep_photos(
    *, actor: Person, case: Case, words: str, pictures: Iterable[UploadedFile[Any]] = ()
) -> Mapping[str, Any]:
    """Effect of ``pass_recheck``: photos of what was seen. Raises Problem ``file.*``."""
    return {"reason": words, "photos": _keep(actor, case, pictures)}


def fail_recheck(
    *, actor: Person, case: Case, words: str, due: date, pictures: Iterable[UploadedFile[Any]] = ()
) -> Mapping[str, Any]:
    """Effect: it is not put right; there is time until ``due``.

    Raises Problem ``order.due_past``, ``file.*``."""
    if due < timezone.localdate():
        raise Problem(DUE_PAST)
    _look(actor, case, words, passed=False)
    case.due = due
    case.save(update_fields=["due"])
    return {"reason": words, "due": due.isoformat(), "photos": _keep(actor, case, pictures)}


def _look(actor: Person, case: Case, words: str, *, passed: bool) -> None:
    last = Proof.objects.filter(order=case.pk).latest("pk")
    Recheck.objects.create(proof=last, by=actor, at=timezone.now(), passed=passed, words=words)


def _keep(actor: Person, case: Case, pictures: Iterable[UploadedFile[Any]]) -> list[str]:
    stored = [_plain(picture) for picture in pictures]
    for one, name in stored:
        attach(actor=actor, case=case, blob=one.blob, name=name, purpose=Attachment.Purpose.PHOTO)
    return [one.blob.digest for one, _name in stored]
