"""Official papers as docx, in the layout of GB/T 9704-2012."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

# GB/T 9704-2012, 5.2: margins in mm, sizes in points (2号 = 22, 3号 = 16, 4号 = 14), 22 lines to the page.
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TITLE, BODY, FOLIO = 22, 16, 14
PITCH = 28.95
# What a line of 28 characters takes from each: 156 mm are not quite 28 × 16 points. In 1/4096 point.
CHARACTER_PITCH = -848
SONG_TITLE, FANG_SONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
# The face that a machine has which lacks the one above.
_SUBSTITUTES = {SONG_TITLE: "宋体", FANG_SONG: "仿宋", KAI: "楷体"}
# How a heading begins tells its face: 一、 in Hei, （一） in Kai, everything else in FangSong.
_FACES = ((r"[一二三四五六七八九十]+、", HEI), (r"[（(][一二三四五六七八九十]+[）)]", KAI))
_HEADING = 30  # characters that no heading passes
_SEALED = 4  # characters between the date and the margin, room for the seal


@dataclass(frozen=True)
class Letter:
    """A report or letter; ``paragraphs`` are plain text without indentation."""

    title: str
    addressee: str
    paragraphs: Sequence[str]
    issuer: str
    date: date


def letter_docx(letter: Letter) -> bytes:
    """The letter as a docx file. What no document can hold, such as control characters, is left out."""
    document = docx.Document()
    _describe(document, letter)
    _set_styles(document)
    _page(document.sections[0], document)
    _paragraph(document, letter.title, face=SONG_TITLE, size=TITLE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, "")
    _paragraph(document, f"{letter.addressee}：")
    for text in letter.paragraphs:
        _paragraph(document, text, face=_face(text), indent=2)
    _paragraph(document, "")
    _sign(document, letter)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def chinese_date(day: date) -> str:
    """A day as papers write it: Arabic figures without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _face(text: str) -> str:
    """A heading is a short line that ends without a stop; a numbered sentence stays in the body's face."""
    heading = len(text) <= _HEADING and not text.endswith(("。", "；", "！"))
    return next((face for form, face in _FACES if heading and re.match(form, text)), FANG_SONG)


def _sign(document: Document, letter: Letter) -> None:
    """The issuer centred over the date, which stands four characters in (7.3.5.1); a long name moves both."""
    day = chinese_date(letter.date)
    over = (_width(letter.issuer) - _width(day)) / 2
    for text, inward in ((letter.issuer, max(_SEALED - over, 0)), (day, max(_SEALED, over))):
        _paragraph(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT, right=inward)


def _width(text: str) -> float:
    """In characters, of which a figure or a letter takes half."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def _describe(document: Document, letter: Letter) -> None:
    """What the file says of itself, instead of what its template says."""
    properties = document.core_properties
    properties.title, properties.author = _printable(letter.title)[:255], _printable(letter.issuer)[:255]
    properties.comments, properties.language, properties.last_modified_by = "", "zh-CN", ""
    properties.created = properties.modified = datetime.combine(letter.date, time(), UTC)


def _set_styles(document: Document) -> None:
    """The body's face and size for everything, and no face or language from the template's theme."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _name_face(defaults.find(qn("w:rFonts")), FANG_SONG)
    defaults.find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")
    document.styles["Normal"].font.size = Pt(BODY)
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    rows = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/></w:font>'
        for face, other in _SUBSTITUTES.items()
    )
    # python-docx keeps this part as bytes and offers no other way to change it.
    table._blob = f"<w:fonts {nsdecls('w')}>{rows}</w:fonts>".encode()  # noqa: SLF001


def _page(section: Section, document: Document) -> None:
    """A4 with the standard's margins, and the page number outside: right on odd pages, left on even."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance = Mm(BOTTOM - 7 - 5)  # the number stands 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001  (python-docx has no word for the grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(round(PITCH * 20)))
    grid.set(qn("w:charSpace"), str(CHARACTER_PITCH))
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
    right: float = 0,
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
        # In hundredths of a character, so that it follows whoever changes the size.
        paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), str(indent * 100))  # noqa: SLF001
    if right:
        layout.right_indent = Pt(right * size)
    _set_face(paragraph.add_run(_printable(text)), face, size)
    return paragraph


def _printable(text: str) -> str:
    """Without the characters that XML forbids."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _set_face(run: Run, face: str, size: int) -> None:
    run.font.size = Pt(size)
    _name_face(run._r.get_or_add_rPr().get_or_add_rFonts(), face)  # noqa: SLF001


def _name_face(fonts: Any, face: str) -> None:
    """Name the face for Chinese too, and drop the theme's faces, which would win over it."""
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)
