"""What the pages of this app have in common: a form that is asked for, sent, and refused without a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from chuangwen.cases.models import Case
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept


def typed_in(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else kept(request)


def case_of(request: HttpRequest, number: str, kind: str) -> Case:
    cases = Case.objects.visible_to(request.user).filter(kind=kind)
    related = ("unit", "issuer", "campaign", f"{kind}__inspection__case" if kind == "visit" else kind)
    return get_object_or_404(cases.select_related(*related), number=number)


def answered(
    form: Any, request: HttpRequest, send: Callable[[], HttpResponse]
) -> tuple[HttpResponse | None, Problem | None]:
    """The answer to a form that was sent and taken, or the problem that stood in its way."""
    if request.method != "POST" or not form.is_valid():
        return None, None
    try:
        return send(), None
    except Problem as problem:
        return None, problem


def shown(
    template: str, request: HttpRequest, context: dict[str, Any], problem: Problem | None
) -> HttpResponse:
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, template, context | {"problem": problem}, status=status)
