"""The lifecycle of an order to rectify, row by row: there is one way to "closed", and it needs two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.circumstances import (
    ASKED_ONESELF,
    NO_EXTENSION_ASKED,
    NOT_APPEALED,
    NOT_DISOWNED,
    NOTHING_ASKED,
    REQUEST_WAITS,
)
from chuangwen.cases.forms import (
    AskAppealForm,
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
    Actor,
    Lifecycle,
    Move,
    State,
    Turn,
    Unless,
    Who,
)
from chuangwen.cases.models import Case, Request, named_on
from chuangwen.cases.services import requests, say_why
from chuangwen.organizations.models import Person, Post
from chuangwen.organizations.powers import POWERS, Power
from chuangwen.organizations.scope import scope_of
from chuangwen.rectification import forms, queries
from chuangwen.rectification.ladder import standing_of
from chuangwen.rectification.services import ladder, orders, proofs

_ANSWERING = [role for role, powers in POWERS.items() if Power.ANSWER in powers]


def _issuer_or_named(actor: Actor, case: Case) -> bool:
    return ISSUER.test(actor, case) or case.pk in named_on(actor)


_RECHECKS = Who(_("the body that issued it, or whoever is named to look again"), _issuer_or_named)


def _withheld(actor: Actor, case: Case) -> bool:
    return case.order.withheld


def _in_publication(actor: Actor, case: Case) -> bool:
    return case.order.bulletins.filter(case__state="publishing").exists()


def _found_it(actor: Actor, case: Case) -> bool:
    return case.order.found_by.filter(pk=actor.pk).exists()


def _of_the_unit(actor: Actor, case: Case) -> bool:
    return any(post.unit_id == case.unit_id for post in scope_of(actor).posts)


def _filed_it(actor: Actor, case: Case) -> bool:
    last = case.order.proofs.last()
    return bool(last and last.filed_by_id == actor.pk)


def _too_late(actor: Actor, case: Case) -> bool:
    window = timedelta(days=settings.REOPEN_DAYS)
    return bool(case.closed_at and case.closed_at + window < timezone.now())


def _appeals_own_order(actor: Actor, case: Case) -> bool:
    """Whether the actor issued what is appealed against, and somebody else of the body could decide."""
    waiting = case.waiting_request
    if not isinstance(actor, Person) or not waiting or waiting.kind != Request.Kind.APPEAL:
        return False
    if case.order.issued_by_id != actor.pk:
        return False
    others = Post.objects.held().filter(unit=case.issuer_id, role__in=_ANSWERING, person__is_active=True)
    return others.exclude(person=actor).exists()


def _missing(actor: Actor, case: Case) -> str:
    return standing_of(case).missing


def _may_not_climb(actor: Actor, case: Case) -> bool:
    return bool(_missing(actor, case))


_WITHHELD = Unless(
    _("it comes of a covert inspection: the bulletin that takes it in issues it, not before"), _withheld
)
_BEING_PUBLISHED = Unless(
    _("a bulletin that takes it in is being published, and issues it as it is"), _in_publication
)
_FOUND_IT = Unless(_("you found this fault yourself; somebody else looks again"), _found_it)
_OF_THE_UNIT = Unless(_("you belong to the unit; somebody else looks again"), _of_the_unit)
_FILED_IT = Unless(_("you filed this proof yourself"), _filed_it)
_TOO_LATE = Unless(_("it was closed too long ago; draw up a new order"), _too_late)
_ISSUED_IT = Unless(
    _("you issued this order, and somebody else of your body decides about the appeal"), _appeals_own_order
)
_RUNG_LACKS = Unless(
    _("the rule of the next rung is not met, or the highest rung is climbed"), _may_not_climb, _missing
)
_LOOKS_NOT_AGAIN = (_FOUND_IT, _OF_THE_UNIT, _FILED_IT)


def _detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    return queries.order_detail(case)


def _standing(actor: Actor, case: Case) -> Mapping[str, Any]:
    return {"standing": standing_of(case)}


_TO_DO = ("issued", "rectifying", "returned")
_OPEN = (*_TO_DO, "proof_filed")

ORDER = Lifecycle(
    kind="order",
    label=_("order to rectify"),
    opened=_("Drawn up"),
    initial="drafted",
    template="rectification/order.html",
    detail=_detail,
    superseded="withdrawn",
    states=(
        State("drafted", _("drawn up, to be issued"), "secondary", waits=True),
        State("issued", _("to be acknowledged"), "blue", stalled=True),
        State("rectifying", _("being put right"), "azure"),
        State("proof_filed", _("to be re-checked"), "purple", answered=True, waits=True),
        State("returned", _("sent back"), "orange", stalled=True),
        State("closed", _("closed by re-check"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    turns=(Turn("made_known", _("Issued with the bulletin"), "drafted", "issued"),),
    moves=(
        Move(
            "issue",
            _("Issue the order"),
            ("drafted",),
            "issued",
            ISSUER,
            unless=(_WITHHELD, _BEING_PUBLISHED),
            form=forms.IssueForm,
            effect=orders.issue,
        ),
        Move(
            "edit",
            _("Correct it"),
            ("drafted",),
            None,
            ISSUER,
            unless=(_BEING_PUBLISHED,),
            form=forms.EditForm,
            effect=orders.edit,
            tone="secondary",
        ),
        Move("acknowledge", _("Acknowledge"), ("issued",), "rectifying", ANSWERS_FOR_UNIT),
        Move(
            "file_proof",
            _("File the proof"),
            ("rectifying", "returned"),
            "proof_filed",
            ANSWERS_FOR_UNIT,
            effect=proofs.enter_proof,
            page="rectification:proof",
        ),
        Move(
            "pass_recheck",
            _("Re-check passed: close it"),
            ("proof_filed",),
            "closed",
            _RECHECKS,
            unless=_LOOKS_NOT_AGAIN,
            form=forms.PassForm,
            grounds=proofs.enter_passed,
            effect=proofs.keep_photos,
            beside="rectification/proof_beside.html",
            weigh=_detail,
            tone="success",
        ),
        Move(
            "fail_recheck",
            _("Re-check failed: send it back"),
            ("proof_filed",),
            "returned",
            _RECHECKS,
            unless=_LOOKS_NOT_AGAIN,
            form=forms.FailForm,
            effect=proofs.fail_recheck,
            beside="rectification/proof_beside.html",
            weigh=_detail,
            tone="warning",
        ),
        Move(
            "name_checker",
            _("Name who looks again"),
            _OPEN,
            None,
            ISSUER,
            form=forms.CheckerForm,
            effect=orders.name_checker,
            tone="secondary",
        ),
        Move(
            "ask_extension",
            _("Ask for an extension"),
            _TO_DO,
            None,
            ANSWERS_FOR_UNIT,
            unless=(REQUEST_WAITS,),
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
            unless=(REQUEST_WAITS,),
            form=AskNotOursForm,
            effect=requests.ask_not_ours,
            tone="secondary",
        ),
        Move(
            "ask_appeal",
            _("Appeal against it"),
            _TO_DO,
            None,
            ANSWERS_FOR_UNIT,
            unless=(REQUEST_WAITS,),
            form=AskAppealForm,
            effect=requests.ask_appeal,
            tone="secondary",
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
            tone="success",
        ),
        Move(
            "pass_on",
            _("Give it to another unit"),
            _OPEN,
            "withdrawn",
            ISSUER,
            unless=(NOT_DISOWNED, ASKED_ONESELF),
            form=ReassignForm,
            effect=orders.pass_on,
            tone="success",
        ),
        Move(
            "uphold",
            _("Uphold the appeal"),
            _OPEN,
            "withdrawn",
            ISSUER,
            unless=(NOT_APPEALED, ASKED_ONESELF, _ISSUED_IT),
            form=ReasonForm,
            effect=orders.uphold,
            tone="success",
        ),
        Move(
            "refuse",
            _("Refuse the request"),
            _OPEN,
            None,
            ISSUER,
            unless=(NOTHING_ASKED, ASKED_ONESELF, _ISSUED_IT),
            form=RefuseForm,
            effect=requests.refuse,
            tone="warning",
        ),
        Move(
            # Not while a proof waits: then the office is what is late.
            "escalate",
            _("Escalate it by one rung"),
            _TO_DO,
            None,
            ISSUER,
            unless=(_RUNG_LACKS,),
            form=forms.EscalateForm,
            effect=ladder.escalate,
            beside="rectification/ladder.html",
            weigh=_standing,
            tone="warning",
        ),
        Move(
            "reopen",
            _("Reopen it"),
            ("closed",),
            "returned",
            ISSUER,
            unless=(_TOO_LATE,),
            form=forms.ReopenForm,
            effect=orders.reopen,
            tone="warning",
        ),
        Move(
            "withdraw",
            _("Withdraw the order"),
            ("drafted", *_OPEN),
            "withdrawn",
            ISSUER,
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
)

# What is done to orders that is no move of one.
VERBS = {
    "order.draft": _("Order drawn up"),
    "order.prepare": _("Paper of the order prepared for the bulletin"),
}
