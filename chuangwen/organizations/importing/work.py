"""The long work on the directory, as the worker does it: check a file, import it, export."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from chuangwen.core import files
from chuangwen.core.jobs import Run, register
from chuangwen.core.models import Blob
from chuangwen.organizations.importing.exporting import export_book
from chuangwen.organizations.importing.planning import PEOPLE, Plan, plan
from chuangwen.organizations.importing.services import import_directory, note_export
from chuangwen.organizations.models import Person

CHECK, IMPORT, EXPORT = "directory.check", "directory.import", "directory.export"
SHOWN = 200  # faults that are shown; when these are corrected, the next ones appear


def _person(run: Run) -> Person:
    """Whoever asked for it, with what they may do today."""
    return Person.objects.get(pk=run.job.actor.partition(":")[2])


def _planned(run: Run) -> Plan:
    asked = run.job.arguments
    blob = Blob.objects.get(pk=asked["file"])
    return plan(actor=_person(run), blob=blob, name=asked["name"], progress=run.progress)


def check(run: Run) -> None:
    """The dry run: what the file would change, and what is wrong with it."""
    run.finish(_summary(_planned(run)))


def carry_out(run: Run) -> None:
    """The import itself, and that it is done, in one transaction."""
    found = _planned(run)
    summary = _summary(found)
    with transaction.atomic():
        import_directory(plan=found, file=run.job.arguments["file"])
        run.finish({**summary, "new_people": [person.username for person in found.new.get(PEOPLE, [])]})


def _summary(found: Plan) -> dict[str, Any]:
    return {
        "counts": found.counts,
        "changes": found.changes,
        "fault_count": len(found.faults),
        "faults": [asdict(fault) for fault in found.faults[:SHOWN]],
    }


def export(run: Run) -> None:
    """The directory as it was narrowed, in the form that the import reads."""
    actor = _person(run)
    data, counts = export_book(actor, run.job.arguments["asked"], run.progress)
    blob = files.store_bytes(data, files.XLSX)
    with transaction.atomic():
        note_export(actor=actor, counts=counts)
        run.finish({"counts": counts}, blob)


def register_work() -> None:
    for kind, work in ((CHECK, check), (IMPORT, carry_out), (EXPORT, export)):
        register(kind, work)
