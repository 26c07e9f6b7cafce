"""The slip of a case, for the tag of deadlines: ``{% due case.due case.closed_at case|slip %}``. Built in."""

from __future__ import annotations

from django import template

from chuangwen.cases.models import Case
from chuangwen.cases.urgency import Slip, slip_of

register = template.Library()


@register.filter
def slip(case: Case) -> Slip | None:
    """The slip that the case bears today."""
    return slip_of(case)
