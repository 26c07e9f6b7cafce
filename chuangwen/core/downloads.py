"""What was made for the moment, as a file to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from chuangwen.core.spreadsheets import XLSX, Value, xlsx


def attached(data: bytes, name: str, media_type: str = XLSX) -> HttpResponse:
    """``data`` as a file called ``name``."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})


def table(
    name: str, title: str, headings: Sequence[str | Promise], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    """The rows as an xlsx file, named ``name`` and the day of the download."""
    return attached(xlsx(title, headings, rows), f"{name}-{timezone.localdate():%Y%m%d}.xlsx")
