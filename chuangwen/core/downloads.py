"""What was made for the moment, as a file to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from chuangwen.core.problems import EXPORT_TOO_MANY, Problem
from chuangwen.core.spreadsheets import XLSX, Value, xlsx

MOST = 20_000  # rows of a table that one waits for; more is long work (jobs)


def attached(data: bytes, name: str, media_type: str = XLSX) -> HttpResponse:
    """``data`` as a file called ``name``."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})


def table(
    name: str, title: str | Promise, headings: Sequence[str | Promise], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    """The rows as an xlsx file, named ``name`` and the day of the download."""
    return attached(xlsx(str(title), headings, rows), f"{name}-{timezone.localdate():%Y%m%d}.xlsx")


def limited(rows: Any) -> list[Any]:
    """All of ``rows``, a list or a queryset. Raises Problem ``export.too_many`` for more than `MOST`."""
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        raise Problem(EXPORT_TOO_MANY, most=MOST)
    return found
