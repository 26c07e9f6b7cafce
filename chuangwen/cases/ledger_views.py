"""The pages of the ledger: the list, its export, and one move on many."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chuangwen.cases import bulk, ledger
from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.cases.problems import BULK_NOTHING, BULK_REASON, EXPORT_TOO_MANY
from chuangwen.core.downloads import table
from chuangwen.core.problems import Problem

BY_DEFAULT = "due"


def _with_names(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.select_related("unit__territory", "issuer", "campaign")


@require_GET
def ledger_page(request: HttpRequest) -> HttpResponse:
    """A page of the ledger; everything that was chosen stands in the address."""
    form = ledger.LedgerForm(request.GET, actor=request.user)
    cases = form.narrowed(ledger.cases_for(request.user))
    keys = ledger.keys(cases)
    many = len(keys) > ledger.COUNTED
    if not many:  # these are sorted at once; only where there are many it is worth to walk along an index
        cases = Case.objects.filter(pk__in=keys)
    sort = form.cleaned_data.get("sort") or BY_DEFAULT
    shown = ledger.page(_with_names(cases), sort, request.GET.get("after", ""))
    columns = form.shown
    context = {
        "form": form,
        "heads": [_head(column, sort) for column in columns],
        "rows": [
            (case, lifecycle_of(case).state(case.state), [(c.name, c.label, c.value(case)) for c in columns])
            for case in shown.cases
        ],
        "after": shown.after,
        "count": min(len(keys), ledger.COUNTED),
        "many": many,
        "moves": bulk.bulk_moves(ledger.KIND),
        "most": bulk.MOST,
        "asked": request.GET.urlencode(),
    }
    return render(request, "cases/ledger.html", context)


def _head(column: ledger.Column, sort: str) -> dict[str, Any]:
    """A heading, and what a click on it sorts by: the other way round where it is sorted by already."""
    here = sort.removeprefix("-") == column.name
    backwards = here and sort.startswith("-")
    return {
        "label": column.label,
        "sort": column.sort and (column.name if not here or backwards else f"-{column.name}"),
        "direction": ("descending" if backwards else "ascending") if here else "",
    }


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The ledger as it was narrowed, with its columns, as xlsx. Raises Problem ``export.too_many``."""
    form = ledger.LedgerForm(request.GET, actor=request.user)
    cases = _with_names(form.narrowed(ledger.cases_for(request.user))).order_by("due", "pk")
    columns = form.shown
    rows = list(cases[: ledger.EXPORTED + 1])
    if len(rows) > ledger.EXPORTED:
        raise Problem(EXPORT_TOO_MANY, most=ledger.EXPORTED)
    labels = [column.label for column in columns]
    return table("ledger", _("Ledger"), labels, (ledger.cells(columns, case) for case in rows))


@require_POST
def move_many(request: HttpRequest) -> HttpResponse:
    """One move on the rows that were ticked, or on all that match; a result for each.

    Raises Problem ``bulk.nothing``, ``bulk.reason``, ``bulk.too_many``.
    """
    names = {move.name: move for move in bulk.bulk_moves(ledger.KIND)}
    move = names.get(request.POST.get("move", ""))
    if move is None:
        raise Problem(BULK_NOTHING)
    asked = {}
    if move.form:
        asked["reason"] = request.POST.get("reason", "").strip()[:500]
        if not asked["reason"]:
            raise Problem(BULK_REASON, move=move.label)
    if request.POST.get("all"):
        form = ledger.LedgerForm(QueryDict(request.POST.get("asked", "")), actor=request.user)
        cases = bulk.all_matching(form.narrowed(ledger.cases_for(request.user)))
    else:
        cases = bulk.selected(ledger.cases_for(request.user), request.POST.getlist("case"))
    if not cases:
        raise Problem(BULK_NOTHING)
    results = bulk.perform_all(actor=request.user, move_name=move.name, cases=cases, **asked)  # type: ignore[arg-type]
    refused = [result for result in results if result.problem]
    context = {
        "move": move,
        "done": len(results) - len(refused),
        "refused": refused,
        "asked": request.POST.get("asked", ""),
    }
    return render(request, "cases/moved_many.html", context)
