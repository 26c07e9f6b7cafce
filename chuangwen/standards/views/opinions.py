"""The pages of opinions: the office asks, a body answers as a table or a sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Case
from chuangwen.core import files
from chuangwen.core.access import note_read
from chuangwen.core.downloads import attached
from chuangwen.core.files import download
from chuangwen.core.problems import Problem
from chuangwen.core.sessions import kept
from chuangwen.core.spreadsheets import Sheet, book
from chuangwen.organizations.services import journal_name
from chuangwen.standards.importing.forms import stored_table
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.models import Opinion
from chuangwen.standards.opinion_forms import AskForm, OpinionForm, SheetForm, read_rows
from chuangwen.standards.services import consulting
from chuangwen.standards.services.editing import require_office
from chuangwen.standards.views.rounds import round_of

PAGE = 50  # units on a page
TOLD = 20  # mistakes of a sheet that are told at once


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask other departments about the units of a round."""
    found = round_of(request, pk)
    require_office(request.user, found.campaign.office)  # type: ignore[arg-type]
    typed = request.POST if request.method == "POST" else kept(request)
    form = AskForm(typed, round=found)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            asked = consulting.ask(actor=request.user, round=found, **form.cleaned_data)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            words = ngettext("%(count)s body is asked.", "%(count)s bodies are asked.", len(asked))
            messages.success(request, words % {"count": len(asked)})
            return redirect("standards:round", pk)
    context = {"form": form, "problem": problem, "round": found}
    status = problem.status if problem else 400 if request.method == "POST" else 200
    return render(request, "standards/ask_opinions.html", context, status=status)


def _case(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).filter(kind="opinion")
    related = ("unit", "issuer", "campaign", "consultation__round__standard")
    return get_object_or_404(cases.select_related(*related), number=number)


def _rows(case: Case) -> QuerySet[Opinion]:
    return Opinion.objects.filter(consultation=case.pk).select_related("unit", "attachment")


@require_http_methods(["GET", "POST"])
def opinions(request: HttpRequest, number: str) -> HttpResponse:
    """One row for each unit, some of them on a page; what is refused keeps what was typed."""
    case = _case(request, number)
    page = Paginator(_rows(case), PAGE).get_page(request.GET.get("page"))
    posted = request.method == "POST"
    typed = request.POST if posted else kept(request)
    uploads = request.FILES if posted else None
    forms = [OpinionForm(typed, uploads, opinion=row) for row in page]
    problem = None
    if posted and all([form.is_valid() for form in forms]):  # noqa: C419 - every row shows its own mistakes
        said = [form.said for form in forms if form.has_changed()]
        try:
            consulting.say(actor=request.user, case=case, said=said)  # type: ignore[arg-type]
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Saved."))
            if page.has_next():
                onward = reverse("standards:opinions", args=[number])
                return redirect(f"{onward}?page={page.next_page_number()}")
            return redirect("cases:case", number)
    status = problem.status if problem else 400 if posted else 200
    context = {"page": page, "forms": forms, "sheet": SheetForm(), "problem": problem}
    return _page(request, case, context, status)


def _page(request: HttpRequest, case: Case, context: dict[str, Any], status: int) -> HttpResponse:
    decision = may(request.user, lifecycle_of(case).move("answer"), case)
    known = {"case": case, "may_answer": decision, **context}
    return render(request, "standards/opinions.html", known, status=status)


@require_POST
def opinions_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The opinions as a sheet; with a mistake in one row nothing is entered, and every mistake is told."""
    case = _case(request, number)
    form = SheetForm(request.POST, request.FILES)
    problem: Problem | None = None
    wrong: list[str] = []
    if form.is_valid():
        try:
            upload, text = form.cleaned_data["file"], form.cleaned_data["rows"]
            blob = stored_table(upload) if upload else files.store_bytes(text.encode(), files.TEXT)
            rows = [row for sheet in sheets(files.path(blob)) for row in sheet.rows]
            said, wrong = read_rows(rows, _rows(case))
            if not wrong:
                count = consulting.say(actor=request.user, case=case, said=said)  # type: ignore[arg-type]
                words = ngettext("%(count)s opinion entered.", "%(count)s opinions entered.", count)
                messages.success(request, words % {"count": count})
                return redirect("standards:opinions", number)
        except Problem as raised:
            problem = raised
    page = Paginator(_rows(case), PAGE).get_page(None)
    context = {
        "page": page,
        "forms": [OpinionForm(opinion=row) for row in page],
        "sheet": form,
        "problem": problem,
        "wrong": wrong[:TOLD],
        "more": max(len(wrong) - TOLD, 0),
    }
    return _page(request, case, context, problem.status if problem else 400)


@require_GET
def opinions_table(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet to be filled in, with what was said so far."""
    case = _case(request, number)
    headings = (_("Unit code"), _("Unit"), _("Opinion"), _("Facts"), _("Day"))
    rows = (
        (row.unit.code, row.unit.name, row.get_verdict_display() if row.verdict else "", row.words, row.day)
        for row in _rows(case)
    )
    return attached(book(Sheet(_("Opinions"), headings, rows, to_fill=True)), "opinions.xlsx")


@require_GET
def opinion_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """The file of one opinion, for whoever sees that opinion: the body, the office, the unit's reviewers."""
    seen = Opinion.objects.visible_to(request.user).filter(attachment__isnull=False)
    related = seen.select_related("attachment__blob", "consultation__case")
    found = get_object_or_404(related, pk=pk, consultation__case__number=number)
    file = found.attachment
    note_read(
        actor=journal_name(request.user),  # type: ignore[arg-type]
        subject=found.consultation.case.subject,
        item=f"attachment:{file.pk}",  # type: ignore[union-attr]
    )
    return download(file.blob, file.name)  # type: ignore[union-attr]
