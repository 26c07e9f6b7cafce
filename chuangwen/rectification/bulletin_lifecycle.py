"""The lifecycle of a bulletin, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import ReasonForm
from chuangwen.cases.lifecycle import ISSUER, Actor, Lifecycle, Move, State, Turn, Unless
from chuangwen.cases.models import Case
from chuangwen.cases.services import say_why
from chuangwen.core import jobs
from chuangwen.rectification.bulletin_forms import EditForm
from chuangwen.rectification.bulletins import bodies_of, from_json
from chuangwen.rectification.services import bulletins, publishing
from chuangwen.rectification.services.publishing import PUBLISH


def _wrote_it(actor: Actor, case: Case) -> bool:
    return case.bulletin.writers.filter(pk=actor.pk).exists()


_WROTE_IT = Unless(_("you wrote at it; somebody of your body who did not approves it"), _wrote_it)


def _under_way(actor: Actor, case: Case) -> bool:
    job = jobs.newest(PUBLISH, bulletin=case.number)
    return bool(job and job.is_open)


_UNDER_WAY = Unless(_("it is being published"), _under_way)


def detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    bulletin = case.bulletin
    job = jobs.newest(PUBLISH, bulletin=case.number) if case.state == "publishing" else None
    return {
        "bulletin": bulletin,
        "bodies": bodies_of(bulletin),
        "league": from_json(bulletin.league),
        "publishing": job,
        "publishing_problem": jobs.problem_of(job) if job else None,
    }


BULLETIN = Lifecycle(
    kind="bulletin",
    label=_("bulletin"),
    opened=_("Drafted"),
    initial="drafting",
    template="rectification/bulletin_case.html",
    detail=detail,
    superseded="withdrawn",
    states=(
        State("drafting", _("being drafted"), "secondary"),
        State("approved", _("approved"), "azure"),
        State("publishing", _("being published"), "azure"),
        State("published", _("published"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    turns=(Turn("publish", _("Published"), "publishing", "published"),),
    moves=(
        Move(
            "edit",
            _("Edit it"),
            ("drafting",),
            None,
            ISSUER,
            form=EditForm,
            effect=bulletins.edit,
        ),
        Move(
            "approve",
            _("Approve it"),
            ("drafting",),
            "approved",
            ISSUER,
            unless=(_WROTE_IT,),
            tone="success",
        ),
        Move(
            "rework",
            _("Back to the draft"),
            ("approved", "publishing"),
            "drafting",
            ISSUER,
            unless=(_UNDER_WAY,),
            tone="warning",
        ),
        Move(
            "release",
            _("Publish it"),
            ("approved",),
            "publishing",
            ISSUER,
            effect=publishing.release,
            tone="success",
        ),
        Move(
            "resume",
            _("Go on publishing"),
            ("publishing",),
            None,
            ISSUER,
            unless=(_UNDER_WAY,),
            effect=publishing.resume,
        ),
        Move(
            "withdraw",
            _("Withdraw the draft"),
            ("drafting", "approved"),
            "withdrawn",
            ISSUER,
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
)

VERBS = {"bulletin.draft": _("Bulletin drafted")}
