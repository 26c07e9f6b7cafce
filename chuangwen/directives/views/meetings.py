"""The clerk's way: enter a meeting, review the plan beside the text, see who would get what, dispatch."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import perform
from chuangwen.core import jobs
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.directives import burden, queries
from chuangwen.directives.addressing import Words
from chuangwen.directives.forms import AddTaskForm, DispatchForm, MeetingForm
from chuangwen.directives.highlighting import passages
from chuangwen.directives.models import Meeting, Task
from chuangwen.directives.papers import menu
from chuangwen.directives.services.dispatching import DISPATCH, undecided
from chuangwen.directives.services.planning import enter_meeting
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import scope_of


def meeting_of(request: HttpRequest, number: str) -> Meeting:
    """The meeting of that number, if the person may see it; else Http404."""
    cases = Case.objects.filter(kind="meeting").visible_to(request.user)
    case = get_object_or_404(
        cases.select_related("unit", "issuer", "campaign__office", "campaign__territory", "meeting"),
        number=number,
    )
    meeting = case.meeting
    meeting.case = case
    return meeting


@require_http_methods(["GET", "POST"])
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Upload or paste the text of a meeting; its tasks are drafted at once."""
    offices = [
        post.unit
        for post in scope_of(request.user).posts
        if scope_of(request.user).runs(post.unit.territory_id)
    ]
    if not offices:
        raise Problem(NOT_ALLOWED, reason=_("only a civility office opens campaigns"))
    campaigns = Campaign.objects.open().filter(territory__in={office.territory_id for office in offices})
    typed = request.POST if request.method == "POST" else kept(request)
    form = MeetingForm(
        typed,
        request.FILES if request.method == "POST" else None,
        campaigns=campaigns,
        initial={"held_on": timezone.localdate(), "campaign": campaigns.first()},
    )
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            meeting = enter_meeting(actor=request.user, office=offices[0], **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            _say_how_many(request, meeting)
            return redirect("directives:plan", meeting.case.number)
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(
        request,
        "directives/new_meeting.html",
        {"form": form, "problem": problem, "kept": request.method == "GET" and typed is not None},
        status=status,
    )


def _say_how_many(request: HttpRequest, meeting: Meeting) -> None:
    count = meeting.tasks.count()
    if count:
        messages.success(
            request, _("%(count)s tasks drafted. Check each against the text.") % {"count": count}
        )
    else:
        messages.warning(
            request,
            _("No assignment was found in this text. It is kept; mark passages to add tasks yourself."),
        )


@require_GET
def plan_page(request: HttpRequest, number: str) -> HttpResponse:
    """The text and the drafted tasks side by side."""
    meeting = meeting_of(request, number)
    typed = kept(request, reverse("directives:add_task", args=[number]))
    context = plan_context(request.user, meeting, AddTaskForm(typed, source=meeting.text))
    return render(request, "directives/plan.html", context)


def plan_context(actor: Person | AnonymousUser, meeting: Meeting, add_form: AddTaskForm) -> dict[str, Any]:
    """What the page of a plan shows, with the form of a task to add as it stands."""
    tasks = list(meeting.tasks.select_related("follows").prefetch_related("receivers"))
    standing = [task for task in tasks if task.state != Task.State.DROPPED]
    waiting = {task.pk for task in undecided(standing)}
    lines = [line for task in standing for line in task.receivers.all()]
    words = Words(meeting.case.campaign.territory_id, lines)
    lifecycle = lifecycle_of(meeting.case)
    return {
        "meeting": meeting,
        "case": meeting.case,
        "state": lifecycle.state(meeting.case.state),
        "may_edit": may(actor, lifecycle.move("edit"), meeting.case),
        "passages": passages(meeting.text, standing),
        "rows": [
            {
                "task": task,
                "lines": [(line, words.say(line.rule, line.value)) for line in task.receivers.all()],
                "undecided": task.pk in waiting,
            }
            for task in standing
        ],
        "dropped": [task for task in tasks if task.state == Task.State.DROPPED],
        "waiting": len(waiting),
        "first_waiting": next((task.pk for task in standing if task.pk in waiting), None),
        "offered": menu.of_meeting(meeting.case),
        "add_form": add_form,
    }


@require_http_methods(["GET", "POST"])
def preview_page(request: HttpRequest, number: str) -> HttpResponse:
    """Who would get what, what it costs them, and the one button."""
    meeting = meeting_of(request, number)
    case = meeting.case
    move = lifecycle_of(case).move("dispatch")
    deliveries = queries.preview(meeting)
    standing = [delivery.task for delivery in deliveries]
    today = timezone.localdate()
    typed = request.POST if request.method == "POST" else kept(request)
    form = DispatchForm(
        typed, reports=sum(task.asks_report for task in standing), initial={"seen": case.revision}
    )
    if request.method == "POST" and form.is_valid():
        perform(actor=request.user, move_name="dispatch", case=case, **form.cleaned_data)  # type: ignore[arg-type]
        job = jobs.newest(DISPATCH, meeting=number)
        return redirect("web:job", job.pk) if job else redirect("cases:case", number)
    context = {
        "meeting": meeting,
        "case": case,
        "decision": may(request.user, move, case),
        "deliveries": deliveries,
        "waiting": undecided(standing),
        "past": [task for task in standing if task.due and task.due < today and not task.recurs],
        "meter": burden.meter(deliveries),
        "costs": settings.BURDEN_MINUTES,
        "form": form,
    }
    return render(request, "directives/preview.html", context, status=400 if form.errors else 200)
