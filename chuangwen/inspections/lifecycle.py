"""The lifecycles of inspections and of their visits, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import ReasonForm
from chuangwen.cases.lifecycle import Actor, Lifecycle, Move, State, Turn, Unless
from chuangwen.cases.models import Case
from chuangwen.cases.services import say_why
from chuangwen.inspections.findings import Decision
from chuangwen.inspections.forms import ConcludeForm
from chuangwen.inspections.models import Finding, Visit, YearPlan
from chuangwen.inspections.queries import checks_of, findings_of, knows_team
from chuangwen.inspections.services import concluding, inspecting
from chuangwen.inspections.submissions import Submission
from chuangwen.inspections.teams import LEADER, OWN_UNIT, SENDER, TEAM


def _visits_open(actor: Actor, case: Case) -> bool:
    return Visit.objects.filter(inspection=case.pk, case__closed_at__isnull=True).exists()


def _visits_begun(actor: Actor, case: Case) -> bool:
    states = (*inspecting.NOT_BEGUN, "withdrawn")
    return Visit.objects.filter(inspection=case.pk).exclude(case__state__in=states).exists()


def _no_visits(actor: Actor, case: Case) -> bool:
    return not Visit.objects.filter(inspection=case.pk).exclude(case__state="withdrawn").exists()


def _no_checks(actor: Actor, case: Case) -> bool:
    return not case.inspection.checks.exists()


def _inspection(actor: Actor, case: Case) -> Mapping[str, Any]:
    """The inspection, and those of its visits that the actor sees."""
    counts = checks_of(case.pk)
    visits = Visit.objects.visible_to(actor).filter(inspection=case.pk)
    related = visits.select_related("case__unit", "case__holder", "inspection")
    line = case.inspection.line
    return {
        "inspection": case.inspection,
        "plan": YearPlan.objects.visible_to(actor).filter(pk=line.plan_id).first(),
        "checks": list(Counter(check.point_type for check in counts).items()),
        "visits": [(one, VISIT.state(one.case.state)) for one in related.order_by("case__unit__code", "pk")],
    }


INSPECTION = Lifecycle(
    kind="inspection",
    label=_("inspection"),
    initial="preparing",
    template="inspections/inspection.html",
    detail=_inspection,
    superseded="withdrawn",
    states=(
        State("preparing", _("being prepared"), "blue"),
        State("running", _("set out"), "azure"),
        State("closed", _("concluded"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move(
            "check",
            _("Say what is looked at"),
            ("preparing",),
            None,
            SENDER,
            page="inspections:checks",
        ),
        Move(
            "send",
            _("Send a team to a unit"),
            ("preparing", "running"),
            None,
            SENDER,
            page="inspections:plan_visit",
        ),
        Move(
            "set_out",
            _("Set out"),
            ("preparing",),
            "running",
            SENDER,
            unless=(
                Unless(_("it is not said yet what is looked at"), _no_checks),
                Unless(_("no unit and no team is chosen yet"), _no_visits),
            ),
        ),
        Move(
            "close",
            _("Close it"),
            ("running",),
            "closed",
            SENDER,
            unless=(Unless(_("visits of it are still open"), _visits_open),),
            tone="success",
        ),
        Move(
            "withdraw",
            _("Withdraw it"),
            ("preparing", "running"),
            "withdrawn",
            SENDER,
            unless=(Unless(_("visits of it have begun"), _visits_begun),),
            form=ReasonForm,
            effect=inspecting.withdraw,
            tone="danger",
        ),
    ),
)


def _not_set_out(actor: Actor, case: Case) -> bool:
    return bool(case.visit.inspection.case.state != inspecting.RUNNING)


def _too_early(actor: Actor, case: Case) -> bool:
    return bool(timezone.localdate() < case.visit.inspection.opens_on)


def _unannounced(actor: Actor, case: Case) -> bool:
    return case.state == "planned" and not case.visit.inspection.covert


def _nothing_found(actor: Actor, case: Case) -> bool:
    return not Finding.objects.filter(visit=case.pk).exists()


def _being_taken_in(actor: Actor, case: Case) -> bool:
    """A form that has come is acknowledged: what it says counts before the visit is handed in."""
    return Submission.objects.filter(visit=case.pk).being_taken_in().exists()


def _undecided(actor: Actor, case: Case) -> bool:
    return Finding.objects.filter(visit=case.pk, decision=Decision.WAITING).exists()


def _visit(actor: Actor, case: Case) -> Mapping[str, Any]:
    """The visit; its team for whoever may know them, and its findings as far as the actor sees them."""
    visit = case.visit
    known = knows_team(actor, case) or not visit.inspection.covert
    team = visit.members.select_related("person") if known else ()
    return {"visit": visit, "team": team, "findings": findings_of(actor, case)}


VISIT = Lifecycle(
    kind="visit",
    label=_("visit"),
    opened=_("Planned"),
    initial="planned",
    template="inspections/visit.html",
    detail=_visit,
    superseded="withdrawn",
    related=("visit__inspection__case",),
    inherit=inspecting.inherit,
    states=(
        State("planned", _("planned"), "blue"),
        State("announced", _("announced"), "azure"),
        State("under_way", _("being inspected"), "azure"),
        State("handed_in", _("handed in"), "purple"),
        State("reviewed", _("reviewed"), "purple", answered=True),
        State("closed", _("concluded"), "green", closed=True),
        State("withdrawn", _("withdrawn"), "secondary", closed=True),
    ),
    moves=(
        Move(
            "begin",
            _("Begin the visit"),
            ("planned", "announced"),
            "under_way",
            TEAM,
            unless=(
                OWN_UNIT,
                Unless(_("the inspection has not set out"), _not_set_out),
                Unless(_("an open visit is announced to the unit before"), _unannounced),
                Unless(_("the first day of the inspection has not come"), _too_early),
            ),
        ),
        Move(
            "enter",
            _("Enter what you find"),
            ("under_way",),
            None,
            TEAM,
            unless=(OWN_UNIT,),
            page="inspections:checklist",
        ),
        Move(
            "hand_in",
            _("Hand it in"),
            ("under_way",),
            "handed_in",
            LEADER,
            unless=(
                OWN_UNIT,
                Unless(_("filled-in forms are still being taken in"), _being_taken_in),
                Unless(_("nothing is entered yet"), _nothing_found),
            ),
            tone="success",
        ),
        Move("take_back", _("Take it up again"), ("handed_in",), "under_way", LEADER, tone="secondary"),
        Move(
            "review",
            _("Go through the findings"),
            ("handed_in",),
            None,
            LEADER,
            unless=(OWN_UNIT,),
            page="inspections:review",
        ),
        Move(
            "pass_on",
            _("Give it to the office"),
            ("handed_in",),
            "reviewed",
            LEADER,
            unless=(OWN_UNIT, Unless(_("findings are still to be reviewed"), _undecided)),
            tone="success",
        ),
        Move(
            "conclude",
            _("Conclude it"),
            ("reviewed",),
            "closed",
            SENDER,
            form=ConcludeForm,
            effect=concluding.conclude,
            tone="success",
        ),
        Move(
            "withdraw",
            _("Withdraw it"),
            ("planned", "announced", "under_way"),
            "withdrawn",
            SENDER,
            form=ReasonForm,
            effect=say_why,
            tone="danger",
        ),
    ),
    turns=(Turn("announce", _("Announced to the unit"), "planned", "announced"),),
)
