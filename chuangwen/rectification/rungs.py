"""The rungs of the ladder of escalation: a table that a city sets for itself, each row from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from chuangwen.core.calendar import add_working_days
from chuangwen.rectification.limits import Cells, in_force

_CENT = Decimal("0.01")
# How the needs of a rung hang together → whether they are met.
_RULES = {"any": any, "all": all}
# What goes with a rung: the next bulletin takes the order in, or a paper is written.
BULLETIN, INTERVIEW, ACCOUNTABILITY = "bulletin", "interview", "accountability"
BRINGS = ("", BULLETIN, INTERVIEW, ACCOUNTABILITY)


@dataclass(frozen=True)
class LadderRung:
    """One rung: at least so many working days ``overdue``, so many ``failed`` re-checks, one of them or all.

    What is None counts for nothing; where both are, the rung asks only that the one before was climbed, which
    was ``after`` working days ago or more: one at least, so that nobody climbs two in a day. ``points`` are
    the penalty points that it brings, exact to two places; ``brings`` is one of ``BRINGS``.
    """

    code: str
    zh: str
    en: str
    overdue: int | None
    failed: int | None
    rule: str
    points: Decimal
    after: int = 1
    brings: str = ""

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en

    def met(self, overdue: int, failed: int) -> bool:
        """Whether so many working days overdue and failed re-checks are enough."""
        pairs = ((self.overdue, overdue), (self.failed, failed))
        reached = [have >= wanted for wanted, have in pairs if wanted is not None]
        return not reached or _RULES[self.rule](reached)

    def open_from(self, climbed_on: date) -> date:
        """The first day on which it may be climbed, where the rung before was on that day."""
        return add_working_days(climbed_on, self.after)

    @property
    def waits(self) -> str:
        return days_after(self.after)

    @property
    def needs(self) -> str:
        """What it asks for, in words; "" where it asks for nothing but the rung before."""
        late = "" if self.overdue is None else days_overdue(self.overdue)
        again = "" if self.failed is None else times_failed(self.failed)
        if not (late and again):
            return late or again
        words = _("%(late)s or %(again)s") if self.rule == "any" else _("%(late)s and %(again)s")
        return words % {"late": late, "again": again}


def days_overdue(days: int) -> str:
    return ngettext("%(days)s working day overdue", "%(days)s working days overdue", days) % {"days": days}


def times_failed(times: int) -> str:
    return ngettext("%(times)s failed re-check", "%(times)s failed re-checks", times) % {"times": times}


def days_after(days: int) -> str:
    return ngettext(
        "%(days)s working day after the rung before", "%(days)s working days after the rung before", days
    ) % {"days": days}


def rungs(on: date | None = None) -> dict[str, LadderRung]:
    """The ladder on a day, today by default, by code, the lowest rung first.

    Raises Problem ``order.table_broken``.
    """
    return in_force("rungs.tsv", _rung, on or timezone.localdate())


def total(points: Iterable[Decimal]) -> Decimal:
    """Penalty points together, exact."""
    return sum(points, Decimal())


def _rung(cells: Cells) -> LadderRung:
    points, rule = Decimal(cells["points"]), cells["rule"]
    if rule not in _RULES or not points.is_finite() or points < 0 or points != points.quantize(_CENT):
        raise ValueError(f"{rule} {points}")
    # Tables of offices that are older than these two columns stay in use.
    after, brings = int(cells.get("after") or 1), cells.get("brings", "")
    if after < 1 or brings not in BRINGS:
        raise ValueError(f"{after} {brings}")
    overdue, failed = (int(cells[name]) if cells[name] else None for name in ("overdue", "failed"))
    return LadderRung(cells["code"], cells["zh"], cells["en"], overdue, failed, rule, points, after, brings)
