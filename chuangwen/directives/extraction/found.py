"""An assignment found in the clean text."""

from __future__ import annotations

from dataclasses import dataclass

from chuangwen.directives.extraction.deadlines import Deadline

Span = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """All places are spans of the clean text."""

    start: int
    end: int
    doers: tuple[Span, ...] = ()
    lead: Span | None = None
    deadline: Deadline | None = None
    report_to: Span | None = None
