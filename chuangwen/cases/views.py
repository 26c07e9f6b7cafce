"""The generic pages of any case: the case, its moves, its files."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chuangwen.cases import queries
from chuangwen.cases.lifecycle import Move, decisions, lifecycle_of, may
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import perform
from chuangwen.core.access import note_read
from chuangwen.core.files import download
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.core.typed import natural
from chuangwen.organizations.services import journal_name

_SHOWN = (Attachment.Purpose.PHOTO, Attachment.Purpose.EVIDENCE)  # in place, where they are pictures
_LOOK = "look_up"  # the button that looks evidence up (library/picking.py), and sends nothing else


def _cases(request: HttpRequest) -> QuerySet[Case]:
    return Case.objects.visible_to(request.user).select_related(
        "unit__territory", "issuer", "campaign", "parent"
    )


@require_GET
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """What, whose, until when, what happened, what you can do now and why not the rest."""
    case = get_object_or_404(_cases(request), number=number)
    lifecycle = lifecycle_of(case)
    rows = decisions(request.user, case)
    passages = queries.passages(request.user, case)
    context = {
        "case": case,
        "lifecycle": lifecycle,
        "state": lifecycle.state(case.state),
        "decisions": rows,
        "refused": [row for row in rows if not row[1].allowed],
        "nothing_to_do": not any(decision.allowed for _move, decision in rows),
        "history": queries.history(case),
        "passages": passages,
        "passed_on": queries.times_passed_on([case.pk])[case.pk] if passages else 0,
        "attachments": case.attachments.select_related("blob"),
        **lifecycle.detail(request.user, case),
    }
    return render(request, "cases/case.html", context)


@require_http_methods(["GET", "POST"])
def move_page(request: HttpRequest, number: str, move_name: str) -> HttpResponse:
    """The form of a move, and the move itself; nothing typed is lost when it is refused."""
    case = get_object_or_404(_cases(request), number=number)
    move = lifecycle_of(case).move(move_name)
    if move.page:
        return redirect(move.page, number)
    typed = request.POST if request.method == "POST" else kept(request)
    form = _form(move, case, typed, request)
    problem = None
    looked = looks(request)
    if request.method == "POST" and not looked and (form is None or form.is_valid()):
        try:
            perform(
                actor=request.user,  # type: ignore[arg-type]
                move_name=move_name,
                case=case,
                seen=seen_of(request),
                **(form.cleaned_data if form else {}),
            )
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Done: %(move)s") % {"move": move.label})
            return redirect("cases:case", number)
    case.refresh_from_db()
    context = {
        "case": case,
        "move": move,
        "form": form,
        "decision": may(request.user, move, case),
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "seen": seen_again(request, typed, case.revision),
        "state": lifecycle_of(case).state(case.state),
        **move.weigh(request.user, case),
    }
    status = problem.status if problem else 400 if request.method == "POST" and not looked else 200
    return render(request, "cases/move.html", context, status=status)


def _form(move: Move, case: Case, typed: QueryDict | None, request: HttpRequest) -> BaseForm | None:
    if move.form is None:
        return None
    files = request.FILES if request.method == "POST" else None
    return move.form(typed, files, case=case)  # type: ignore[call-arg]


def looks(request: HttpRequest) -> bool:
    """Whether the form was sent only to look into the library: it is shown again, and nothing is done."""
    return _LOOK in request.POST


def seen_of(request: HttpRequest) -> int:
    """The revision that the person had before their eyes; without one they saw none that exists."""
    seen = natural(request.POST.get("seen", ""))
    return -1 if seen is None else seen


def seen_again(request: HttpRequest, typed: QueryDict | None, now: int) -> int | str:
    """The revision that a form shown again stands on.

    Words kept over an expired login still answer what was seen then; after a refusal the page shows what is
    so now, and the person decides again. Whoever only looked into the library has not seen more than before.
    """
    if looks(request):
        return request.POST.get("seen", "")
    return typed.get("seen", now) if typed is not None and request.method == "GET" else now


@require_GET
def attachment(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A file of a case, for whoever may see the case."""
    case = get_object_or_404(_cases(request), number=number)
    found = Attachment.objects.filter(case=case, pk=pk).select_related("blob").first()
    if not found:
        raise Http404
    note_read(actor=journal_name(request.user), subject=case.subject, item=f"attachment:{pk}")  # type: ignore[arg-type]
    return download(found.blob, found.name, inline=found.purpose in _SHOWN)
