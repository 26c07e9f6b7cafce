"""Official papers as docx, in the layout of GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from chuangwen.core.papers import (
    BODY,
    FANG_SONG,
    FOLIO,
    HEI,
    IMPRINT,
    KAI,
    NARROWED,
    PITCH,
    RED,
    RULE_DOWN,
    SONG,
    SONG_TITLE,
    TITLE,
    Paper,
    Table,
    face,
    is_heading,
    masthead_size,
    printable,
    signed,
    title_lines,
)

# What stands in for each face on a machine that lacks it: another name of it, else any of its family.
_SUBSTITUTES = {
    SONG_TITLE: ("宋体", "roman"),
    FANG_SONG: ("仿宋", "roman"),
    KAI: ("楷体", "roman"),
    SONG: ("SimSun", "roman"),
    HEI: ("SimHei", "swiss"),
}
_CENTER, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
# What may stand behind the tabs in the properties of a paragraph; Word insists on the order of its schema.
_AFTER_TABS = ("w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
_PAD = 60  # inside the cells of a table, in twentieths of a point
_THICK, _THIN = 8, 6  # rules of the imprint in eighths of a point: 0.35 and 0.25 mm (7.4.1)


def paper_docx(paper: Paper) -> bytes:
    """The paper as a docx file. What no document can hold, such as control characters, is left out."""
    document = docx.Document()
    _describe(document, paper)
    _set_styles(document)
    _page(document.sections[0], document, paper)
    _head(document, paper)
    if paper.addressee:
        _paragraph(document, paper.addressee)
    for number, block in enumerate(paper.blocks, start=1):
        if isinstance(block, Table):
            _table(document, block, Mm(paper.line))
        else:
            text = _paragraph(document, block, face=face(block), indent=2)
            # A heading goes with what it heads, a signature with the end of what is signed (7.3.5.5).
            text.paragraph_format.keep_with_next = is_heading(block) or number == len(paper.blocks)
    _sign(document, paper)
    _imprint(document, paper)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def _head(document: Document, paper: Paper) -> None:
    """The red masthead, the number over its red rule, and the title, two lines apart; in a form, one."""
    if paper.masthead:
        masthead = _paragraph(
            document, paper.masthead, face=SONG_TITLE, size=masthead_size(paper), align=_CENTER
        )
        masthead.runs[0].font.color.rgb = RGBColor.from_string(RED)
        masthead.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        masthead.paragraph_format.space_before = Mm(paper.drop)
    if paper.number:
        for _line in range(2 if paper.title else 1):
            _paragraph(document, "")
        number = _paragraph(document, paper.number, align=_CENTER)
        _red_rule(number)
    if paper.masthead or paper.number:
        for _line in range(2 if paper.title else 1):
            _paragraph(document, "")
    if paper.title:
        # A line break that somebody who edits the title can move.
        _paragraph(document, "\n".join(title_lines(paper)), face=SONG_TITLE, size=TITLE, align=_CENTER)
        _paragraph(document, "")


def _sign(document: Document, paper: Paper) -> None:
    if paper.signature:
        _paragraph(document, "").paragraph_format.keep_with_next = True
    for line, inward in signed(paper.signature):
        paragraph = _paragraph(document, line, align=_RIGHT, right=inward)
        paragraph.paragraph_format.keep_with_next = line != paper.signature[-1]


def _table(document: Document, table: Table, line: Length) -> None:
    """A ruled table over the whole line; a row is never cut, and the headings return on every page."""
    grid = document.add_table(rows=0, cols=len(table.widths))
    grid.style, grid.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    widths = [Length(line * share // sum(table.widths)) for share in table.widths]
    for column, size in zip(grid.columns, widths, strict=True):
        column.width = size
    _fix_width(grid, line)
    _pad(grid, top=_PAD, left=_PAD, bottom=_PAD, right=_PAD)
    if table.headings:
        row = _row(grid, widths, [_CENTER] * len(widths), size=table.size, face=HEI)
        _mark(row, "w:tblHeader")
        _fill(row._tr, table.headings)  # noqa: SLF001
    aligned = [_CENTER if centred else _LEFT for centred in table.centred()]
    pattern = _row(grid, widths, aligned, size=table.size, face=FANG_SONG)._tr  # noqa: SLF001
    for cells in table.rows:
        # A copy of a row that is laid out takes a tenth of the time of laying it out.
        pattern.addprevious(_fill(deepcopy(pattern), cells))
    pattern.getparent().remove(pattern)
    _end(document)


def _end(document: Document) -> None:
    """What has to follow a table, as low as can be: at the pitch of the page it would need one of its own."""
    _paragraph(document, "", size=1, pitch=1)


def _fix_width(table: Any, line: Length) -> None:
    """As wide as the line whatever the cells hold; python-docx has no word for it."""
    table.autofit = False
    total = table._tbl.tblPr.find(qn("w:tblW"))  # noqa: SLF001
    total.set(qn("w:type"), "dxa")
    total.set(qn("w:w"), str(round(line.twips)))


def _pad(table: Any, **edges: int) -> None:
    """The space inside every cell, in twentieths of a point."""
    spaces = "".join(f'<w:{edge} w:w="{space}" w:type="dxa"/>' for edge, space in edges.items())
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{spaces}</w:tblCellMar>")
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)  # noqa: SLF001


def _row(
    grid: Any, widths: Sequence[Length], aligned: Sequence[WD_ALIGN_PARAGRAPH], *, size: int, face: str
) -> Any:
    """A row whose cells are laid out and empty."""
    row = grid.add_row()
    _mark(row, "w:cantSplit")
    for cell, wide, align in zip(row.cells, widths, aligned, strict=True):
        cell.width, cell.vertical_alignment = wide, WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _set_text(cell.paragraphs[0], "", face=face, size=size, pitch=size * 1.5, align=align)
    return row


def _fill(row: Any, cells: Sequence[str]) -> Any:
    for cell, text in zip(row.tc_lst, cells, strict=True):
        cell.p_lst[0].r_lst[0].text = printable(text)
    return row


def _mark(row: Any, mark: str) -> None:
    """A property of a row that python-docx has no word for."""
    row._tr.get_or_add_trPr().append(OxmlElement(mark))  # noqa: SLF001


def _imprint(document: Document, paper: Paper) -> None:
    """Who gets a copy, who printed it and when: between rules at the foot of the last page (7.4)."""
    lines = [line for line in ((paper.copies,), tuple(paper.imprint)) if any(line)]
    if not lines:
        return
    _paragraph(document, "")
    table = document.add_table(rows=0, cols=1)
    line = Mm(paper.line)
    _fix_width(table, line)
    # Counted from the page's edge: one that is as wide as the line and counted from the margin is no floating
    # table to LibreOffice, which would leave it under the signature.
    place = f'w:horzAnchor="page" w:tblpX="{Mm(paper.margins[3]).twips}"'
    place += ' w:vertAnchor="margin" w:tblpYSpec="bottom"'
    properties = table._tbl.tblPr  # noqa: SLF001
    properties.find(qn("w:tblW")).addprevious(parse_xml(f"<w:tblpPr {nsdecls('w')} {place}/>"))
    borders = [("top", _THICK), ("bottom", _THICK), ("insideH", _THIN)]
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="{weight}" w:color="000000"/>' for edge, weight in borders
    )
    rules = parse_xml(f"<w:tblBorders {nsdecls('w')}>{edges}</w:tblBorders>")
    properties.find(qn("w:tblLayout")).addprevious(rules)
    _pad(table, left=0, right=0)  # so that its rules are as wide as the line
    for parts in lines:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        paragraph = row.cells[0].paragraphs[0]
        _set_text(paragraph, "\t".join(parts), size=IMPRINT, align=_LEFT)
        layout = paragraph.paragraph_format
        layout.keep_with_next = True
        layout.left_indent = layout.right_indent = Pt(IMPRINT)
        layout.tab_stops.add_tab_stop(Length(line - 2 * Pt(IMPRINT)), WD_TAB_ALIGNMENT.RIGHT)
    _end(document)


def _red_rule(number: Paragraph) -> None:
    """The line under the number, as wide as the type area."""
    rule = f'<w:bottom w:val="single" w:sz="16" w:space="{round(Mm(RULE_DOWN).pt)}" w:color="{RED}"/>'
    border = parse_xml(f"<w:pBdr {nsdecls('w')}>{rule}</w:pBdr>")
    number._p.get_or_add_pPr().insert_element_before(border, "w:tabs", *_AFTER_TABS)  # noqa: SLF001


def _describe(document: Document, paper: Paper) -> None:
    """What the file says of itself, instead of what its template says."""
    properties = document.core_properties
    properties.title = printable(paper.title or paper.masthead)[:255]
    properties.author = printable(paper.author)[:255]
    properties.comments, properties.language, properties.last_modified_by = "", "zh-CN", ""
    properties.created = properties.modified = datetime.combine(paper.date, time(), UTC)


def _set_styles(document: Document) -> None:
    """The body's face and size for everything, and no face or language from the template's theme."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _name_face(defaults.find(qn("w:rFonts")), FANG_SONG)
    defaults.find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY)
    # Not by a grid of characters: some programs give a character that is wider than its cell two of them. Nor
    # by less space between them: LibreOffice then leaves out the stop at the end of a justified line.
    narrowed = OxmlElement("w:w")
    narrowed.set(qn("w:val"), str(NARROWED))
    defaults.find(qn("w:rFonts")).addnext(narrowed)
    # A page has its 22 lines whatever a paragraph leaves of them, and nothing hangs out of the type area.
    normal.paragraph_format.widow_control = False
    for name in ("w:overflowPunct", "w:autoSpaceDE", "w:autoSpaceDN"):
        without = OxmlElement(name)
        without.set(qn("w:val"), "0")
        normal.element.get_or_add_pPr().append(without)
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    # python-docx keeps this part as bytes and offers no other way to change it.
    table._blob = _font_table()  # noqa: SLF001


