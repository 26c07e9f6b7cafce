"""The pages of a breakdown, for the unit whose it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.cases.views import seen_again, seen_of
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.directives.breakdown import queries
from chuangwen.directives.breakdown.forms import GoalForm
from chuangwen.directives.breakdown.models import Breakdown, Goal
from chuangwen.directives.breakdown.services import breaking_down


def _case(request: HttpRequest, number: str) -> Case:
    return get_object_or_404(queries.assignments_of(request.user), number=number)


def _goal(request: HttpRequest, pk: int) -> Goal:
    goals = Goal.objects.visible_to(request.user).select_related("breakdown__case__unit", "parent")
    return get_object_or_404(goals, pk=pk)


@require_GET
def breakdown_page(request: HttpRequest, number: str) -> HttpResponse:
    """The tree, what its weights make, and what one may do with it."""
    case = _case(request, number)
    breakdown = queries.breakdown_of(case)
    context = {
        "case": case,
        "breakdown": breakdown,
        "tree": queries.tree_of(breakdown),
        "decision": may(request.user, lifecycle_of(case).move("break_down"), case),
    }
    return render(request, "directives/breakdown.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, number: str, parent: int | None = None) -> HttpResponse:
    """A new goal, at the top or under another."""
    case = _case(request, number)
    breakdown = queries.breakdown_of(case)
    above = get_object_or_404(Goal, pk=parent, breakdown=breakdown) if parent else None
    return _answer(request, breakdown, above, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a goal says. A stale form comes back with what was typed."""
    goal = _goal(request, pk)
    return _answer(request, goal.breakdown, goal.parent, goal)


def _answer(
    request: HttpRequest, breakdown: Breakdown, parent: Goal | None, goal: Goal | None
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else kept(request)
    form = GoalForm(typed, breakdown=breakdown, parent=parent, instance=goal)
    problem = None
    if request.method == "POST" and form.is_valid():
        asked: dict[str, Any] = {"actor": request.user, "seen": seen_of(request), **form.cleaned_data}
        try:
            if goal:
                breaking_down.edit_goal(goal=goal, **asked)
            else:
                breaking_down.add_goal(case=breakdown.case, parent=parent, **asked)
        except Problem as raised:
            problem = raised
            breakdown = Breakdown.objects.filter(pk=breakdown.pk).first() or breakdown
        else:
            messages.success(request, _("Saved."))
            return redirect("directives:breakdown", breakdown.case.number)
    context = {
        "case": breakdown.case,
        "goal": goal,
        "parent": parent,
        "form": form,
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "seen": seen_again(request, typed, breakdown.revision),
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "directives/goal.html", context, status=status)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    goal = _goal(request, pk)
    breaking_down.remove_goal(actor=request.user, goal=goal, seen=seen_of(request))  # type: ignore[arg-type]
    messages.success(request, _("Removed. The history keeps what the goal said."))
    return redirect("directives:breakdown", goal.breakdown.case.number)


@require_POST
def put_in_force(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number)
    breaking_down.put_in_force(actor=request.user, case=case, seen=seen_of(request))  # type: ignore[arg-type]
    messages.success(request, _("The breakdown is in force."))
    return redirect("directives:breakdown", number)
