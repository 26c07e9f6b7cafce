"""How the pages look to this browser: large type, high contrast; kept in a cookie, no account needed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE = "look"
_YEAR = 365 * 24 * 60 * 60
LOOKS: dict[str, str | Promise] = {"large": _("Large type"), "contrast": _("High contrast")}


@dataclass(frozen=True)
class Look:
    """One way the pages can look, and whether it is on; its name marks the page."""

    name: str
    label: str | Promise
    on: bool


def looks_of(request: HttpRequest) -> list[Look]:
    chosen = request.COOKIES.get(COOKIE, "").split("-")
    return [Look(name, label, name in chosen) for name, label in LOOKS.items()]


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Turn one look on or off and go back to the page."""
    turned = request.POST.get("look", "")
    chosen = [look.name for look in looks_of(request) if look.on != (look.name == turned)]
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = redirect(back if safe else "web:home")
    answer.set_cookie(
        COOKIE,
        "-".join(chosen),
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
    return answer
