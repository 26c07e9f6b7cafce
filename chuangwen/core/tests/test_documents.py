"""A letter is read back from its docx and measured against GB/T 9704-2012."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from chuangwen.core.documents import paper_docx
from chuangwen.core.papers import Paper, Table, chinese_date

BODY = "我单位迅速行动，现将有关情况报告如下。"


def written(**changes):
    parts = {
        "title": "关于“部署创建工作”落实情况的报告",
        "addressee": "示例市文明办：",
        "blocks": [BODY],
        "signature": ("示例市教育局", "2026年11月3日"),
        "date": date(2026, 11, 3),
    }
    return docx.Document(BytesIO(paper_docx(Paper(**(parts | changes)))))


def line(document, text):
    return next(paragraph for paragraph in document.paragraphs if paragraph.text == text)


def faces(run):
    return {key.rpartition("}")[2]: face for key, face in run._r.rPr.find(qn("w:rFonts")).attrib.items()}


def named(face):
    return dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), face)


def test_the_lines_of_a_letter_stand_in_their_order():
    lines = [paragraph.text for paragraph in written(blocks=["一、做法", BODY]).paragraphs]
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
    looks = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    character = document.styles["Normal"].font.size.pt * int(looks.find(qn("w:w")).get(qn("w:val"))) / 100
    assert grid.get(qn("w:type")) == "lines"
    assert (Mm(297 - 37 - 35).pt // pitch, Mm(210 - 28 - 26).pt // character) == (22, 28)
    # Less space between the characters would lose the last one of a justified line in LibreOffice.
    assert looks.find(qn("w:spacing")) is None
    assert document.styles["Normal"].paragraph_format.widow_control is False


def test_every_line_of_text_has_the_fixed_pitch():
    layouts = [paragraph.paragraph_format for paragraph in written(blocks=["一、做法", BODY]).paragraphs]
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
    paragraph = line(written(blocks=[text]), text)
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
    data = paper_docx(Paper(title="报告", blocks=[BODY], date=date(2026, 11, 3)))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        table = archive.read("word/fontTable.xml").decode()
    fonts = {
        font.get(qn("w:name")): [part.get(qn("w:val")) for part in font]
        for font in etree.fromstring(table.encode())
    }
    assert fonts == {
        "方正小标宋简体": ["宋体", "86", "roman", "variable"],
        "仿宋_GB2312": ["仿宋", "86", "roman", "variable"],
        "楷体_GB2312": ["楷体", "86", "roman", "variable"],
        "宋体": ["SimSun", "86", "roman", "variable"],
        "黑体": ["SimHei", "86", "swiss", "variable"],
    }


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
    assert signed(written(signature=(issuer, "2026年11月3日"))) == [(right, inward[0]), (right, inward[1])]


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
    document = written(title="报告\x0b一", blocks=["责任\x00到\ufffe人\x1f。"], signature=("教育\x07局",))
    assert document.paragraphs[0].text == "报告一"
    assert document.paragraphs[3].text == "责任到人。"
    assert document.core_properties.author == "教育局"


def with_table(**changes):
    table = Table([["1", "制定方案"], ["2", "召开动员会，部署创建工作"]], [1, 5], ["序号", "任务"])
    document = written(blocks=[BODY, table], **changes)
    return document, document.tables[0]


def marks(row):
    return {element.tag.rpartition("}")[2] for element in row._tr.trPr}


def test_a_masthead_is_red_and_its_number_stands_over_a_red_rule():
    document = written(masthead="示例市文明办文件", number="示文明办发〔2026〕1号")
    masthead, number = line(document, "示例市文明办文件"), line(document, "示文明办发〔2026〕1号")
    assert str(masthead.runs[0].font.color.rgb) == "FF0000"
    assert faces(masthead.runs[0]) == named("方正小标宋简体")
    assert round(masthead.paragraph_format.space_before.mm) == 35
    assert number.alignment == WD_ALIGN_PARAGRAPH.CENTER
    rule = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert [rule.get(qn(f"w:{name}")) for name in ("val", "color", "space")] == ["single", "FF0000", "11"]


def test_a_long_masthead_keeps_to_one_line():
    name = "示例市精神文明建设工作指导委员会办公室文件"
    size = line(written(masthead=name), name).runs[0].font.size.pt
    assert size * len(name) <= Mm(156).pt < (size + 1) * len(name)


def test_a_paper_without_a_number_has_no_rule():
    assert "w:pBdr" not in written().element.xml


def test_a_table_is_as_wide_as_the_line_and_its_headings_return():
    _document, table = with_table()
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(156), abs=1000)
    assert table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")) == str(round(Mm(156).twips))
    assert [marks(row) for row in table.rows] == [{"cantSplit", "tblHeader"}, {"cantSplit"}, {"cantSplit"}]
    assert [faces(cell.paragraphs[0].runs[0])["eastAsia"] for cell in table.rows[0].cells] == ["黑体", "黑体"]
    assert faces(table.cell(1, 1).paragraphs[0].runs[0]) == named("仿宋_GB2312")
    assert table.cell(1, 1).paragraphs[0].runs[0].font.size == Pt(12)


def test_a_column_of_short_cells_is_centred_and_one_with_a_long_cell_begins_on_the_left():
    _document, table = with_table()
    alignments = [[cell.paragraphs[0].alignment for cell in row.cells] for row in table.rows]
    center, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
    assert alignments == [[center, center], [center, left], [center, left]]


def test_a_form_has_its_labels_centred_and_its_entries_on_the_left():
    document = written(blocks=[Table([["承办单位", "教育局"]], [1, 4], size=14)])
    alignments = [cell.paragraphs[0].alignment for cell in document.tables[0].rows[0].cells]
    assert alignments == [WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT]
    assert marks(document.tables[0].rows[0]) == {"cantSplit"}


def test_a_page_on_its_side_keeps_the_binding_edge_on_top():
    section = with_table(landscape=True)[0].sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert [round(size.mm) for size in (section.page_width, section.page_height)] == [297, 210]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(margin.mm) for margin in margins] == [28, 37, 26, 35]


def test_the_imprint_stands_between_rules_at_the_foot():
    document = written(copies="抄送：市委办公室。", imprint=("示例市文明办", "2026年11月3日印发"))
    table = document.tables[-1]
    assert [cell.text for cell in table.columns[0].cells] == [
        "抄送：市委办公室。",
        "示例市文明办\t2026年11月3日印发",
    ]
    # LibreOffice lets it float only if its place is counted from the edge of the page.
    place = {key.rpartition("}")[2]: value for key, value in table._tbl.tblPr.find(qn("w:tblpPr")).items()}
    assert place == {
        "horzAnchor": "page",
        "tblpX": str(Mm(28).twips),
        "vertAnchor": "margin",
        "tblpYSpec": "bottom",
    }
    rules = table._tbl.tblPr.find(qn("w:tblBorders"))
    assert {rule.tag.rpartition("}")[2]: rule.get(qn("w:sz")) for rule in rules} == {
        "top": "8",
        "bottom": "8",
        "insideH": "6",
    }
    assert table.cell(0, 0).paragraphs[0].runs[0].font.size == Pt(14)


def test_what_follows_a_table_takes_no_line_of_the_grid():
    """At the pitch of the page it would begin a page of its own behind a full one."""
    for document in (written(imprint=("示例市文明办", "2026年11月3日印发")), with_table(signature=())[0]):
        last = document.paragraphs[-1]
        assert last._p.getprevious().tag == qn("w:tbl")
        assert last._p.pPr.find(qn("w:snapToGrid")).get(qn("w:val")) == "0"
        assert (last.text, last.paragraph_format.line_spacing, last.runs[0].font.size) == ("", Pt(1), Pt(1))


def test_headings_and_the_end_of_what_is_signed_keep_with_what_follows():
    document = written(blocks=["一、做法", "（一）启动", BODY, BODY])
    kept = [paragraph.paragraph_format.keep_with_next for paragraph in document.paragraphs[3:]]
    assert kept == [True, True, False, True, True, True, False]


def test_a_long_title_is_cut_between_words_into_lines_of_one_length():
    title = written(title="关于贯彻落实全市新一轮文明单位创建工作部署会精神任务分工的通知").paragraphs[0]
    assert title.text.split("\n") == ["关于贯彻落实全市新一轮文明单位", "创建工作部署会精神任务分工的通知"]
