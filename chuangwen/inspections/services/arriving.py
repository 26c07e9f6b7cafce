"""What a device sends arrives: the visit is begun by the first finding of it, wherever that was noted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from chuangwen.cases.lifecycle import require
from chuangwen.cases.services import perform
from chuangwen.inspections.models import Finding, Visit
from chuangwen.inspections.services.findings import Noted, enter_many
from chuangwen.inspections.services.inspecting import NOT_BEGUN
from chuangwen.organizations.models import Person


def require_arrival(*, actor: Person, visit: Visit) -> None:
    """That what the person notes on the visit could be entered now. Raises Problem ``case.move_refused``."""
    require(actor, "begin" if visit.case.state in NOT_BEGUN else "enter", visit.case)


@transaction.atomic
def arrive(*, actor: Person, visit: Visit, rows: Sequence[Noted]) -> list[tuple[Finding, bool]]:
    """Enter findings, all or none; each with whether it is new.

    Nobody can begin a visit by its page where there is no signal: whoever notes something has begun it.

    Raises what ``enter_many`` raises, and what the move "begin" raises.
    """
    case = visit.case
    if rows and case.state in NOT_BEGUN:
        perform(actor=actor, move_name="begin", case=case, seen=case.revision)
    return enter_many(actor=actor, visit=visit, rows=rows)
