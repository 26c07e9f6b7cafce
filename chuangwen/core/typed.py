"""What somebody typed or sent, before anybody believes it."""

from __future__ import annotations

import re

from django.http import HttpRequest, QueryDict


def natural(text: str) -> int | None:
    """The whole number that ``text`` is, of at most nine digits; None for everything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def words(text: str) -> str:
    """``text`` without a mark of byte order, each line ended by one character, whatever system wrote it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def has_null(request: HttpRequest) -> bool:
    """Whether the address, the query or a field holds U+0000: no person types it, no database keeps it."""
    return "\0" in request.path_info or _has_null(request.GET) or _has_null(request.POST)


def _has_null(fields: QueryDict) -> bool:
    return any("\0" in text for name, values in fields.lists() for text in (name, *values))
