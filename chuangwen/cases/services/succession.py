"""A unit was merged or renamed: its successor takes over what is open, by one recorded step for each case."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.lifecycle import LIFECYCLES, lifecycle_of
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.journal import record
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.services import journal_name, succeed


@dataclass(frozen=True)
class Estate:
    """How many open cases came to a successor, and how many were closed because it has the same itself."""

    handed: int
    superseded: int


@transaction.atomic
def succeed_unit(*, actor: Person | None, unit: Unit, successor: Unit) -> Estate:
    """End ``unit`` in favour of ``successor``, which takes over its desk: all or nothing.

    Open cases of the unit, and those that it issued, become the successor's: same state, same deadline, next
    revision, so that a form opened before is refused. Closed cases stay with the unit that closed them. A
    matter that both have on their desks stays once there; the other case ends and says so. The campaigns
    that the unit runs pass on as well, and so does its library of evidence.

    Raises Problem as ``organizations.services.succeed``.
    """
    succeed(actor=actor, unit=unit, successor=successor)
    # The cases first, then what their kinds lock: the order of every move, so that none waits in a ring.
    desks = Q(unit__in=[unit.pk, successor.pk]) | Q(issuer=unit)
    cases = list(Case.objects.open().filter(desks).select_for_update(of=("self",)).order_by("pk"))
    doubled = [pair for lifecycle in LIFECYCLES.values() for pair in lifecycle.inherit(unit, successor)]
    closed = {pair.closed.pk: pair.kept for pair in doubled}
    superseded = handed = 0
    for case in cases:
        if case.pk in closed:
            _supersede(actor, case, closed[case.pk], unit, successor)
            superseded += 1
        elif unit.pk in {case.unit_id, case.issuer_id}:
            _hand_over(actor, case, unit, successor)
            handed += 1
    Campaign.objects.open().filter(office=unit).update(office=successor)
    _hand_over_library(unit, successor)
    return Estate(handed, superseded)


def _hand_over(actor: Person | None, case: Case, unit: Unit, successor: Unit) -> None:
    case.unit_id = successor.pk if case.unit_id == unit.pk else case.unit_id
    case.issuer_id = successor.pk if case.issuer_id == unit.pk else case.issuer_id
    _write(actor, case, "case.hand_over", unit, successor)


def _supersede(actor: Person | None, case: Case, kept: Case, unit: Unit, successor: Unit) -> None:
    """Close a double; what was relayed from it now hangs on the case that is kept."""
    case.state, case.closed_at = lifecycle_of(case).superseded, timezone.now()
    _write(actor, case, "case.supersede", unit, successor, kept=kept.number)
    case.children.exclude(pk=kept.pk).update(parent=kept)


def _write(actor: Person | None, case: Case, verb: str, unit: Unit, successor: Unit, **details: str) -> None:
    case.revision += 1
    case.save(update_fields=["unit", "issuer", "state", "closed_at", "revision"])
    record(
        actor=journal_name(actor),
        verb=verb,
        subject=case.subject,
        data={
            **details,
            "from": unit.code,
            "to": successor.code,
            "reason": f"{unit} → {successor}",
            "state": case.state,
            "revision": case.revision,
        },
    )


def _hand_over_library(unit: Unit, successor: Unit) -> None:
    """Its evidence, but for what the successor has itself: that stays with the unit that is no more."""
    theirs, left = Evidence.objects.filter(unit=successor), Evidence.objects.filter(unit=unit)
    doubled = left.exclude(digest="").filter(digest__in=theirs.exclude(digest="").values("digest"))
    linked = left.exclude(link="").filter(link__in=theirs.exclude(link="").values("link"))
    kept = [*doubled.values_list("pk", flat=True), *linked.values_list("pk", flat=True)]
    left.exclude(pk__in=kept).update(unit=successor)
