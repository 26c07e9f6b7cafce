"""Files by content: stored once under the hash of their bytes, judged by what they are, not what they say."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from PIL import Image, UnidentifiedImageError

from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_BROKEN_IMAGE, FILE_EMPTY, FILE_TOO_BIG, FILE_WRONG_TYPE, Problem

TEXT = "text/plain"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
DOCUMENTS = frozenset({TEXT, DOCX, PDF})
PHOTOS = frozenset({JPEG, PNG, WEBP})
# How each type is called on paper and on the screen.
NAMES = {TEXT: "txt", PDF: "pdf", DOCX: "docx", JPEG: "jpg", PNG: "png", WEBP: "webp"}

PIXELS = 100_000_000  # of a photo: more than any telephone takes, less than a bomb
_CHUNK = 64 * 1024
_HEAD = 8 * 1024  # bytes from which a type is told
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def store(upload: UploadedFile[Any], *, accept: frozenset[str]) -> Blob:
    """Keep an upload, if its content is of a type in ``accept``.

    Raises Problem ``file.empty``, ``file.too_big``, ``file.wrong_type``, ``file.broken_image``.
    """
    return _keep(upload.chunks(_CHUNK), accept)


def store_bytes(data: bytes, media_type: str) -> Blob:
    """Keep ``data``, whose type the caller knows because it made them."""
    return _keep([data], frozenset({media_type}), media_type)


def path(blob: Blob) -> Path:
    """Where the content lies on disk."""
    return Path(settings.MEDIA_ROOT) / blob.digest[:2] / blob.digest[2:]


def read(blob: Blob) -> bytes:
    return path(blob).read_bytes()


def download(blob: Blob, name: str, *, inline: bool = False) -> FileResponse:
    """The answer that sends the content; the caller has checked that the person may have it."""
    answer = FileResponse(path(blob).open("rb"), content_type=blob.media_type)
    kind = "inline" if inline and blob.media_type in PHOTOS else "attachment"
    answer["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(safe_name(name), safe='')}"
    answer["Content-Length"] = str(blob.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    return answer


def safe_name(name: str) -> str:
    """A file name without directories and control characters, at most 150 characters."""
    cleaned = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name).strip(" .")
    return cleaned[-150:] or "file"


def _keep(chunks: Iterable[bytes], accept: frozenset[str], known: str = "") -> Blob:
    """Write to a temporary file beside its place, judge it, and move it there by one atomic rename."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as temporary:
        draft = Path(temporary.name)
        try:
            size, digest = _write(chunks, temporary.fileno())
            media_type = known or _judge(draft, accept)
            blob = Blob(digest=digest, size=size, media_type=media_type)
            place = path(blob)
            place.parent.mkdir(exist_ok=True)
            draft.replace(place)
            place.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        finally:
            draft.unlink(missing_ok=True)
    # Two uploads of the same bytes at once are one blob; neither may fail.
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return Blob.objects.get(pk=digest)


def _write(chunks: Iterable[bytes], handle: int) -> tuple[int, str]:
    """The size and digest of what was written and reached the disk."""
    size, sha256 = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        if size > settings.UPLOAD_LIMIT:
            raise Problem(FILE_TOO_BIG, limit=settings.UPLOAD_LIMIT // 1024**2)
        sha256.update(chunk)
        os.write(handle, chunk)
    if not size:
        raise Problem(FILE_EMPTY)
    os.fsync(handle)
    return size, sha256.hexdigest()


def _judge(draft: Path, accept: frozenset[str]) -> str:
    """The type of the content; Problem if it is not accepted."""
    media_type = _sniff(draft)
    if media_type not in accept:
        raise Problem(FILE_WRONG_TYPE, accepted=", ".join(sorted(NAMES[kind] for kind in accept)))
    if media_type in PHOTOS:
        _check_photo(draft)
    return media_type


def _sniff(draft: Path) -> str:
    with draft.open("rb") as file:
        head = file.read(_HEAD)
    if zipfile.is_zipfile(draft):
        return _kind_of_zip(draft)
    found = filetype.guess(head)
    if found:
        return str(found.mime)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return TEXT if utf16 or not _CONTROL.search(head) else "application/octet-stream"


def _kind_of_zip(draft: Path) -> str:
    """A docx by its parts; an archive that cannot be listed is just an archive."""
    try:
        with zipfile.ZipFile(draft) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError):
        return "application/zip"
    return DOCX if {"[Content_Types].xml", "word/document.xml"} <= names else "application/zip"


def _check_photo(draft: Path) -> None:
    try:
        with Image.open(draft) as image:
            if image.width * image.height > PIXELS:
                raise Problem(FILE_BROKEN_IMAGE)
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Problem(FILE_BROKEN_IMAGE) from error
