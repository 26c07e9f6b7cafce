"""The account behind a post, for the security administrator: second factor and sessions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from chuangwen.core.problems import Problem
from chuangwen.organizations.accounts import queries, services
from chuangwen.organizations.accounts.second_factor import has_factor, is_compulsory
from chuangwen.organizations.models import Person, Post
from chuangwen.organizations.problems import NOT_YOUR_ACCOUNT
from chuangwen.organizations.scope import may_secure


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Post, Person]:
    """The post and its holder, whose account is the actor's to keep. Raises Problem ``account.not_yours``."""
    posts = Post.objects.held().select_related("unit", "person")
    post = get_object_or_404(posts, unit__code=code, pk=pk)
    person: Person = post.person  # type: ignore[assignment]  # ``held()`` gives no post without
    if not may_secure(request.user, person):  # type: ignore[arg-type]
        raise Problem(NOT_YOUR_ACCOUNT, person=person)
    return post, person


@require_GET
def account(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Whether the account has a second factor, needs one, and where it is signed in."""
    post, person = _found(request, code, pk)
    context = {
        "post": post,
        "person": person,
        "posts": person.posts.held().select_related("unit"),
        "has_factor": has_factor(person),
        "needs_factor": is_compulsory(person),
        "places": queries.places_of(person),
    }
    return render(request, "organizations/account.html", context)


@require_POST
def reset_factor(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a lost second factor away."""
    _post, person = _found(request, code, pk)
    services.reset_second_factor(actor=request.user, person=person)  # type: ignore[arg-type]
    messages.success(request, _("The second factor is taken away. A new one is set up at the next sign-in."))
    return redirect("organizations:account", code, pk)


@require_POST
def cut_off(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End all sessions of the holder."""
    _post, person = _found(request, code, pk)
    count = services.cut_off(actor=request.user, person=person)  # type: ignore[arg-type]
    sentence = ngettext("%(count)s sign-in has ended.", "%(count)s sign-ins have ended.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("organizations:account", code, pk)
