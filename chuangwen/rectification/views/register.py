"""The pages of all orders: a table to be narrowed, sorted and taken away, a board, before and after."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chuangwen.cases import ledger
from chuangwen.cases.ledger_views import listed
from chuangwen.core.downloads import limited, table
from chuangwen.rectification.gallery import GalleryFilter, rechecked, shown
from chuangwen.rectification.register import OrderFilter, lanes, orders_for, problem_of, related, rung_of


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """A page of the orders that one may see; everything that was chosen stands in the address."""
    form = OrderFilter(request.GET, actor=request.user)
    context = listed(form, form.narrowed(orders_for(request.user)), request.GET, related)
    context |= {"address": reverse("rectification:orders"), "asked": request.GET.urlencode()}
    return render(request, "rectification/orders.html", context)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The same orders, a lane for each state; what is left out there stands in the table."""
    form = OrderFilter(request.GET, actor=request.user)
    for name in ("sort", "columns"):
        del form.fields[name]
    cases = form.narrowed(orders_for(request.user))
    context = {
        "form": form,
        "lanes": [
            (lane, [(case, problem_of(case), rung_of(case)) for case in lane.cards])
            for lane in lanes(form, cases)
        ],
        "chosen": request.GET,
        "address": reverse("rectification:board"),
    }
    return render(request, "rectification/board.html", context)


@require_GET
def orders_table(request: HttpRequest) -> HttpResponse:
    """What the page is narrowed to, sorted as it is, with its columns. Raises Problem ``export.too_many``."""
    form = OrderFilter(request.GET, actor=request.user)
    found = ledger.in_order(form.narrowed(orders_for(request.user)), form.sorted_by)
    columns = form.shown
    rows = (ledger.cells(columns, case) for case in limited(related(found)))
    return table("orders", _("Orders to rectify"), [column.label for column in columns], rows)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Before and after, of the orders that one may see: the newest re-checked first."""
    form = GalleryFilter(request.GET, actor=request.user)
    found, after = rechecked(form.narrowed(orders_for(request.user)), request.GET.get("after", ""))
    context = {
        "form": form,
        "shown": shown(found),
        "after": after,
        "chosen": request.GET,
        "address": reverse("rectification:gallery"),
    }
    return render(request, "rectification/gallery.html", context)
