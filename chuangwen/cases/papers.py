"""Papers worded by templates that an office may replace: their kinds, their words, their files.

Each floor above says which papers it has (``register``); how they look is the business of ``core.papers``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language

from chuangwen.core import calendar, files, writing
from chuangwen.core.blanks import Row, Vocabulary, read_blank
from chuangwen.core.papers import Paper, Table, chinese_date
from chuangwen.core.spreadsheets import XLSX, Value, xlsx
from chuangwen.core.typed import natural

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Kind:
    """``mark`` is what an office adds to its own mark in the numbers of this kind; "" for papers without.

    ``shipped`` is the folder of the templates that come with the product.
    """

    code: str
    label: str | Promise
    vocabulary: Vocabulary
    shipped: Path
    mark: str = ""


@dataclass(frozen=True)
class Content:
    """Everything that a paper may say, under the names of its vocabulary, in the language of the paper."""

    values: Row
    lists: Mapping[str, Sequence[Row]]
    day: date


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> dict[str, Kind]:
    """Add the papers of a floor; given back by their codes."""
    own = {kind.code: kind for kind in kinds}
    KINDS.update(own)
    return own


def names(words: str) -> frozenset[str]:
    """The names of a vocabulary, written as one line."""
    return frozenset(words.split())


def language_of(code: str) -> str:
    """The part of a language's code that names its templates: ``zh`` of ``zh-hans``."""
    return code.partition("-")[0]


def own_path(kind: str, language: str) -> Path:
    """Where an office puts its own template."""
    return Path(settings.DATA_DIR) / "papers" / f"{kind}.{language}.txt"


def blank_path(kind: str, language: str) -> Path:
    """The template in use: the office's own, if there is one, else the one that is shipped."""
    own = own_path(kind, language)
    return own if own.exists() else KINDS[kind].shipped / own.name


def write(kind: str, content: Content, language: str) -> Paper:
    """The paper, worded by its template. Raises Problem ``paper.blank_broken``."""
    blank = read_blank(blank_path(kind, language), KINDS[kind].vocabulary)
    return blank.fill(values=content.values, lists=content.lists, day=content.day)


def table_xlsx(paper: Paper) -> bytes:
    """The first table of the paper that has headings; numbers as numbers."""
    tables = (block for block in paper.blocks if isinstance(block, Table) and block.headings)
    table = next(tables, Table(rows=(), widths=(1,), headings=(paper.title,)))
    return xlsx(paper.title, table.headings, (list(map(_value, row)) for row in table.rows))


def _value(cell: str) -> Value:
    number = natural(cell)
    return number if number is not None and str(number) == cell else cell


# Each form that a paper is given in: who writes it, and its media type.
WRITERS: dict[str, tuple[Callable[[Paper], bytes], str]] = {
    "docx": (writing.docx, files.DOCX),
    "pdf": (writing.pdf, files.PDF),
    "xlsx": (table_xlsx, XLSX),
}


def in_words(day: date | None) -> str:
    """A day as a paper of the active language writes it; empty for none."""
    if day is None:
        return ""
    return chinese_date(day) if (get_language() or "").startswith("zh") else date_format(day, "j F Y")


def days_late(due: date | None, today: date) -> int:
    """Working days since the deadline, one at least; 0 while it has not passed."""
    if due is None or due >= today:
        return 0
    return -calendar.working_days_left(due, today) or 1
