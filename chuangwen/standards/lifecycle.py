"""The lifecycles of self-reports and of their reviews, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import ExtendForm, ReasonForm
from chuangwen.cases.lifecycle import (
    ANSWERS_FOR_UNIT,
    HOLDER,
    ISSUER,
    Actor,
    Doubled,
    Lifecycle,
    Move,
    State,
    Turn,
    Unless,
)
from chuangwen.cases.models import Case
from chuangwen.cases.services import say_why
from chuangwen.organizations.models import Unit
from chuangwen.organizations.scope import scope_of
from chuangwen.standards.filling import filled
from chuangwen.standards.forms import FileForm
from chuangwen.standards.models import Panel, Score, SelfReport
from chuangwen.standards.reviewing import lines_of
from chuangwen.standards.services import reporting, results, reviews
from chuangwen.standards.verdicts import verdicts


def _over(actor: Actor, case: Case) -> bool:
    return bool(case.due and case.due < timezone.localdate())


_CLOSED = Unless(
    _("the last day for filing is over; what you have written is kept: ask the office for more time"), _over
)


def _under_review(actor: Actor, case: Case) -> bool:
    return case.self_report.reviews.exclude(case__state="withdrawn").exists()


_REVIEWED = Unless(_("reviewers have begun with it; withdraw their reviews first"), _under_review)


def _waits_for_reviews(actor: Actor, case: Case) -> bool:
    panel = Panel.objects.filter(round__self_reports=case.pk).first()
    return not panel or verdicts(panel, case.self_report) is None


_UNREVIEWED = Unless(_("its reviews are not all in"), _waits_for_reviews)


def _is_released(actor: Actor, case: Case) -> bool:
    return Score.objects.filter(pk=case.pk).exists()


_RELEASED = Unless(_("it is released already"), _is_released)


def _detail(actor: Actor, case: Case) -> Mapping[str, Any]:
    lines = filled(case.self_report)
    return {
        "lines": lines,
        "lacking": sum(1 for line in lines if line.missing),
        "round": case.self_report.round,
        "score": Score.objects.visible_to(actor).filter(pk=case.pk).first(),
    }


def _inherit(unit: Unit, successor: Unit) -> list[Doubled]:
    """Where the successor has a self-report of the same round itself, that one is kept."""
    passing = SelfReport.objects.filter(case__unit=unit, case__closed_at__isnull=True)
    held = SelfReport.objects.filter(case__unit=successor).exclude(case__state="withdrawn")
    own = {row.round_id: row.case for row in held.select_related("case")}
    return [
        Doubled(closed=row.case, kept=own[row.round_id])
        for row in passing.select_related("case")
        if row.round_id in own
    ]


SELF_REPORT = Lifecycle(
    kind="self_report",
    label=_("self-report"),
    opened=_("Asked for"),
    initial="filling",
    template="standards/self_report.html",
    detail=_detail,
    superseded="withdrawn",
    inherit=_inherit,
    states=(
        State("filling", _("being filled in"), "azure"),
        State("missed", _("not filed in time"), "orange", stalled=True),
        State("filed", _("filed"), "purple", answered=True),
        State("received", _("received"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move(
            "fill",
            _("Fill it in"),
            ("filling",),
            None,
            ANSWERS_FOR_UNIT,
            unless=(_CLOSED,),
            page="standards:fill",
        ),
        Move(
            "file",
            _("File it"),
            ("filling",),
            "filed",
            ANSWERS_FOR_UNIT,
            unless=(_CLOSED,),
            form=FileForm,
            effect=reporting.file,
        ),
        Move("receive", _("Receive it"), ("filed",), "received", ISSUER, tone="success"),
        Move(
            "send_back",
            _("Send back"),
            ("filed",),
            "filling",
            ISSUER,
            unless=(_REVIEWED,),
            form=ReasonForm,
            effect=say_why,
            tone="warning",
        ),
        Move(
            "release",
            _("Release the result"),
            ("filed", "received"),
            None,
            ISSUER,
            unless=(_RELEASED, _UNREVIEWED),
            effect=results.release,
            tone="success",
        ),
        Move(
            "extend",
            _("Give more time"),
            ("filling", "missed"),
            "filling",
            ISSUER,
            form=ExtendForm,
            effect=reporting.extend,
            tone="secondary",
        ),
        Move(
            "withdraw",
            _("Withdraw it"),
            ("filling", "missed", "filed"),
            "withdrawn",
            ISSUER,
            unless=(_REVIEWED,),
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
    turns=(Turn("miss", _("The last day passed without filing"), "filling", "missed"),),
)


def _sees_all(actor: Actor, case: Case) -> bool:
    scope = scope_of(actor)
    return case.issuer_id in scope.belongs or bool(scope.audits)


_SEES_ALL = Unless(_("you hold a post now that sees what the other reviewer gives"), _sees_all)


def _of_the_unit(actor: Actor, case: Case) -> bool:
    unit = case.review.self_report.case.unit_id
    return any(post.unit_id == unit for post in scope_of(actor).posts)


_OWN = Unless(
    _("you hold a post in this unit now; the office gives the review to somebody else"), _of_the_unit
)


def _marks(actor: Actor, case: Case) -> Mapping[str, Any]:
    lines = lines_of(case.review)
    return {"lines": lines, "marked": sum(1 for line in lines if line.mark), "review": case.review}


REVIEW = Lifecycle(
    kind="review",
    label=_("review"),
    opened=_("Drawn"),
    initial="scoring",
    template="standards/review_case.html",
    detail=_marks,
    states=(
        State("scoring", _("being reviewed"), "azure"),
        State("submitted", _("submitted"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move(
            "score",
            _("Review it"),
            ("scoring",),
            None,
            HOLDER,
            unless=(_SEES_ALL, _OWN),
            page="standards:score",
        ),
        Move(
            "submit",
            _("Submit the review"),
            ("scoring",),
            "submitted",
            HOLDER,
            unless=(_SEES_ALL, _OWN),
            effect=reviews.submit,
            tone="success",
        ),
        Move(
            "extend",
            _("Give more time"),
            ("scoring",),
            "scoring",
            ISSUER,
            form=ExtendForm,
            effect=reviews.extend,
            tone="secondary",
        ),
        Move(
            "withdraw",
            _("Withdraw it"),
            ("scoring",),
            "withdrawn",
            ISSUER,
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
)
