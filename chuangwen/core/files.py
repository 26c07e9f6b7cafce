"""Files by content: stored once under the hash of their bytes, judged by what they are, not what they say."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from PIL import Image

from chuangwen.core.archives import Archive, BrokenArchiveError, TooLargeError
from chuangwen.core.models import Blob
from chuangwen.core.problems import (
    FILE_BROKEN,
    FILE_BROKEN_IMAGE,
    FILE_EMPTY,
    FILE_LOCKED,
    FILE_TOO_BIG,
    FILE_WRONG_TYPE,
    Problem,
)
from chuangwen.core.scanning import scan

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
TEXT, PDF = "text/plain", "application/pdf"
JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
LOCKED = "application/x-ole-encrypted"  # an office document under a password is no zip any more
OTHER = "application/octet-stream"
DOCUMENTS = frozenset({TEXT, DOCX, PDF})
PHOTOS = frozenset({JPEG, PNG, WEBP})
# How each type is called on paper and on the screen, and the suffix that its downloads bear.
NAMES = {
    TEXT: "txt",
    PDF: "pdf",
    DOCX: "docx",
    XLSX: "xlsx",
    JPEG: "jpg",
    PNG: "png",
    WEBP: "webp",
    HEIC: "heic",
}
_PICTURE = re.compile(r"\.(?:png|webp|heic|heif)$", re.IGNORECASE)
# Suffixes that are as good as the one above.
_SUFFIXES = {JPEG: (".jpg", ".jpeg"), TEXT: (".txt", ".text")}

PIXELS = 64_000_000  # of a photo; decoded it takes four bytes each
CHUNK = 64 * 1024  # bytes read at once
_HEAD = 8 * 1024  # bytes from which a type is told
_CONTENT_TYPES = 1024**2  # bytes; the list of an office document's parts has a few thousand
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
# Brands of the container that phones put their HEIC pictures into (ISO/IEC 23008-12).
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
# Made of plain characters, yet nothing that one reads as it stands.
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|\{\\rtf|%!PS|MIME-Version:)", re.IGNORECASE)
_NAME_LENGTH = 80  # characters: 240 bytes of Chinese, and a file system takes 255


def store(upload: UploadedFile[Any], *, accept: frozenset[str]) -> Blob:
    """Keep an upload, if its content is of a type in ``accept``.

    The name and the type that the browser states are not looked at. Raises Problem ``file.empty``,
    ``file.too_big``, ``file.wrong_type``, ``file.locked``, ``file.broken``, ``file.broken_image``.
    """
    return _keep(upload.chunks(CHUNK), lambda file: _judge(file, accept))


def store_document(
    upload: UploadedFile[Any], *, accept: frozenset[str], read: Callable[[bytes], str]
) -> tuple[Blob, str]:
    """Keep an upload as ``store`` does, and give the text that ``read`` gets out of it.

    Raises what ``store`` and ``read`` raise; what either refuses leaves no file behind.
    """
    text = ""

    def judge(file: IO[bytes]) -> str:
        nonlocal text
        media_type = _judge(file, accept)
        file.seek(0)
        text = read(file.read())
        return media_type

    return _keep(upload.chunks(CHUNK), judge), text


def store_bytes(data: bytes, media_type: str) -> Blob:
    """Keep ``data``, whose type the caller knows because it made them."""
    return _keep([data], lambda _file: media_type)


def path(blob: Blob) -> Path:
    """Where the content lies on disk."""
    return Path(settings.MEDIA_ROOT) / blob.digest[:2] / blob.digest[2:]


def read(blob: Blob) -> bytes:
    return path(blob).read_bytes()


def download(blob: Blob, name: str, *, inline: bool = False) -> FileResponse:
    """The answer that sends the content; the caller has checked that the person may have it.

    Only photos are ever shown inline. A browser asks again each time, so that the next person at the same
    desk, or somebody who has lost the right, gets nothing from its cache.
    """
    answer = FileResponse(
        path(blob).open("rb"),
        as_attachment=not (inline and blob.media_type in PHOTOS),
        filename=safe_name(name, blob.media_type),
        content_type=blob.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-cache"
    return answer


def safe_name(name: str, media_type: str = "") -> str:
    """A file name for any file system: no directories, nothing invisible, at most 80 characters.

    With ``media_type`` the suffix is that of the content: a text called ``notice.bat`` is not to run.
    """
    visible = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    if media_type == JPEG:  # what a photo was before it was made plain
        visible = _PICTURE.sub("", visible)
    cleaned = re.sub(r'[/\\:*?"<>|\u2028\u2029]', "_", visible).strip(" .") or "file"
    suffixes = _SUFFIXES.get(media_type) or ((f".{NAMES[media_type]}",) if media_type in NAMES else ("",))
    if not cleaned.lower().endswith(suffixes):
        cleaned += suffixes[0]
    suffix = PurePath(cleaned).suffix[-_NAME_LENGTH // 2 :]
    return cleaned.removesuffix(suffix)[: _NAME_LENGTH - len(suffix)] + suffix


def sniff(file: IO[bytes]) -> str:
    """The type that the content itself shows; ``LOCKED`` for a locked office document, or ``OTHER``.

    Raises Problem ``file.broken`` for an archive that cannot be read.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(file)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return LOCKED if "EncryptedPackage".encode("utf-16-le") in head + file.read() else OTHER
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return PDF
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return OTHER
    # Before the table of signatures, in which a text that begins with "BM" is a picture.
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or not _CONTROL.search(head):
        return TEXT
    return _known_kind(head)


