"""The lifecycle of a bulletin, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import ReasonForm
from chuangwen.cases.lifecycle import ISSUER, Actor, Lifecycle, Move, State, Unless
from chuangwen.cases.models import Case
from chuangwen.cases.services import say_why
from chuangwen.rectification.bulletin_forms import EditForm
from chuangwen.rectification.bulletins import bodies_of, from_json
from chuangwen.rectification.services import bulletins


def _wrote_it(actor: Actor, case: Case) -> bool:
    return case.bulletin.writers.filter(pk=actor.pk).exists()


_WROTE_IT = Unless(_("you wrote at it; somebody of your body who did not approves it"), _wrote_it)


def detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    bulletin = case.bulletin
    return {"bulletin": bulletin, "bodies": bodies_of(bulletin), "league": from_json(bulletin.league)}


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
        State("published", _("published"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
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
        Move("rework", _("Back to the draft"), ("approved",), "drafting", ISSUER, tone="warning"),
        Move(
            "publish",
            _("Publish it"),
            ("approved",),
            "published",
            ISSUER,
            effect=bulletins.publish,
            tone="success",
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
