"""The lifecycle of objections, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import MoveForm, ReasonForm, WordsField
from chuangwen.cases.lifecycle import ANSWERS_FOR_UNIT, Actor, Lifecycle, Move, State, Who
from chuangwen.cases.models import Case
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.models import Criterion, Objection
from chuangwen.standards.results import REASON_LIMIT
from chuangwen.standards.review_forms import FoundForm
from chuangwen.standards.scoring import Line, given_of, line_of
from chuangwen.standards.services import results


def _criterion(case: Case) -> Criterion:
    criteria = Criterion.objects.select_related("indicator__dimension")
    return criteria.get(results__objection=case.pk)


class CorrectForm(FoundForm, MoveForm):
    """What is found instead; the rule computes the points."""

    reason = WordsField(
        label=_("Reason"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this; the original points stay beside the corrected ones."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, criterion=_criterion(case), **kwargs)


def _raised_it(actor: Actor, case: Case) -> bool:
    return Relation.ANSWERS_FOR in scope_of(actor).relations(case.issuer)


_WHO_RAISED = Who(_("the unit that objects"), _raised_it)


def _detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    related = ("result__criterion__indicator__dimension", "result__score__self_report__case")
    objection = Objection.objects.select_related(*related).get(pk=case.pk)
    result = objection.result
    given = given_of(result.score.self_report)[result.criterion_id]
    line: Line = line_of(result.criterion, given)
    return {
        "objection": objection,
        "result": result,
        "criterion": result.criterion,
        "given": given,
        "line": line,
    }


OBJECTION = Lifecycle(
    kind="objection",
    label=_("objection"),
    opened=_("Objected"),
    initial="raised",
    template="standards/objection.html",
    detail=_detail,
    states=(
        State("raised", _("waits for an answer"), "azure"),
        State("corrected", _("corrected"), "green", closed=True),
        State("kept", _("points stand"), "secondary", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move(
            "correct",
            _("Correct the points"),
            ("raised",),
            "corrected",
            ANSWERS_FOR_UNIT,
            form=CorrectForm,
            effect=results.correct,
            beside="standards/objection_beside.html",
            weigh=_detail,
            tone="success",
        ),
        Move(
            "keep",
            _("Let the points stand"),
            ("raised",),
            "kept",
            ANSWERS_FOR_UNIT,
            form=ReasonForm,
            effect=results.keep,
            beside="standards/objection_beside.html",
            weigh=_detail,
            tone="warning",
        ),
        Move("withdraw", _("Withdraw it"), ("raised",), "withdrawn", _WHO_RAISED, tone="secondary"),
    ),
)
