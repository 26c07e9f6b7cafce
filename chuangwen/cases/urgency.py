"""Supervision slips (督办单): the colour of an open case, by its deadline, in working days.

DOMAIN §2: blue near the deadline, yellow slow or poor, red overdue. A case whose unit has done its part and
waits for somebody else's decision has none. What counts as near stands in ``settings.SLIPS``; which states
are slow and which wait for others stands in the lifecycle's states.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import LIFECYCLES, State, Text, lifecycle_of
from chuangwen.cases.models import UNANSWERED, Case, overdue
from chuangwen.core import calendar


@dataclass(frozen=True)
class Slip:
    """A colour of supervision, always with a word and an icon; ``sign`` is the icon where there is only text.

    The signs differ by their shape, and stand in GB 2312: every telephone and mail program shows them.
    """

    code: str
    label: Text
    tone: str
    icon: str
    sign: str


# The most urgent first.
RED = Slip("red", _("red slip"), "red", "alert-triangle", "▲")
YELLOW = Slip("yellow", _("yellow slip"), "yellow", "clock-exclamation", "◆")
BLUE = Slip("blue", _("blue slip"), "blue", "bell", "●")
SLIPS = {slip.code: slip for slip in (RED, YELLOW, BLUE)}


def slip(due: date | None, state: State, today: date) -> Slip | None:
    """The slip of an open case in ``state`` on ``today``; None while none is called for."""
    if due is None or state.closed or state.answered:
        return None
    if due < today:
        return RED
    left = calendar.working_days_left(due, today)
    if state.stalled and left <= settings.SLIPS["yellow"]:
        return YELLOW
    return BLUE if left <= settings.SLIPS["blue"] else None


def slip_of(case: Case, today: date | None = None) -> Slip | None:
    """The slip of ``case`` today, in the city's time zone."""
    return slip(case.due, lifecycle_of(case).state(case.state), today or timezone.localdate())


def bearing(wanted: Slip, today: date) -> Q:
    """A filter for the cases that bear the slip ``wanted``: the same rule as ``slip``, for a table."""
    if wanted is RED:
        return overdue(today)
    slow = _in_states(lambda state: state.stalled) & Q(due__lte=_last_day(settings.SLIPS["yellow"], today))
    if wanted is YELLOW:
        return UNANSWERED & slow & Q(due__gte=today)
    return UNANSWERED & ~slow & Q(due__gte=today, due__lte=_last_day(settings.SLIPS["blue"], today))


def counted(cases: QuerySet[Case], today: date) -> dict[str, int]:
    """How many of ``cases`` bear each slip, by its code, the most urgent first; one query."""
    return cases.order_by().aggregate(
        **{code: Count("pk", filter=bearing(one, today)) for code, one in SLIPS.items()}
    )


def _last_day(left: int, today: date) -> date:
    """The last day up to which no more than ``left`` working days are left."""
    return calendar.add_working_days(today, left + 1) - timedelta(days=1)


def _in_states(test: Callable[[State], bool]) -> Q:
    """A filter for the cases in the states of any kind for which ``test`` holds."""
    found = Q(pk__in=())
    for kind, lifecycle in LIFECYCLES.items():
        if codes := [state.code for state in lifecycle.states if test(state)]:
            found |= Q(kind=kind, state__in=codes)
    return found
