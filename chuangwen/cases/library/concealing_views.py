"""The page on which a person looks at a photo and says what of it is concealed before it may be published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chuangwen.cases.evidence import Concealed, Evidence
from chuangwen.cases.library import queries, services
from chuangwen.cases.library.forms import BoxesForm, as_rows
from chuangwen.cases.views import looks, seen_again, seen_of
from chuangwen.core import photos
from chuangwen.core.access import note_read
from chuangwen.core.files import download
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.services import journal_name


def _photo(request: HttpRequest, pk: int) -> Evidence:
    pieces = Evidence.objects.visible_to(request.user).select_related("unit", "blob", "concealed")
    piece: Evidence = get_object_or_404(pieces, pk=pk)
    if not piece.is_photo:
        raise Http404
    return piece


@require_http_methods(["GET", "POST"])
def conceal(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo with the boxes that were found or confirmed; changed by numbers, or drawn by a script."""
    piece = _photo(request, pk)
    if not queries.may_change(request.user, piece):
        raise Problem(
            NOT_ALLOWED, reason=_("only whoever added a piece, or answers for its unit, changes it")
        )
    posted = request.method == "POST"
    form: Any = BoxesForm(
        request.POST if posted else None, initial=None if posted else as_rows(_boxes(piece))
    )
    problem = None
    if posted and not looks(request) and form.is_valid():
        try:
            services.conceal(actor=request.user, piece=piece, seen=seen_of(request), boxes=form.boxes())  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
            piece.refresh_from_db()
        else:
            messages.success(request, _("The copy that may be published is kept."))
            return redirect("cases:evidence", pk)
    shown = form.boxes() if posted and form.is_valid() else [] if posted else _boxes(piece)
    width, height = photos.size(piece.blob)  # type: ignore[arg-type]  # a photo has a file
    context: dict[str, Any] = {
        "piece": piece,
        "form": form,
        "boxes": shown,
        "width": width,
        "height": height,
        "problem": problem,
        "seen": seen_again(request, None, piece.revision),
    }
    wrong = posted and not looks(request)
    status = problem.status if problem else 400 if wrong else 200
    return render(request, "cases/library/conceal.html", context, status=status)


def _boxes(piece: Evidence) -> list[Any]:
    """What was confirmed before; else what the detectors find."""
    confirmed: Concealed | None = getattr(piece, "concealed", None)
    return confirmed.boxes if confirmed else photos.likely_boxes(piece.blob)  # type: ignore[arg-type]


@require_GET
def copy(request: HttpRequest, pk: int) -> FileResponse:
    """The copy that may be published."""
    piece = _photo(request, pk)
    confirmed: Concealed | None = getattr(piece, "concealed", None)
    if not confirmed:
        raise Http404
    note_read(actor=journal_name(request.user), subject=piece.subject, item=piece.subject)  # type: ignore[arg-type]
    return download(confirmed.blob, piece.name, inline=True)
