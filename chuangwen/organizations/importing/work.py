"""The long work on the directory, as the worker does it: check a file, import it, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.core import files
from chuangwen.core.jobs import Kind, Run, register
from chuangwen.core.models import Blob, Job
from chuangwen.organizations.importing import columns
from chuangwen.organizations.importing.exporting import export_book
from chuangwen.organizations.importing.planning import PEOPLE, Plan, plan
from chuangwen.organizations.importing.services import import_directory, note_export
from chuangwen.organizations.models import Person
from chuangwen.organizations.queries import who_asked
from chuangwen.organizations.scope import may_import

CHECK, IMPORT, EXPORT = "directory.check", "directory.import", "directory.export"
SHOWN = 200  # faults that are shown; when these are corrected, the next ones appear


def _planned(run: Run) -> Plan:
    asked = run.job.arguments
    blob = Blob.objects.get(pk=asked["file"])
    return plan(actor=who_asked(run.job), blob=blob, name=asked["name"], progress=run.progress)


def check(run: Run) -> None:
    """The dry run: what the file would change, and what is wrong with it."""
    run.finish(summary(_planned(run)))


def carry_out(run: Run) -> None:
    """The import itself, and that it is done, in one transaction."""
    found = _planned(run)
    result = summary(found)
    with transaction.atomic():
        import_directory(plan=found, file=run.job.arguments["file"])
        run.finish({**result, "new_people": [person.username for person in found.new.get(PEOPLE, [])]})


def summary(found: Plan) -> dict[str, Any]:
    """What of a plan the page of its job shows."""
    return {
        "counts": found.counts,
        "changes": found.changes,
        "fault_count": len(found.faults),
        "faults": [asdict(fault) for fault in found.faults[:SHOWN]],
        "outcomes": [asdict(outcome) for outcome in found.outcomes],
    }


def export(run: Run) -> None:
    """The directory as it was narrowed, in the form that the import reads."""
    actor = who_asked(run.job)
    data, counts = export_book(actor, run.job.arguments["asked"], run.progress)
    blob = files.store_bytes(data, files.XLSX)
    with transaction.atomic():
        note_export(actor=actor, counts=counts)
        name = f"directory-{timezone.localdate(run.job.created_at):%Y%m%d}.xlsx"
        run.finish({"counts": counts, "file_name": name}, blob)


def can_import(job: Job) -> bool:
    """Whether the file that ``job`` checked has no mistake and says anything new."""
    return job.kind == CHECK and says_anything(job)


def says_anything(job: Job) -> bool:
    """Whether the file has no mistake, and anything that does not stand here already."""
    return bool(job.result and job.result["changes"] and not job.result["fault_count"])


def told(result: Mapping[str, Any]) -> dict[str, Any]:
    """Faults and rows of a `summary`, and how many more of each there are than it tells."""
    faults, outcomes = result.get("faults", []), result.get("outcomes", [])
    return {
        "faults": faults,
        "more_faults": result.get("fault_count", 0) - len(faults),
        "outcomes": outcomes,
        "more_outcomes": result.get("changes", 0) - len(outcomes),
    }


def _detail(person: Person, job: Job) -> Mapping[str, Any]:
    """What the page of an ended job says."""
    result = job.result or {}
    return told(result) | {
        "counts": [(_counted(name), count) for name, count in result.get("counts", {}).items()],
        "new_people": len(result.get("new_people", [])),
        "may_import": may_import(person) and can_import(job),
        "carry_out": reverse("organizations:carry_out", args=[job.pk]),
        "again": reverse("organizations:import"),
    }


def _counted(name: str) -> str:
    """What a result counts under this name."""
    titles = {kind.name: str(kind.title) for kind in columns.KINDS}
    return {**titles, "posts": _("Posts"), PEOPLE: _("People")}[name]


def _from_units(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("organizations:units"), _("Units"))]


def _from_import(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [*_from_units(job), (reverse("organizations:import"), _("Import the directory"))]


KINDS = (
    Kind(CHECK, gettext_lazy("Check of a file"), check, _from_import, "organizations/checked.html", _detail),
    Kind(IMPORT, gettext_lazy("Import"), carry_out, _from_import, "organizations/imported.html", _detail),
    Kind(EXPORT, gettext_lazy("Export of the directory"), export, _from_units, "organizations/exported.html"),
)


def register_work() -> None:
    for kind in KINDS:
        register(kind)
