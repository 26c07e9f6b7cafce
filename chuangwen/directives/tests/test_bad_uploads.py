"""What a clerk gives by mistake, or somebody on purpose, at the page that reads a meeting in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from chuangwen.cases.models import Attachment, Campaign, Case
from chuangwen.core.models import Blob, Event
from chuangwen.core.tests.uploads import archive, docx_of, locked_docx, minimal_docx
from chuangwen.directives.models import Meeting, Task
from chuangwen.directives.tests import papers

TYPED = {
    "new_campaign": "示例年度创建",
    "title": "示例推进会",
    "held_on": "2026-09-15",
    "place": "示例礼堂",
    "text": "",
}


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(papers.pdf(papers.lines("各县市区")))))
    writer.encrypt("secret", "owner", algorithm="AES-256")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def bomb() -> bytes:
    """A docx of 100 kB whose text is 100 MB."""
    document = papers.body(papers.paragraph(papers.words("各县市区")))
    return minimal_docx(document + " " * 100 * 1024**2)


# file → status and what the page says; sentences as the catalogue of problems has them.
LOCKED = "The document is locked with a password. Save it without one"
REFUSED = {
    "scan.pdf": (
        papers.scanned_pdf,
        422,
        "document.no_text",
        "No text can be read in this document. If it is a scan",
    ),
    "bomb.docx": (
        bomb,
        413,
        "document.bomb",
        "Unpacked, this document is larger than any that is read here.",
    ),
    "locked.docx": (locked_docx, 415, "file.locked", LOCKED),
    "locked.pdf": (locked_pdf, 422, "document.encrypted", LOCKED),
    "half.docx": (lambda: docx_of("各县市区")[:-200], 400, "file.broken", "The file is damaged."),
    "half.pdf": (lambda: b"%PDF-1.7\n1 0 obj\n<<", 422, "document.broken", "The document is damaged"),
    "blank.txt": ("　\r\n \n".encode, 400, "document.empty", "The document is empty."),
    "program.docx": (
        lambda: b"MZ\x90\x00\x03 a program",
        415,
        "file.wrong_type",
        "Save it as docx, pdf, txt",
    ),
    "picture.pdf": (
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(64),
        415,
        "file.wrong_type",
        "Save it as docx, pdf, txt",
    ),
    "pictures.docx": (
        lambda: archive({"照片.jpg": b"\xff\xd8\xff"}),
        415,
        "file.wrong_type",
        "Save it as docx, pdf, txt",
    ),
    "page.txt": (lambda: b"<!DOCTYPE html><p>x", 415, "file.wrong_type", "Save it as docx, pdf, txt"),
    "noise.txt": (
        lambda: bytes(range(0x80, 0x100)) * 30,
        422,
        "document.wrong_encoding",
        "The encoding of this text file is not known.",
    ),
    "big.txt": (lambda: b"x" * 51 * 1024**2, 413, "file.too_big", "The file is larger than 25 MB."),
}


@pytest.fixture
def files_kept(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def nothing_stored(kept: Path) -> bool:
    rows = [model.objects.exists() for model in (Blob, Attachment, Campaign, Case, Meeting, Task, Event)]
    return not any(rows) and not [path for path in kept.rglob("*") if path.is_file()]


def assert_typed_words_are_there(answer) -> None:
    form = answer.context["form"]
    assert {name: form[name].value() for name in TYPED} == TYPED
    page = answer.content.decode()
    assert [words for words in TYPED.values() if words and words not in page] == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_document_is_refused_in_its_own_words(browse, files_kept: Path, name: str):
    made, status, code, sentence = REFUSED[name]
    upload = SimpleUploadedFile(name, made())
    answer = browse("office").post("/meetings/new/", {**TYPED, "upload": upload})
    assert (answer.status_code, answer.context["problem"].code) == (status, code)
    page = answer.content.decode()
    assert sentence in page
    assert code in page
    assert_typed_words_are_there(answer)
    assert nothing_stored(files_kept)


def test_an_empty_file_is_refused_by_its_field(browse, files_kept: Path):
    upload = SimpleUploadedFile("empty.txt", b"")
    answer = browse("office").post("/meetings/new/", {**TYPED, "upload": upload})
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"upload": ["The submitted file is empty."]}
    assert "The submitted file is empty." in answer.content.decode()
    assert_typed_words_are_there(answer)
    assert nothing_stored(files_kept)


def test_a_good_document_in_the_same_way_is_stored(browse, files_kept: Path):
    upload = SimpleUploadedFile("讲话.docx", docx_of("各县区要于10月15日前制定方案，报市文明办。"))
    answer = browse("office").post("/meetings/new/", {**TYPED, "upload": upload})
    assert answer.status_code == 302
    assert not nothing_stored(files_kept)
    assert Task.objects.count() == 1
