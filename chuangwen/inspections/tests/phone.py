"""A telephone with a client of OpenRosa for the tests: it fills in the form that it fetched."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import tostring

from defusedxml.ElementTree import fromstring
from django.test import Client

from chuangwen.core.tests.uploads import upload
from chuangwen.inspections.services import devices
from chuangwen.organizations.models import Person

_LIST = "{http://openrosa.org/xforms/xformsList}"
_FORM = "{http://www.w3.org/2002/xforms}"
SAID = "{http://openrosa.org/http/response}message"


class Phone:
    """A device of ``person`` that has a password."""

    def __init__(self, person: Person) -> None:
        self.device, self.password = devices.give_password(actor=person, name="示例手机")
        words = b64encode(f"{person.username}:{self.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {words}", "X-OpenRosa-Version": "1.0"}
        self.client = Client(headers=self.headers)

    def forms(self, **query: str) -> list[dict[str, str]]:
        answer = self.client.get("/openrosa/formList", query)
        assert answer.status_code == 200
        found = fromstring(answer.content).iter(f"{_LIST}xform")
        return [{part.tag.removeprefix(_LIST): part.text or "" for part in form} for form in found]

    def fetch(self, number: int = 0) -> str:
        answer = self.client.get(self.forms()[number]["downloadUrl"])
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, xml: str | bytes, files: Mapping[str, bytes] | None = None) -> Any:
        body = {"xml_submission_file": upload(xml if isinstance(xml, bytes) else xml.encode(), "form.xml")}
        photos = {name: upload(content, name) for name, content in (files or {}).items()}
        return self.client.post("/openrosa/submission", body | photos)


def sentence(answer: Any) -> str:
    """What the envelope says."""
    return fromstring(answer.content).findtext(SAID) or ""


def filled(form: str, point: object, answers: Mapping[int, Mapping[str, Any]], **more: str) -> str:
    """The form filled in at a point: by criterion verdict, words and photos; ``more`` by question."""
    primary = fromstring(form).find(f".//{_FORM}model/{_FORM}instance")
    assert primary is not None
    root = primary[0]
    at = "2026-11-28T09:30:00.000+08:00"
    values = {"start": at, "end": at, "instanceID": f"uuid:{uuid4()}", "point": str(point)} | more
    names = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    kind = _kind_of(form, str(point))
    for criterion, answer in answers.items():
        of = f"{criterion}_{kind}"
        values |= {f"c{of}": answer["verdict"], f"w{of}": answer.get("words", "")}
        values |= {f"p{of}_{place}": name for place, name in enumerate(answer.get("photos", ()), 1)}
    for name, value in values.items():
        names[name].text = value
    return tostring(root, encoding="unicode")


def _kind_of(form: str, point: str) -> str:
    item = re.search(rf"<item>(?:(?!</item>).)*<name>{point}</name>.*?</item>", form, re.DOTALL)
    kind = re.search("<kind>(.*?)</kind>", item[0]) if item else None
    return kind[1] if kind else "unit"
