"""Documents made by hand, byte by byte, so that tests can make them wrong."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, level: int = 0, numbers: int = 1) -> str:
    """A paragraph before which the word processor writes a number."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbers}"/></w:numPr>')


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def level(number: int, form: str, text: str) -> str:
    look = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{look}</w:lvl>'


def numbering(*levels: str) -> str:
    return (
        f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )


def archive(parts: dict[str, bytes]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return data.getvalue()


def office(main: str, parts: dict[str, bytes]) -> bytes:
    """An office document whose main part has the type ``main``."""
    kinds = {"word/document.xml": main, "xl/workbook.xml": main}
    kinds["word/numbering.xml"] = "wordprocessingml.numbering"
    kinds["word/styles.xml"] = "wordprocessingml.styles"
    listed = "".join(
        f'<Override PartName="/{name}" ContentType="{_OFFICE}.{kinds[name]}+xml"/>'
        for name in parts
        if name in kinds
    )
    types = f'<Types xmlns="{_TYPES}">{listed}</Types>'
    return archive({"[Content_Types].xml": types.encode(), **parts})


def word(body: str, *, numbers: str = "", before: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A docx with this body; ``before`` stands before the root element."""
    document = f'{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    parts = {"word/document.xml": document.encode()}
    if numbers:
        parts["word/numbering.xml"] = numbers.encode()
    return office("wordprocessingml.document.main", parts | (more or {}))


def lying(data: bytes, name: str, size: int) -> bytes:
    """``data`` with ``size`` declared, in both places, as what ``name`` unpacks to."""
    changed = bytearray(data)
    for signature, to_size, to_name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = changed.find(signature)
        while at >= 0:
            if changed[at + to_name :].startswith(name.encode()):
                struct.pack_into("<I", changed, at + to_size, size)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def encrypted_parts(data: bytes) -> bytes:
    """``data`` with every part marked as encrypted."""
    changed = bytearray(data)
    for signature, to_flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + to_flags] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def pdf(*pages: str) -> bytes:
    """A PDF with one line of ASCII text on each page."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for text in pages:
        stream = f"BT /F1 16 Tf 72 700 Td ({text}) Tj ET"
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
        contents = len(objects)
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {contents} 0 R>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    data, places = "%PDF-1.4\n", []
    for number, words in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{words}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        f"{data}xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n"
    ).encode()
