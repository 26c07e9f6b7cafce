"""Text comes back as it was written; a hostile or wrong file is told apart and costs little."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from chuangwen.core.problems import Problem
from chuangwen.directives.reading import MAX_CHARACTERS, read_document
from chuangwen.directives.tests import papers
from chuangwen.directives.tests.papers import level, numbered, paragraph, row, word

NOTICE = "关于做好秋季绿化工作的通知\r\n各乡镇：\r\n　　请于10月15日前报县园林局。\r\n"
DELETED = '<w:del w:id="1"><w:r><w:delText>本月底前</w:delText></w:r></w:del>'
INSERTED = '<w:ins w:id="2"><w:r><w:t>下月底前</w:t></w:r></w:ins>'
SIZE_OF_A_BOMB = 200 * 1024**2


def refusal(data: bytes) -> str:
    with pytest.raises(Problem) as raised:
        read_document(data)
    assert raised.value.sentence
    return raised.value.code


# Plain text


@pytest.mark.parametrize("text", [NOTICE, NOTICE.replace("\r\n", "\n"), "\n  各乡镇\t请注意。 \n\n", "a"])
def test_utf_8_comes_back_unchanged(text: str) -> None:
    assert read_document(text.encode()) == text


def test_a_mark_is_dropped_at_the_start_only() -> None:
    assert read_document(b"\xef\xbb\xbf" + "甲\ufeff乙".encode()) == "甲\ufeff乙"


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8-sig"])
def test_other_encodings_of_chinese_are_read(encoding: str) -> None:
    assert read_document(NOTICE.encode(encoding)) == NOTICE


def test_big_endian_text_with_a_mark_is_read() -> None:
    assert read_document(b"\xfe\xff" + NOTICE.encode("utf-16-be")) == NOTICE


@pytest.mark.parametrize(
    "data",
    ["Café à la crème, prêt déjà été".encode("latin-1"), "Прошу сообщить о ходе работ".encode("cp1251")],
)
def test_text_of_another_encoding_is_not_taken_for_chinese(data: bytes) -> None:
    assert refusal(data) == "document.wrong_encoding"


def test_bytes_that_are_no_text_are_refused() -> None:
    garbage = bytes((n * 37 + n // 7) % 256 for n in range(5_000))
    assert refusal(garbage) == "document.wrong_type"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "　\n".encode()])
def test_an_empty_document_is_told_so(data: bytes) -> None:
    assert refusal(data) == "document.empty"


@pytest.mark.parametrize(
    "data", [b"MZ\x90\x00\x03\x00\x00\x00\x04" + b"\x00" * 300, b"\x7fELF\x02\x01\x01" + b"\x00" * 300]
)
def test_a_program_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(Problem) as raised:
        read_document(data, name="讲话.txt")
    assert raised.value.code == "document.wrong_type"


def test_the_longest_document_is_read_and_one_more_character_is_not() -> None:
    assert len(read_document(("字" * MAX_CHARACTERS).encode())) == MAX_CHARACTERS
    assert refusal(("字" * (MAX_CHARACTERS + 1)).encode()) == "document.too_long"


# docx


def test_paragraphs_and_tables_come_in_their_order() -> None:
    rows = row(paragraph("任务"), paragraph("单位")) + row(paragraph("绿化"), paragraph("园林局"))
    assert (
        read_document(word(paragraph("前文") + f"<w:tbl>{rows}</w:tbl>" + paragraph("后文")))
        == "前文\n任务\t单位\n绿化\t园林局\n后文"
    )


def test_a_cell_across_columns_is_said_once() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + paragraph("分工表")
    table = f"<w:tbl>{row(wide)}{row(paragraph('甲'), paragraph('乙'))}</w:tbl>"
    assert read_document(word(table)) == "分工表\n甲\t乙"


def test_deleted_words_are_left_out_and_inserted_ones_read() -> None:
    changed = f"<w:p><w:r><w:t>请于</w:t></w:r>{DELETED}{INSERTED}<w:r><w:t>报送。</w:t></w:r></w:p>"
    assert read_document(word(changed)) == "请于下月底前报送。"


def test_automatic_numbers_are_written_out() -> None:
    levels = (
        level(0, "chineseCountingThousand", "%1、"),
        level(1, "chineseCounting", "（%2）"),
        level(2, "decimal", "%3."),
        level(3, "decimal", "（%4）"),
    )
    lines = (
        (0, "加强领导"),
        (1, "落实责任"),
        (2, "定人"),
        (2, "定岗"),
        (3, "到户"),
        (1, "强化督查"),
        (0, "做好保障"),
    )
    body = "".join(numbered(text, depth) for depth, text in lines)
    text = read_document(word(body, numbers=papers.numbering(*levels)))
    assert [line.replace(" ", "") for line in text.split("\n")] == [
        "一、加强领导",
        "（一）落实责任",
        "1.定人",
        "2.定岗",
        "（1）到户",
        "（二）强化督查",
        "二、做好保障",
    ]


def test_numbers_go_beyond_ten_and_start_over_below() -> None:
    levels = (level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2."))
    body = "".join(numbered(f"第{n}件") for n in range(1, 13)) + numbered("甲", 1)
    lines = read_document(word(body, numbers=papers.numbering(*levels))).split("\n")
    assert lines[9:] == ["十、第10件", "十一、第11件", "十二、第12件", "1.甲"]


def test_a_bullet_and_an_unknown_list_have_no_number() -> None:
    numbers = papers.numbering(level(0, "bullet", "●"))
    assert read_document(word(numbered("甲") + numbered("乙", numbers=9), numbers=numbers)) == "甲\n乙"


def test_a_document_of_pictures_has_no_text() -> None:
    assert refusal(word("<w:p/><w:p/>")) == "document.no_text"


def test_a_document_that_is_too_long_is_told_so() -> None:
    assert refusal(word(paragraph("字" * (MAX_CHARACTERS + 1)))) == "document.too_long"


def test_what_unpacks_too_far_is_not_unpacked() -> None:
    bomb = word(f"<w:p>{' ' * SIZE_OF_A_BOMB}</w:p>")
    assert len(bomb) < 1024**2
    assert refusal(bomb) == "document.bomb"


def test_a_bomb_that_declares_a_small_size_is_no_more_than_broken() -> None:
    bomb = papers.lying(word(f"<w:p>{' ' * SIZE_OF_A_BOMB}</w:p>"), "word/document.xml", 500)
    assert refusal(bomb) == "document.broken"


def test_too_many_parts_are_refused() -> None:
    many = {f"word/media/{n}.png": b"" for n in range(2_100)}
    assert refusal(word(paragraph("字"), more=many)) == "file.broken"


def test_entities_are_not_expanded() -> None:
    entities = '<!ENTITY a "字">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    before = f'<?xml version="1.0"?><!DOCTYPE d [{entities}]>'
    assert refusal(word(paragraph("&m;"), before=before)) == "document.broken"


def test_no_file_of_the_server_is_drawn_in() -> None:
    before = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    assert refusal(word(paragraph("甲&f;"), before=before)) == "document.broken"


def test_a_workbook_is_no_document() -> None:
    book = papers.office("spreadsheetml.sheet.main", {"xl/workbook.xml": b"<workbook/>"})
    assert refusal(book) == "document.wrong_type"


def test_any_other_archive_is_no_document() -> None:
    assert refusal(papers.archive({"a.txt": b"a"})) == "document.wrong_type"


def test_an_archive_with_locked_parts_cannot_be_read() -> None:
    assert refusal(papers.encrypted_parts(word(paragraph("密")))) == "file.broken"


def test_a_document_under_a_password_is_told_so() -> None:
    locked_by_office = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert refusal(locked_by_office) == "document.encrypted"


def test_an_old_word_document_is_of_the_wrong_type() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0" + bytes(600)) == "document.wrong_type"


def test_a_truncated_document_is_broken() -> None:
    whole = word(paragraph("甲乙丙丁" * 200))
    assert refusal(whole[: len(whole) // 2]) == "file.broken"


def test_a_document_with_bad_xml_is_broken() -> None:
    assert refusal(word("<w:p><w:r>")) == "document.broken"


# pdf


def test_the_pages_of_a_pdf_are_read_in_order() -> None:
    assert read_document(papers.pdf("Page one", "Page two")) == "Page one\nPage two"


def test_a_scan_has_no_text() -> None:
    data = BytesIO()
    Image.new("L", (60, 80), 255).save(data, "PDF")
    assert refusal(data.getvalue()) == "document.no_text"


def locked(password: str) -> bytes:
    writer = PdfWriter(PdfReader(BytesIO(papers.pdf("Secret"))))
    writer.encrypt(password, owner_password="o", algorithm="AES-256")
    data = BytesIO()
    writer.write(data)
    return data.getvalue()


def test_a_pdf_with_a_password_is_refused() -> None:
    assert refusal(locked("geheim")) == "document.encrypted"


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert read_document(locked("")) == "Secret"


def test_a_damaged_pdf_is_broken() -> None:
    assert refusal(b"%PDF-1.4\n" + b"\x00\xff garbage" * 40) == "document.broken"


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    assert refusal(papers.pdf(*["x"] * 501)) == "document.bomb"


def test_a_pdf_that_is_too_long_is_told_so() -> None:
    assert refusal(papers.pdf(*["word " * 10_001] * 5)) == "document.too_long"
