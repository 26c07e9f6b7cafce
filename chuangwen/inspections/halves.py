"""Halves of working days: an open visit is announced so many of them before it (DOMAIN section 2)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.core.calendar import is_working_day


class Half(models.TextChoices):
    MORNING = "am", _("morning")
    AFTERNOON = "pm", _("afternoon")


# When each half begins, by the city's clock.
BEGINS = {Half.MORNING: time(9), Half.AFTERNOON: time(14)}


def halves_before(day: date, half: str, count: int) -> datetime:
    """When the half begins that lies ``count`` halves of working days before that half of ``day``."""
    at = Half(half)
    for _step in range(count):
        if at == Half.AFTERNOON:
            at = Half.MORNING
            continue
        at, day = Half.AFTERNOON, day - timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, BEGINS[at]))
