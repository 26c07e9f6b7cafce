"""Correcting a drafted plan, task by task; every change names the revision it was decided on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from chuangwen.cases.views import seen_again, seen_of
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.directives.addressing import Words
from chuangwen.directives.forms import AddTaskForm, SplitForm, TaskForm, receiver_formset
from chuangwen.directives.models import Task
from chuangwen.directives.papers import menu
from chuangwen.directives.services import planning
from chuangwen.directives.views.meetings import meeting_of, plan_context


def _task(request: HttpRequest, pk: int) -> Task:
    tasks = Task.objects.visible_to(request.user)
    return get_object_or_404(tasks.select_related("meeting__case__campaign", "meeting__case__unit"), pk=pk)


def _to_plan(task: Task) -> HttpResponse:
    return redirect(reverse("directives:plan", args=[task.meeting.case.number]) + f"#task-{task.pk}")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A task's fields and address. A stale form comes back with what was typed and the task as it is now."""
    task = _task(request, pk)
    typed = request.POST if request.method == "POST" else kept(request)
    form = TaskForm(typed, instance=_task(request, pk))
    receivers = receiver_formset(task, typed)
    problem = None
    if request.method == "POST" and form.is_valid() and receivers.is_valid():
        try:
            planning.edit_task(
                actor=request.user,  # type: ignore[arg-type]
                task=task,
                seen=seen_of(request),
                receivers=receivers.lines(),
                **form.cleaned_data,
            )
        except Problem as raised:
            problem, task = raised, _task(request, pk)
        else:
            messages.success(request, _("Saved."))
            return _to_plan(task)
    lines = list(task.receivers.all())
    words = Words(task.meeting.case.campaign.territory_id, lines)
    context = {
        "task": task,
        "form": form,
        "receivers": receivers,
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "seen": seen_again(request, typed, task.revision),
        "offered": menu.of_task(task),
        "lines": [(line, words.say(line.rule, line.value)) for line in lines],
    }
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "directives/task.html", context, status=status)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    form = SplitForm(request.POST or None, task=task)
    if request.method == "POST" and form.is_valid():
        planning.split_task(
            actor=request.user,  # type: ignore[arg-type]
            task=task,
            seen=seen_of(request),
            at=form.cleaned_data["at"],
        )
        return _to_plan(task)
    status = 400 if request.method == "POST" else 200
    return render(request, "directives/split.html", {"task": task, "form": form}, status=status)


def _at_once(change: Callable[..., Task], said: str | Promise) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view for a change that needs nothing but the task and the revision seen."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        task = _task(request, pk)
        change(actor=request.user, task=task, seen=seen_of(request))
        messages.success(request, str(said))
        return _to_plan(task)

    return view


merge = _at_once(planning.merge_task, gettext_lazy("Merged with the task that followed."))
drop = _at_once(
    planning.drop_task,
    gettext_lazy("Dropped. It stands under “dropped tasks” at the end of this page and can be taken back."),
)
restore = _at_once(planning.restore_task, gettext_lazy("Taken back into the plan."))


@require_POST
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Add a task; what cannot be added stays in its form."""
    meeting = meeting_of(request, number)
    form = AddTaskForm(request.POST, source=meeting.text)
    if not form.is_valid():
        context = plan_context(request.user, meeting, form)
        return render(request, "directives/plan.html", context, status=400)
    task = planning.add_task(actor=request.user, meeting=meeting, **form.cleaned_data)  # type: ignore[arg-type]
    return _to_plan(task)
