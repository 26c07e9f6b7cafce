"""Tags of every template: icons, deadlines, states. Built in, so no template loads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.core import calendar

register = template.Library()
_GUESSED = "guessed_years"  # what the request remembers them under

_SVG = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
)
# What each tone of a state says by its shape, for whoever does not see its colour.
TONE_ICONS = {
    "blue": "inbox",
    "azure": "progress",
    "purple": "send",
    "orange": "arrow-back-up",
    "yellow": "clock",
    "red": "alert-triangle",
    "green": "circle-check",
    "secondary": "circle-minus",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """The outline icon ``name`` of Tabler's set; for the eye only, so words must stand beside it.

    Raises LookupError for a name that the set lacks.
    """
    return format_html(_SVG, format_html_join("", '<path d="{}"/>', _paths(Path(settings.ICONS_DIR), name)))


@cache
def _paths(folder: Path, name: str) -> tuple[tuple[str], ...]:
    """The strokes of an icon, without the invisible square that gives the others their size."""
    file = folder / f"{name}.svg"
    if not file.is_file():
        raise LookupError(f"there is no icon {name!r}")
    strokes = re.findall(r'<path d="([^"]+)"', file.read_text(encoding="utf-8"))
    return tuple((stroke,) for stroke in strokes)


@dataclass(frozen=True)
class _Nearness:
    """How near a deadline is: in words, with their tone and icon."""

    words: str
    tone: str
    icon: str


class _Slip(Protocol):
    """What supervision says of a deadline: a word, its tone and its icon."""

    @property
    def label(self) -> str | Promise: ...
    @property
    def tone(self) -> str: ...
    @property
    def icon(self) -> str: ...


@register.inclusion_tag("core/due.html", takes_context=True)
def due(
    context: Mapping[str, Any],
    day: date | None,
    closed_at: datetime | None = None,
    slip: _Slip | None = None,
    answered_at: datetime | None = None,
) -> dict[str, Any]:
    """A deadline with its weekday and the working days left; once answered or closed, whether it was met.

    Who answered in time has met it, however long others take to close the matter.

    The ``slip`` of a supervised case gives the colour and goes before the words. Years whose days are counted
    without their table are remembered for `guessed_years`, which says so once at the end of the page.
    """
    if not day:
        return {"day": None}
    request = context.get("request")
    if request and not (closed_at or answered_at):
        guessed: set[int] = getattr(request, _GUESSED, set())
        setattr(request, _GUESSED, guessed | set(calendar.unpublished(timezone.localdate(), day)))
    return {"day": day, "nearness": _nearness(day, closed_at, answered_at), "slip": slip}


@register.simple_tag(takes_context=True)
def guessed_years(context: Mapping[str, Any]) -> str:
    """The years in which the page above counted working days without a table; "" for none."""
    guessed: set[int] = getattr(context.get("request"), _GUESSED, set())
    return _(", ").join(str(year) for year in sorted(guessed))


def _nearness(day: date, closed_at: datetime | None, answered_at: datetime | None) -> _Nearness:
    today = timezone.localdate()
    if done_at := answered_at or closed_at:
        if timezone.localdate(done_at) <= day:
            return _Nearness(_("met") if closed_at else _("answered in time"), "secondary", "check")
        late = _("closed late") if closed_at else _("answered late")
        return _Nearness(late, "secondary", "clock-exclamation")
    left = calendar.working_days_left(day, today)
    if day < today:
        words = ngettext("%(days)s working day late", "%(days)s working days late", -left) % {"days": -left}
        return _Nearness(words if left else _("late"), "orange", "clock-exclamation")
    if day == today:
        return _Nearness(_("due today"), "orange", "bell")
    words = ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
    return _Nearness(words, "green", "calendar")


@register.inclusion_tag("core/state_badge.html")
def state_badge(label: str | Promise, tone: str) -> dict[str, Any]:
    """A state as a word with its colour and icon."""
    return {"label": label, "tone": tone, "icon_name": TONE_ICONS[tone]}
