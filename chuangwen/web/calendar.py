"""The working calendar as pages: which years are known, from where; the administrator enters the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from chuangwen.core import calendar, yearly_table
from chuangwen.core.downloads import attached
from chuangwen.core.models import Event
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.web.audit.queries import Line, event_lines

IMPORTS = 50  # the newest; a year has one, or two when it was wrong at first
LARGEST = 100_000  # bytes; a year's table has two or three thousand


@dataclass(frozen=True)
class Year:
    """One year: its days, and its import where it was not built in; ``days`` is 0 for one not published."""

    number: int
    days: int
    source: str = ""
    line: Line | None = None


class TableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table of a year (csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
        help_text=gettext_lazy(
            "One day a line: date, holiday or workday (a make-up day at a weekend), name. A year is"
            " replaced whole; other years stay."
        ),
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("This is larger than any year's table. Choose the right file."))
        return file


@require_http_methods(["GET", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """The years, the days of one of them, and for the administrator the door for a newer table.

    A table with mistakes changes nothing; all of them are shown, each with its line.
    """
    administers = bool(scope_of(request.user).administers)
    if request.method == "POST" and not administers:
        raise Problem(NOT_ALLOWED, reason=_("only the system administrator enters tables of holidays"))
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    faults: list[yearly_table.Fault] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        text = yearly_table.decoded(file.read())
        faults = yearly_table.check(text)[1]
        if not faults:
            days = yearly_table.enter(actor=journal_name(request.user), text=text, source=file.name)  # type: ignore[arg-type]
            entered = _(", ").join(str(year) for year in sorted(days))
            messages.success(request, _("Entered: %(years)s.") % {"years": entered})
            return redirect("web:calendar")
    years = known_years()
    context = {"years": years, "form": form if administers else None, "faults": faults}
    return render(request, "web/calendar.html", context, status=400 if faults or form.errors else 200)


def known_years() -> list[Year]:
    """Last year, this one and the next, and whatever was entered, the newest first; two queries."""
    events = list(Event.objects.filter(subject="calendar", verb="calendar.import").order_by("-id")[:IMPORTS])
    imported: dict[int, tuple[str, Line]] = {}
    for event, line in zip(events, event_lines(events), strict=True):
        for year in event.data["days"]:
            imported.setdefault(int(year), (event.data.get("source", ""), line))
    this = timezone.localdate().year
    numbers = {this - 1, this, this + 1, *yearly_table.kept()}
    nothing: tuple[str, Line | None] = ("", None)
    return [
        Year(
            year,
            len(calendar.table_of(year)),
            *(imported.get(year, nothing) if year in yearly_table.kept() else nothing),
        )
        for year in sorted(numbers, reverse=True)
    ]


@require_GET
def year_file(request: HttpRequest, year: int) -> HttpResponse:
    """The table of a year in the form in which one is entered: what the next one is made from."""
    if not calendar.is_published(year):
        raise Http404
    text = "\ufeff" + yearly_table.written({year: calendar.table_of(year)})
    return attached(text.encode(), f"calendar-{year}.csv", "text/csv; charset=utf-8")
