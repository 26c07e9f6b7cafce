"""The pages of the ledger: the list, and the long work on it that is asked for there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chuangwen.cases import bulk, ledger
from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.cases.problems import BULK_NOTHING, BULK_REASON
from chuangwen.cases.work import EXPORT, MOVE_MANY
from chuangwen.core import jobs
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name

NOTHING = QueryDict()


def _with_names(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.select_related("unit__territory", "issuer", "campaign")


@require_GET
def ledger_page(request: HttpRequest) -> HttpResponse:
    """A page of the ledger; everything that was chosen stands in the address.

    A link from elsewhere may have a step filled in already; it is made by a button all the same.
    """
    return _ledger(request, request.GET, request.GET if request.GET.get("move") else NOTHING)


def _ledger(
    request: HttpRequest, query: QueryDict, typed: QueryDict = NOTHING, problem: Problem | None = None
) -> HttpResponse:
    """The page that ``query`` asks for; after a problem of a step for many cases, with what was typed."""
    form = ledger.LedgerForm(query, actor=request.user)
    ticked = set(typed.getlist("case"))
    context = listed(form, form.narrowed(ledger.cases_for(request.user)), query, _with_names)
    for row in context["rows"]:
        row["ticked"] = f"{row['case'].number}.{row['case'].revision}" in ticked
    context |= {
        "address": reverse("cases:ledger"),
        "moves": bulk.bulk_moves(ledger.KIND),
        "most": bulk.MOST,
        "asked": query.urlencode(),
        "typed": typed,
        "problem": problem,
    }
    return render(request, "cases/ledger.html", context, status=problem.status if problem else 200)


def listed(
    form: ledger.LedgerForm,
    cases: CaseQuerySet,
    query: QueryDict,
    related: Callable[[CaseQuerySet], CaseQuerySet],
) -> dict[str, Any]:
    """What the page of a list of ``cases`` shows, ``related`` adding what its cells need."""
    keys = ledger.keys(cases)
    many = len(keys) > ledger.COUNTED
    if not many:  # these are sorted at once; only where there are many it is worth to walk along an index
        cases = Case.objects.filter(pk__in=keys)
    marks = {name: query.get(name, "") for name in ("after", "before")}
    shown = ledger.page(related(cases), form.sorted_by, kind=form.kind, **marks)
    columns = form.shown
    return {
        "form": form,
        "heads": [_head(column, form.sorted_by) for column in columns],
        "rows": [
            {
                "case": case,
                "state": lifecycle_of(case).state(case.state),
                "cells": [(column.name, column.label, column.value(case)) for column in columns],
            }
            for case in shown.cases
        ],
        "shown": shown,
        "count": min(len(keys), ledger.COUNTED),
        "many": many,
        "chosen": query,
    }


def _head(column: ledger.Column, sort: str) -> dict[str, Any]:
    """A heading, and what a click on it sorts by: the other way round where it is sorted by already."""
    here = sort.removeprefix("-") == column.name
    backwards = here and sort.startswith("-")
    return {
        "label": column.label,
        "sort": column.sort and (column.name if not here or backwards else f"-{column.name}"),
        "direction": ("descending" if backwards else "ascending") if here else "",
    }


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Have the ledger written as xlsx, as it was narrowed."""
    return _start(request, EXPORT, {"asked": request.POST.get("asked", "")})


@require_POST
def move_many(request: HttpRequest) -> HttpResponse:
    """Have one move made on the rows that were ticked, or on all that match."""
    asked = QueryDict(request.POST.get("asked", ""))
    try:
        arguments = _step(request, asked)
    except Problem as problem:
        return _ledger(request, asked, request.POST, problem)
    return _start(request, MOVE_MANY, {**arguments, "asked": asked.urlencode()})


def _step(request: HttpRequest, asked: QueryDict) -> dict[str, Any]:
    """The move, its details and the cases it is for.

    Raises Problem ``bulk.nothing``, ``bulk.reason``, ``bulk.too_many``.
    """
    names = {move.name: move for move in bulk.bulk_moves(ledger.KIND)}
    move = names.get(request.POST.get("move", ""))
    if move is None:
        raise Problem(BULK_NOTHING)
    details = {}
    if move.form:
        details["reason"] = request.POST.get("reason", "").strip()[:500]
        if not details["reason"]:
            raise Problem(BULK_REASON, move=move.label)
    if request.POST.get("all"):
        form = ledger.LedgerForm(asked, actor=request.user)
        marks = bulk.all_matching(form.narrowed(ledger.cases_for(request.user)))
    else:
        marks = bulk.selected(ledger.cases_for(request.user), request.POST.getlist("case"))
    if not marks:
        raise Problem(BULK_NOTHING)
    return {"move": move.name, "name": str(move.label), "details": details, "cases": marks}


def _start(request: HttpRequest, kind: str, arguments: dict[str, Any]) -> HttpResponse:
    actor: Person = request.user  # type: ignore[assignment]
    job = jobs.start(kind=kind, actor=journal_name(actor), arguments=arguments)
    return redirect("web:job", job.pk)
