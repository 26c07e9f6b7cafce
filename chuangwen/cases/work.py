"""The long work on the ledger, as the worker does it: take it away, make one move on many cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases import bulk, ledger
from chuangwen.cases.models import Case
from chuangwen.cases.services import note_export
from chuangwen.core import files
from chuangwen.core.jobs import Kind, Run, register
from chuangwen.core.models import Job
from chuangwen.core.parts import in_parts
from chuangwen.core.problems import EXPORT_TOO_MANY, Problem
from chuangwen.core.spreadsheets import Value, xlsx
from chuangwen.organizations.models import Person
from chuangwen.organizations.queries import who_asked

EXPORT, MOVE_MANY = "ledger.export", "ledger.move_many"
SHOWN = 200  # refusals on the page; the file has all


def export(run: Run) -> None:
    """The ledger as it was narrowed, with its columns, as xlsx. Raises Problem ``export.too_many``."""
    actor = who_asked(run.job)
    form = ledger.LedgerForm(QueryDict(run.job.arguments["asked"]), actor=actor)
    cases = form.narrowed(ledger.cases_for(actor))
    total = cases.count()
    if total > ledger.EXPORTED:
        raise Problem(EXPORT_TOO_MANY, most=ledger.EXPORTED)
    columns = form.shown
    labels = [column.label for column in columns]
    rows = (ledger.cells(columns, case) for case in _each(run, ledger.in_order(cases, form.sorted_by), total))
    data = xlsx(_("Ledger"), labels, rows)
    blob = files.store_bytes(data, files.XLSX)
    with transaction.atomic():
        note_export(actor=actor, asked=run.job.arguments["asked"], rows=total)
        run.finish({"rows": total, "file_name": _file_name("ledger", run.job)}, blob)


def _each(run: Run, cases: Any, total: int) -> Iterator[Case]:
    rows = cases.select_related("unit__territory", "issuer", "campaign")
    for done, case in enumerate(chain.from_iterable(in_parts(rows)), start=1):
        yield case
        run.progress(done, total)


def _file_name(name: str, job: Job) -> str:
    return f"{name}-{timezone.localdate(job.created_at):%Y%m%d}.xlsx"


def move_many(run: Run) -> None:
    """One move on the cases that were marked when it was asked for; a result for each, as page and file."""
    asked, actor = run.job.arguments, who_asked(run.job)
    results = bulk.perform_all(
        actor=actor,
        move_name=asked["move"],
        cases=ledger.cases_for(actor),
        marks=asked["cases"],
        progress=run.progress,
        **asked["details"],
    )
    rows = [_row(result) for result in results]
    refused = [row for row in rows if row["sentence"]]
    headings = [_("number"), _("Title"), _("Unit"), _("What came of it")]
    lines: Iterator[Sequence[Value]] = (
        (row["number"], row["title"], row["unit"], row["sentence"] or _("done")) for row in rows
    )
    blob = files.store_bytes(xlsx(_("What came of it"), headings, lines), files.XLSX)
    summary = {"done": len(rows) - len(refused), "refused_count": len(refused), "refused": refused[:SHOWN]}
    run.finish({**summary, "file_name": _file_name("steps", run.job)}, blob)


def _row(result: bulk.Result) -> dict[str, str]:
    case, problem = result.case, result.problem
    return {
        "number": result.number,
        "title": case.title if case else "",
        "unit": case.unit.name if case else "",
        "sentence": problem.sentence if problem else "",
    }


def _ledger_of(job: Job) -> str:
    return f"{reverse('cases:ledger')}?{job.arguments['asked']}"


def _from_ledger(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(_ledger_of(job), gettext_lazy("Ledger"))]


def _detail(person: Person, job: Job) -> Mapping[str, Any]:
    result: Mapping[str, Any] = job.result or {}
    return {"ledger": _ledger_of(job), "more": result["refused_count"] - len(result["refused"])}


KINDS = (
    Kind(EXPORT, gettext_lazy("Ledger as Excel"), export, _from_ledger, "cases/ledger_file.html"),
    Kind(
        MOVE_MANY,
        gettext_lazy("One step for many cases"),
        move_many,
        _from_ledger,
        "cases/moved_many.html",
        _detail,
    ),
)


def register_work() -> None:
    for kind in KINDS:
        register(kind)
