"""Numbers of official papers: 机关代字〔2026〕1号, by office, kind and year, without gaps or doubles."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from chuangwen.core.models import IssuedNumber, NumberSeries


def issue(*, mark: str, year: int, subject: str) -> IssuedNumber:
    """The next number of the series, in the transaction of the verb that issues the paper.

    Verbs of one series wait for one another here until they end, so a verb that is rolled back leaves no
    gap: the number goes to the next. Each year begins with 1. Raises TransactionManagementError when no
    transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is issued in the transaction of its paper")
    series, _created = NumberSeries.objects.get_or_create(mark=mark, year=year)
    # The update locks the row until the transaction ends, and sees what the one before it has left.
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db()
    return IssuedNumber.objects.create(series=series, number=series.last, subject=subject)
