"""Official papers written to files, each in a process of its own.

A PDF takes a hundred megabytes for the typefaces of the machine and a docx twenty for its library, which a
process that stays would keep.
"""

from __future__ import annotations

from chuangwen.core import apart
from chuangwen.core.papers import NoFaceError, Paper
from chuangwen.core.problems import NO_CHINESE_FACE, Problem


def docx(paper: Paper) -> bytes:
    return bytes(apart.call("chuangwen.core.documents.paper_docx", paper))


def pdf(paper: Paper) -> bytes:
    """Raises Problem ``paper.no_face`` on a machine without a Chinese typeface."""
    try:
        return bytes(apart.call("chuangwen.core.typesetting.paper_pdf", paper))
    except NoFaceError as error:
        raise Problem(NO_CHINESE_FACE, face=error.args[0]) from error
