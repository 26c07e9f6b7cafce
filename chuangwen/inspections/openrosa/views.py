"""The door of OpenRosa 1.0: the list of forms, each form, and what comes back filled in."""

from __future__ import annotations

from http import HTTPStatus
from xml.etree.ElementTree import Element, SubElement

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from chuangwen.core.problems import NOT_FOUND, Problem
from chuangwen.inspections.field.day import visits_of
from chuangwen.inspections.openrosa import xforms
from chuangwen.inspections.openrosa.answers import document, door, said
from chuangwen.inspections.openrosa.filled import LARGEST
from chuangwen.inspections.openrosa.services.receiving import receive
from chuangwen.inspections.problems import FORM_UNREADABLE
from chuangwen.inspections.submissions import State, Submission
from chuangwen.organizations.models import Person

_LIST = "http://openrosa.org/xforms/xformsList"


@require_safe
@door
def form_list(request: HttpRequest, person: Person) -> HttpResponse:
    """The forms of the visits that lie before the person; with ``formID`` that one alone."""
    root, only = Element("xforms", xmlns=_LIST), request.GET.get("formID")
    for visit in visits_of(person):
        if only in {None, xforms.form_id(visit)}:
            form = xforms.form_of(visit)
            address = request.build_absolute_uri(reverse("openrosa:form", args=[visit.case.number]))
            entry = SubElement(root, "xform")
            described = {"descriptionText": form.name} if request.GET.get("verbose") == "true" else {}
            parts = {"formID": form.form_id, "name": form.name, "version": form.version, "hash": form.hash}
            for tag, words in (parts | described | {"downloadUrl": address}).items():
                SubElement(entry, tag).text = words
    return document(root)


@require_safe
@door
def form(request: HttpRequest, person: Person, number: str) -> HttpResponse:
    """The form of one visit."""
    for visit in visits_of(person):
        if visit.case.number == number:
            return HttpResponse(xforms.form_of(visit).xml, content_type="text/xml; charset=utf-8")
    raise Problem(NOT_FOUND)


@csrf_exempt  # no browser sends here: each request bears its password, and a session opens nothing
@require_http_methods(["HEAD", "POST"])
@door
def submission(request: HttpRequest, person: Person) -> HttpResponse:
    """A filled-in form with photos: 202 once it is kept, 201 when all of it has been taken in too."""
    if request.method == "HEAD":
        answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
        answer["Location"] = request.build_absolute_uri()
        return answer
    try:
        files = {name: sent for name, sent in request.FILES.items() if isinstance(sent, UploadedFile)}
        xml = files["xml_submission_file"].read(LARGEST + 1)
    except (KeyError, MultiPartParserError, TooManyFilesSent):
        raise Problem(FORM_UNREADABLE) from None
    return _kept(receive(actor=person, xml=xml, files=files))


def _kept(kept: Submission) -> HttpResponse:
    missing = sum(not file.has_come for file in kept.files.all())
    if missing:
        words = ngettext(
            "Received; %(missing)s photo is still to come.",
            "Received; %(missing)s photos are still to come.",
            missing,
        )
        return said(words % {"missing": missing}, HTTPStatus.ACCEPTED)
    if kept.state == State.TAKEN and not kept.left:
        return said(_("Received and entered."), HTTPStatus.CREATED)
    return said(_("Received; it is being entered."), HTTPStatus.ACCEPTED)
