"""Which reader a document gets, plain text in its encodings, and what is refused."""

from __future__ import annotations

import pytest
from django.utils import translation

from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import archive, photo, xlsx
from chuangwen.directives import pdf_text, reading
from chuangwen.directives.reading import MAX_CHARACTERS, read_document
from chuangwen.directives.tests.papers import refused

SPEECH = "同志们：\n一、各县市区要迅速召开动员会。\r\n二、10月10日前书面报市文明办！\n\n　　谢谢大家\n"
LATIN = "Müller und Größe für schöne Straßen über Köln, où l'été déjà à Noël. "


def test_a_utf8_text_comes_back_unchanged():
    assert read_document(SPEECH.encode()) == SPEECH


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "gbk"])
def test_a_text_is_read_in_every_encoding_of_the_offices(encoding):
    assert read_document(SPEECH.encode(encoding)) == SPEECH


def test_a_mark_of_byte_order_keeps_its_place():
    assert read_document(SPEECH.encode("utf-8-sig")) == f"\ufeff{SPEECH}"


def test_utf16_is_read_from_either_end():
    assert read_document(b"\xfe\xff" + SPEECH.encode("utf-16-be")) == SPEECH


def test_gb18030_reaches_rare_place_names_and_traditional_characters():
    for text in (
        "鄠邑区、垚镇、𬭚村要迅速部署。",
        "各縣市區、各部門要迅速召開動員會，認真貫徹落實創建工作部署。",
    ):
        assert read_document(text.encode("gb18030")) == text


def test_other_bytes_than_text_are_told_from_chinese():
    assert refused(LATIN.encode("latin-1")) == "document.wrong_encoding"
    assert refused("Müller".encode("latin-1") * 40) == "document.wrong_encoding"
    assert refused("各縣市區要迅速召開動員會，安排部署創建工作。".encode("big5")) == "document.wrong_encoding"
    assert refused(bytes(range(0x80, 0x100)) * 30) == "document.wrong_encoding"
    assert refused(SPEECH.encode("utf-16") + b"\x00") == "document.wrong_encoding"


def test_english_in_plain_ascii_is_text():
    assert read_document(b"All units hold a meeting.") == "All units hold a meeting."


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", "\u3000\n".encode(), b"\xff\xfe"])
def test_nothing_but_space_is_empty(data):
    assert refused(data) == "document.empty"


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200),
        photo("PNG"),
        xlsx(),
        archive({"讲话.txt": SPEECH}),
        b"{\\rtf1\\ansi text}",
        b"<html><body>text</body></html>",
        ("字" * 4000 + "\x00").encode(),  # beyond the head from which the type is told
    ],
)
def test_what_is_none_of_the_three_is_refused_whatever_its_name(data):
    assert refused(data, "讲话.docx") == "document.wrong_type"


def test_the_limit_of_characters():
    assert len(read_document(("字" * MAX_CHARACTERS).encode())) == MAX_CHARACTERS
    with pytest.raises(Problem) as caught:
        read_document(("字" * MAX_CHARACTERS + "。").encode())
    assert caught.value.code == "document.too_long"
    with translation.override("zh-hans"):
        assert caught.value.sentence == "文档超过200000字，请只保留布置任务的部分。"


def test_every_fault_of_a_pdf_has_its_problem():
    assert set(pdf_text.Fault.__args__) == set(reading._PDF_FAULTS)
