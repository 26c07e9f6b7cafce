"""The directory: the units one may see, a unit with its posts, and who may enter and appoint."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.organizations import services
from chuangwen.organizations.forms import AppointForm, MarkForm, UnitForm
from chuangwen.organizations.models import Post, Role, Territory, Unit
from chuangwen.organizations.queries import unit_filter, visible_units
from chuangwen.organizations.scope import (
    keeps_directory,
    keeps_unit,
    kept_by,
    may_grant,
    may_import,
    scope_of,
)

PAGE = 50  # units on a page


@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units that the person may see, narrowed, in the order of their codes, a page at a time."""
    form, units = unit_filter(request.user, request.GET)
    # Pages begin after a code, not at a number: the last of a million costs what the first does.
    rows = list(units.filter(code__gt=request.GET.get("after", "")).order_by("code")[: PAGE + 1])
    context = {
        "form": form,
        "units": rows[:PAGE],
        "after": rows[PAGE - 1].code if len(rows) > PAGE else "",
        "asked": request.GET.items(),
        "keeps": bool(keeps_directory(request.user)),
        "imports": may_import(request.user),
        "exports": bool(scope_of(request.user).posts),
    }
    return render(request, "organizations/units.html", context)


@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """Enter a unit, with its places in systems."""
    territories = Territory.objects.filter(kept_by(request.user, "code"))
    if not territories:
        raise Problem(NOT_ALLOWED, reason=_("only civility offices and administrators keep the directory"))
    typed = request.POST if request.method == "POST" else kept(request)
    form = UnitForm(typed, territories=territories)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.add_unit(
                actor=request.user,  # type: ignore[arg-type]
                unit=form.save(commit=False),
                systems=form.memberships(),
            )
        except Problem as raised:
            problem = raised
        else:
            return redirect("organizations:unit", unit.code)
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "organizations/new_unit.html", {"form": form, "problem": problem}, status=status)


def _unit_page(
    request: HttpRequest,
    unit: Unit,
    form: AppointForm | None,
    problem: Problem | None,
    mark: MarkForm | None = None,
) -> HttpResponse:
    posts = unit.posts.filter(ended_on__isnull=True).select_related("person", "unit")
    context = {
        "unit": unit,
        "memberships": unit.memberships.select_related("system"),
        "posts": [(post, may_grant(request.user, Role(post.role), unit)) for post in posts],  # type: ignore[arg-type]
        "successor": visible_units(request.user).filter(pk=unit.successor_id).first()
        if unit.successor_id
        else None,
        "predecessors": visible_units(request.user).filter(successor=unit),
        "keeps": keeps_unit(request.user, unit),
        "mark_form": mark or MarkForm(instance=unit),
        "form": form if unit.active else None,
        "problem": problem,
        "keeps_accounts": bool(scope_of(request.user).secures),
    }
    wrong = any(typed and typed.is_bound and typed.errors for typed in (form, mark))
    status = problem.status if problem else 400 if wrong else 200
    return render(request, "organizations/unit.html", context, status=status)


def _appoint_form(request: HttpRequest, unit: Unit, typed: Any = None) -> AppointForm | None:
    """The form for a new post here; None for whoever may give no role."""
    roles = [role for role in Role if may_grant(request.user, role, unit)]  # type: ignore[arg-type]
    return AppointForm(typed, roles=roles) if roles else None


@require_GET
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """A unit: where it stands, who holds its posts, and a form for whoever may appoint."""
    unit = get_object_or_404(visible_units(request.user), code=code)
    typed = kept(request, reverse("organizations:appoint", args=[code]))
    return _unit_page(request, unit, _appoint_form(request, unit, typed), None)


@require_POST
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Give a post, opening the account of whoever is new; what was typed comes back with a refusal."""
    unit = get_object_or_404(visible_units(request.user), code=code)
    form = _appoint_form(request, unit, request.POST)
    if form is None:
        raise Problem(NOT_ALLOWED, reason=_("you may give no role in this unit"))
    if not form.is_valid():
        return _unit_page(request, unit, form, None)
    try:
        services.appoint_by_name(actor=request.user, unit=unit, **form.cleaned_data)  # type: ignore[arg-type]
    except Problem as problem:
        return _unit_page(request, unit, form, problem)
    except ValidationError as weak:
        form.add_error("password", weak)
        return _unit_page(request, unit, form, None)
    messages.success(request, _("Appointed."))
    return redirect("organizations:unit", code)


@require_POST
def set_mark(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the numbers of the unit's papers begin with; a refused one comes back as it was typed."""
    unit = get_object_or_404(visible_units(request.user), code=code)
    form, problem = MarkForm(request.POST, instance=get_object_or_404(Unit, pk=unit.pk)), None
    if form.is_valid():
        try:
            services.set_document_mark(actor=request.user, unit=unit, mark=form.cleaned_data["document_mark"])  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Saved."))
            return redirect("organizations:unit", code)
    return _unit_page(request, unit, _appoint_form(request, unit), problem, mark=form)


@require_POST
def end_post(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a post from today."""
    unit = get_object_or_404(visible_units(request.user), code=code)
    post = get_object_or_404(Post.objects.select_related("unit"), unit=unit, pk=pk, ended_on__isnull=True)
    services.end_post(actor=request.user, post=post)  # type: ignore[arg-type]
    messages.success(request, _("The post has ended."))
    return redirect("organizations:unit", code)
