"""The text of a PDF, read in a process of its own under limits of time and memory.

A few kilobytes of PDF can ask for hours of work (streams in streams, forms that draw forms), and a thread
cannot be stopped.
"""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from chuangwen.core import apart

Fault = Literal["encrypted", "too_long", "bomb", "broken"]

MAX_PAGES = 500
SECONDS = 20  # five hundred pages of text take three
_MEMORY = 1024**3  # bytes of address space


class UnreadablePdfError(Exception):
    """The PDF cannot be read; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def pdf_text(data: bytes, *, limit: int, seconds: int = SECONDS) -> str:
    """The text of all pages, one after the other; beyond ``limit`` characters the fault is ``too_long``.

    Raises ``UnreadablePdfError``; after ``seconds`` of computing its fault is ``bomb``.
    """
    try:
        return str(apart.call(f"{__name__}.read", data, limit, seconds=seconds, memory=_MEMORY))
    except apart.StoppedError as error:
        raise UnreadablePdfError("bomb") from error


def read(data: bytes, limit: int) -> str:
    """The same without limits of time and memory; for the process of its own."""
    from pypdf.errors import LimitReachedError

    try:
        return _extract(data, limit)
    except (LimitReachedError, MemoryError) as error:
        raise UnreadablePdfError("bomb") from error
    except UnreadablePdfError:
        raise
    except Exception as error:  # a hostile file makes the library raise anything
        raise UnreadablePdfError("broken") from error


def _extract(data: bytes, limit: int) -> str:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadablePdfError("encrypted")
    if len(reader.pages) > MAX_PAGES:
        raise UnreadablePdfError("bomb")
    pages, length = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > limit:
            raise UnreadablePdfError("too_long")
    return "\n".join(pages)
