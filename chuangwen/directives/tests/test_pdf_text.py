"""What is read from a PDF, and what stops one that would never end."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from pypdf import PdfReader, PdfWriter

from chuangwen.directives import pdf_text
from chuangwen.directives.reading import MAX_CHARACTERS, read_document
from chuangwen.directives.tests import papers
from chuangwen.directives.tests.papers import refused


def test_the_text_of_a_pdf():
    data = papers.pdf(papers.lines("同志们：", "各县市区要迅速召开动员会。"), papers.lines("谢谢大家"))
    assert read_document(data) == "同志们：\n各县市区要迅速召开动员会。\n谢谢大家"


def test_a_scan_has_no_text():
    assert refused(papers.scanned_pdf()) == "document.no_text"


def locked_pdf(user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(papers.pdf(papers.lines("各县市区")))))
    writer.encrypt(user, "owner", algorithm="AES-256")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_a_pdf_is_locked_only_if_reading_needs_a_password():
    assert refused(locked_pdf("secret")) == "document.encrypted"
    assert read_document(locked_pdf("")) == "各县市区"


def test_broken_pdf_files():
    assert refused(b"%PDF-1.4\n") == "document.broken"
    assert refused(b"%PDF-1.4\n" + bytes(range(256)) * 20) == "document.broken"
    assert refused(papers.pdf(b"")[:150]) == "document.broken"


def test_a_pdf_of_too_many_pages():
    assert refused(papers.pdf(*[b""] * (pdf_text.MAX_PAGES + 1))) == "document.bomb"


def test_reading_a_pdf_stops_at_the_limit_of_characters():
    page = papers.lines(*["字" * 100] * 500)
    data = papers.pdf(*[page] * 5)
    assert refused(data) == "document.too_long"
    with pytest.raises(pdf_text.UnreadablePdfError) as caught:
        pdf_text.pdf_text(data, limit=60_000)
    assert caught.value.fault == "too_long"


def test_a_pdf_that_unpacks_too_far():
    packed = zlib.compress(b" " * (200 * 1024**2))
    data = papers.pdf(b"").replace(papers.stream(b""), papers.stream(packed, b"/Filter /FlateDecode"))
    assert len(data) < 300_000
    assert refused(data) == "document.bomb"


def test_a_pdf_that_computes_for_minutes_is_stopped():
    packed = zlib.compress(b"[()] TJ " * 400_000)
    data = papers.pdf(b"").replace(papers.stream(b""), papers.stream(packed, b"/Filter /FlateDecode"))
    assert len(data) < 50_000
    started = time.monotonic()
    with pytest.raises(pdf_text.UnreadablePdfError) as caught:
        pdf_text.pdf_text(data, limit=MAX_CHARACTERS, seconds=1)
    assert caught.value.fault == "bomb"
    assert time.monotonic() - started < 3
