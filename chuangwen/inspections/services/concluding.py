"""The office concludes a visit: what was confirmed and does not comply becomes one order to its unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chuangwen.cases.models import Case, Circle
from chuangwen.inspections.models import Finding
from chuangwen.inspections.queries import faults_of
from chuangwen.organizations.models import Person
from chuangwen.rectification.services.orders import Fault, draft

_CLAUSE, _PLACE = 200, 200  # characters that an order keeps


def conclude(*, actor: Person, case: Case, kind: str = "") -> Mapping[str, Any]:
    """Effect on a visit: its order, if anything is to be put right, drafted for the office to issue.

    Of a covert inspection it is withheld until the bulletin. Raises what ``orders.draft`` raises.
    """
    inspection, found = case.visit.inspection, list(faults_of(case))
    if inspection.covert and not inspection.withheld:  # its bulletin is out
        case.circle = Circle.OPEN
        case.save(update_fields=["circle"])
    if not found:
        return {"faults": 0}
    order = draft(
        actor=actor,
        campaign=case.campaign,
        issuer=case.issuer,
        unit=case.unit,
        kind=kind,
        faults=[_fault(finding) for finding in found],
        found_by=[member.person for member in case.visit.members.select_related("person")],
        source=inspection.case.subject,
        withheld=inspection.withheld,
    )
    Finding.objects.filter(pk__in=[finding.pk for finding in found]).update(order=order)
    return {"faults": len(found)}


def _fault(finding: Finding) -> Fault:
    # In the language of the paper that the unit gets, whoever concludes the visit.
    place = f"{finding.point.type.name} {finding.point}" if finding.point else ""
    return Fault(
        clause=finding.criterion.text[:_CLAUSE],
        words=finding.words or finding.criterion.text[:_CLAUSE],
        place=place[:_PLACE],
        blobs=[photo.blob for photo in finding.photos.all()],
    )
