from __future__ import annotations

from datetime import date

import pytest

from chuangwen.directives.recurrence import PATTERN, next_due


@pytest.mark.parametrize(
    ("recurs", "after", "due"),
    [
        ("weekly:5", date(2026, 11, 23), date(2026, 11, 27)),
        ("weekly:5", date(2026, 11, 27), date(2026, 12, 4)),
        ("weekly:1", date(2026, 11, 22), date(2026, 11, 23)),
        ("monthly:28", date(2026, 11, 27), date(2026, 11, 28)),
        ("monthly:28", date(2026, 11, 28), date(2026, 12, 28)),
        ("monthly:28", date(2026, 12, 28), date(2027, 1, 28)),
        ("monthly:31", date(2027, 1, 31), date(2027, 2, 28)),
        ("monthly:end", date(2027, 12, 31), date(2028, 1, 31)),
        ("monthly:end", date(2028, 2, 1), date(2028, 2, 29)),
        ("quarterly", date(2026, 11, 23), date(2026, 12, 31)),
        ("quarterly:end", date(2026, 12, 31), date(2027, 3, 31)),
        ("quarterly", date(2026, 3, 30), date(2026, 3, 31)),
    ],
)
def test_next_due(recurs: str, after: date, due: date):
    assert PATTERN.fullmatch(recurs)
    assert next_due(recurs, after) == due
