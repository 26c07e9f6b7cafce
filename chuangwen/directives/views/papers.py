"""Papers to take away, drawn from what the person may see at this moment."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from chuangwen.cases.models import Campaign
from chuangwen.core.downloads import attached
from chuangwen.directives.models import Task
from chuangwen.directives.papers import contents, kinds
from chuangwen.directives.views.meetings import meeting_of


def _file(kind: str, content: kinds.Content, form: str, name: str) -> HttpResponse:
    """The paper in one of its forms, in the reader's language; Http404 for a form that it has not."""
    if form not in kinds.WRITERS:
        raise Http404
    writer, media_type = kinds.WRITERS[form]
    paper = kinds.write(kind, content, kinds.language_of(get_language() or ""))
    return attached(writer(paper), f"{kinds.KINDS[kind].label} {name}.{form}", media_type)


@require_GET
def plan(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The task table of a meeting."""
    meeting = meeting_of(request, number)
    return _file("plan", contents.plan(meeting), form, str(meeting))


@require_GET
def notice_draft(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The notice as it would be issued now, without a number."""
    meeting = meeting_of(request, number)
    return _file("notice", contents.notice(meeting), form, str(meeting))


@require_GET
def campaign_summary(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The compiled report on a campaign."""
    campaigns = Campaign.objects.visible_to(request.user).select_related("office", "territory")
    campaign = get_object_or_404(campaigns, pk=pk)
    return _file("summary", contents.summary(request.user, campaign), form, campaign.name)  # type: ignore[arg-type]


@require_GET
def task_summary(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The compiled report on one task."""
    tasks = Task.objects.visible_to(request.user).select_related("meeting__case__campaign__office")
    task = get_object_or_404(tasks, pk=pk)
    campaign = task.meeting.case.campaign
    return _file("summary", contents.summary(request.user, campaign, task), form, task.text[:30])  # type: ignore[arg-type]
