"""The text of a document that somebody gives: txt, docx or pdf, with guards against hostile files."""

from __future__ import annotations

from codecs import BOM_UTF8
from io import BytesIO

from chuangwen.core.archives import TooLargeError
from chuangwen.core.docx_text import BrokenDocxError, docx_text
from chuangwen.core.files import DOCX, LOCKED, PDF, TEXT, sniff
from chuangwen.core.problems import Problem
from chuangwen.directives.pdf_text import UnreadablePdfError, pdf_text
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
_PDF_FAULTS = {
    "encrypted": DOCUMENT_ENCRYPTED,
    "too_long": DOCUMENT_TOO_LONG,
    "bomb": DOCUMENT_BOMB,
    "broken": DOCUMENT_BROKEN,
}
# The 3,755 characters of the first level of GB 2312: all but a few of any text in simplified Chinese.
_COMMON = frozenset(
    bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
)


def read_document(data: bytes, *, name: str = "") -> str:
    """The text of ``data``; a UTF-8 text file comes back unchanged, newlines and all.

    Its content alone tells what it is; ``name`` is not looked at. Raises Problem ``document.*``, and
    ``file.broken`` for a docx that is not even a whole archive.
    """
    if not data.removeprefix(BOM_UTF8).strip():
        raise Problem(DOCUMENT_EMPTY)
    kind = sniff(BytesIO(data))
    if kind == LOCKED:
        raise Problem(DOCUMENT_ENCRYPTED)
    reader = {TEXT: _plain, DOCX: _docx, PDF: _pdf}.get(kind)
    if not reader:
        raise Problem(DOCUMENT_WRONG_TYPE)
    text = reader(data)
    if len(text) > MAX_CHARACTERS:
        raise Problem(DOCUMENT_TOO_LONG, limit=MAX_CHARACTERS)
    if not text.strip("\ufeff").strip():
        raise Problem(DOCUMENT_EMPTY if kind == TEXT else DOCUMENT_NO_TEXT)
    return text


def _plain(data: bytes) -> str:
    """UTF-8 with or without a mark, which stays, so that places are those of the file; UTF-16, GB18030."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # The start of a long text tells as much as the whole.
        if encoding == "gb18030" and not _is_chinese(text[:MAX_CHARACTERS]):
            break
        if any(c < " " and c not in "\t\n\v\f\r\x1a" for c in text[:MAX_CHARACTERS]):
            raise Problem(DOCUMENT_WRONG_TYPE)
        return text
    raise Problem(DOCUMENT_WRONG_ENCODING)


def _is_chinese(text: str) -> bool:
    """Whether these are words, and not the bytes of another encoding.

    GB18030 gives a character for almost any two bytes. Of the ideographs in real text, in traditional
    characters too, more than half are common ones; of those that chance makes, hardly any are.
    """
    ideographs = [c for c in text if "\u3400" <= c <= "\u9fff" or "\ue000" <= c <= "\uf8ff"]
    return 2 * sum(c in _COMMON for c in ideographs) >= len(ideographs)


def _docx(data: bytes) -> str:
    try:
        return docx_text(data, limit=MAX_CHARACTERS)
    except BrokenDocxError as error:
        raise Problem(DOCUMENT_BROKEN) from error
    except TooLargeError as error:
        raise Problem(DOCUMENT_BOMB) from error


def _pdf(data: bytes) -> str:
    try:
        return pdf_text(data, limit=MAX_CHARACTERS)
    except UnreadablePdfError as error:
        raise Problem(_PDF_FAULTS[error.fault], limit=MAX_CHARACTERS) from error
