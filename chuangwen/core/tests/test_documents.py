"""A letter is read back from its docx and measured against GB/T 9704-2012."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from chuangwen.core.documents import Letter, chinese_date, letter_docx

BODY = "我单位迅速行动，现将有关情况报告如下。"


def written(**changes):
    parts = {
        "title": "关于“部署创建工作”落实情况的报告",
        "addressee": "示例市文明办",
        "paragraphs": [BODY],
        "issuer": "示例市教育局",
        "date": date(2026, 11, 3),
    }
    return docx.Document(BytesIO(letter_docx(Letter(**(parts | changes)))))


def line(document, text):
    return next(paragraph for paragraph in document.paragraphs if paragraph.text == text)


def faces(run):
    return {key.rpartition("}")[2]: face for key, face in run._r.rPr.find(qn("w:rFonts")).attrib.items()}


def named(face):
    return dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), face)


def test_the_lines_of_a_letter_stand_in_their_order():
    lines = [paragraph.text for paragraph in written(paragraphs=["一、做法", BODY]).paragraphs]
    assert lines == [
        "关于“部署创建工作”落实情况的报告",
        "",
        "示例市文明办：",
        "一、做法",
        BODY,
        "",
        "示例市教育局",
        "2026年11月3日",
    ]


def test_the_page_is_a4_with_the_margins_of_the_standard():
    section = written().sections[0]
    sizes = [section.page_width, section.page_height]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    # Word counts in twentieths of a point, so a millimetre is never quite one.
    assert [round(size.mm, 1) for size in sizes] == [210.0, 297.0]
    assert [round(margin.mm, 1) for margin in margins] == [37.0, 35.0, 28.0, 26.0]


def test_the_type_area_holds_22_lines_of_28_characters():
    document = written()
    section = document.sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch"))) / 20
    character = document.styles["Normal"].font.size.pt + int(grid.get(qn("w:charSpace"))) / 4096
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert (Mm(297 - 37 - 35).pt // pitch, Mm(210 - 28 - 26).pt // character) == (22, 28)


def test_every_line_of_text_has_the_fixed_pitch():
    layouts = [paragraph.paragraph_format for paragraph in written(paragraphs=["一、做法", BODY]).paragraphs]
    assert {(layout.line_spacing_rule, layout.line_spacing) for layout in layouts} == {
        (WD_LINE_SPACING.EXACTLY, Pt(28.95))
    }
    assert {(layout.space_before, layout.space_after) for layout in layouts} == {(Pt(0), Pt(0))}


def test_the_title_is_centred_in_small_song_of_22_points():
    title = written().paragraphs[0]
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert title.runs[0].font.size == Pt(22)
    assert faces(title.runs[0]) == named("方正小标宋简体")


@pytest.mark.parametrize(
    ("text", "face"),
    [
        (BODY, "仿宋_GB2312"),
        ("一、主要做法", "黑体"),
        ("十一、下步打算", "黑体"),
        ("（一）加强领导", "楷体_GB2312"),
        ("(二)落实责任", "楷体_GB2312"),
        ("1.制定方案", "仿宋_GB2312"),
        ("一、今天召开了动员会。", "仿宋_GB2312"),
        ("一、" + "成立领导小组" * 5, "仿宋_GB2312"),
    ],
)
def test_how_a_paragraph_begins_tells_its_face(text, face):
    paragraph = line(written(paragraphs=[text]), text)
    assert faces(paragraph.runs[0]) == named(face)
    assert paragraph.runs[0].font.size == Pt(16)


def test_the_body_is_indented_by_two_characters_and_the_addressee_is_not():
    document = written()
    indent = line(document, BODY)._p.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert line(document, BODY).paragraph_format.first_line_indent == Pt(32)
    assert line(document, "示例市文明办：").paragraph_format.first_line_indent is None


def test_no_face_comes_from_a_theme():
    document = written()
    fonts = document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rFonts')}")
    assert {key.rpartition("}")[2]: face for key, face in fonts.attrib.items()} == named("仿宋_GB2312")
    assert "Theme" not in document.element.xml
    assert "Theme" not in document.sections[0].footer._element.xml


def test_a_machine_without_the_faces_is_told_which_ones_to_take():
    parts = {"paragraphs": [BODY], "date": date(2026, 11, 3)}
    data = letter_docx(Letter(title="报告", addressee="文明办", issuer="教育局", **parts))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        table = archive.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/></w:font>' in table


def signed(document):
    """The issuer and the date, each as (alignment, characters from the right margin)."""
    return [
        (paragraph.alignment, (paragraph.paragraph_format.right_indent or Pt(0)).pt / 16)
        for paragraph in document.paragraphs[-2:]
    ]


@pytest.mark.parametrize(
    ("issuer", "inward"),
    [
        # The date 2026年11月3日 is six and a half characters wide.
        ("示例市教育局", [4.25, 4]),
        ("示例市卫生健康委员会", [2.25, 4]),
        ("示例市精神文明建设工作指导委员会办公室", [0, 6.25]),
    ],
)
def test_the_issuer_is_centred_over_the_date(issuer, inward):
    right = WD_ALIGN_PARAGRAPH.RIGHT
    assert signed(written(issuer=issuer)) == [(right, inward[0]), (right, inward[1])]


def test_a_date_is_written_in_arabic_figures_without_leading_zeros():
    assert chinese_date(date(2027, 1, 5)) == "2027年1月5日"


def test_page_numbers_stand_outside_right_on_odd_pages_and_left_on_even_ones():
    document = written()
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer is True
    footers = [section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]]
    assert [footer.alignment for footer in footers] == [WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT]
    for footer in footers:
        assert [run.text for run in footer.runs] == ["— ", "", " —"]
        assert [field.text for field in footer._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert [run.font.size for run in footer.runs] == [Pt(14)] * 3
        assert faces(footer.runs[1]) == named("宋体")
    assert footers[0].paragraph_format.right_indent == Pt(14)
    assert footers[1].paragraph_format.left_indent == Pt(14)


def test_the_file_says_of_itself_what_it_is():
    properties = written().core_properties
    assert (properties.title, properties.author) == ("关于“部署创建工作”落实情况的报告", "示例市教育局")
    assert (properties.comments, properties.language) == ("", "zh-CN")
    assert properties.created == datetime(2026, 11, 3, tzinfo=UTC)


def test_characters_that_no_document_can_hold_are_left_out():
    document = written(title="报告\x0b一", paragraphs=["责任\x00到\ufffe人\x1f。"], issuer="教育\x07局")
    assert document.paragraphs[0].text == "报告一"
    assert document.paragraphs[3].text == "责任到人。"
    assert document.core_properties.author == "教育局"
