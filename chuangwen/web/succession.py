"""A unit was merged or renamed: the office names its successor, and is told first what passes on."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chuangwen.cases.models import Case
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.inspections.covert import withheld_cases
from chuangwen.organizations.forms import SuccessionForm
from chuangwen.organizations.models import Unit
from chuangwen.organizations.scope import keeps_directory, keeps_unit


def _open_cases(unit: Unit) -> QuerySet[Case]:
    return Case.objects.open().filter(Q(unit=unit) | Q(issuer=unit))


def _hidden(unit: Unit) -> QuerySet[Case]:
    """Those of covert inspections: they pass on as well, and are counted nowhere (ADR 0021)."""
    return _open_cases(unit).filter(pk__in=withheld_cases().values("pk"))


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
        hidden = list(_hidden(unit).values_list("pk", flat=True))
        try:
            estate = succeed_unit(actor=request.user, unit=unit, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            said = _("Handed over: %(handed)s cases; closed as doubles: %(superseded)s.")
            doubles = Case.objects.filter(pk__in=hidden, closed_at__isnull=False).count()
            handed = estate.handed - (len(hidden) - doubles)
            messages.success(request, said % {"handed": handed, "superseded": estate.superseded - doubles})
            return redirect("organizations:unit", code)
    context = {
        "unit": unit,
        "form": form,
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "cases": _open_cases(unit).count() - _hidden(unit).count(),
        "posts": unit.posts.filter(ended_on__isnull=True).count(),
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "web/succession.html", context, status=status)
