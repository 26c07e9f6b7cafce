"""The long work of the directives, as its page speaks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import Case
from chuangwen.core.jobs import Kind, register
from chuangwen.core.models import Job
from chuangwen.directives.services.dispatching import DISPATCH, send_out
from chuangwen.organizations.models import Person


def _from_meeting(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("cases:case", args=[job.arguments["meeting"]]), _("Meeting"))]


def _detail(person: Person, job: Job) -> Mapping[str, Any]:
    meetings = Case.objects.visible_to(person).filter(kind="meeting")
    return {"meeting": meetings.filter(number=job.arguments["meeting"]).first()}


def register_work() -> None:
    register(Kind(DISPATCH, _("Dispatch"), send_out, _from_meeting, "directives/sent_out.html", _detail))
