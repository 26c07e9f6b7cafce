"""Papers for the tests of the reader: parts of a docx by hand, and PDFs written as bytes."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import minimal_docx
from chuangwen.directives.reading import read_document

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def refused(data: bytes, name: str = "") -> str:
    """The code of the problem that reading ``data`` raises."""
    with pytest.raises(Problem) as caught:
        read_document(data, name=name)
    return caught.value.code


def docx_listing(data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as whole:
        return whole.read("[Content_Types].xml")


def words(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def item(text: str, key: int = 1, level: int = 0) -> str:
    """A paragraph that stands on a level of a list."""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'
    return paragraph(words(text), place)


def level(depth: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>') -> str:
    family = f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
    return f"<w:numbering {_NAMESPACE}>{family}{nums}</w:numbering>"


def styles(inside: str) -> str:
    return f"<w:styles {_NAMESPACE}>{inside}</w:styles>"


def body(*blocks: str, before: str = "") -> str:
    return f"{before}<w:document {_NAMESPACE}><w:body>{''.join(blocks)}</w:body></w:document>"


def docx_of_blocks(*blocks: str, **parts: str) -> bytes:
    return minimal_docx(body(*blocks), **parts)


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words(text))}</w:tc>"


def table(*rows: list[str]) -> str:
    return f"<w:tbl>{''.join('<w:tr>' + ''.join(cells) + '</w:tr>' for cells in rows)}</w:tbl>"


def pdf(*pages: bytes, extra: dict[int, bytes] | None = None, resources: bytes = b"") -> bytes:
    """A PDF whose pages have these content streams; ``extra`` adds objects from number 100 on."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [4 0 R] >>",
        4: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
    }
    kids = []
    for number, content in enumerate(pages):
        page, stream_ = 10 + 2 * number, 11 + 2 * number
        kids.append(b"%d 0 R" % page)
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>" % (stream_, resources)
        )
        objects[stream_] = stream(content)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(pages))
    return _file(objects | (extra or {}))


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), head, content)


def _file(objects: dict[int, bytes]) -> bytes:
    data = bytearray(b"%PDF-1.4\n%\xe4\xbd\xa0\xe5\xa5\xbd\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_at = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, table_at)
    return bytes(data)


def lines(*texts: str) -> bytes:
    """A page's content that writes each text on a line of its own."""
    shown = b" T* ".join(b"<%s> Tj" % text.encode("utf-16-be").hex().encode() for text in texts)
    return b"BT /F1 16 Tf 29 TL 80 700 Td %s ET" % shown


def scanned_pdf() -> bytes:
    data = BytesIO()
    Image.new("L", (200, 300), 255).save(data, "PDF")
    return data.getvalue()
