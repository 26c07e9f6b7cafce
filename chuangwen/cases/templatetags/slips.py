"""The deadline of a case with the slip that it bears: ``{% case_due case %}``. Built in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from chuangwen.cases.models import Case
from chuangwen.cases.urgency import slip_of
from chuangwen.core.templatetags.house import due

register = template.Library()


@register.inclusion_tag("core/due.html", takes_context=True)
def case_due(context: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """When the case is due, how near that is, and the slip that it bears today."""
    return due(context, case.due, case.closed_at, slip_of(case), case.answered_at)
