"""What the door says: the headers of OpenRosa on every answer, and its envelope around a sentence."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from functools import wraps
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import get_language

from chuangwen.core.problems import Problem
from chuangwen.inspections.problems import DEVICE_UNKNOWN
from chuangwen.inspections.services import devices
from chuangwen.organizations.models import Person

# Bytes of a request that clients are asked to keep to; they send larger forms in parts.
ACCEPTED = 10 * 1024 * 1024
_ENVELOPE = "http://openrosa.org/http/response"

View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """A view for clients that send their device's password with each request; no session is looked at.

    The view gets the person after the request. Problems are told in the envelope.
    """

    @wraps(view)
    def answered(request: HttpRequest, **values: Any) -> HttpResponse:
        try:
            answer = view(request, _signed_in(request), **values)
        except Problem as problem:
            answer = said(problem.sentence, problem.status)
            if problem.kind is DEVICE_UNKNOWN:
                answer["WWW-Authenticate"] = 'Basic realm="Chuangwen", charset="UTF-8"'
        answer["X-OpenRosa-Version"] = "1.0"
        answer["X-OpenRosa-Accept-Content-Length"] = str(ACCEPTED)
        answer["Date"] = http_date()
        answer["Content-Language"] = get_language() or ""
        answer["Cache-Control"] = "no-store"
        return answer

    return answered


def _signed_in(request: HttpRequest) -> Person:
    """Whose device it is. Raises Problem ``device.unknown``."""
    scheme, _space, words = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            username, _colon, password = b64decode(words, validate=True).decode().partition(":")
        except (Error, UnicodeDecodeError):
            raise Problem(DEVICE_UNKNOWN) from None
        if "\0" not in username and (person := devices.person_of(username, password)):
            return person
    raise Problem(DEVICE_UNKNOWN)


def said(sentence: str, status: int) -> HttpResponse:
    """A sentence for whoever holds the device (OpenRosa HTTP Requests and Responses)."""
    envelope = Element("OpenRosaResponse", xmlns=_ENVELOPE)
    SubElement(envelope, "message").text = sentence
    return document(envelope, status)


def document(root: Element, status: int = 200) -> HttpResponse:
    words = tostring(root, encoding="unicode", xml_declaration=False)
    declared = f'<?xml version="1.0" encoding="UTF-8"?>\n{words}'
    return HttpResponse(declared, content_type="text/xml; charset=utf-8", status=status)
