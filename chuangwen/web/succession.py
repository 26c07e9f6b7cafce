"""A unit was merged or renamed: the office names its successor, and is told first what passes on."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chuangwen.cases.models import Case
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.organizations.forms import SuccessionForm
from chuangwen.organizations.models import Unit
from chuangwen.organizations.scope import keeps_directory, keeps_unit


@require_http_methods(["GET", "POST"])
def succession(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever keeps the directory in which the unit stands; for others the page does not exist."""
    unit = get_object_or_404(Unit.objects.select_related("territory"), code=code)
    if not keeps_unit(request.user, unit):
        raise Http404
    typed = request.POST if request.method == "POST" else kept(request)
    form = SuccessionForm(typed, territories=keeps_directory(request.user))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            estate = succeed_unit(actor=request.user, unit=unit, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            said = _("Handed over: %(handed)s cases; closed as doubles: %(superseded)s.")
            messages.success(request, said % {"handed": estate.handed, "superseded": estate.superseded})
            return redirect("organizations:unit", code)
    context = {
        "unit": unit,
        "form": form,
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "cases": Case.objects.open().filter(Q(unit=unit) | Q(issuer=unit)).count(),
        "posts": unit.posts.filter(ended_on__isnull=True).count(),
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "web/succession.html", context, status=status)
