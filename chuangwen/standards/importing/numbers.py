"""Running numbers of rows and headings: used twice, or left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from chuangwen.standards.importing.found import Doubt
from chuangwen.standards.importing.wording import decimal, squeezed

_WRITTEN = re.compile(
    r"[(第]*(?P<before>(?:\d{1,3}[.\-])*)(?P<n>\d{1,4}|[一二三四五六七八九十百]{1,4})[)、.,项条部分章类]*"
)


def parsed(written: str) -> tuple[str, int] | None:
    """What stands before the last figure of a number, and this: 2.3 is ("2.", 3)."""
    match = _WRITTEN.fullmatch(squeezed(written))
    return (match["before"], int(decimal(match["n"]))) if match else None


class Numbers:
    """Follows one column of numbers down a table."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._rows: dict[tuple[str, int], int] = {}
        self._like: Any = None
        self._fresh = False
        self._behind = 0  # numbers that rows which bear one twice have left out

    def restart(self) -> None:
        """A new section may count anew, or go on."""
        self._fresh = True

    def follow(self, row: int, written: str, like: Any, scope: str) -> Iterator[Doubt]:
        """The doubts about a number; a row may share that of the row before if it is ``like`` it."""
        number = parsed(written)
        if number is None:
            return
        before, n = number
        last = self._last.get(before)
        same, self._like = like == self._like, like
        if last == n and same and like:
            return
        if last is None or n == last + 1 or (n == 1 and (self._fresh or last != 1)):
            if n == 1:
                self._behind = 0
                self._rows = {key: at for key, at in self._rows.items() if key[0] != before}
        elif (before, n) in self._rows:
            self._behind += 1
            yield Doubt("duplicate_number", row, scope, Decimal(n), Decimal(self._rows[before, n]))
        elif last + 1 < n <= last + 1 + self._behind:
            self._behind -= n - last - 1  # counted on by rows, as if the number had not come twice
        elif n > last + 1:
            yield Doubt("skipped_number", row, scope, Decimal(n), Decimal(last + 1))
        self._fresh = False
        self._last[before] = n
        self._rows.setdefault((before, n), row)
