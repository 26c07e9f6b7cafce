"""Which papers a page offers, each with the addresses of its files."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Campaign, Case
from chuangwen.directives.models import Task
from chuangwen.directives.papers.kinds import KINDS

Offer = tuple[str | Promise, list[tuple[str, str]]]


def _offer(kind: str, page: str, key: object, forms: Sequence[str]) -> Offer:
    return KINDS[kind].label, [(form, reverse(f"directives:{page}", args=[key, form])) for form in forms]


def of_meeting(case: Case) -> list[Offer]:
    return [
        _offer("plan", "plan_paper", case.number, ("docx", "pdf", "xlsx")),
        (_("Draft of the notice"), _offer("notice", "notice_draft", case.number, ("docx", "pdf"))[1]),
    ]


def of_campaign(campaign: Campaign) -> list[Offer]:
    return [_offer("summary", "campaign_summary", campaign.pk, ("docx", "pdf", "xlsx"))]


def of_task(task: Task) -> list[Offer]:
    if task.state != Task.State.DISPATCHED:
        return []
    return [_offer("summary", "task_summary", task.pk, ("docx", "pdf", "xlsx"))]
