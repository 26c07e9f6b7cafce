"""The kinds of papers: their names, the words that an office may use in their templates, their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.core import files, writing
from chuangwen.core.blanks import Row, Vocabulary, read_blank
from chuangwen.core.papers import Paper, Table
from chuangwen.core.spreadsheets import XLSX, Value, xlsx
from chuangwen.core.typed import natural

LANGUAGES = ("zh", "en")
_SHIPPED = Path(__file__).with_name("blanks")


@dataclass(frozen=True)
class Kind:
    """``mark`` is what an office adds to its own mark in the numbers of this kind; "" for papers without."""

    code: str
    label: str | Promise
    vocabulary: Vocabulary
    mark: str = ""


@dataclass(frozen=True)
class Content:
    """Everything that a paper may say, under the names of its vocabulary, in the language of the paper."""

    values: Row
    lists: Mapping[str, Sequence[Row]]
    day: date


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TASKS = {"tasks": _names("no task leader lead support due remark")}
_MEETING = _names("meeting held document basis held_on place campaign territory office count date")
COUNTS = ("received", "acknowledged", "launched", "reported", "accepted", "late")

KINDS = {
    kind.code: kind
    for kind in (
        Kind("plan", _("Task table"), Vocabulary(_MEETING, _TASKS)),
        Kind("notice", _("Notice of deployment"), Vocabulary(_MEETING | {"number"}, _TASKS), mark="发"),
        Kind(
            "slip",
            _("Supervision slip"),
            Vocabulary(
                _names("number colour matter meeting unit office state due days_late limit demand date"), {}
            ),
            mark="督",
        ),
        Kind(
            "letter",
            _("Responsibility letter"),
            Vocabulary(
                _names("unit task person measure target weight due principal in_charge signed date"), {}
            ),
        ),
        Kind(
            "summary",
            _("Compiled report"),
            Vocabulary(
                _names("task campaign unit date percent territories_more late_units late_more reports_more")
                | {*COUNTS},
                {
                    "territories": frozenset({"name", *COUNTS}),
                    "late_tasks": _names("no task late units"),
                    "reports": _names("no unit task gist"),
                },
            ),
        ),
    )
}


def language_of(code: str) -> str:
    """The part of a language's code that names its templates: ``zh`` of ``zh-hans``."""
    return code.partition("-")[0]


def own_path(kind: str, language: str) -> Path:
    """Where an office puts its own template."""
    return Path(settings.DATA_DIR) / "papers" / f"{kind}.{language}.txt"


def blank_path(kind: str, language: str) -> Path:
    """The template in use: the office's own, if there is one, else the one that is shipped."""
    own = own_path(kind, language)
    return own if own.exists() else _SHIPPED / own.name


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
