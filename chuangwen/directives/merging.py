"""What of this year's reports could be merged or dropped, and the way from there to the step that does it.

The step is the ledger's, for many cases at once: withdraw, with a reason, and a result for each case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.models import UNANSWERED, Case, CaseQuerySet
from chuangwen.core.search import tokens
from chuangwen.core.typed import natural
from chuangwen.directives.burden import ALIKE, Burden, asked_this_year
from chuangwen.directives.models import Task
from chuangwen.organizations.models import Person

COMPARED = 300  # tasks, the newest: each is compared with each


@dataclass(frozen=True)
class Twin:
    """Two dispatched tasks that ask some of the same units for much the same report.

    ``units`` have both and still work on the ``later``; ``saved`` is what they are spared without it.
    """

    earlier: Task
    later: Task
    units: int
    saved: Burden

    @property
    def address(self) -> str:
        """The ledger with the cases of ``later`` that are asked twice, the step and its reason filled in."""
        reason = _("Merged into “%(task)s”: one report serves both.") % {"task": str(self.earlier)}
        return step_address(f"twice:{self.earlier.pk}-{self.later.pk}", reason)


def step_address(of: str, reason: str = "") -> str:
    """The ledger narrowed to the cases that ``of`` names, with “withdraw” chosen for all of them."""
    asked = {"of": of, "move": "withdraw", "all": "1", "reason": reason}
    return f"{reverse('cases:ledger')}?{urlencode(asked)}#bulk-move"


def of_task(words: str) -> Q:
    """The cases of the task whose key is ``words``."""
    return Q(assignment__task=natural(words) or 0)


def undone_of_task(words: str) -> Q:
    """Those of them whose unit has yet to do its part: what was reported is decided on, not withdrawn."""
    return of_task(words) & UNANSWERED


def of_twins(words: str) -> Q:
    """The undone cases of the second of two tasks (``5-8``) whose units have the first one too."""
    earlier, _dash, later = words.partition("-")
    holders = Case.objects.filter(of_task(earlier)).exclude(state="withdrawn").order_by()
    return undone_of_task(later) & Q(unit__in=holders.values("unit"))


def twins(actor: Person | AnonymousUser, limit: int) -> list[Twin]:
    """What could be merged of what the actor sees, the largest saving first; two queries."""
    cases = asked_this_year().visible_to(actor)
    # One case of each is enough to know that it counts; all of them are not walked through.
    asking = Task.objects.filter(
        Exists(cases.filter(assignment__task=OuterRef("pk"))), state=Task.State.DISPATCHED, asks_report=True
    )
    tasks = list(asking.select_related("meeting__case").order_by("-pk")[:COMPARED])
    tasks.sort(key=lambda task: (task.meeting.case.closed_at, task.pk))
    words = {task.pk: set(tokens(task.text)) for task in tasks}
    pairs = [
        (earlier, later)
        for place, later in enumerate(tasks)
        for earlier in tasks[:place]
        if _alike(words[earlier.pk], words[later.pk])
    ]
    given, undone = _units(cases.filter(assignment__task__in={task.pk for pair in pairs for task in pair}))
    found = [
        Twin(earlier, later, len(both), Burden(len(both), len(both)))
        for earlier, later in pairs
        if (both := given.get(earlier.pk, set()) & undone.get(later.pk, set()))
    ]
    return sorted(found, key=lambda twin: (-twin.units, twin.later.pk, twin.earlier.pk))[:limit]


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other) > 0


def _units(cases: CaseQuerySet) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Task → the units that have it; task → those of them that still work on it."""
    given: dict[int, set[int]] = {}
    undone: dict[int, set[int]] = {}
    rows = cases.values_list("assignment__task", "unit", "closed_at", "answered_at")
    for task, unit, closed_at, answered_at in rows:
        given.setdefault(task, set()).add(unit)
        if not closed_at and not answered_at:
            undone.setdefault(task, set()).add(unit)
    return given, undone


# What the ledger can be narrowed to from here: the words, and the filter for what stands behind the colon.
OF: dict[str, tuple[Promise, Callable[[str], Q]]] = {
    "task": (gettext_lazy("one task"), of_task),
    "undone": (gettext_lazy("one task, whose units have yet to report"), undone_of_task),
    "twice": (gettext_lazy("one task, whose units are asked for much the same by another"), of_twins),
}
