"""What a device sent, read strictly: whatever is not as the app writes it is refused, not guessed."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone

from chuangwen.core.problems import Problem
from chuangwen.inspections.problems import UNREADABLE
from chuangwen.inspections.services.findings import Noted

_LARGEST = 2**63 - 1  # of a key of a row


def body_of(raw: bytes) -> dict[str, Any]:
    """The JSON object that was sent. Raises Problem ``field.unreadable``."""
    try:
        body = json.loads(raw)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Problem(UNREADABLE) from None
    if not isinstance(body, dict):
        raise Problem(UNREADABLE)
    return body


def rows_of(body: dict[str, Any]) -> list[Noted]:
    """The findings in it. Raises Problem ``field.unreadable``."""
    rows = body.get("rows")
    if not isinstance(rows, list):
        raise Problem(UNREADABLE)
    try:
        return [_noted(row) for row in rows]
    except (AttributeError, InvalidOperation, KeyError, OverflowError, TypeError, ValueError):
        raise Problem(UNREADABLE) from None


def key_of(text: object) -> UUID:
    """A key as the device made it. Raises Problem ``field.unreadable``."""
    try:
        return UUID(str(text))
    except ValueError:
        raise Problem(UNREADABLE) from None


def _noted(row: dict[str, Any]) -> Noted:
    place = [row.get(name) for name in ("latitude", "longitude")]
    latitude, longitude = (None if one is None else _degrees(one) for one in place)
    point = row.get("point")
    return Noted(
        key=UUID(row["key"]),
        criterion=_whole(row["criterion"]),
        verdict=_text(row["verdict"]),
        noted_at=_moment(row["noted_at"]),
        point=None if point is None else _whole(point),
        words=_text(row.get("words", "")),
        latitude=latitude,
        longitude=longitude,
    )


def _whole(value: object) -> int:
    if type(value) is not int or not 0 < value <= _LARGEST:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _degrees(value: object) -> Decimal:
    found = Decimal(_text(value))
    if not found.is_finite():
        raise ValueError(value)
    return found


def _moment(value: object) -> datetime:
    """With its zone, kept as it is however wrong the clock was."""
    found = datetime.fromisoformat(_text(value))
    if timezone.is_naive(found):
        raise ValueError(value)
    return found
