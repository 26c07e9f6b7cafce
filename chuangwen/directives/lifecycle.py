"""The lifecycles of meetings and assignments, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.circumstances import (
    ASKED_ONESELF,
    NO_EXTENSION_ASKED,
    NOT_DISOWNED,
    NOTHING_ASKED,
    RELAYED,
    REQUEST_WAITS,
    UNDATED,
)
from chuangwen.cases.forms import (
    AskExtensionForm,
    AskNotOursForm,
    ExtendForm,
    ReasonForm,
    ReassignForm,
    RefuseForm,
)
from chuangwen.cases.lifecycle import (
    ANSWERS_FOR_UNIT,
    ISSUER,
    OFFICE_OVER_UNIT,
    Actor,
    Lifecycle,
    Move,
    State,
    Turn,
    Unless,
)
from chuangwen.cases.models import Case
from chuangwen.cases.services import requests, say_why
from chuangwen.cases.urgency import slip_of
from chuangwen.core import jobs
from chuangwen.directives import burden, forms, queries
from chuangwen.directives.models import IssuedPaper, Task
from chuangwen.directives.papers import menu
from chuangwen.directives.services import assignments, dispatching, issuing, planning, reassigning


def _no_subordinates(actor: Actor, case: Case) -> bool:
    return not any(queries.subordinates(case, line).exists() for line in queries.LINES)


def _no_day_left(actor: Actor, case: Case) -> bool:
    return bool(case.due and case.due <= timezone.localdate())


def _asks_report(actor: Actor, case: Case) -> bool:
    return case.assignment.task.asks_report


def _filed_it_oneself(actor: Actor, case: Case) -> bool:
    last = case.assignment.reports.last()
    return bool(last and last.filed_by_id == actor.pk)


def _has_notice(actor: Actor, case: Case) -> bool:
    return case.papers.filter(kind=IssuedPaper.Kind.NOTICE).exists()


def _going_out(actor: Actor, case: Case) -> bool:
    return case.assignment.task.state != Task.State.DISPATCHED


def _under_way(actor: Actor, case: Case) -> bool:
    job = jobs.newest(dispatching.DISPATCH, meeting=case.number)
    return bool(job and job.is_open)


def _not_pressing(actor: Actor, case: Case) -> bool:
    return slip_of(case) is None


def _asked_before(actor: Actor, case: Case) -> Mapping[str, Any]:
    """What whoever decides about a request should know: how the unit and its case came to it."""
    return {"before": queries.asked_before(case)}


def _weigh_relay(actor: Actor, case: Case) -> Mapping[str, Any]:
    """What relaying to all who lack the task would ask; whoever relays to fewer asks less."""
    task = Task.objects.select_related("meeting__case").get(pk=case.assignment.task_id)
    units = dict.fromkeys((unit for line in queries.LINES for unit in queries.subordinates(case, line)), "")
    return {
        "meter": burden.meter([queries.Delivery(task, units)]),
        "costs": settings.BURDEN_MINUTES,
        "basis": task.meeting.basis if task.asks_report else "",
    }


def _meeting_detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    return {
        "meeting": case.meeting,
        "tasks": case.meeting.tasks.standing().prefetch_related("receivers"),
        "offered": menu.of_meeting(case),
        "issued": queries.issued_papers(case),
        "sending": jobs.newest(dispatching.DISPATCH, meeting=case.number)
        if case.state == "dispatching"
        else None,
    }


def _assignment_detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    return queries.assignment_detail(actor, case)


MEETING = Lifecycle(
    kind="meeting",
    label=_("meeting"),
    opened=_("Entered"),
    initial="draft",
    template="directives/meeting_detail.html",
    detail=_meeting_detail,
    states=(
        State("draft", _("plan being drafted"), "blue"),
        State("dispatching", _("being sent out"), "azure"),
        State("dispatched", _("dispatched"), "green", closed=True),
        State("cancelled", _("cancelled"), "secondary", closed=True),
    ),
    moves=(
        Move("edit", _("Correct the plan"), ("draft",), None, OFFICE_OVER_UNIT, page="directives:plan"),
        Move(
            "dispatch",
            _("Dispatch"),
            ("draft",),
            "dispatching",
            OFFICE_OVER_UNIT,
            effect=dispatching.dispatch,
            page="directives:preview",
        ),
        Move(
            "resume",
            _("Go on sending out"),
            ("dispatching",),
            None,
            OFFICE_OVER_UNIT,
            unless=(Unless(_("it is being sent out"), _under_way),),
            effect=dispatching.resume,
        ),
        Move(
            "correct",
            _("Correct the particulars"),
            ("draft",),
            None,
            OFFICE_OVER_UNIT,
            form=forms.CorrectMeetingForm,
            effect=planning.correct_meeting,
            tone="secondary",
        ),
        Move(
            "cancel",
            _("Cancel the meeting"),
            ("draft",),
            "cancelled",
            OFFICE_OVER_UNIT,
            form=forms.CancelMeetingForm,
            effect=planning.cancel_meeting,
            tone="danger",
        ),
        Move(
            "issue_notice",
            _("Issue the notice"),
            ("dispatched",),
            None,
            OFFICE_OVER_UNIT,
            unless=(Unless(_("its notice has been issued; it is among the papers"), _has_notice),),
            effect=issuing.issue_notice,
        ),
    ),
    turns=(Turn("sent_out", _("All tasks are on the desks"), "dispatching", "dispatched"),),
)

_TO_DO = ("issued", "acknowledged", "returned")
_UNDER_WAY = ("acknowledged", "reported", "returned")
_OPEN = ("issued", *_UNDER_WAY)

ASSIGNMENT = Lifecycle(
    kind="assignment",
    label=_("assignment"),
    initial="issued",
    template="directives/assignment_detail.html",
    detail=_assignment_detail,
    superseded="withdrawn",
    inherit=reassigning.inherit,
    states=(
        State("issued", _("to be acknowledged"), "blue", stalled=True),
        State("acknowledged", _("under way"), "azure"),
        State("reported", _("reported"), "purple", answered=True, waits=True),
        State("returned", _("sent back"), "orange", stalled=True),
        State("accepted", _("accepted"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move(
            "acknowledge",
            _("Acknowledge"),
            ("issued",),
            "acknowledged",
            ANSWERS_FOR_UNIT,
            effect=assignments.acknowledge,
        ),
        Move(
            "finish",
            _("Mark as done"),
            ("acknowledged",),
            "accepted",
            ANSWERS_FOR_UNIT,
            unless=(Unless(_("this task asks for a written report: file it"), _asks_report),),
            tone="success",
        ),
        Move(
            "file_report",
            _("File the report"),
            ("acknowledged", "returned"),
            "reported",
            ANSWERS_FOR_UNIT,
            form=forms.ReportForm,
            effect=assignments.file_report,
        ),
        Move(
            "record_launch",
            _("Record the launch meeting"),
            _UNDER_WAY,
            None,
            ANSWERS_FOR_UNIT,
            form=forms.LaunchForm,
            effect=assignments.record_launch,
            tone="secondary",
        ),
        Move(
            "break_down",
            _("Break down to persons"),
            _UNDER_WAY,
            None,
            ANSWERS_FOR_UNIT,
            page="directives:breakdown",
            tone="secondary",
        ),
        Move(
            "relay",
            _("Relay to subordinates"),
            _UNDER_WAY,
            None,
            ANSWERS_FOR_UNIT,
            unless=(
                Unless(_("the tasks of this meeting are still being sent out; try again later"), _going_out),
                Unless(_("your unit leads nobody who does not have this task already"), _no_subordinates),
                Unless(_("no day is left for an earlier deadline"), _no_day_left),
            ),
            form=forms.RelayForm,
            effect=assignments.relay,
            beside="directives/relay_meter.html",
            weigh=_weigh_relay,
            tone="secondary",
        ),
        Move(
            "ask_extension",
            _("Ask for an extension"),
            _TO_DO,
            None,
            ANSWERS_FOR_UNIT,
            unless=(UNDATED, REQUEST_WAITS),
            form=AskExtensionForm,
            effect=requests.ask_extension,
            tone="secondary",
        ),
        Move(
            "ask_not_ours",
            _("Say that it is not our duty"),
            _TO_DO,
            None,
            ANSWERS_FOR_UNIT,
            unless=(REQUEST_WAITS, RELAYED),
            form=AskNotOursForm,
            effect=requests.ask_not_ours,
            tone="secondary",
        ),
        Move(
            "accept",
            _("Accept"),
            ("reported",),
            "accepted",
            ISSUER,
            unless=(Unless(_("you filed this report yourself"), _filed_it_oneself),),
            tone="success",
        ),
        Move(
            "send_back",
            _("Send back"),
            ("reported",),
            "returned",
            ISSUER,
            unless=(Unless(_("you filed this report yourself"), _filed_it_oneself),),
            form=ReasonForm,
            effect=assignments.send_back,
            tone="warning",
        ),
        Move(
            "extend",
            _("Grant the extension"),
            _OPEN,
            None,
            ISSUER,
            unless=(NO_EXTENSION_ASKED, ASKED_ONESELF),
            form=ExtendForm,
            effect=requests.extend,
            beside="directives/asked_before.html",
            weigh=_asked_before,
            tone="success",
        ),
        Move(
            "reassign",
            _("Give it to another unit"),
            _OPEN,
            "withdrawn",
            ISSUER,
            unless=(NOT_DISOWNED, ASKED_ONESELF, RELAYED),
            form=ReassignForm,
            effect=reassigning.reassign,
            beside="directives/asked_before.html",
            weigh=_asked_before,
            tone="success",
        ),
        Move(
            "refuse",
            _("Refuse the request"),
            _OPEN,
            None,
            ISSUER,
            unless=(NOTHING_ASKED, ASKED_ONESELF),
            form=RefuseForm,
            effect=requests.refuse,
            beside="directives/asked_before.html",
            weigh=_asked_before,
            tone="warning",
        ),
        Move(
            "issue_slip",
            _("Issue a supervision slip"),
            _TO_DO,
            None,
            ISSUER,
            unless=(
                Unless(_("the case bears no slip: it is neither late nor near its deadline"), _not_pressing),
            ),
            form=forms.SlipForm,
            effect=issuing.issue_slip,
            tone="warning",
        ),
        Move(
            "withdraw",
            _("Withdraw the task"),
            _OPEN,
            "withdrawn",
            ISSUER,
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
)

# What is done to a plan, which is no move of its meeting.
PLAN_VERBS = {
    "meeting.read": _("Read in"),
    "meeting.again": _("Taken over from the campaign before"),
    "task.edit": _("Task edited"),
    "task.add": _("Task added"),
    "task.split": _("Task split"),
    "task.merge": _("Tasks merged"),
    "task.drop": _("Task dropped"),
    "task.restore": _("Task taken back"),
}
# What is done inside a unit to its breakdown of an assignment.
BREAKDOWN_VERBS = {
    "breakdown.lead": _("Leaders of the breakdown named"),
    "breakdown.add": _("Part of the breakdown added"),
    "breakdown.edit": _("Part of the breakdown changed"),
    "breakdown.remove": _("Part of the breakdown taken out"),
    "breakdown.in_force": _("Breakdown put in force"),
    "breakdown.take_over": _("Parts of another breakdown taken over"),
    "breakdown.offer": _("Breakdown offered as a pattern, or no longer"),
    "breakdown.sign": _("Responsibility letter signed"),
    "breakdown.report": _("Progress of a part reported"),
}
