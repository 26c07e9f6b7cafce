"""The lifecycle of requests for opinions, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import ExtendForm, ReasonForm
from chuangwen.cases.lifecycle import ANSWERS_FOR_UNIT, ISSUER, Actor, Lifecycle, Move, State
from chuangwen.cases.models import Case
from chuangwen.cases.services import say_why
from chuangwen.standards.services import consulting


def _detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    rows = list(case.consultation.opinions.select_related("unit", "attachment"))
    return {
        "consultation": case.consultation,
        "opinions": [row for row in rows if row.verdict == "facts"],
        "given": sum(1 for row in rows if row.verdict),
        "asked": len(rows),
    }


OPINION = Lifecycle(
    kind="opinion",
    label=_("request for opinions"),
    opened=_("Asked for"),
    initial="asked",
    template="standards/consultation.html",
    detail=_detail,
    states=(
        State("asked", _("to be answered"), "azure"),
        State("answered", _("sent in"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move("answer", _("Give opinions"), ("asked",), None, ANSWERS_FOR_UNIT, page="standards:opinions"),
        Move(
            "send",
            _("Send the opinions"),
            ("asked",),
            "answered",
            ANSWERS_FOR_UNIT,
            effect=consulting.send,
            tone="success",
        ),
        Move(
            "extend",
            _("Give more time"),
            ("asked",),
            "asked",
            ISSUER,
            form=ExtendForm,
            effect=consulting.extend,
            tone="secondary",
        ),
        Move(
            "withdraw",
            _("Withdraw it"),
            ("asked",),
            "withdrawn",
            ISSUER,
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
)
