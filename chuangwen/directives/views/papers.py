"""Papers to take away, drawn from what the person may see at this moment."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from chuangwen.cases import papers
from chuangwen.cases.models import Campaign
from chuangwen.core.downloads import attached
from chuangwen.core.spreadsheets import book
from chuangwen.directives.models import Task
from chuangwen.directives.papers import compiling, contents
from chuangwen.directives.shares import Share
from chuangwen.directives.views.meetings import meeting_of
from chuangwen.organizations.models import Person


def _file(kind: str, content: papers.Content, form: str, name: str) -> HttpResponse:
    """The paper in one of its forms, in the reader's language; Http404 for a form that it has not."""
    if form not in papers.WRITERS:
        raise Http404
    writer, media_type = papers.WRITERS[form]
    paper = papers.write(kind, content, papers.language_of(get_language() or ""))
    return attached(writer(paper), f"{papers.KINDS[kind].label} {name}.{form}", media_type)


def _summary(
    request: HttpRequest, form: str, campaign: Campaign, task: Task | None, name: str
) -> HttpResponse:
    """The report itself, or as xlsx all that it sums up."""
    actor: Person = request.user  # type: ignore[assignment]
    if form == "xlsx":
        data = book(*compiling.sheets(actor, campaign, task))
        return attached(data, f"{papers.KINDS['summary'].label} {name}.{form}")
    return _file("summary", compiling.summary(actor, campaign, task), form, name)


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
def letter(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The responsibility letter of a share in force, for those of its unit."""
    shares = Share.objects.visible_to(request.user).filter(
        level=Share.Level.PERSON, breakdown__in_force_at__isnull=False
    )
    related = ("breakdown__assignment__case__unit", "breakdown__principal", "breakdown__in_charge")
    share = get_object_or_404(shares.select_related(*related, "person", "in_charge"), pk=pk)
    signature = share.signatures.filter(terms=share.terms).first()
    content = contents.letter(share, signature.signed_at if signature else None)
    return _file("letter", content, form, str(share))


@require_GET
def campaign_summary(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The compiled report on a campaign."""
    campaigns = Campaign.objects.visible_to(request.user).select_related("office", "territory")
    campaign = get_object_or_404(campaigns, pk=pk)
    return _summary(request, form, campaign, None, campaign.name)


@require_GET
def task_summary(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The compiled report on one task."""
    tasks = Task.objects.visible_to(request.user).select_related(
        "meeting__case__campaign__office", "meeting__case__campaign__territory"
    )
    task = get_object_or_404(tasks, pk=pk)
    return _summary(request, form, task.meeting.case.campaign, task, task.text[:30])
