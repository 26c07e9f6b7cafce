"""The desk, the search and the messages as tables to take away: what their pages show, all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chuangwen.cases.lifecycle import lifecycle_of
from chuangwen.cases.models import Case
from chuangwen.cases.queries import four_bodies_first, on_desk, requests_to_decide, to_decide
from chuangwen.core import downloads
from chuangwen.core.downloads import limited, table
from chuangwen.core.spreadsheets import Value
from chuangwen.web import outbox
from chuangwen.web.desk import wanted_slip, with_slip
from chuangwen.web.finding import SECTIONS, asked

Rows = Iterable[Sequence[Value]]
# Title, headings, rows.
Table = tuple[Promise, Sequence[Promise], Callable[[HttpRequest], Rows]]


def _due(request: HttpRequest) -> Rows:
    cases = with_slip(on_desk(request.user), wanted_slip(request))
    return map(_case, limited(cases.prefetch_related("requests")))


def _waiting(request: HttpRequest) -> Rows:
    cases = to_decide(request.user).prefetch_related("requests")
    return map(_case, limited(four_bodies_first(cases, downloads.MOST + 1)))


def _case(case: Case) -> Sequence[Value]:
    state = lifecycle_of(case).state(case.state).label
    request = case.waiting_request
    wish = request.get_kind_display() if request else ""
    return case.title, case.campaign.name, state, wish, case.due, case.unit.name


def _requests(request: HttpRequest) -> Rows:
    for row in limited(requests_to_decide(request.user)):
        unit = row.proposed_unit.name if row.proposed_unit else ""
        yield (
            row.case.title,
            row.get_kind_display(),
            row.wanted_due,
            unit,
            row.reason,
            row.case.due,
            row.case.unit.name,
        )


_CASE = (_("Task"), _("Campaign"), _("State"), _("Request"), _("Due"), _("Unit"))
_DESK: dict[str, Table] = {
    "due": (_("To be done"), _CASE, _due),
    "waiting": (_("To decide on"), _CASE, _waiting),
    "requests": (
        _("Requests to decide on"),
        (
            _("Task"),
            _("Asks for"),
            _("Day asked for"),
            _("Proposed unit"),
            _("Reason"),
            _("Due"),
            _("Unit"),
        ),
        _requests,
    ),
}


@require_GET
def desk(request: HttpRequest, name: str) -> HttpResponse:
    """One list of the person's desk, narrowed as it is there. Raises Problem ``export.too_many``."""
    return _answer(request, _DESK, f"desk-{name}", name)


def _stuck(request: HttpRequest) -> Rows:
    for line in outbox.lines(limited(outbox.stuck())):
        one = line.delivery
        words = one.get_state_display(), one.get_trouble_display(), one.detail
        yield one.subject, one.created_at, line.recipient, line.channel, *words


def _retried(request: HttpRequest) -> Rows:
    for one in limited(outbox.retried()):
        trouble = one.get_trouble_display(), one.detail
        yield outbox.channel_label(one.channel), one.subject, *trouble, one.attempts, one.next_at


def _counts(request: HttpRequest) -> Rows:
    return outbox.counts()


_MESSAGES: dict[str, Table] = {
    "stuck": (
        _("Decide about these"),
        (
            _("Message"),
            _("Written at"),
            _("Recipient"),
            _("Channel"),
            _("State"),
            _("Trouble"),
            _("Details"),
        ),
        _stuck,
    ),
    "retried": (
        _("Tried again by itself"),
        (_("Channel"), _("Message"), _("Trouble"), _("Details"), _("Attempts"), _("Next attempt at")),
        _retried,
    ),
    "counts": (_("The last 90 days"), (_("Channel"), _("State"), _("Number")), _counts),
}


@require_GET
def messages(request: HttpRequest, name: str) -> HttpResponse:
    """One list of the page of messages; no message's text. Raises Problem ``export.too_many``."""
    outbox.require_administrator(request)
    return _answer(request, _MESSAGES, f"messages-{name}", name)


def _answer(request: HttpRequest, tables: dict[str, Table], file: str, name: str) -> HttpResponse:
    if name not in tables:
        raise Http404
    title, headings, rows = tables[name]
    return table(file, title, headings, rows(request))


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """All that was found, section after section. Raises Problem ``export.too_many``."""
    query = asked(request)
    found = (
        (section.label, hit)
        for section in (SECTIONS if query else ())
        for hit in section.find(request.user, query, downloads.MOST + 1)
    )
    headings = (_("Found among"), _("Called"), _("Belongs to"), _("Passage"))
    rows = (
        (label, hit.title, hit.note, f"{hit.excerpt.before}{hit.excerpt.hit}{hit.excerpt.after}")
        for label, hit in limited(list(islice(found, downloads.MOST + 1)))
    )
    return table("search", _("Search"), headings, rows)
