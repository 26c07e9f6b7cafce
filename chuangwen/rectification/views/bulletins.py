"""The pages of bulletins: the list, a new one, and one as those read it whom it is published to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.organizations.scope import scope_of
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.bulletin_forms import NewForm
from chuangwen.rectification.bulletin_lifecycle import detail
from chuangwen.rectification.services import bulletins
from chuangwen.rectification.views.orders import campaigns_of

PAGE = 100


@require_GET
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """The bulletins that one may read, the newest first; the office's drafts among them."""
    found = Bulletin.objects.visible_to(request.user).select_related("case__issuer", "number__series")
    context = {
        "bulletins": found.order_by("-case__opened_at", "-pk")[:PAGE],
        "writes": bool(scope_of(request.user).offices),
    }
    return render(request, "rectification/bulletins.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a bulletin: it is drafted from the data, and edited on its case's page."""
    campaigns = campaigns_of(request.user)  # type: ignore[arg-type]
    form = NewForm(request.POST if request.method == "POST" else kept(request), campaigns=campaigns)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            bulletin = bulletins.draft(actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(
                request, _("The bulletin is drafted from the data. Read it through and edit it.")
            )
            return redirect("cases:case", bulletin.case.number)
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(
        request, "rectification/new_bulletin.html", {"form": form, "problem": problem}, status=status
    )


@require_GET
def bulletin_page(request: HttpRequest, number: str) -> HttpResponse:
    """A published bulletin, for whoever it is published to: the public needs no account."""
    seen = Bulletin.objects.visible_to(request.user).exclude(published_at=None)
    found = seen.select_related("case__issuer", "case__campaign", "number__series")
    bulletin = get_object_or_404(found, case__number=number)
    context = detail(request.user, bulletin.case)
    return render(request, "rectification/bulletin.html", {**context, "case": bulletin.case})
