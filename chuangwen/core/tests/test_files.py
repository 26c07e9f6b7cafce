"""Files are known by their content, judged by their content, and sent so that they can do no harm."""

from __future__ import annotations

import hashlib
import threading
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import translation

from chuangwen.core import files
from chuangwen.core.files import (
    DOCUMENTS,
    DOCX,
    JPEG,
    PDF,
    PHOTOS,
    PNG,
    TEXT,
    WEBP,
    XLSX,
    download,
    safe_name,
    store,
    store_bytes,
    store_document,
)
from chuangwen.core.models import Blob
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import archive, docx_of, locked_docx, photo, upload, xlsx

SPEECH = "各县市区要迅速召开动员会。\n".encode()
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(200)


@pytest.fixture(autouse=True)
def media(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def kept(media: Path) -> list[str]:
    """Every file below the store, drafts too."""
    return sorted(str(file.relative_to(media)) for file in media.rglob("*") if file.is_file())


def refused(data: bytes, accept: frozenset[str], name: str = "文件") -> str:
    with pytest.raises(Problem) as caught:
        store(upload(data, name), accept=accept)
    return caught.value.code


def test_a_document_is_kept_with_what_was_read_in_it(media):
    blob, text = store_document(upload(SPEECH), accept=DOCUMENTS, read=lambda data: data.decode())
    assert (blob, text) == (Blob.objects.get(), SPEECH.decode())
    assert kept(media) == [f"{blob.digest[:2]}/{blob.digest[2:]}"]


def test_a_document_that_cannot_be_read_leaves_nothing_and_takes_nothing_away(media):
    with pytest.raises(UnicodeDecodeError):
        store_document(upload(SPEECH), accept=DOCUMENTS, read=lambda data: data.decode("ascii"))
    assert kept(media) == []
    assert not Blob.objects.exists()
    blob = store(upload(SPEECH), accept=DOCUMENTS)
    with pytest.raises(UnicodeDecodeError):
        store_document(upload(SPEECH), accept=DOCUMENTS, read=lambda data: data.decode("ascii"))
    assert kept(media) == [f"{blob.digest[:2]}/{blob.digest[2:]}"]


def test_a_file_lies_under_the_hash_of_its_content(media):
    digest = hashlib.sha256(SPEECH).hexdigest()
    blob = store(upload(SPEECH), accept=DOCUMENTS)
    assert (blob.digest, blob.size, blob.media_type) == (digest, len(SPEECH), TEXT)
    assert kept(media) == [f"{digest[:2]}/{digest[2:]}"]
    assert files.path(blob).read_bytes() == files.read(blob) == SPEECH
    assert files.path(blob).stat().st_mode & 0o777 == 0o640


def test_the_same_content_is_kept_once(media):
    first = store(upload(SPEECH, "讲话.txt"), accept=DOCUMENTS)
    second = store(upload(SPEECH, "另一个名字.txt"), accept=DOCUMENTS)
    assert first == second
    assert Blob.objects.count() == 1
    assert len(kept(media)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_content_sent_by_many_at_once_is_kept_once(media):
    data = photo("PNG", (300, 200))
    start, stored, failures = threading.Barrier(6), [], []

    def send():
        try:
            start.wait(10)
            stored.append(store(upload(data), accept=PHOTOS))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [blob.digest for blob in stored] == [hashlib.sha256(data).hexdigest()] * 6
    assert Blob.objects.count() == 1
    assert [(media / name).read_bytes() for name in kept(media)] == [data]


def test_what_was_made_here_is_kept_under_the_type_it_was_made_as():
    data = docx_of("报告")
    assert store_bytes(data, DOCX).media_type == DOCX
    assert store(upload(data), accept=DOCUMENTS).media_type == DOCX


@pytest.mark.parametrize(
    ("data", "accept", "media_type"),
    [
        (SPEECH, DOCUMENTS, TEXT),
        ("各县市区".encode("gb18030"), DOCUMENTS, TEXT),
        ("各县市区".encode("utf-16"), DOCUMENTS, TEXT),
        ("各县市区".encode("utf-8-sig"), DOCUMENTS, TEXT),
        # Texts that begin as a bitmap, a program, a song and an archive do.
        ("BM公司报告".encode(), DOCUMENTS, TEXT),
        ("MZ街道报告".encode(), DOCUMENTS, TEXT),
        ("ID3报告".encode(), DOCUMENTS, TEXT),
        ("PK赛通知".encode(), DOCUMENTS, TEXT),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", DOCUMENTS, PDF),
        (docx_of("报告"), DOCUMENTS, DOCX),
        (xlsx(), frozenset({XLSX}), XLSX),
        (photo("JPEG"), PHOTOS, JPEG),
        (photo("PNG"), PHOTOS, PNG),
        (photo("WEBP"), PHOTOS, WEBP),
    ],
)
def test_the_content_tells_the_type(data, accept, media_type):
    assert store(upload(data, "notice.exe", "text/html"), accept=accept).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "accept"),
    [
        ("讲话.docx", EXE, DOCUMENTS),
        ("讲话.txt", EXE, DOCUMENTS),
        ("照片.jpg", SPEECH, PHOTOS),
        ("照片.jpg", photo("GIF"), PHOTOS),
        ("讲话.docx", photo("JPEG"), DOCUMENTS),
        ("讲话.docx", archive({"讲话.txt": SPEECH}), DOCUMENTS),
        ("讲话.docx", xlsx(), DOCUMENTS),
        ("讲话.docx", b"PK\x03\x04" + bytes(100), DOCUMENTS),
        ("讲话.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), DOCUMENTS),
        ("讲话.doc", b"{\\rtf1\\ansi text}", DOCUMENTS),
        ("讲话.doc", b"\n<HTML><body>text</body></html>", DOCUMENTS),
        ("讲话.doc", '\ufeff<?xml version="1.0"?><w:wordDocument/>'.encode(), DOCUMENTS),
        # A part of that name alone makes no document.
        ("讲话.docx", archive({"[Content_Types].xml": "<Types/>", "word/document.xml": ""}), DOCUMENTS),
    ],
)
def test_a_file_of_another_type_is_refused_whatever_its_name(media, name, data, accept):
    assert refused(data, accept, name) == "file.wrong_type"
    assert kept(media) == []
    assert Blob.objects.count() == 0


def test_the_refusal_says_which_types_are_taken():
    with pytest.raises(Problem) as caught:
        store(upload(EXE), accept=DOCUMENTS)
    with translation.override("zh-hans"):
        assert caught.value.sentence.endswith("请另存为以下格式之一后重新上传：docx, pdf, txt。")


def test_an_empty_file_is_refused(media):
    assert refused(b"", DOCUMENTS) == "file.empty"
    assert kept(media) == []


def test_a_document_under_a_password_is_told_from_one_of_another_type():
    assert refused(locked_docx(), DOCUMENTS) == "file.locked"


def test_half_a_document_is_told_from_one_of_another_type(media):
    data = docx_of("报告")
    assert refused(data[: len(data) // 2], DOCUMENTS) == "file.broken"
    assert kept(media) == []


def test_fifty_megabytes_are_refused_before_they_are_read(media, tmp_path, settings):
    sparse = tmp_path / "大文件.txt"
    with sparse.open("wb") as file:
        file.truncate(50 * 1024**2)
    with sparse.open("rb") as file:
        tracemalloc.start()
        try:
            with pytest.raises(Problem) as caught:
                store(UploadedFile(file, size=50 * 1024**2), accept=DOCUMENTS)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        read = file.tell()
    assert caught.value.code == "file.too_big"
    assert caught.value.details == {"limit": 25}
    assert settings.UPLOAD_LIMIT < read <= settings.UPLOAD_LIMIT + 128 * 1024
    assert peak < 4 * 1024**2
    assert kept(media) == []


def test_the_limit_itself_is_allowed(settings):
    settings.UPLOAD_LIMIT = len(SPEECH)
    assert store(upload(SPEECH), accept=DOCUMENTS).size == len(SPEECH)
    assert refused(SPEECH + b"\n", DOCUMENTS) == "file.too_big"


def test_a_photo_of_too_many_pixels_is_refused_before_it_is_decoded(media):
    # 81 million pixels in a few kilobytes, and 400 million that Pillow itself refuses.
    for side in (9_000, 20_000):
        bomb = photo("PNG", (side, side), mode="1")
        assert len(bomb) < 100_000
        assert refused(bomb, PHOTOS) == "file.broken_image"
    assert kept(media) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_photo_is_refused(kind):
    data = photo(kind, (400, 300))
    assert refused(data[: len(data) // 2], PHOTOS) == "file.broken_image"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_with_any_byte_broken_is_a_photo_or_a_problem(kind):
    data = photo(kind, (60, 40))
    outcomes = set()
    for place in range(0, len(data), 7):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        try:
            outcomes.add(store(upload(bytes(broken)), accept=PHOTOS).media_type)
        except Problem as problem:
            outcomes.add(problem.code)
    assert "file.broken_image" in outcomes
    assert outcomes <= {f"image/{kind.lower()}", "file.broken_image", "file.wrong_type"}


def sent(blob: Blob, name: str, *, inline: bool = False) -> tuple[bytes, dict[str, str]]:
    answer = download(blob, name, inline=inline)
    try:
        return b"".join(answer.streaming_content), dict(answer.items())
    finally:
        answer.file_to_stream.close()  # not the answer: that would end the request, and with it the database


def test_a_download_brings_the_content_and_can_do_no_harm():
    content, headers = sent(store_bytes(SPEECH, TEXT), "讲话.txt")
    assert content == SPEECH
    assert headers == {
        "Content-Type": "text/plain",
        "Content-Length": str(len(SPEECH)),
        "Content-Disposition": "attachment; filename*=utf-8''%E8%AE%B2%E8%AF%9D.txt",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }


def test_only_photos_are_shown_inline():
    shown = sent(store_bytes(photo("JPEG"), JPEG), "1.jpg", inline=True)[1]
    saved = sent(store_bytes(b"%PDF-1.4", PDF), "1.pdf", inline=True)[1]
    assert shown["Content-Disposition"] == 'inline; filename="1.jpg"'
    assert saved["Content-Disposition"] == 'attachment; filename="1.pdf"'


def test_a_name_cannot_write_headers():
    headers = sent(store_bytes(SPEECH, TEXT), 'a"\r\nSet-Cookie: x=1;.txt')[1]
    assert headers["Content-Disposition"] == 'attachment; filename="a_Set-Cookie_ x=1;.txt"'


@pytest.mark.parametrize(
    ("name", "media_type", "safe"),
    [
        ("关于创建工作的报告.docx", DOCX, "关于创建工作的报告.docx"),
        ("../../etc/passwd", "", "_.._etc_passwd"),
        ("C:\\文件\\报告.pdf", PDF, "C__文件_报告.pdf"),
        ("通知.bat", TEXT, "通知.bat.txt"),
        ("照片.JPEG", JPEG, "照片.JPEG"),
        ("照片", PNG, "照片.png"),
        ("照片.HEIC", JPEG, "照片.jpg"),
        # A mark that turns the direction of writing would hide the end of such a name.
        ("通知\u202etxt.exe", "", "通知txt.exe"),
        ("报\ud800告\u2028.txt", TEXT, "报告_.txt"),
        ("", TEXT, "file.txt"),
        (" .. ", "", "file"),
        ("报" * 200 + ".docx", DOCX, "报" * 75 + ".docx"),
        ("x." + "y" * 200, "", "x." + "y" * 78),
    ],
)
def test_names_are_safe_for_any_file_system(name, media_type, safe):
    assert safe_name(name, media_type) == safe
    assert len(safe.encode()) <= 255
