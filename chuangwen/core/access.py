"""Who read what: kept beside the journal for half a year, because reading changes nothing and is done often.

The journal is for ever and every row of it is proved; a row for each look at a file would drown what was
done (docs/adr/0011-accounts.md).
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from chuangwen.core.models import Access


def note_read(*, actor: str, subject: str, item: str) -> None:
    """Note that ``actor`` read ``item`` of ``subject``, once a day; what was read again writes nothing."""
    row = Access(day=timezone.localdate(), at=timezone.now(), actor=actor, subject=subject, item=item)
    if Access.objects.filter(day=row.day, actor=actor, item=item).exists():
        return
    Access.objects.bulk_create([row], ignore_conflicts=True)


def purge() -> int:
    """Forget what is older than ``settings.ACCESS_LOG_DAYS``; returns how many rows went."""
    oldest = timezone.localdate() - timedelta(days=settings.ACCESS_LOG_DAYS)
    removed, _each = Access.objects.filter(day__lt=oldest).delete()
    return removed
