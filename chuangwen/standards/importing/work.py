"""Reading a table of assessment as long work: the worker reads it, the page shows criteria and doubts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.core import files
from chuangwen.core.jobs import Kind, Run, register
from chuangwen.core.models import Blob, Job
from chuangwen.core.spreadsheets import Sheet, book
from chuangwen.organizations.models import Person
from chuangwen.standards.importing import drafting
from chuangwen.standards.importing.found import Reading
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.importing.reading import read
from chuangwen.standards.importing.telling import doubt_words, rule_words

READ = "standards.read"
SHOWN = 300  # criteria and doubts that the page shows; the file to take away has all


def read_table(run: Run) -> None:
    """Read the file; all that was found can be taken away as well. Nothing is entered."""
    blob = Blob.objects.get(pk=run.job.arguments["file"])
    found = read(sheets(files.path(blob)))
    told = found.to_json()
    run.finish(
        {
            "criteria": [_placed(*pair) for pair in _first(told["criteria"], found.criteria)],
            "doubts": [_placed(*pair) for pair in _first(told["doubts"], found.doubts)],
            "criterion_count": len(found.criteria),
            "doubt_count": len(found.doubts),
            "scopes": drafting.scopes(found)[:SHOWN],
            "title": found.title,
        },
        files.store_bytes(_file(found), files.XLSX),
    )


def _first(told: list[dict[str, Any]], found: Sequence[Any]) -> list[tuple[dict[str, Any], Any]]:
    return list(zip(told, found, strict=True))[:SHOWN]


def _placed(told: dict[str, Any], found: Any) -> dict[str, Any]:
    return {**told, "sheet": found.sheet}


def _file(found: Reading) -> bytes:
    """Criteria and doubts as a spreadsheet of two sheets."""
    told = found.to_json()
    criteria = [
        (
            one["row"],
            one["section"],
            one["scope"],
            one["text"],
            one["points"],
            rule_words(one["rule"]),
            one["scorer"],
        )
        for one in told["criteria"]
    ]
    doubts = [(one["row"], one["scope"], doubt_words(one)) for one in told["doubts"]]
    line, scope = _("Line"), _("For whom")
    return book(
        Sheet(_("Doubts"), (line, scope, _("What does not agree")), doubts),
        Sheet(
            _("Criteria"),
            (line, _("Section"), scope, _("Criterion"), _("Points"), _("Rule"), _("Who scores")),
            criteria,
        ),
    )


def _detail(person: Person, job: Job) -> Mapping[str, Any]:
    """What the page of an ended job says."""
    result = job.result or {"criteria": [], "doubts": [], "criterion_count": 0, "doubt_count": 0}
    doubted = {(one["sheet"], one["row"]) for one in result["doubts"]}
    return {
        "criteria": [
            {**one, "rule": rule_words(one["rule"]), "doubted": (one["sheet"], one["row"]) in doubted}
            for one in result["criteria"]
        ],
        "doubts": [{**one, "words": doubt_words(one)} for one in result["doubts"]],
        "more_criteria": result["criterion_count"] - len(result["criteria"]),
        "more_doubts": result["doubt_count"] - len(result["doubts"]),
        "sheets": len({one["sheet"] for one in result["criteria"]}) > 1,
    }


def _from_page(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("standards:import"), _("Check a table of assessment"))]


def register_work() -> None:
    label = gettext_lazy("Reading of a table of assessment")
    register(Kind(READ, label, read_table, _from_page, "standards/table_read.html", _detail))
