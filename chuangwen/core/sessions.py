"""The end of an idle session, and what was typed when it ended.

What a person typed into a form that could not be taken in, because the login had expired or an error came
between, is put aside in the session and given back once, to the same person, when the form is shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import ngettext

KEPT_LIMIT = 64 * 1024  # bytes of UTF-8
REFRESH_SECONDS = 60

_SEEN, _KEPT = "seen_at", "kept"
# Who signed in last in this browser: so that a form sent after the session has gone is kept for its author.
_PERSON = "person"
_PERSON_AGE = timedelta(days=7)
_NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "next"})
# The revision that the person had before their eyes comes back with their words, but is none of them.
_NOT_TYPED = frozenset({"seen"})


class IdleTimeout:
    """Ends the session of whoever has not been seen for ``settings.IDLE_MINUTES`` (GB/T 22239 level 3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _idle(request):
            logout(request)
            minutes = settings.IDLE_MINUTES
            sentence = ngettext(
                "You were signed out because nothing was done for %(minutes)s minute.",
                "You were signed out because nothing was done for %(minutes)s minutes.",
                minutes,
            )
            messages.info(request, sentence % {"minutes": minutes})
        response = self.get_response(request)
        if request.user.is_authenticated:
            _touch(request, response)
        return response


def _now() -> int:
    return int(timezone.now().timestamp())


def _idle(request: HttpRequest) -> bool:
    return bool(_now() - request.session.get(_SEEN, _now()) > settings.IDLE_MINUTES * 60)


def _touch(request: HttpRequest, response: HttpResponse) -> None:
    """Note that the person was here: not at every request, because a session is a row to be written."""
    if _now() - request.session.get(_SEEN, 0) >= REFRESH_SECONDS:
        request.session[_SEEN] = _now()
        response.set_signed_cookie(
            _PERSON,
            str(request.user.pk),
            salt=_PERSON,
            max_age=_PERSON_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def seen_at(session: Mapping[str, Any]) -> int:
    """When the person of a session was last here, in seconds since 1970; 0 before their first page."""
    return int(session.get(_SEEN, 0))


def keep(request: HttpRequest) -> bool:
    """Put aside what the person typed into the form they sent; says whether there was anything to keep.

    Never kept: files, passwords, what belongs to nobody known, and more than ``KEPT_LIMIT`` bytes.
    """
    person, typed = _typist(request), _typed(request)
    if not person or not typed:
        return False
    request.session[_KEPT] = {"person": person, "path": request.path, "typed": typed}
    return True


def kept(request: HttpRequest, path: str | None = None) -> QueryDict | None:
    """What was put aside when the form was sent to ``path`` (the page's own address), given back once.

    Whoever is not the one who typed it gets nothing, and then nobody does.
    """
    aside = request.session.get(_KEPT)
    if not aside or not request.user.is_authenticated:
        return None
    if aside["person"] != str(request.user.pk):
        del request.session[_KEPT]
        return None
    if aside["path"] != (path or request.path):
        return None
    del request.session[_KEPT]
    typed = QueryDict(mutable=True)
    for name, values in aside["typed"].items():
        typed.setlist(name, values)
    return typed


def _typist(request: HttpRequest) -> str:
    """The id of the person who filled the form in; empty when nobody knows."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    return request.get_signed_cookie(_PERSON, default="", salt=_PERSON, max_age=_PERSON_AGE) or ""


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    try:
        fields = {
            name: [str(value) for value in values]
            for name, values in request.POST.lists()
            if name not in _NEVER_KEPT and "password" not in name
        }
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return {}  # too large or broken off: there is nothing that could be read
    is_typed = any(any(values) for name, values in fields.items() if name not in _NOT_TYPED)
    size = sum(len(word.encode()) for name, values in fields.items() for word in [name, *values])
    return fields if is_typed and size <= KEPT_LIMIT else {}
