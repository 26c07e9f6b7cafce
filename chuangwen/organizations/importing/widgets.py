"""How each kind of cell is read and written; what cannot be read raises the fault that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.widgets import Widget

from chuangwen.core.problems import Problem
from chuangwen.organizations.identifiers import unit_code
from chuangwen.organizations.importing.columns import Kind, spellings
from chuangwen.organizations.importing.faults import wrong
from chuangwen.organizations.importing.standing import Register

_YES, _NO = gettext_lazy("yes"), gettext_lazy("no")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"\s*[、,，;；]\s*")


class Text(Widget):  # type: ignore[misc]  # the library has no types
    """A text as it stands; a date is what the spreadsheet made of something else."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, date):
            raise wrong("date_as_text")
        return str(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return str(value or "")


class Code(Text):
    """A unit's code, in capitals and with the right check digit."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        words = super().clean(value)
        try:
            return unit_code(words)
        except Problem as problem:
            raise wrong("bad_code", value=words) from problem


class Day(Widget):  # type: ignore[misc]
    """A date, or a text that can only be one."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, date):
            return value
        if not value:
            return None
        found = _DATE.fullmatch(value.replace(" ", ""))
        try:
            return date(*(int(part) for part in found.groups() if part)) if found else _no_date(value)
        except ValueError:
            return _no_date(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value.date() if isinstance(value, datetime) else value


def _no_date(value: str) -> date:
    raise wrong("date", value=value)


class YesNo(Widget):  # type: ignore[misc]
    """Yes or no in any language of the product, as Excel's own values, or empty for no."""

    def __init__(self) -> None:
        super().__init__()
        self._yes = {"1", "true", "√", "✓", *spellings(_YES)}
        self._no = {"", "0", "false", *spellings(_NO)}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        words = str(value).casefold()
        if words not in self._yes | self._no:
            raise wrong("yes_or_no", value=value)
        return words in self._yes

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(_YES) if value else ""


class Choice(Text):
    """One of a list, by its label in any language or by its code."""

    def __init__(self, choices: Iterable[tuple[str, str | Promise]]) -> None:
        super().__init__()
        self._labels = {code: label for code, label in choices if code}
        self._codes = {word: code for code, label in self._labels.items() for word in spellings(label)}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        words: str = super().clean(value)
        if not words or words in self._labels:
            return words
        code = self._codes.get("".join(words.split()).casefold())
        if code is None:
            raise wrong("choice", value=words, choices=_(", ").join(map(str, self._labels.values())))
        return code

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self._labels.get(value, ""))


class Named(Text):
    """One thing of a register by its code or name; cleans to its code. ``fault`` names what is missing."""

    def __init__(self, register: Callable[[], Register[Any]], fault: str, sheet: Kind) -> None:
        super().__init__()
        self._register, self._fault, self._sheet = register, fault, sheet

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self._one(super().clean(value))

    def _one(self, words: str) -> Any:
        found = self._register().find(words) if words else []
        if len(found) > 1:
            raise wrong(f"{self._fault}_twice", value=words)
        if words and not found:
            raise wrong(self._fault, value=words, sheet=self._sheet.title)
        return found[0].code if found else ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self._word(value) if value else ""

    def _word(self, code: str) -> str:
        """The name, or the code where the name would not find it again."""
        row = self._register().by_code[code]
        alone = self._register().find(row.name) == [row] and not _BETWEEN.search(row.name)
        return str(row.name if alone else row.code)


class SeveralNamed(Named):
    """Several things of a register, parted by commas; cleans to the set of their codes."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        words = Text.clean(self, value)
        return frozenset(self._one(part) for part in _BETWEEN.split(words) if part)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(_(", ")).join(self._word(code) for code in sorted(value or ()))
