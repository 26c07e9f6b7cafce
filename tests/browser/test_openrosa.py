"""ODK Collect is set up by a picture that the inspector scans: what it reads there opens the forms."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from typing import Any

import cv2
import numpy
from playwright.sync_api import expect

from chuangwen.inspections.models import Visit
from tests.browser.conftest import PHONE
from tests.browser.test_field import media, planned  # noqa: F401 - fixtures


def test_the_picture_holds_all_that_collect_needs(planned: Visit, visit: Any):  # noqa: F811 - the fixture
    page = visit("inspector", size=PHONE)
    page.goto("/field/devices/")
    page.get_by_label("设备名称").fill("巡查手机")
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_role("heading", name="“巡查手机”的密码")).to_be_visible()
    seen = numpy.frombuffer(page.locator("img.qr").screenshot(), numpy.uint8)
    words, _corners, _plain = cv2.QRCodeDetector().detectAndDecode(cv2.imdecode(seen, cv2.IMREAD_COLOR))
    read = json.loads(zlib.decompress(b64decode(words)))["general"]
    signed = b64encode(f"{read['username']}:{read['password']}".encode()).decode()
    listed = page.request.get(f"{read['server_url']}/formList", headers={"Authorization": f"Basic {signed}"})
    assert listed.status == 200
    assert f"<formID>visit-{planned.case.number}</formID>" in listed.text()
