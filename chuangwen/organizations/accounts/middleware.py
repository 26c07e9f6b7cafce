"""Says to a browser whose session somebody ended why it has to sign in again."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from chuangwen.organizations.accounts.services import why_ended


class EndedSession:
    """Costs nothing while the session lives: only a cookie without a session is looked up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        # Asking for the user loads the session, which forgets a key that leads nowhere.
        if key and not request.user.is_authenticated and not request.session.session_key:
            sentence = why_ended(key)
            if sentence:
                messages.warning(request, sentence)
        return self.get_response(request)