def _font_table() -> bytes:
    """Of each face another name, that it is Chinese (charset 134), and of which family it is."""
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for face, (other, family) in _SUBSTITUTES.items()
    )
    return f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _page(section: Section, document: Document, paper: Paper) -> None:
    """A4 with the standard's margins, and the page number outside: right on odd pages, left on even."""
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = map(Mm, paper.page)
    margins = map(Mm, paper.margins)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = margins
    section.footer_distance = Mm(paper.margins[2] - 7 - 5)  # the number stands 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001  (python-docx has no word for the grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(PITCH * 20)))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, _RIGHT),
        (section.even_page_footer, _LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        # One character in from the edge of the type area.
        edge = "right_indent" if align == _RIGHT else "left_indent"
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
    document: Document, text: str, *, size: float = BODY, indent: int = 0, right: float = 0, **looks: Any
) -> Paragraph:
    """A paragraph at the fixed line pitch; ``indent`` and ``right`` in characters."""
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    _set_text(paragraph, text, size=size, **looks)
    if indent:
        layout.first_line_indent = Pt(indent * size)
        # In hundredths of a character, so that it follows whoever changes the size.
        paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), str(indent * 100))  # noqa: SLF001
    if right:
        layout.right_indent = Pt(right * size)
    return paragraph


def _set_text(
    paragraph: Paragraph,
    text: str,
    *,
    face: str = FANG_SONG,
    size: float = BODY,
    pitch: float = PITCH,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
) -> None:
    """The text of a paragraph, its face, and its lines; sizes in points."""
    paragraph.alignment = align
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(pitch)
    if size != BODY:
        # The page's grid has the pitch of the body; other sizes would be moved to its lines, two for one.
        free = OxmlElement("w:snapToGrid")
        free.set(qn("w:val"), "0")
        paragraph._p.get_or_add_pPr().insert_element_before(free, *_AFTER_TABS[1:])  # noqa: SLF001
    _set_face(paragraph.add_run(printable(text)), face, size)


def _set_face(run: Run, face: str, size: float) -> None:
    run.font.size = Pt(size)
    _name_face(run._r.get_or_add_rPr().get_or_add_rFonts(), face)  # noqa: SLF001


def _name_face(fonts: Any, face: str) -> None:
    """Name the face for Chinese too, and drop the theme's faces, which would win over it."""
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)
