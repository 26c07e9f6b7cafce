"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

from chuangwen.cases.models import Campaign
from chuangwen.web.answers import page_of
from chuangwen.web.demo.accounts import ACCOUNTS, PASSWORD
from chuangwen.web.looks import looks_of
from chuangwen.web.rooms import rooms_of

PICKED = 8  # campaigns in the picker; the room of campaigns lists all


def house(request: HttpRequest) -> dict[str, Any]:
    """The rooms, the running campaigns, the languages and looks and where to return to after choosing one; in
    a demonstration its accounts."""
    return {
        "demo": {"accounts": ACCOUNTS, "password": PASSWORD} if settings.MODE == "demo" else None,
        "oidc": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "rooms": SimpleLazyObject(lambda: rooms_of(request.user)),
        "running": SimpleLazyObject(lambda: list(Campaign.objects.visible_to(request.user).open()[:PICKED])),
        "languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
        "looks": looks_of(request),
        "page": SimpleLazyObject(lambda: page_of(request)),
    }
