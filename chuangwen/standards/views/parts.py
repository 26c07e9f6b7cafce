"""Dimensions, indicators and criteria of a draft: three forms behind the same pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from chuangwen.cases.views import seen_again, seen_of
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.standards.forms import CriterionForm, DimensionForm, IndicatorForm
from chuangwen.standards.models import Criterion, Dimension, Indicator, Standard
from chuangwen.standards.services import editing
from chuangwen.standards.views.keeping import standard_of


@dataclass(frozen=True)
class _Kind:
    """A kind of part: ``parent`` is its field for what it stands in, ``path`` leads to the standard."""

    name: str
    model: type[Dimension] | type[Indicator] | type[Criterion]
    form: type[Any]
    parent: str
    path: str
    new: str | Promise
    change: str | Promise


KINDS = {
    "dimension": _Kind(
        "dimension",
        Dimension,
        DimensionForm,
        "standard",
        "standard",
        gettext_lazy("New dimension"),
        gettext_lazy("Change the dimension"),
    ),
    "indicator": _Kind(
        "indicator",
        Indicator,
        IndicatorForm,
        "dimension",
        "dimension__standard",
        gettext_lazy("New indicator"),
        gettext_lazy("Change the indicator"),
    ),
    "criterion": _Kind(
        "criterion",
        Criterion,
        CriterionForm,
        "indicator",
        "indicator__dimension__standard",
        gettext_lazy("New criterion"),
        gettext_lazy("Change the criterion"),
    ),
}


def _kind(name: str) -> _Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _part(request: HttpRequest, kind: _Kind, pk: int) -> Any:
    standards = Standard.objects.visible_to(request.user)
    found = kind.model.objects.filter(**{f"{kind.path}__in": standards})
    return get_object_or_404(found.select_related(f"{kind.path}__office__territory"), pk=pk)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int, name: str, parent: int) -> HttpResponse:
    """A new part of the standard, in what it stands in."""
    kind, standard = _kind(name), standard_of(request, pk)
    part = kind.model(**{kind.parent: _parent(standard, kind, parent)})
    return _page(request, kind, part, standard, kind.new)


def _parent(standard: Standard, kind: _Kind, pk: int) -> Any:
    if kind.model is Dimension:
        return standard
    if kind.model is Indicator:
        return get_object_or_404(Dimension, pk=pk, standard=standard)
    return get_object_or_404(Indicator, pk=pk, dimension__standard=standard)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    kind = _kind(name)
    part = _part(request, kind, pk)
    return _page(request, kind, part, editing.standard_of(part), kind.change)


def _page(
    request: HttpRequest, kind: _Kind, part: Any, standard: Standard, title: str | Promise
) -> HttpResponse:
    """The form of a part. A stale one comes back with what was typed."""
    editing.require_office(request.user, standard.office)  # type: ignore[arg-type]
    typed = request.POST if request.method == "POST" else kept(request)
    form = kind.form(typed, instance=part)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = editing.save_part(actor=request.user, part=form.save(commit=False), seen=seen_of(request))  # type: ignore[arg-type]
        except Problem as raised:
            problem, standard = raised, standard_of(request, standard.pk)
        else:
            messages.success(request, _("Saved."))
            anchor = f"#{kind.name}-{saved.pk}"
            return redirect(reverse("standards:standard", args=[standard.pk]) + anchor)
    context = {
        "form": form,
        "problem": problem,
        "title": title,
        "standard": standard,
        "seen": seen_again(request, typed, standard.revision),
        "drop": reverse("standards:drop_part", args=[kind.name, part.pk]) if part.pk else "",
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/form.html", context, status=status)


@require_POST
def drop(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Take a part, and all that stands in it, out of the draft."""
    part = _part(request, _kind(name), pk)
    standard = editing.drop_part(actor=request.user, part=part, seen=seen_of(request))  # type: ignore[arg-type]
    messages.success(request, _("Taken out."))
    return redirect("standards:standard", standard.pk)
