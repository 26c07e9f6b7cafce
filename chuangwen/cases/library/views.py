"""The pages of the library: the list, what is added, one piece and where it is used."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.evidence import Evidence, EvidenceQuerySet
from chuangwen.cases.library import queries, services
from chuangwen.cases.library.forms import AddForm, DescribeForm, LibraryFilter
from chuangwen.cases.library.twins import seen_before
from chuangwen.cases.library.uses import uses_of
from chuangwen.cases.views import seen_again, seen_of
from chuangwen.core.access import note_read
from chuangwen.core.downloads import limited, table
from chuangwen.core.files import download
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.core.sessions import kept
from chuangwen.core.typed import natural
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name

PAGE = 50  # pieces on a page


def _pieces(request: HttpRequest) -> EvidenceQuerySet:
    return Evidence.objects.visible_to(request.user).select_related("unit", "added_by", "blob")


def _several(request: HttpRequest) -> bool:
    """Whether the person looks into the libraries of more than one unit."""
    scope = scope_of(request.user)
    return bool(scope.territories or scope.lines or len(scope.belongs) > 1)


def _narrowed(request: HttpRequest) -> tuple[LibraryFilter, EvidenceQuerySet]:
    form = LibraryFilter(request.GET, several=_several(request))
    pieces = _pieces(request)
    return form, queries.narrowed(pieces, form.cleaned_data if form.is_valid() else {})


@require_GET
def library_page(request: HttpRequest) -> HttpResponse:
    """The pieces that one may see, narrowed, the newest first, a page at a time."""
    form, pieces = _narrowed(request)
    # Pages begin below a key, not at a number: the last of many costs what the first does.
    before = natural(request.GET.get("before", ""))
    rows = list((pieces.filter(pk__lt=before) if before else pieces).order_by("-pk")[: PAGE + 1])
    context = {
        "form": form,
        "several": _several(request),
        "pieces": rows[:PAGE],
        "before": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "asked": request.GET,
        "adds": bool(scope_of(request.user).belongs),
    }
    return render(request, "cases/library/library.html", context)


@require_GET
def library_table(request: HttpRequest) -> HttpResponse:
    """The list as it was narrowed, as xlsx; where a photo was taken is no part of it."""
    _form, pieces = _narrowed(request)
    headings = (
        _("Unit"),
        _("Name of the piece"),
        _("Kind"),
        _("What it shows"),
        _("Dated"),
        _("Document number"),
        _("Link"),
        _("Added"),
        _("Added by"),
        _("Withdrawn"),
    )
    rows = (
        (
            piece.unit.name,
            piece.name,
            piece.get_kind_display(),
            piece.description,
            piece.dated,
            piece.number,
            piece.link,
            timezone.localdate(piece.added_at),
            piece.added_by.name,
            timezone.localdate(piece.withdrawn_at) if piece.withdrawn_at else None,
        )
        for piece in limited(pieces.order_by("-pk"))
    )
    return table("library", _("Library of evidence"), headings, rows)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add files or a link, described once for all of them."""
    units = queries.own_units(request.user)
    if not units:
        raise Problem(NOT_ALLOWED, reason=_("only those who belong to a unit add to its library"))
    typed = request.POST if request.method == "POST" else kept(request)
    form = AddForm(typed, request.FILES if request.method == "POST" else None, units=units)
    problem = None
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            stored = services.store(asked.pop("uploads"))
            pieces = services.add(actor=request.user, stored=stored, **asked)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("In the library: %(count)s") % {"count": len(pieces)})
            return redirect("cases:evidence", pieces[0].pk) if len(pieces) == 1 else redirect("cases:library")
    context = {"form": form, "problem": problem, "kept": request.method == "GET" and typed is not None}
    return render(request, "cases/library/add.html", context, status=_status(request, problem))


def _status(request: HttpRequest, problem: Problem | None) -> int:
    return problem.status if problem else 400 if request.method == "POST" else 200


def _piece(request: HttpRequest, pk: int) -> Evidence:
    found: Evidence = get_object_or_404(
        _pieces(request).select_related("hint", "concealed__confirmed_by"), pk=pk
    )
    return found


@require_GET
def piece_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece: what it is, what its photo told of itself, and where it is used."""
    piece = _piece(request, pk)
    context: dict[str, Any] = {
        "piece": piece,
        "hint": getattr(piece, "hint", None),
        "concealed": getattr(piece, "concealed", None),
        "uses": uses_of(request.user, piece),
        "twins": seen_before(piece, request.user),
        "may_change": queries.may_change(request.user, piece),
    }
    return render(request, "cases/library/piece.html", context)


@require_GET
def file(request: HttpRequest, pk: int) -> FileResponse:
    """The file of a piece; photos are shown in place."""
    piece = _piece(request, pk)
    if not piece.blob:
        raise Http404
    note_read(actor=journal_name(request.user), subject=piece.subject, item=piece.subject)  # type: ignore[arg-type]
    return download(piece.blob, piece.name, inline=piece.is_photo)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is said of a piece; refused, what was typed is kept."""
    piece = _piece(request, pk)
    if not queries.may_change(request.user, piece):
        raise Problem(
            NOT_ALLOWED, reason=_("only whoever added a piece, or answers for its unit, changes it")
        )
    typed = request.POST if request.method == "POST" else kept(request)
    form, revision = DescribeForm(typed, instance=piece), piece.revision
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            services.describe(actor=request.user, piece=piece, seen=seen_of(request), **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
            revision = _piece(request, pk).revision
        else:
            messages.success(request, _("Saved."))
            return redirect("cases:evidence", pk)
    context = {
        "form": form,
        "piece": piece,
        "problem": problem,
        "kept": request.method == "GET" and typed is not None,
        "seen": seen_again(request, typed, revision),
    }
    return render(request, "cases/library/edit.html", context, status=_status(request, problem))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a piece out of the library."""
    piece = _piece(request, pk)
    if services.withdraw(actor=request.user, piece=piece):  # type: ignore[arg-type]
        messages.success(request, _("Withdrawn: it stays where it is used, and is offered no more."))
        return redirect("cases:evidence", pk)
    messages.success(request, _("Taken out of the library."))
    return redirect("cases:library")
