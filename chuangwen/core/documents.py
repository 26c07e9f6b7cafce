"""Official papers as docx, in the layout of GB/T 9704-2012."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

# GB/T 9704-2012: margins in mm, sizes in points (2号 = 22, 3号 = 16, 4号 = 14), 22 lines to the page.
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TITLE, BODY, FOLIO = 22, 16, 14
PITCH = 28.95
SONG_TITLE, FANG_SONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
# How a paragraph begins tells its face: 一、 in Hei, （一） in Kai, everything else in FangSong.
_FACES = ((r"[一二三四五六七八九十]+、", HEI), (r"（[一二三四五六七八九十]+）", KAI))


@dataclass(frozen=True)
class Letter:
    """A report or letter; ``paragraphs`` are plain text without indentation."""

    title: str
    addressee: str
    paragraphs: Sequence[str]
    issuer: str
    date: date


def letter_docx(letter: Letter) -> bytes:
    """The letter as a docx file."""
    document = docx.Document()
    _page(document.sections[0], document)
    _paragraph(document, letter.title, face=SONG_TITLE, size=TITLE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, "")
    _paragraph(document, f"{letter.addressee}：")
    for text in letter.paragraphs:
        _paragraph(document, text, face=_face(text), indent=2)
    _paragraph(document, "")
    for line in (letter.issuer, f"{letter.date.year}年{letter.date.month}月{letter.date.day}日"):
        _paragraph(document, line, align=WD_ALIGN_PARAGRAPH.RIGHT, right=4)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def _face(text: str) -> str:
    """A heading is a short line that ends without a stop; a numbered sentence stays in the body's face."""
    heading = len(text) <= 30 and not text.endswith(("。", "；", "！"))  # noqa: PLR2004
    return next((face for form, face in _FACES if heading and re.match(form, text)), FANG_SONG)


def _page(section: Section, document: Document) -> None:
    """A4 with the standard's margins, and the page number outside: right on odd pages, left on even."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance = Mm(BOTTOM - 7 - 5)  # the number stands 7 mm below the type area
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        # One character in from the edge of the type area.
        edge = "right_indent" if align == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
        setattr(paragraph.paragraph_format, edge, Pt(FOLIO))
        for part in ("— ", None, " —"):
            run = paragraph.add_run(part or "")
            _set_face(run, SONG, FOLIO)
            if part is None:
                _add_page_field(run)


def _add_page_field(run: Run) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001  (python-docx has no word for fields)


def _paragraph(
    document: Document,
    text: str,
    *,
    face: str = FANG_SONG,
    size: int = BODY,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: int = 0,
    right: int = 0,
) -> Paragraph:
    """A paragraph at the fixed line pitch; ``indent`` and ``right`` in characters."""
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(PITCH)
    if indent:
        layout.first_line_indent = Pt(indent * size)
    if right:
        layout.right_indent = Pt(right * size)
    _set_face(paragraph.add_run(text), face, size)
    return paragraph


def _set_face(run: Run, face: str, size: int) -> None:
    """Name the face for Chinese too, and drop the theme's faces, which would win over it."""
    run.font.name = face
    run.font.size = Pt(size)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)
