"""Photos as phones send them are kept plain: upright, of sane size, silent about time, place and device."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from PIL import Image

from chuangwen.core import apart, concealing, developing, files
from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_BROKEN_IMAGE, FILE_TOO_MANY_PIXELS, Problem

SENT = files.PHOTOS | {files.HEIC}  # what phones and cameras send
_SECONDS = 10  # of computing; the largest honest picture takes a few, and others wait behind it
# One at a time in each process: a hundred photos sent at once need the memory of one.
_ONE = threading.Lock()


@dataclass(frozen=True)
class Hint:
    """What a photo's metadata told: when by the camera's clock, and where in degrees (WGS 84)."""

    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None

    def __bool__(self) -> bool:
        return bool(self.taken_at or self.latitude is not None)


@dataclass(frozen=True)
class Stored:
    """What was kept, the SHA-256 of what had been sent, and what that told of itself."""

    blob: Blob
    digest: str
    hint: Hint


def keep(uploads: Mapping[str, UploadedFile[Any]]) -> dict[str, Blob]:
    """Keep photos just as they were sent, to be stored later: their types are judged, no picture is opened.

    All or none. Nobody may be shown them, for they tell time, place and device. Raises Problem
    ``file.empty``, ``file.too_big``, ``file.wrong_type``.
    """
    with ExitStack() as stack:
        sent = [stack.enter_context(files.draft(one.chunks(files.CHUNK))) for one in uploads.values()]
        kept = files.settle_all([(one, files.type_of(one.file, SENT)) for one in sent])
    return dict(zip(uploads, kept, strict=True))


def store(upload: File[Any], *, accept: frozenset[str]) -> Stored:
    """Keep an upload if it is of a type in ``accept``: a photo made plain, anything else as it is.

    Raises Problem ``file.empty``, ``file.too_big``, ``file.wrong_type``, ``file.locked``, ``file.broken``,
    ``file.broken_image``, ``file.too_many_pixels``; what is refused leaves nothing behind.
    """
    with files.draft(upload.chunks(files.CHUNK)) as sent:
        media_type = files.type_of(sent.file, accept)
        if media_type not in SENT:
            return Stored(files.settle(sent, media_type), sent.digest, Hint())
        with tempfile.NamedTemporaryFile(dir=settings.MEDIA_ROOT) as plain:
            hint = _develop(sent.path, Path(plain.name))
            with files.draft(_parts(Path(plain.name))) as developed:
                return Stored(files.settle(developed, files.JPEG), sent.digest, hint)


def with_boxes_concealed(blob: Blob, boxes: Sequence[concealing.Box]) -> Blob:
    """A stored copy of a photo in which nothing inside the boxes can be told.

    Raises Problem ``file.too_many_pixels`` where it takes too long.
    """
    if not boxes:
        return blob
    work = f"{concealing.__name__}.{concealing.conceal.__name__}"
    with tempfile.NamedTemporaryFile(dir=settings.MEDIA_ROOT) as copy:
        try:
            apart.call(work, str(files.path(blob)), copy.name, list(boxes), seconds=_SECONDS)
        except apart.StoppedError as slow:
            raise Problem(FILE_TOO_MANY_PIXELS) from slow
        with files.draft(_parts(Path(copy.name))) as written:
            return files.settle(written, files.JPEG)


def likely_boxes(blob: Blob) -> list[concealing.Box]:
    """Where faces and plates may be in a stored photo; none where looking takes too long."""
    try:
        return list(
            apart.call(
                f"{concealing.__name__}.{concealing.find.__name__}", str(files.path(blob)), seconds=_SECONDS
            )
        )
    except apart.StoppedError:
        return []


def size(blob: Blob) -> tuple[int, int]:
    """Width and height of a stored photo in pixels."""
    with Image.open(files.path(blob)) as image:
        return image.size


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(files.CHUNK):
            yield part


def _develop(source: Path, target: Path) -> Hint:
    """Raises Problem ``file.broken_image``, ``file.too_many_pixels``."""
    work = f"{developing.__name__}.{developing.develop.__name__}"
    try:
        with _ONE:
            told = apart.call(work, str(source), str(target), seconds=_SECONDS, memory=developing.MEMORY)
    except (developing.TooLargeError, apart.StoppedError) as large:
        raise Problem(FILE_TOO_MANY_PIXELS) from large
    except developing.BrokenError as broken:
        raise Problem(FILE_BROKEN_IMAGE) from broken
    return hint_of(told)


def hint_of(facts: dict[str, Any]) -> Hint:
    """What was told, as far as it can be true: a camera's clock may never have been set."""
    place = {name: Decimal(str(facts[name])) for name in ("latitude", "longitude") if name in facts}
    try:
        told = datetime.strptime(facts.get("taken_at", ""), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - told without
        return Hint(timezone.make_aware(told), **place)
    except (ValueError, OverflowError):
        return Hint(None, **place)
