"""What is read from a docx, what is left out, and what a hostile one costs."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile

import docx
import pytest

from chuangwen.core import docx_text
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import archive, docx_of, locked_docx, minimal_docx, photo
from chuangwen.directives.reading import MAX_CHARACTERS, read_document
from chuangwen.directives.tests import papers
from chuangwen.directives.tests.papers import refused


def test_paragraphs_and_tables_come_in_their_order():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.add_paragraph("任务分解表")
    rows = document.add_table(rows=2, cols=3).rows
    for row, texts in zip(rows, [("序号", "任务", "牵头单位"), ("1", "召开动员会\n部署会", "")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("特此通知。")
    data = io.BytesIO()
    document.save(data)
    assert read_document(data.getvalue()) == (
        "任务分解表\n序号\t任务\t牵头单位\n1\t召开动员会 部署会\t\n特此通知。"
    )


def test_words_are_read_with_their_tabs_breaks_and_spaces():
    runs = "<w:r><w:t>甲</w:t><w:tab/><w:t xml:space='preserve'> 乙 </w:t><w:br/><w:t>丙</w:t></w:r>"
    assert (
        read_document(papers.docx_of_blocks(papers.paragraph(runs, "<w:tabs><w:tab/></w:tabs>")))
        == "甲\t 乙 \n丙"
    )


def test_inserted_words_count_and_deleted_ones_do_not():
    new, old = papers.words("10月10日"), "<w:r><w:delText>10月15日</w:delText></w:r>"
    moved = f"<w:moveFrom>{papers.words('以前')}</w:moveFrom><w:moveTo>{papers.words('前')}</w:moveTo>"
    block = papers.paragraph(f"<w:del>{old}</w:del><w:ins>{new}</w:ins>{moved}{papers.words('报送。')}")
    assert read_document(papers.docx_of_blocks(block)) == "10月10日前报送。"


def test_a_paragraph_whose_end_is_deleted_runs_on_into_the_next():
    mark = "<w:rPr><w:del/></w:rPr>"
    blocks = [papers.paragraph(papers.words(text), mark) for text in ("各县市区、", "各部门")]
    end = papers.paragraph(papers.words("要迅速行动。"))
    assert read_document(papers.docx_of_blocks(*blocks, end)) == "各县市区、各部门要迅速行动。"
    assert read_document(papers.docx_of_blocks(*blocks)) == "各县市区、各部门"


def test_a_deleted_row_is_not_read():
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{papers.cell('旧')}</w:tr>"
    rows = papers.table([papers.cell("新"), papers.cell("甲")]).replace("</w:tbl>", gone + "</w:tbl>")
    assert read_document(papers.docx_of_blocks(rows)) == "新\t甲"


def test_merged_cells_are_said_in_each_row_and_once_across_columns():
    start, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    rows = papers.table(
        [papers.cell("责任单位", wide), papers.cell("时限")],
        [papers.cell("教育局", start), papers.cell("召开动员会"), papers.cell("9月底", start)],
        [papers.cell("", on), papers.cell("报送总结"), papers.cell("", on)],
    )
    assert read_document(papers.docx_of_blocks(rows)) == (
        "责任单位\t时限\n教育局\t召开动员会\t9月底\n教育局\t报送总结\t9月底"
    )


def test_wrapped_blocks_are_read_and_text_boxes_are_not():
    inside = papers.paragraph(papers.words("控件里的段落"))
    box = f"<w:drawing>{papers.paragraph(papers.words('文本框'))}</w:drawing>"
    control = f"<w:sdt><w:sdtPr><w:alias w:val='名'/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"
    anchored = papers.paragraph(f"<w:r>{box}</w:r>{papers.words('正文')}")
    assert read_document(papers.docx_of_blocks(control, anchored)) == "控件里的段落\n正文"


def test_a_sign_with_a_substitute_is_read_as_the_substitute():
    choice = f"<w:Choice>{papers.words('新式符号')}</w:Choice><w:Fallback>{papers.words('★')}</w:Fallback>"
    sign = papers.paragraph(
        f"<w:r><w:AlternateContent>{choice}</w:AlternateContent></w:r>{papers.words('重点')}"
    )
    assert read_document(papers.docx_of_blocks(sign)) == "★重点"


def test_a_table_in_a_cell_is_part_of_the_cell():
    inner = f"<w:tc>{papers.table([papers.cell('甲'), papers.cell('乙')])}</w:tc>"
    assert read_document(papers.docx_of_blocks(papers.table([inner, papers.cell("丙")]))) == "甲 乙\t丙"


def test_a_docx_of_pictures_has_no_text():
    document = docx.Document()
    document.add_picture(io.BytesIO(photo("PNG")))
    data = io.BytesIO()
    document.save(data)
    assert refused(data.getvalue()) == "document.no_text"


def test_a_docx_under_a_password():
    assert refused(locked_docx()) == "document.encrypted"


def test_broken_docx_files():
    whole = docx_of("各县市区")
    assert refused(whole[: len(whole) // 2]) == "file.broken"
    assert refused(minimal_docx("<w:document")) == "document.broken"
    assert refused(minimal_docx("")) == "document.broken"
    assert refused(papers.docx_of_blocks(numbering="<numbering")) == "document.broken"
    missing = archive({"[Content_Types].xml": papers.docx_listing(whole)})
    assert refused(missing) == "document.broken"


def test_every_broken_byte_of_a_docx_gives_text_or_a_problem():
    data = papers.docx_of_blocks(
        papers.item("各县市区"), numbering=papers.numbering(papers.level(0, "decimal", "%1."))
    )
    outcomes = set()
    for place in range(0, len(data), 3):
        broken = bytearray(data)
        broken[place] ^= 0x5A
        try:
            outcomes.add(read_document(bytes(broken)))
        except Problem as problem:
            outcomes.add(problem.code)
    assert {"1.各县市区", "document.broken"} <= outcomes


def test_a_part_of_a_docx_may_be_as_large_as_the_longest_text_needs():
    """The limit of a part must not refuse what the limit of characters allows: five characters a run."""
    run = papers.words("各县市区要").replace(
        "<w:r>",
        "<w:r><w:rPr><w:rFonts w:hint='eastAsia' w:ascii='仿宋_GB2312' "
        "w:eastAsia='仿宋_GB2312'/><w:color w:val='000000'/><w:sz w:val='32'/></w:rPr>",
    )
    blocks = [papers.paragraph(run * 200)] * (MAX_CHARACTERS // 1_000)
    assert len(papers.body(*blocks).encode()) < docx_text.MAX_PART
    text = read_document(papers.docx_of_blocks(*blocks[:-1]))
    assert len(text) == MAX_CHARACTERS - 1_000 + len(blocks) - 2


def lying_docx(megabytes: int, declared: int) -> bytes:
    """A docx whose document is this large, and which declares another size in both of its directories."""
    data = papers.docx_of_blocks(papers.paragraph(papers.words("字")) + " " * (megabytes * 1024**2))
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        size = whole.getinfo("word/document.xml").file_size
    assert data.count(struct.pack("<I", size)) == 2
    return data.replace(struct.pack("<I", size), struct.pack("<I", declared))


def peak_memory(data: bytes) -> tuple[str, int]:
    """The problem of reading ``data``, and the most bytes that were held meanwhile."""
    tracemalloc.start()
    try:
        code = refused(data)
        return code, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_bomb_that_declares_its_size_is_not_unpacked():
    data = lying_docx(100, 100 * 1024**2)
    assert len(data) < 150_000
    code, peak = peak_memory(data)
    assert code == "document.bomb"
    assert peak < 4 * 1024**2


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either():
    code, peak = peak_memory(lying_docx(100, 1000))
    assert code == "document.broken"
    assert peak < 4 * 1024**2


def test_a_method_of_packing_that_cannot_be_read_step_by_step_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_BZIP2) as packed:
        listing = papers.docx_listing(papers.docx_of_blocks())
        packed.writestr("[Content_Types].xml", listing, zipfile.ZIP_DEFLATED)
        packed.writestr("word/document.xml", papers.body(papers.paragraph(papers.words("字"))))
    assert refused(data.getvalue()) == "document.broken"


def test_too_many_parts_are_no_document():
    parts = {f"word/media/{number}.png": b"" for number in range(2_000)}
    listing = {"[Content_Types].xml": papers.docx_listing(docx_of("字"))}
    assert refused(archive(listing | parts)) == "file.broken"


def test_large_pictures_of_a_document_cost_nothing():
    data = io.BytesIO(docx_of("各县市区"))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("word/media/photo.bmp", bytes(200 * 1024**2))
    started = time.process_time()
    assert read_document(data.getvalue()) == "各县市区"
    assert time.process_time() - started < 1


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "字字字字字字字字字字">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("before", "entity"),
    [
        (LAUGHS, "&i;"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;"),
        ("<!DOCTYPE x>", "字"),
    ],
)
def test_entities_are_neither_expanded_nor_fetched(before, entity):
    document = papers.body(papers.paragraph(papers.words(entity)), before=before)
    started = time.process_time()
    assert refused(minimal_docx(document)) == "document.broken"
    assert time.process_time() - started < 2


def test_what_merged_cells_repeat_is_limited():
    long, on = "字" * 50_000, "<w:vMerge/>"
    rows = [[papers.cell(long, '<w:vMerge w:val="restart"/>')], *[[papers.cell("", on)]] * 5_000]
    data = papers.docx_of_blocks(papers.table(*rows))
    assert refused(data) == "document.too_long"
    assert len(docx_text.docx_text(data, limit=60_000)) == 100_001  # two rows
