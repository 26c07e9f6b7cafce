"""The long work on points: check a file, and enter what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.core.jobs import Kind, Run, register
from chuangwen.core.models import Blob, Job
from chuangwen.inspections.points.sheet import POINTS, plan
from chuangwen.inspections.queries import units_with_kept_points
from chuangwen.inspections.services import points
from chuangwen.organizations.importing.planning import Plan
from chuangwen.organizations.importing.work import says_anything, summary, told
from chuangwen.organizations.models import Person
from chuangwen.organizations.queries import who_asked

CHECK, IMPORT = "points.check", "points.import"


def _planned(run: Run) -> Plan:
    asked = run.job.arguments
    blob = Blob.objects.get(pk=asked["file"])
    return plan(actor=who_asked(run.job), blob=blob, name=asked["name"], progress=run.progress)


def check(run: Run) -> None:
    """The dry run: what the file would change, and what is wrong with it."""
    run.finish(summary(_planned(run)))


def carry_in(run: Run) -> None:
    """The import itself, and that it is done, in one transaction."""
    found = _planned(run)
    result = summary(found)
    with transaction.atomic():
        points.carry_in(plan=found, file=run.job.arguments["file"])
        run.finish(result)


def can_import(job: Job) -> bool:
    """Whether the file that ``job`` checked has no mistake and says anything new."""
    return job.kind == CHECK and says_anything(job)


def _detail(person: Person, job: Job) -> Mapping[str, Any]:
    """What the page of an ended job says."""
    result = job.result or {}
    return told(result) | {
        "counts": [(str(POINTS.title), count) for count in result.get("counts", {}).values()],
        "may_import": can_import(job) and units_with_kept_points(person).exists(),
        "carry_out": reverse("inspections:carry_in_points", args=[job.pk]),
        "again": reverse("inspections:import_points"),
    }


def _came_from(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [
        (reverse("inspections:all_points"), _("Inspection points")),
        (reverse("inspections:import_points"), _("Import points")),
    ]


KINDS = (
    Kind(CHECK, gettext_lazy("Check of points"), check, _came_from, "organizations/checked.html", _detail),
    Kind(
        IMPORT, gettext_lazy("Import of points"), carry_in, _came_from, "organizations/imported.html", _detail
    ),
)


def register_work() -> None:
    for kind in KINDS:
        register(kind)
