"""The directory from sheets and back, as pages: send a file, see what it would do, say so; take it away."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuangwen.core.downloads import attached, table
from chuangwen.core.models import Job
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.accounts import invitations
from chuangwen.organizations.accounts import services as accounts
from chuangwen.organizations.importing.exporting import template
from chuangwen.organizations.importing.pages import own_jobs, sheet_page, start
from chuangwen.organizations.importing.work import CHECK, EXPORT, IMPORT, can_import
from chuangwen.organizations.models import Person
from chuangwen.organizations.problems import IMPORT_NOTHING
from chuangwen.organizations.scope import may_import, scope_of

KINDS = (CHECK, IMPORT, EXPORT)  # of work on these sheets


def _require_keeper(request: HttpRequest) -> None:
    if not may_import(request.user):
        raise Problem(NOT_ALLOWED, reason=_("only civility offices and administrators import the directory"))


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Send a file, which is then checked; and one's work of late, to find it again."""
    _require_keeper(request)
    return sheet_page(request, "organizations/import.html", CHECK, KINDS)


@require_GET
def template_file(request: HttpRequest) -> HttpResponse:
    """The form to fill in."""
    _require_keeper(request)
    return attached(template(), "directory-form.xlsx")


@require_POST
def carry_out(request: HttpRequest, key: UUID) -> HttpResponse:
    """Import what was checked. Raises Problem ``import.nothing``."""
    _require_keeper(request)
    job = get_object_or_404(own_jobs(request, KINDS), pk=key, kind=CHECK)
    if not can_import(job):
        raise Problem(IMPORT_NOTHING)
    return start(request, IMPORT, job.arguments)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Take the units away as they were narrowed, with posts and people as far as one keeps them."""
    if not scope_of(request.user).posts:
        raise Problem(NOT_ALLOWED, reason=_("only who holds a post takes the directory away"))
    names = ("q", "territory", "system", "peer_group")
    return start(request, EXPORT, {"asked": {name: request.POST.get(name, "") for name in names}})


@require_POST
def links_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """For people who came in with an import and have no password yet: the links to give themselves one."""
    _require_keeper(request)
    job = get_object_or_404(own_jobs(request, KINDS), pk=key, kind=IMPORT, state=Job.State.DONE)
    actor: Person = request.user  # type: ignore[assignment]
    people = invitations.waiting(actor, (job.result or {})["new_people"])
    accounts.note_links(actor=actor, count=len(people))
    headings = [_("Unit"), _("Name"), _("User name"), _("Link")]
    return table("links", _("Links"), headings, _links(request, people))


def _links(request: HttpRequest, people: list[Person]) -> Iterator[tuple[str, str, str, str]]:
    for person in people:
        where = reverse("first_password", args=(person.pk, invitations.token_of(person)))
        units = _(", ").join(str(post.unit) for post in person.held)  # type: ignore[attr-defined]
        yield units, person.name, person.username, request.build_absolute_uri(where)
