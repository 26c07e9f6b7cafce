"""The text of a document that somebody gives: txt, docx or pdf, with guards against hostile files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from chuangwen.core.problems import Problem
from chuangwen.directives.problems import (
    DOCUMENT_BOMB,
    DOCUMENT_BROKEN,
    DOCUMENT_EMPTY,
    DOCUMENT_ENCRYPTED,
    DOCUMENT_NO_TEXT,
    DOCUMENT_TOO_LONG,
    DOCUMENT_WRONG_ENCODING,
    DOCUMENT_WRONG_TYPE,
)

MAX_CHARACTERS = 200_000
MAX_PAGES = 500
# Of an archive once unpacked: a speech of a million characters with pictures stays far below.
MAX_UNPACKED = 100 * 1024**2
MAX_PARTS = 2_000


def read_document(data: bytes, *, name: str = "") -> str:
    """The text of ``data``; a UTF-8 text file comes back unchanged, newlines and all.

    ``name`` is only quoted, never trusted. Raises Problem ``document.*``.
    """
    if not data.strip():
        raise Problem(DOCUMENT_EMPTY)
    if data.startswith(b"%PDF-"):
        text = _pdf(data)
    elif data.startswith(b"PK"):
        text = _docx(data)
    else:
        text = _plain(data)
    if len(text) > MAX_CHARACTERS:
        raise Problem(DOCUMENT_TOO_LONG, length=len(text), limit=MAX_CHARACTERS)
    if not text.strip():
        raise Problem(DOCUMENT_NO_TEXT)
    return text


def _plain(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB18030."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _readable(text)
    raise Problem(DOCUMENT_WRONG_ENCODING)


def _readable(text: str) -> str:
    """``text``, unless it is the bytes of something else: control characters, or nothing that one reads.

    GB18030 gives a character for almost any bytes; real Chinese text has far more common characters than
    rare ones and private-use ones.
    """
    control = sum(c < " " and c not in "\t\n\r\f\v\x1a" for c in text)
    if control:
        raise Problem(DOCUMENT_WRONG_TYPE)
    odd = sum("\ue000" <= c <= "\uf8ff" or "\u0080" <= c <= "\u009f" or c == "\ufffd" for c in text)
    if odd * 10 > len(text):
        raise Problem(DOCUMENT_WRONG_ENCODING)
    return text


def _docx(data: bytes) -> str:
    """Paragraphs and tables in their order; headers, footers and deleted words left out."""
    _check_archive(data)
    try:
        document = docx.Document(BytesIO(data))
        return "\n".join(_lines(document))
    except (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise Problem(DOCUMENT_BROKEN) from error


def _check_archive(data: bytes) -> None:
    """Raises before anything is unpacked that would fill the memory, or that is no docx."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            encrypted = any(part.flag_bits & 1 for part in parts)
            is_docx = "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Problem(DOCUMENT_BROKEN) from error
    if not is_docx:
        raise Problem(DOCUMENT_WRONG_TYPE)
    if encrypted:
        raise Problem(DOCUMENT_ENCRYPTED)
    # zipfile itself stops at the declared size, so the declaration binds.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Problem(DOCUMENT_BOMB)


def _lines(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
        else:
            yield _words(block)


def _rows(table: Table) -> Iterator[str]:
    """A row as one line with tabs; a merged cell is said once."""
    for row in table.rows:
        said: list[object] = []
        cells = []
        for cell in row.cells:
            if cell._tc not in said:  # noqa: SLF001  (the only identity that a merged cell has)
                said.append(cell._tc)  # noqa: SLF001
                cells.append(" ".join(_words(p) for p in cell.paragraphs).strip())
        yield "\t".join(cells)


def _words(paragraph: Paragraph) -> str:
    """The paragraph's text with inserted words and without deleted ones."""
    found = []
    for element in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br")):  # noqa: SLF001
        if element.tag == qn("w:t"):
            found.append(element.text or "")
        elif element.getparent().tag == qn("w:r"):  # a tab stop of the layout is none of the text
            found.append("\t" if element.tag == qn("w:tab") else "\n")
    return "".join(found)


def _pdf(data: bytes) -> str:
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Problem(DOCUMENT_ENCRYPTED)
        if len(reader.pages) > MAX_PAGES:
            raise Problem(DOCUMENT_BOMB)
        pages, length = [], 0
        for page in reader.pages:
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > MAX_CHARACTERS:
                raise Problem(DOCUMENT_TOO_LONG, length=length, limit=MAX_CHARACTERS)
        return "\n".join(pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise Problem(DOCUMENT_BROKEN) from error
