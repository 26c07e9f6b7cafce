"""The pages of orders that are more than a move's form: drawing one up, filing the proof."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.views import looks, seen_again, seen_of
from chuangwen.core import photos
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.organizations.models import Person, within_any
from chuangwen.organizations.scope import scope_of
from chuangwen.rectification.forms import DraftForm, FaultForms, ProofForm
from chuangwen.rectification.queries import faults_of
from chuangwen.rectification.services import proofs
from chuangwen.rectification.services.orders import Fault, draft


def campaigns_of(actor: Person) -> QuerySet[Campaign]:
    """The open campaigns of the offices that the actor runs."""
    offices = scope_of(actor).offices
    if not offices:
        raise Problem(NOT_ALLOWED, reason=_("only a civility office does this"))
    return Campaign.objects.visible_to(actor).open().filter(within_any(offices, "office__territory_id"))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw up an order: what was found at one unit, by the office itself."""
    actor: Person = request.user  # type: ignore[assignment]
    campaigns = campaigns_of(actor)
    typed = request.POST if request.method == "POST" else kept(request)
    form = DraftForm(typed, campaigns=campaigns)
    faults = FaultForms(typed, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid() and faults.is_valid():
        try:
            order = draft(
                actor=actor,
                campaign=form.cleaned_data["campaign"],
                issuer=form.cleaned_data["campaign"].office,
                unit=form.cleaned_data["unit"],
                kind=form.cleaned_data["kind"],
                faults=[_fault(row) for row in faults.cleaned_data if row],
            )
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("The order is drawn up; nobody else sees it until you issue it."))
            return redirect("cases:case", order.case.number)
    context = {"form": form, "faults": faults, "problem": problem}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "rectification/new.html", context, status=status)


def _fault(row: dict[str, Any]) -> Fault:
    blobs = [photos.store(picture, accept=photos.SENT).blob for picture in row["pictures"]]
    return Fault(row["clause"], row["words"], row["place"], blobs)


@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """File the proof: for every fault what was done, and how it is now."""
    cases = Case.objects.visible_to(request.user).filter(kind="order")
    case = get_object_or_404(
        cases.select_related("unit__territory", "issuer", "campaign", "order"), number=number
    )
    faults = faults_of(case.order, None)
    items = [fault.item for fault in faults]
    typed = request.POST if request.method == "POST" else kept(request)
    files = request.FILES if request.method == "POST" else None
    form = ProofForm(typed, files, case=case, items=items)
    problem, looked = None, looks(request)
    if request.method == "POST" and not looked and form.is_valid():
        try:
            proofs.file_proof(
                actor=request.user,  # type: ignore[arg-type]
                case=case,
                seen=seen_of(request),
                done=form.done(),
            )
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("The proof is filed; somebody who did not inspect looks again."))
            return redirect("cases:case", number)
        case.refresh_from_db()
    context = {
        "case": case,
        "form": form,
        "faults": [(fault, form.fields_of(fault.item)) for fault in faults],
        "decision": may(request.user, lifecycle_of(case).move("file_proof"), case),
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "seen": seen_again(request, typed, case.revision),
    }
    status = problem.status if problem else 400 if request.method == "POST" and not looked else 200
    return render(request, "rectification/proof.html", context, status=status)