def _known_kind(head: bytes) -> str:
    """By the table of signatures, which lacks some of the brands of phones."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    found = filetype.guess(head)
    return str(found.mime) if found else OTHER


def _kind_of_archive(file: IO[bytes]) -> str:
    """A document by what its list of parts says; any other archive is just an archive."""
    try:
        listed = Archive(file).read("[Content_Types].xml", _CONTENT_TYPES)
    except (BrokenArchiveError, TooLargeError) as error:
        file.seek(0)
        if b"[Content_Types].xml" in file.read(_HEAD):
            raise Problem(FILE_BROKEN) from error
        return OTHER
    return next((kind for kind in (DOCX, XLSX) if f"{kind}.main+xml".encode() in listed), OTHER)


def _keep(chunks: Iterable[bytes], judge: Callable[[IO[bytes]], str]) -> Blob:
    """Write to a draft, judge its type, and keep it."""
    with draft(chunks) as written:
        return settle(written, judge(written.file))


@dataclass(frozen=True)
class Draft:
    """What was sent, on disk but not kept yet: open for reading, its size in bytes, its SHA-256."""

    file: IO[bytes]
    path: Path
    size: int
    digest: str


@contextmanager
def draft(chunks: Iterable[bytes]) -> Iterator[Draft]:
    """A temporary file beside where files are kept; it is gone at the end unless it was settled.

    Raises Problem ``file.empty``, ``file.too_big``.
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as file:
        try:
            size, digest = _write(chunks, file.file)
            yield Draft(file.file, Path(file.name), size, digest)
        finally:
            Path(file.name).unlink(missing_ok=True)


def settle(written: Draft, media_type: str) -> Blob:
    """Keep a draft: it is moved to its place by one atomic rename.

    The row comes before the rename and says that the content was stored now: whoever erases the same content
    holds its row until the content is gone, or sees that it is wanted (retention.py).
    """
    return settle_all([(written, media_type)])[0]


def settle_all(drafts: Sequence[tuple[Draft, str]]) -> list[Blob]:
    """Keep several drafts with their types as ``settle`` keeps one, in one transaction."""
    blobs = [Blob(digest=one.digest, size=one.size, media_type=kind) for one, kind in drafts]
    # Two uploads of the same bytes at once are one blob; neither may fail.
    Blob.objects.bulk_create(
        {blob.digest: blob for blob in blobs}.values(),
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["media_type", "stored_at"],
    )
    _move([(one.path, path(blob)) for (one, _kind), blob in zip(drafts, blobs, strict=True)])
    return blobs


def _write(chunks: Iterable[bytes], file: IO[bytes]) -> tuple[int, str]:
    """The size and digest of what was written and reached the disk."""
    size, sha256 = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        if size > settings.UPLOAD_LIMIT:
            raise Problem(FILE_TOO_BIG, limit=settings.UPLOAD_LIMIT // 1024**2)
        sha256.update(chunk)
        file.write(chunk)
    if not size:
        raise Problem(FILE_EMPTY)
    file.flush()
    os.fsync(file.fileno())
    return size, sha256.hexdigest()


def _move(moves: Iterable[tuple[Path, Path]]) -> None:
    """Move files to their places so that they are still there after a power cut."""
    changed = set[Path]()
    for written, place in moves:
        place.parent.mkdir(exist_ok=True)
        written.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        written.replace(place)
        changed |= {place.parent, place.parent.parent}
    for folder in changed:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _judge(file: IO[bytes], accept: frozenset[str]) -> str:
    """The type of the content; Problem if it is not accepted."""
    media_type = type_of(file, accept)
    if media_type in PHOTOS:
        _check_photo(file)
    return media_type


def type_of(file: IO[bytes], accept: frozenset[str]) -> str:
    """The type that the content shows; one of ``accept``, and nothing that the virus scanner finds in it.

    Raises Problem ``file.wrong_type``, ``file.locked``, ``file.broken``, ``file.infected``,
    ``file.not_scanned``.
    """
    media_type = sniff(file)
    if media_type == LOCKED:
        raise Problem(FILE_LOCKED)
    if media_type not in accept:
        raise Problem(FILE_WRONG_TYPE, accepted=", ".join(sorted(NAMES[kind] for kind in accept)))
    scan(file)
    return media_type


def _check_photo(file: IO[bytes]) -> None:
    """Decode the whole picture once; its size is known, and judged, before a pixel is."""
    file.seek(0)
    try:
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
            small_enough = image.width * image.height <= PIXELS
            if small_enough:
                image.draft("RGB", (1, 1))  # a JPEG is decoded at an eighth: a sixty-fourth of the memory
                image.load()
    except Exception as error:  # whatever a decoder makes of a broken file, the file is what is wrong
        raise Problem(FILE_BROKEN_IMAGE) from error
    if not small_enough:
        raise Problem(FILE_BROKEN_IMAGE)
