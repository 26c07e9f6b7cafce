"""Deadlines of tasks that repeat: ``weekly:5``, ``monthly:28``, ``monthly:end``, ``quarterly[:end]``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_WEEKLY = (
    gettext_lazy("every Monday"),
    gettext_lazy("every Tuesday"),
    gettext_lazy("every Wednesday"),
    gettext_lazy("every Thursday"),
    gettext_lazy("every Friday"),
    gettext_lazy("every Saturday"),
    gettext_lazy("every Sunday"),
)
PATTERN = re.compile(r"weekly:[1-7]|monthly:(?:[1-9]|[12]\d|3[01]|end)|quarterly(?::end)?")


def next_due(recurs: str, after: date) -> date:
    """The first deadline of the rule later than ``after``.

    A day that a month lacks is the month's last one; a quarterly task is due on its quarter's last day.
    """
    rule, _colon, day = recurs.partition(":")
    if rule == "weekly":
        return after + timedelta(days=(int(day) - after.isoweekday() - 1) % 7 + 1)
    months = range(3, 13, 3) if rule == "quarterly" else range(1, 13)
    years = (after.year, after.year + 1)
    return next(due for year in years for month in months if (due := _in_month(year, month, day)) > after)


def _in_month(year: int, month: int, day: str) -> date:
    last = monthrange(year, month)[1]
    return date(year, month, min(int(day), last) if day.isdigit() else last)


def in_words(recurs: str) -> str:
    """The rule as a reader says it."""
    rule, _colon, day = recurs.partition(":")
    if rule == "weekly":
        return str(_WEEKLY[int(day) - 1])
    if rule == "quarterly":
        return _("at the end of every quarter")
    return _("every month on day %(day)s") % {"day": day} if day.isdigit() else _("at the end of every month")
