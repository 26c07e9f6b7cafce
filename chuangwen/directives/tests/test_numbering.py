"""The numbers that a word processor counts by itself."""

from __future__ import annotations

import io

import docx
import pytest

from chuangwen.directives.reading import read_document
from chuangwen.directives.tests import papers

LEVELS = (
    papers.level(0, "chineseCountingThousand", "%1、"),
    papers.level(1, "japaneseCounting", "（%2）"),
    papers.level(2, "decimal", "%3."),
    papers.level(3, "decimalEnclosedCircleChinese", "%4"),
)


def test_automatic_numbers_are_counted_by_level():
    places = [
        ("指导思想", 0),
        ("工作任务", 0),
        ("动员", 1),
        ("开会", 2),
        ("报告", 2),
        ("总结", 1),
        ("开会", 2),
        ("甲", 3),
    ]
    blocks = [papers.item(text, level=depth) for text, depth in places]
    data = papers.docx_of_blocks(*blocks, papers.item("步骤"), numbering=papers.numbering(*LEVELS))
    assert read_document(data).split("\n") == [
        "一、指导思想",
        "二、工作任务",
        "（一）动员",
        "1.开会",
        "2.报告",
        "（二）总结",
        "1.开会",
        "①甲",
        "三、步骤",
    ]


@pytest.mark.parametrize(
    ("form", "text", "start", "label"),
    [
        ("decimal", "第%1条　", 12, "第12条　"),
        ("chineseCounting", "%1是", 10, "十是"),
        ("chineseCounting", "%1、", 21, "二十一、"),
        ("ideographDigital", "%1、", 20, "二〇、"),
        ("chineseLegalSimplified", "%1、", 3, "叁、"),
        ("decimalFullWidth", "%1．", 12, "１２．"),
        ("decimalZero", "%1.", 7, "07."),
        ("decimal", "%1", 7, "7 "),
        ("decimalEnclosedCircle", "%1", 20, "⑳"),
        ("decimalEnclosedCircle", "%1、", 21, "21、"),
        ("upperLetter", "%1.", 28, "BB."),
        ("upperLetter", "%1.", 0, "0."),
        ("lowerLetter", "(%1)", 3, "(c)"),
        ("upperRoman", "%1.", 49, "XLIX."),
        ("lowerRoman", "%1.", 64, "lxiv."),
        ("somethingNew", "%1.", 5, "5."),
        ("bullet", "\uf0b7", 1, ""),
        ("none", "%1", 1, ""),
    ],
)
def test_every_form_of_number(form, text, start, label):
    numbers = papers.numbering(papers.level(0, form, text, start))
    assert read_document(papers.docx_of_blocks(papers.item("动员"), numbering=numbers)) == f"{label}动员"


def test_a_number_of_two_levels_may_be_all_arabic():
    arabic = papers.level(1, "decimal", "%1.%2", more="<w:isLgl/>")
    mixed = papers.level(1, "decimal", "%1.%2")
    blocks = [papers.item("总则"), papers.item("目的", level=1)]
    for second, label in ((arabic, "1.1 "), (mixed, "一.1")):
        data = papers.docx_of_blocks(*blocks, numbering=papers.numbering(LEVELS[0], second))
        assert read_document(data) == f"一、总则\n{label}目的"


def test_lists_of_one_family_count_on_unless_one_starts_anew():
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    blocks = [papers.item(text, key) for text, key in [("甲", 1), ("乙", 2), ("丙", 3), ("丁", 3)]]
    data = papers.docx_of_blocks(*blocks, numbering=papers.numbering(*LEVELS, nums=nums))
    assert read_document(data) == "一、甲\n二、乙\n一、丙\n二、丁"


def test_a_style_and_its_parent_number_their_paragraphs():
    parent = (
        '<w:style w:styleId="章"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="大章"><w:basedOn w:val="章"/></w:style>'
        '<w:style w:styleId="节"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="环"><w:basedOn w:val="环"/></w:style>'
    )
    second = papers.level(1, "chineseCounting", "（%2）", more='<w:pStyle w:val="节"/>')
    blocks = [
        papers.paragraph(papers.words(text), f'<w:pStyle w:val="{style}"/>')
        for text, style in [("甲", "章"), ("乙", "大章"), ("丙", "节"), ("丁", "环"), ("戊", "无")]
    ]
    plain = papers.paragraph(
        papers.words("己"), '<w:pStyle w:val="章"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    parts = {"numbering": papers.numbering(LEVELS[0], second), "styles": papers.styles(parent)}
    text = read_document(papers.docx_of_blocks(*blocks, plain, **parts))
    assert text == "一、甲\n二、乙\n（一）丙\n丁\n戊\n己"


def test_numbers_of_a_real_word_processor_template():
    document = docx.Document()
    for text in ("召开动员会", "报送总结"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("不编号", style="List Bullet")
    data = io.BytesIO()
    document.save(data)
    assert read_document(data.getvalue()) == "1.召开动员会\n2.报送总结\n不编号"
