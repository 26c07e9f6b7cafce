"""The door for ODK Collect: who gets which forms, and what comes back filled in, once and whole."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zlib
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pyxform.validators.odk_validate as validate
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.core import files
from chuangwen.core.models import Event
from chuangwen.core.tests.uploads import photo, taken
from chuangwen.inspections.devices import Device
from chuangwen.inspections.field import collect
from chuangwen.inspections.models import Finding, FindingPhoto, Point
from chuangwen.inspections.openrosa.services.taking import take_in
from chuangwen.inspections.services import devices
from chuangwen.inspections.submissions import Submission, SubmittedFile
from chuangwen.inspections.tests.conftest import (
    GREETING,
    RULES,
    at_the_window,
    criterion,
    inspection_of,
    move,
    unmet,
    visit_of,
)
from chuangwen.inspections.tests.phone import Phone, filled, sentence
from chuangwen.inspections.tests.test_findings import refused


def test_the_list_of_forms_is_the_way_of_the_person(planned, phone, city):
    (form,) = phone.forms()
    assert form["formID"] == f"visit-{planned.case.number}"
    assert form["name"] == "东岭县第一中学 · 窗口服务检查"
    xml = phone.fetch()
    assert form["hash"] == f"md5:{hashlib.md5(xml.encode(), usedforsecurity=False).hexdigest()}"
    assert f'version="{form["version"]}"' in xml
    assert phone.forms(formID=form["formID"]) == [form]
    assert phone.forms(formID="visit-X") == []
    assert phone.forms(verbose="true")[0]["descriptionText"] == form["name"]
    answer = phone.client.get("/openrosa/formList")
    assert (answer["X-OpenRosa-Version"], answer["Content-Type"]) == ("1.0", "text/xml; charset=utf-8")
    assert "Date" in answer
    # A point more, and the form is another.
    Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name="缴费窗口")
    assert phone.forms()[0]["version"] != form["version"]
    assert "缴费窗口" in phone.fetch()


@pytest.mark.parametrize("who", ["office", "county", "delegate"])
def test_others_get_their_own_forms_alone(planned, city, who):
    other = Phone(city.person(who))
    assert len(other.forms()) == (who == "delegate")
    if who != "delegate":
        assert other.client.get(f"/openrosa/forms/{planned.case.number}.xml").status_code == 404


def test_a_browser_opens_nothing_and_a_stranger_is_asked_for_a_password(planned, browse, phone):
    for client in (browse("inspector"), browse("")):
        for path in ("/openrosa/formList", f"/openrosa/forms/{planned.case.number}.xml"):
            answer = client.get(path)
            assert (answer.status_code, answer["WWW-Authenticate"][:12]) == (401, "Basic realm=")
            assert planned.case.number not in answer.content.decode()
        assert client.post("/openrosa/submission").status_code == 401
    for words in ("Basic", "Basic x", "Basic /w==", "Bearer x", "Basic aW5zcGVjdG9yOng="):
        assert browse("").get("/openrosa/formList", headers={"Authorization": words}).status_code == 401


def test_a_device_that_is_cut_off_gets_nothing(planned, phone, browse, city):
    xml = at_the_window(phone)
    devices.cut_off(actor=city.person("inspector"), device=phone.device)
    assert phone.client.get("/openrosa/formList").status_code == 401
    assert phone.send(xml).status_code == 401
    assert not Submission.objects.exists()


def test_passwords_are_for_inspectors_few_and_kept_nowhere(city):
    inspector = city.person("inspector")
    refused("page.not_allowed", devices.give_password, actor=city.person("liaison"), name="手机")
    made = [devices.give_password(actor=inspector, name="手机") for _each in range(devices.MOST)]
    refused("device.full", devices.give_password, actor=inspector, name="手机")
    passwords = {password for _device, password in made}
    assert len(passwords) == devices.MOST
    assert all(re.fullmatch("([a-z2-9]{4}-){4}[a-z2-9]{4}", password) for password in passwords)
    assert not Device.objects.filter(digest__in=passwords).exists()
    typed = made[0][1].replace("-", "").capitalize() + " "
    assert devices.person_of("inspector", typed) == inspector
    assert devices.person_of("delegate", made[0][1]) is None
    devices.cut_off(actor=inspector, device=made[0][0])
    devices.give_password(actor=inspector, name="手机")


def test_the_page_shows_a_password_once_and_collect_reads_it(city, browse, planned):
    inspector = browse("inspector")
    assert "ODK Collect" in inspector.get("/field/devices/").content.decode()
    assert "ODK Collect" not in browse("liaison").get("/field/devices/").content.decode()
    answer = inspector.post("/field/devices/password/", {"name": "示例手机"})
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert password not in inspector.get("/field/devices/").content.decode()
    assert devices.person_of("inspector", password) == city.person("inspector")
    server = answer.context["server"]
    assert server == "http://testserver/openrosa"
    settings = collect.settings_of(server=server, username="inspector", password=password)
    words = json.loads(zlib.decompress(b64decode(collect.words_of(settings))))
    assert words["general"]["server_url"] + "/formList" == "http://testserver/openrosa/formList"
    assert browse("liaison").post("/field/devices/password/", {"name": "x"}).status_code == 403


@pytest.mark.java
def test_the_form_passes_the_validator_whatever_people_write(planned, phone, city, tmp_path):
    for number, name in enumerate(["${point} & <b>", "'\"；--", "<output value='1'/>", "{{ x }}"]):
        Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name=name, address=f"{number}")
    path = tmp_path / "form.xml"
    path.write_text(phone.fetch(), encoding="utf-8")
    assert shutil.which("java")
    command = ["java", "-Djava.awt.headless=true", "-jar", validate.ODK_VALIDATE_PATH, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, "Xform is valid" in done.stdout + done.stderr) == (0, True), done.stderr
    # It can say no: without it the line above proves nothing.
    broken = Path(tmp_path / "broken.xml")
    broken.write_text(path.read_text("utf-8").replace("jr:choice-name", "jr:nonsense"), encoding="utf-8")
    command[-1] = str(broken)
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0  # noqa: S603 - our own


def test_the_form_asks_what_the_criteria_say(planned, phone):
    form = phone.fetch()
    of = f"{criterion(GREETING).pk}_window"
    bind = re.search(rf'<bind nodeset="[^"]*/w{of}"[^>]*>', form)[0]
    assert 'required="true()"' in bind
    assert "string-length(.) &lt;= 500" in bind
    assert re.search(rf"relevant=\"[^\"]*/c{of}\s+= 'unmet'\"", bind)
    assert {"报名窗口 (一楼)", "本单位", "不符合"} & set(re.findall("<value>(.*?)</value>", form))
    for words in ("Where are you looking?", "您正在查看哪里？", GREETING, "service window", "服务窗口"):
        assert words in form, words


def test_a_form_is_kept_taken_in_and_said_to_be(planned, phone):
    xml = at_the_window(phone, "1.jpg", "2.jpg", place="34.12 108.7 400.0 5.0")
    photos = {"1.jpg": taken(at="2026:11:28 09:29:00", place=True), "2.jpg": photo("PNG")}
    first = phone.send(xml, photos)
    assert (first.status_code, sentence(first)) == (202, "已收到，正在录入。")
    assert first["X-OpenRosa-Accept-Content-Length"].isdecimal()
    assert not Finding.objects.exists()
    assert take_in() == 3
    again = phone.send(xml, photos)
    assert (again.status_code, sentence(again)) == (201, "已收到并录入。")
    found = Finding.objects.select_related("visit__case").get()
    assert (found.verdict, found.words, found.point) == ("unmet", "窗口人员未主动问候", Point.objects.get())
    assert (str(found.latitude), found.noted_at.isoformat()) == ("34.120000", "2026-11-28T01:30:00+00:00")
    assert found.visit.case.state == "under_way"
    assert found.photos.count() == 2
    plain = files.read(found.photos.first().blob)
    assert b"Exif" not in plain
    assert found.photos.first().hint.taken_at
    assert Submission.objects.get().xml == ""
    assert not SubmittedFile.objects.exclude(blob=None).exists()
    assert take_in() == 0
    assert Event.objects.filter(verb="visit.receive").count() == 1
    assert Event.objects.filter(verb="visit.find").count() == 1


def test_photos_may_come_in_parts(planned, phone, browse):
    xml = at_the_window(phone, "1.jpg", "2.jpg")
    first = phone.send(xml, {"1.jpg": taken(), "other.jpg": taken()})
    assert (first.status_code, sentence(first)) == (202, "已收到，还有 1 张照片未到。")
    take_in()
    assert FindingPhoto.objects.count() == 1
    page = browse("inspector").get(f"/inspections/visits/{planned.case.number}/").content.decode()
    assert "it is still on the device" in page
    assert phone.send(xml, {"2.jpg": photo("JPEG")}).status_code == 202
    refused_photo = phone.send(xml, {"2.jpg": photo("PNG")})
    assert (refused_photo.status_code, FindingPhoto.objects.count()) == (409, 1)
    take_in()
    assert FindingPhoto.objects.count() == 2
    page = browse("inspector").get(f"/inspections/visits/{planned.case.number}/").content.decode()
    assert "not entered yet" not in page


def test_the_same_instance_is_one_form(planned, phone, city):
    instance = f"uuid:{uuid4()}"
    xml = at_the_window(phone, instanceID=instance)
    assert phone.send(xml).status_code == 202
    assert phone.send(xml).status_code == 202
    other = filled(phone.fetch(), Point.objects.get().pk, unmet(words="另一句话"), instanceID=instance)
    assert phone.send(other).status_code == 409
    assert Phone(city.person("delegate")).send(xml).status_code == 409
    take_in()
    assert list(Finding.objects.values_list("words", flat=True)) == ["窗口人员未主动问候"]
    # After the visit is handed in, it is still known.
    move(city, "inspector", planned.case, "hand_in")
    assert phone.send(xml).status_code == 201
    late = phone.send(at_the_window_of(xml))
    assert (late.status_code, Finding.objects.count()) == (403, 1)


def at_the_window_of(xml: str) -> str:
    """The same form filled in once more."""
    return re.sub("uuid:[-0-9a-f]{36}", f"uuid:{uuid4()}", xml)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: "",
        lambda xml: "no form",
        lambda xml: xml[:-9],
        lambda xml: BOMB + "]>" + xml.replace("窗口人员未主动问候", "&i;"),
        lambda xml: (
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            + xml.replace("窗口人员未主动问候", "&e;")
        ),
        lambda xml: '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + xml,
        lambda xml: re.sub("uuid:[-0-9a-f]{36}", "", xml),
        lambda xml: re.sub("uuid:[-0-9a-f]{36}", "uuid:x", xml),
        lambda xml: xml.replace("2026-11-28T09:30:00.000+08:00", "2026-11-28T09:30:00"),
        lambda xml: xml.replace("2026-11-28T09:30:00.000+08:00", "yesterday"),
        lambda xml: xml.encode("gbk"),
        lambda xml: b"\xff\xfe" + xml.encode("utf-16-le"),
        lambda xml: "<a>" * 50 + xml + "</a>" * 50,
        lambda xml: xml + " " * 1024**2,
        lambda xml: xml.replace("1.jpg", "../1.jpg"),
    ],
)
def test_what_no_client_writes_is_refused_and_nothing_is_kept(planned, phone, change):
    xml = at_the_window(phone, "1.jpg")
    answer = phone.send(change(xml), {"1.jpg": taken()})
    assert answer.status_code == 400
    assert not Submission.objects.exists()
    assert not Finding.objects.exists()
    # Nothing is lost: the device keeps it, and the honest form goes through.
    assert phone.send(xml, {"1.jpg": taken()}).status_code == 202


def test_no_form_and_nothing_in_it_are_said_to_be_so(planned, phone):
    assert phone.client.post("/openrosa/submission", {"x": "y"}).status_code == 400
    empty = filled(phone.fetch(), Point.objects.get().pk, {})
    assert "尚未填写任何一项" in sentence(phone.send(empty))
    many = {f"{number}.jpg": photo("JPEG") for number in range(101)}
    assert phone.send(at_the_window(phone), many).status_code == 400
    assert not Submission.objects.exists()


def test_a_photo_that_lies_about_its_type_is_refused_with_all_that_came_along(planned, phone):
    xml = at_the_window(phone, "1.jpg", "2.jpg")
    program = b"MZ\x90\x00" + b"\0" * 99
    answer = phone.send(xml, {"1.jpg": taken(), "2.jpg": program})
    assert answer.status_code == 415
    assert not Submission.objects.exists()
    assert phone.send(xml, {"1.jpg": taken(), "2.jpg": taken()}).status_code == 202


def test_a_form_that_is_no_longer_asked_so(planned, phone, city):
    other = Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name="缴费窗口")
    form = phone.fetch()
    old = filled(form, other.pk, unmet())
    # Taken out of the walk: the form is another now, and what was found there still counts.
    Point.objects.filter(pk=other.pk).update(active=False)
    assert phone.send(old).status_code == 202
    gone = filled(form, other.pk, unmet())
    other.delete()
    answer = phone.send(gone)
    assert (answer.status_code, Submission.objects.count()) == (409, 1)
    assert "重新获取表单" in sentence(answer)
    # On the form of now the same is no matter of versions.
    now = filled(phone.fetch(), Point.objects.get().pk, unmet())
    wrong = phone.send(now.replace(f"<point>{Point.objects.get().pk}<", "<point>999999<"))
    assert (wrong.status_code, "重新获取表单" in sentence(wrong)) == (400, False)


def test_a_form_of_somebody_elses_visit(planned, phone, city):
    xml = at_the_window(phone)
    other = visit_of(city, planned.inspection, "RIVAL", team=("delegate", "office"))
    strange = xml.replace(planned.case.number, Case.objects.get(pk=other.pk).number)
    for foreign in (phone.send(strange), phone.send(xml.replace(planned.case.number, "26XXXXXXXXXX"))):
        assert (foreign.status_code, sentence(foreign)[:6]) == (404, sentence(foreign)[:6])
    assert phone.send(xml.replace('id="visit-', 'id="')).status_code == 404
    assert not Submission.objects.exists()


def test_a_clock_that_is_a_year_wrong_is_kept_and_doubted(planned, phone):
    late = (timezone.now() + timedelta(days=365)).isoformat()
    assert phone.send(at_the_window(phone, start=late, end=late)).status_code == 202
    take_in()
    found = Finding.objects.select_related("visit__case").get()
    assert found.noted_at.isoformat() == late
    assert found.doubtful


def test_ten_thousand_findings_in_one_form_are_refused_whole(planned, phone):
    xml = at_the_window(phone)
    asked = "".join(f"<c{number}_window>met</c{number}_window>" for number in range(10**6, 10**6 + 10_000))
    answer = phone.send(xml.replace("<meta>", f"{asked}<meta>").replace("<orx:meta", f"{asked}<orx:meta"))
    assert answer.status_code == 413
    assert not Submission.objects.exists()
    assert phone.send(xml).status_code == 202


def test_the_head_of_a_submission(planned, phone):
    answer = phone.client.head("/openrosa/submission")
    assert (answer.status_code, answer["Location"]) == (204, "http://testserver/openrosa/submission")
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert phone.client.get("/openrosa/submission").status_code == 405


@pytest.mark.parametrize("visits", [1, 4])
def test_a_submission_asks_no_more_where_more_is_on_the_way(city, phone, visits, django_assert_num_queries):
    inspection = inspection_of(city, covert=True)
    for code in ["SCHOOL", "RIVAL", "SCHOOL2", "CLINIC"][:visits]:
        Point.objects.create(unit=city.units[code], type_id="window", name="窗口")
        visit_of(city, inspection, code)
    move(city, "office", inspection.case, "set_out")
    xml = filled(phone.fetch(), "unit", {criterion(RULES).pk: {"verdict": "met"}})
    with django_assert_num_queries(16):
        assert phone.send(xml).status_code == 202
