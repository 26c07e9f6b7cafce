"""What the campaigns ask of people, and what people say against it."""

from __future__ import annotations

import re

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.directives import burden, merging
from chuangwen.directives.forms import AnswerForm, ComplaintForm
from chuangwen.directives.models import Complaint
from chuangwen.directives.problems import TOO_MANY_COMPLAINTS
from chuangwen.directives.services import complaints
from chuangwen.organizations.models import Person, within_any
from chuangwen.organizations.scope import scope_of

SHOWN = 20  # rows of each table: where something can be merged or dropped, it is among the first


def complaints_to(actor: Person | AnonymousUser, limit: int) -> list[Complaint]:
    """The complaints that the actor's offices read, those to be answered first."""
    rows = Complaint.objects.filter(within_any(scope_of(actor).offices))
    order = (F("answered_at").desc(nulls_first=True), "-id")
    return list(rows.select_related("territory", "answered_by").order_by(*order)[:limit])


def require_office(request: HttpRequest) -> None:
    """Raises Problem ``page.not_allowed`` for whoever belongs to no civility office."""
    if not scope_of(request.user).offices:
        raise Problem(NOT_ALLOWED, reason=_("only civility offices weigh what is asked of units"))


@require_GET
def burden_page(request: HttpRequest) -> HttpResponse:
    """What was asked this year, task by task and unit by unit, and what was said against it."""
    require_office(request)
    context = {
        "tasks": burden.by_task(request.user, SHOWN),
        "twins": merging.twins(request.user, SHOWN),
        "units": burden.by_unit(request.user, SHOWN),
        "complaints": complaints_to(request.user, SHOWN),
        "form": AnswerForm(kept(request)),
        "costs": settings.BURDEN_MINUTES,
        "unread_days": burden.UNREAD_DAYS,
    }
    return render(request, "directives/burden.html", context)


@require_POST
def answer(request: HttpRequest, code: str) -> HttpResponse:
    complaint = get_object_or_404(Complaint, code=code)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write the answer."))
    else:
        complaints.answer_complaint(actor=request.user, complaint=complaint, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Answered."))
    return redirect("directives:burden")


@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """The open door: no account, no name, three fields; and the way back to what was filed, by its number."""
    code = re.sub(r"[\s-]", "", request.GET.get("code", "")).upper()
    if code and Complaint.objects.filter(code=code).exists():
        return redirect("directives:complaint", code)
    form = ComplaintForm(request.POST if request.method == "POST" else kept(request))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="complain"):
            raise Problem(TOO_MANY_COMPLAINTS)
        complaint = complaints.file_complaint(**form.cleaned_data)
        return redirect("directives:complaint", complaint.code)
    status = 400 if form.errors else 404 if code else 200
    return render(request, "directives/complain.html", {"form": form, "code": code}, status=status)


@require_GET
def complaint_page(request: HttpRequest, code: str) -> HttpResponse:
    """What became of it, for whoever holds the code."""
    complaint = get_object_or_404(Complaint.objects.select_related("territory"), code=code.upper())
    return render(request, "directives/complaint.html", {"complaint": complaint})
