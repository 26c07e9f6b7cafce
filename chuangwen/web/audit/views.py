"""Who did what, and who read what: two lists for auditors, narrowed, paged and taken away alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chuangwen.core.downloads import attached
from chuangwen.core.problems import Problem
from chuangwen.web.audit import queries, services
from chuangwen.web.audit.forms import EventFilter, Filter, ReadFilter
from chuangwen.web.problems import EXPORT_FILTER, NOT_AUDITOR

PAGE = 50  # lines on a page


@dataclass(frozen=True)
class Ledger:
    """One of the two lists."""

    title: str | Promise
    form: type[Filter]
    rows: Callable[[Any], Any]
    lines: Callable[[Any], list[queries.Line]]
    page: str
    export: str
    verb: str


EVENTS = Ledger(
    title=_("Who did what"),
    form=EventFilter,
    rows=queries.events,
    lines=queries.event_lines,
    page="web:events",
    export="web:export_events",
    verb="journal.export",
)
READS = Ledger(
    title=_("Who read what"),
    form=ReadFilter,
    rows=queries.reads,
    lines=queries.read_lines,
    page="web:reads",
    export="web:export_reads",
    verb="journal.export_reads",
)


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The events of the journal."""
    return _list(request, EVENTS)


@require_GET
def reads(request: HttpRequest) -> HttpResponse:
    """Who read which case or file, took which list away, searched for what, on which day."""
    return _list(request, READS)


@require_POST
def export_events(request: HttpRequest) -> HttpResponse:
    """The events that the list was narrowed to, as xlsx."""
    return _export(request, EVENTS)


@require_POST
def export_reads(request: HttpRequest) -> HttpResponse:
    """The log of reading as the list was narrowed to, as xlsx."""
    return _export(request, READS)


def _list(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    if not queries.reads_journal(request.user):
        raise Problem(NOT_AUDITOR)
    form = ledger.form(request.GET)
    lines: list[queries.Line] = []
    if form.is_valid():
        rows = queries.after(ledger.rows(form.cleaned_data), request.GET.get("after", ""))
        lines = ledger.lines(rows[: PAGE + 1])
    context = {
        "ledger": ledger,
        "ledgers": (EVENTS, READS),
        "form": form,
        "lines": lines[:PAGE],
        "after": queries.mark_of(lines[PAGE - 1]) if len(lines) > PAGE else "",
        "limit": services.EXPORT_LIMIT,
    }
    return render(request, "web/ledger.html", context)


def _export(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    if not queries.reads_journal(request.user):
        raise Problem(NOT_AUDITOR)
    form = ledger.form(request.POST)
    if not form.is_valid():
        raise Problem(EXPORT_FILTER)
    data = services.export(
        actor=request.user,  # type: ignore[arg-type]
        verb=ledger.verb,
        title=str(ledger.title),
        asked={name: request.POST.get(name, "") for name in form.fields},
        lines=ledger.lines(ledger.rows(form.cleaned_data)[: services.EXPORT_LIMIT + 1]),
    )
    return attached(data, "journal.xlsx")
