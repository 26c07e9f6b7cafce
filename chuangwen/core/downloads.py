"""A table as the answer to a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from chuangwen.core.spreadsheets import XLSX, Value, xlsx


def table(
    name: str, title: str, headings: Sequence[str | Promise], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    """The rows as an xlsx file, named ``name`` and the day of the download."""
    answer = HttpResponse(xlsx(title, headings, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer
