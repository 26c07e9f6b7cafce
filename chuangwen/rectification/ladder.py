"""Where an order stands on the ladder of escalation: what was climbed, which rung is next, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case
from chuangwen.core.calendar import working_days_left
from chuangwen.rectification.models import Escalation, Recheck
from chuangwen.rectification.rungs import LadderRung, days_overdue, rungs, times_failed


@dataclass(frozen=True)
class Standing:
    """The ladder in force on a day, the codes ``climbed``, working days ``overdue``, re-checks ``failed``.

    ``last`` is the day on which the last rung was climbed.
    """

    ladder: list[LadderRung]
    climbed: frozenset[str]
    overdue: int
    failed: int
    today: date
    last: date | None = None

    @property
    def next(self) -> LadderRung | None:
        """The rung above the highest one climbed; one that a newer table puts below is not made up for."""
        highest = max((n for n, rung in enumerate(self.ladder) if rung.code in self.climbed), default=-1)
        return self.ladder[highest + 1] if highest + 1 < len(self.ladder) else None

    @property
    def missing(self) -> str:
        """Why the next rung may not be climbed; "" when it may."""
        rung = self.next
        if rung is None:
            return _("the highest rung of the ladder is climbed")
        if self.last and self.today < (opens := rung.open_from(self.last)):
            words = _("“%(rung)s” comes %(after)s at the earliest: on %(day)s")
            return words % {"rung": rung, "after": rung.waits, "day": opens}
        if rung.met(self.overdue, self.failed):
            return ""
        words = _("“%(rung)s” needs %(needs)s; so far: %(have)s")
        return words % {"rung": rung, "needs": rung.needs, "have": self.have}

    @property
    def have(self) -> str:
        return _(", ").join((days_overdue(self.overdue), times_failed(self.failed)))


def standing_of(case: Case, on: date | None = None) -> Standing:
    """Two queries. Raises Problem ``order.table_broken``."""
    today = on or timezone.localdate()
    climbed = dict(Escalation.objects.filter(order=case.pk).values_list("rung", "at"))
    return Standing(
        list(rungs(today).values()),
        frozenset(climbed),
        max(0, -working_days_left(case.due, today)) if case.due else 0,
        Recheck.objects.filter(proof__order=case.pk, passed=False).count(),
        today,
        max(map(timezone.localdate, climbed.values()), default=None),
    )
