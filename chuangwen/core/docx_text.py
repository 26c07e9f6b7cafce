"""The text of a docx: paragraphs and tables in their order, with the numbers that stand before them.

Only the three parts that hold text are ever unpacked, each under a limit, so that pictures cost nothing and a
hostile archive costs little. Headers, footers, notes, text boxes and deleted words are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from chuangwen.core.archives import Archive, BrokenArchiveError
from chuangwen.core.numbering import Element, Numbering, value, whole, word

# Bytes of one part; two hundred thousand characters, formatted five by five, take twelve million.
MAX_PART = 16 * 1024**2
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
# What is no text, or is not there any more, or is said a second time: beside each choice stands a fallback.
_SKIPPED = {
    *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "instrText"),
    *("del", "moveFrom", "drawing", "pict", "object", "Choice", "rt"),
}
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True)
class Cell:
    """A cell of a row: its words, how many columns it spans, whether it only goes on with the cell above."""

    words: str
    span: int = 1
    continued: bool = False


Line = tuple[Cell, ...]  # a row of a table, or a paragraph as one cell


class BrokenDocxError(Exception):
    """The document cannot be read."""


def docx_text(data: bytes, *, limit: int) -> str:
    """One line for a paragraph, one for a row of a table with tabs between its cells.

    As ``docx_lines``, with what a cell that spans rows says in each of them.
    """
    return "\n".join("\t".join(cell.words for cell in line) for line in docx_lines(data, limit=limit))


def docx_lines(data: bytes, *, limit: int) -> list[Line]:
    """The paragraphs and the rows of tables in their order.

    Reading stops soon after ``limit`` characters: what merged cells repeat may be much more than was stored.
    Raises ``BrokenDocxError``, and ``core.archives.TooLargeError`` for a document that unpacks too far.
    """
    try:
        archive = Archive(BytesIO(data))
        names = _part_names(archive)
        document = _parsed(archive.read(names["document.main"], MAX_PART))
        numbering, styles = (
            _parsed(archive.read(names[kind], MAX_PART)) if kind in names else None
            for kind in ("numbering", "styles")
        )
    except (BrokenArchiveError, KeyError) as error:
        raise BrokenDocxError from error
    lines: list[Line] = []
    length = 0
    for line in _lines(document, Numbering(numbering, styles)):
        lines.append(line)
        length += sum(len(cell.words) + 1 for cell in line) - 1
        if length > limit:
            break
    return lines


def _part_names(archive: Archive) -> dict[str, str]:
    """The names of the parts by their kind, such as "document.main" or "numbering"."""
    listed = _parsed(archive.read("[Content_Types].xml", MAX_PART))
    parts = ((value(part, "ContentType"), value(part, "PartName")) for part in listed.findall("{*}Override"))
    return {kind.removeprefix(_WORD).removesuffix("+xml"): name.lstrip("/") for kind, name in parts}


def _parsed(part: bytes) -> Element:
    """The root element; no office program writes a document type, which could define entities."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise BrokenDocxError from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenDocxError
    return root


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _inner(parent: Element, wanted: set[str]) -> Iterator[Element]:
    """The outermost elements of the ``wanted`` names, also those wrapped in controls and insertions."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name in wanted:
            yield element
        elif name not in _SKIPPED:
            waiting.extend(reversed(element))


def _lines(parent: Element, numbering: Numbering) -> Iterator[Line]:
    begun = ""  # the paragraph before, if its end was deleted
    for block in _inner(parent, {"p", "tbl"}):
        if _name(block) == "tbl":
            yield from _rows(block, numbering)
            continue
        begun += _words(block)
        if word(block, "pPr", "rPr", "del") is None:
            label = numbering.label(word(block, "pPr"))
            yield (Cell(label + begun if begun.strip() else begun),)
            begun = ""
    if begun:
        yield (Cell(begun),)


def _words(paragraph: Element) -> str:
    found = _inner(paragraph, {"t", *_MARKS})
    return "".join(_MARKS.get(_name(element)) or element.text or "" for element in found)


def _rows(table: Element, numbering: Numbering) -> Iterator[Line]:
    """A row as one line; a cell that spans rows is said in each, one that spans columns once."""
    above: dict[int, str] = {}
    for row in _inner(table, {"tr"}):
        if word(row, "trPr", "del") is not None:
            continue
        said, column = [], 0
        for cell in _inner(row, {"tc"}):
            merge = word(cell, "tcPr", "vMerge")
            begins = merge is None or value(merge) == "restart"
            if begins:
                above[column] = _said(cell, numbering)
            span = max(1, whole(value(word(cell, "tcPr", "gridSpan"))))
            said.append(Cell(above.get(column, ""), span, continued=not begins))
            column += span
        yield tuple(said)


def _said(cell: Element, numbering: Numbering) -> str:
    lines = ("\t".join(inner.words for inner in line) for line in _lines(cell, numbering))
    return re.sub(r"[\t\n]+", " ", "\n".join(lines)).strip()
