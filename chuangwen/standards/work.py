"""The long work of rounds, as its page speaks of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.core.jobs import Kind, register
from chuangwen.core.models import Job
from chuangwen.standards.services.panels import DRAW, draw_out
from chuangwen.standards.services.results import RELEASE, release_all
from chuangwen.standards.services.rounds import OPEN, send_out


def _from_standards(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("standards:standards"), _("Standards"))]


def _from_round(job: Job) -> Sequence[tuple[str, str | Promise]]:
    return [(reverse("standards:round", args=[job.arguments["round"]]), _("Round of self-reports"))]


def register_rounds() -> None:
    register(Kind(DRAW, _("Reviewers drawn"), draw_out, _from_round, "standards/drawn.html"))
    register(Kind(RELEASE, _("Results released"), release_all, _from_round, "standards/released.html"))
    register(Kind(OPEN, _("Self-reports asked for"), send_out, _from_standards, "standards/round_sent.html"))
