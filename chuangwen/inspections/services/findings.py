"""Entering what was found: the one way in for the page, the field app and the door for other clients.

Each finding and each photo bears a key that the device gave it. What arrives again under its key, word for
word the same, is accepted and changes nothing; so a device may send until it has heard that it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from chuangwen.cases.lifecycle import require
from chuangwen.cases.models import Case
from chuangwen.core import photos
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.inspections.findings import Verdict
from chuangwen.inspections.models import Check, Finding, FindingPhoto, PhotoHint, Point, Visit
from chuangwen.inspections.problems import (
    BAD_PLACE,
    KEY_USED,
    NOT_ASKED,
    PHOTOS_FULL,
    TOO_MANY,
    WORDS_LONG,
    WRONG_POINT,
)
from chuangwen.inspections.teams import TEAM
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

AT_ONCE = 1_000  # findings of one call; a day's round has two hundred
PHOTOS = 10  # of one finding
WORDS = 500  # characters
_DEGREES = Decimal("0.000001")  # a hand's breadth


@dataclass(frozen=True)
class Noted:
    """One finding as sent; ``criterion`` and ``point`` are keys of rows, None is the unit itself."""

    key: UUID
    criterion: int
    verdict: str
    noted_at: datetime
    point: int | None = None
    words: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def enter(*, actor: Person, visit: Visit, key: UUID, **content: Any) -> tuple[Finding, bool]:
    """Enter one finding (`Noted`); gives it, and whether it is new. Raises what ``enter_many`` raises."""
    return enter_many(actor=actor, visit=visit, rows=[Noted(key=key, **content)])[0]


@transaction.atomic
def enter_many(*, actor: Person, visit: Visit, rows: Sequence[Noted]) -> list[tuple[Finding, bool]]:
    """Enter findings of one visit, all or none, in their order; each with whether it is new.

    Raises Problem ``case.move_refused`` (not of the team, not under way), ``finding.too_many``,
    ``finding.key_used``, ``finding.not_asked``, ``finding.wrong_point``, ``finding.too_long``,
    ``finding.bad_place``.
    """
    rows = _at_once(rows)
    case = _held(actor, visit.pk)
    of_visit = Finding.objects.filter(visit=visit)
    known = of_visit.in_bulk([row.key for row in rows], field_name="key")
    fresh: dict[UUID, Noted] = {}
    for row in rows:
        before = known.get(row.key)
        if (before and _kept(before) != row) or fresh.setdefault(row.key, row) != row:
            raise Problem(KEY_USED)
    fresh = {key: row for key, row in fresh.items() if key not in known}
    if fresh:
        require(actor, "enter", case)
        _check(visit, fresh.values())
        known |= _write(actor, visit, fresh.values())
        data = {"findings": [str(key) for key in fresh]}
        record(actor=journal_name(actor), verb="visit.find", subject=case.subject, data=data)
    return [(known[row.key], row.key in fresh) for row in rows]


def require_enterable(*, visit: Visit, rows: Sequence[Noted]) -> None:
    """That the findings could be kept, without keeping them. Raises what ``enter_many`` raises of them."""
    _check(visit, _at_once(rows))


def _at_once(rows: Sequence[Noted]) -> list[Noted]:
    """As they will be kept. Raises Problem ``finding.too_many``, ``finding.bad_place``."""
    if len(rows) > AT_ONCE:
        raise Problem(TOO_MANY, count=len(rows), limit=AT_ONCE)
    return [_rounded(row) for row in rows]


def _held(actor: Person, pk: int) -> Case:
    """The case of a visit, locked, for somebody of its team. Raises Problem ``case.move_refused``."""
    Case.objects.select_for_update(no_key=True).get(pk=pk)
    case = Case.objects.select_related("unit", "issuer", "campaign").get(pk=pk)
    if not TEAM.test(actor, case):
        require(actor, "enter", case)
    return case


def _rounded(row: Noted) -> Noted:
    """As it will be kept, so that what comes again compares equal. Raises Problem ``finding.bad_place``."""
    if (row.latitude is None) != (row.longitude is None):
        raise Problem(BAD_PLACE)
    if row.latitude is None or row.longitude is None:
        return row
    if not (abs(row.latitude) <= 90 and abs(row.longitude) <= 180):  # noqa: PLR2004 - degrees
        raise Problem(BAD_PLACE)
    places = {name: getattr(row, name).quantize(_DEGREES) for name in ("latitude", "longitude")}
    return Noted(**(asdict(row) | places))


def _kept(finding: Finding) -> Noted:
    return Noted(
        key=finding.key,
        criterion=finding.criterion_id,
        verdict=finding.verdict,
        noted_at=finding.noted_at,
        point=finding.point_id,
        words=finding.words,
        latitude=finding.latitude,
        longitude=finding.longitude,
    )


def _check(visit: Visit, rows: Iterable[Noted]) -> None:
    """That each is looked at there, and can be kept. Raises Problem as ``enter_many``."""
    unit = visit.case.unit
    lot = visit.points.through.objects.filter(visit=visit.pk, point=OuterRef("pk"), point__active=True)
    own = Point.objects.filter(unit=unit).annotate(drawn=Exists(lot)).values_list("pk", "type", "drawn")
    types = {pk: kind for pk, kind, _chosen in own}
    drawn = {pk for pk, _kind, chosen in own if chosen}
    asked = set(Check.objects.filter(inspection=visit.inspection_id).values_list("point_type", "criterion"))
    for row in rows:
        if row.point is not None and row.point not in types:
            raise Problem(WRONG_POINT, unit=unit)
        if drawn and row.point is not None and row.point not in drawn:
            raise Problem(NOT_ASKED)
        place = types[row.point] if row.point is not None else None
        if (place, row.criterion) not in asked or row.verdict not in Verdict.values:
            raise Problem(NOT_ASKED)
        if len(row.words) > WORDS:
            raise Problem(WORDS_LONG, length=len(row.words), limit=WORDS)


def _write(actor: Person, visit: Visit, rows: Iterable[Noted]) -> Mapping[UUID, Finding]:
    now = timezone.now()
    found = [_finding(actor, visit, row, now) for row in rows]
    try:
        with transaction.atomic():
            Finding.objects.bulk_create(found, batch_size=500)
    except IntegrityError:  # the same key came for another visit
        raise Problem(KEY_USED) from None
    return {finding.key: finding for finding in found}


def _finding(actor: Person, visit: Visit, row: Noted, now: datetime) -> Finding:
    return Finding(
        key=row.key,
        visit=visit,
        criterion_id=row.criterion,
        verdict=row.verdict,
        noted_at=row.noted_at,
        point_id=row.point,
        words=row.words,
        latitude=row.latitude,
        longitude=row.longitude,
        received_at=now,
        noted_by=actor,
    )


def add_photo(*, actor: Person, finding: Finding, key: UUID, upload: File[Any]) -> tuple[FindingPhoto, bool]:
    """Add a photo to a finding, made plain; its time and place are kept apart. Whether it is new, too.

    Raises Problem ``case.move_refused``, ``finding.key_used``, ``finding.photos_full`` and what
    ``photos.store`` raises.
    """
    # Made plain outside the transaction, which others wait for.
    stored = photos.store(upload, accept=photos.SENT)
    return _keep(actor, finding, key, stored)


def photo_key(finding: UUID, upload: UploadedFile[Any]) -> UUID:
    """The key of a photo that a plain form sent: of its content, so that the same one comes once."""
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return uuid5(finding, digest.hexdigest())


@transaction.atomic
def _keep(actor: Person, finding: Finding, key: UUID, stored: photos.Stored) -> tuple[FindingPhoto, bool]:
    case = _held(actor, finding.visit_id)
    if known := FindingPhoto.objects.filter(finding=finding, key=key).first():
        if known.digest != stored.digest:
            raise Problem(KEY_USED)
        return known, False
    require(actor, "enter", case)
    if FindingPhoto.objects.filter(finding=finding).count() >= PHOTOS:
        raise Problem(PHOTOS_FULL, limit=PHOTOS)
    try:
        with transaction.atomic():
            photo = FindingPhoto.objects.create(
                key=key, finding=finding, blob=stored.blob, digest=stored.digest
            )
    except IntegrityError:  # the same key came for another finding
        raise Problem(KEY_USED) from None
    if stored.hint:
        PhotoHint.objects.create(
            photo=photo,
            taken_at=stored.hint.taken_at,
            latitude=stored.hint.latitude,
            longitude=stored.hint.longitude,
        )
    data = {"finding": str(finding.key), "photo": str(key), "file": stored.blob.digest}
    record(actor=journal_name(actor), verb="visit.photo", subject=case.subject, data=data)
    return photo, True
