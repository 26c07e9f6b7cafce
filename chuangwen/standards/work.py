"""The long work of rounds, as its page speaks of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.core.jobs import Kind, register
from chuangwen.core.models import Job
from chuangwen.standards.services.rounds import OPEN, send_out


def _from_standards(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("standards:standards"), _("Standards"))]


def register_rounds() -> None:
    register(Kind(OPEN, _("Self-reports asked for"), send_out, _from_standards, "standards/round_sent.html"))
