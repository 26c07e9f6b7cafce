"""The long work of bulletins, as its page speaks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.core.jobs import Kind, register
from chuangwen.core.models import Job
from chuangwen.organizations.models import Person
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.services.publishing import PUBLISH, publish


def _from_bulletin(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("cases:case", args=[job.arguments["bulletin"]]), _("Bulletin"))]


def _detail(person: Person, job: Job) -> Mapping[str, Any]:
    seen = Bulletin.objects.visible_to(person).select_related("case")
    return {"bulletin": seen.filter(case__number=job.arguments["bulletin"]).first()}


def register_work() -> None:
    label = _("Publication of a bulletin")
    register(Kind(PUBLISH, label, publish, _from_bulletin, "rectification/published.html", _detail))
