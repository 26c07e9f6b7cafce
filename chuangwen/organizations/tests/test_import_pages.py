"""The pages of import and export: a file is checked, then imported; the work can be left and found again."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.core import files, jobs
from chuangwen.core.models import Blob, Event, Job
from chuangwen.core.tests.works import job_after
from chuangwen.organizations.importing import services
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import PERSONAS, City
from chuangwen.organizations.tests.tables import (
    POST_HEADS,
    UNIT_HEADS,
    book_of,
    post_row,
    posts,
    unit_row,
    units,
)

IMPORTERS = {"office", "county", "admin", "security"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(browse):
    return browse("office")


def send(client, blob, name: str = "名录.xlsx") -> Any:
    upload = SimpleUploadedFile(name, files.read(blob))
    return client.post(reverse("organizations:import"), {"file": upload})


def page(client, job: Job) -> str:
    return client.get(reverse("web:job", args=[job.pk])).content.decode()


def test_a_file_is_sent_checked_and_imported(office):
    check = job_after(send(office, units(unit_row("NEW1"), unit_row("NEW2"))))
    waiting = page(office, check)
    assert "Waiting for its turn" in waiting
    assert jobs.work_waiting()
    checked = page(office, check)
    assert "Nothing has been changed yet." in checked
    assert "Import everything" in checked
    assert not Unit.objects.filter(code="NEW1").exists()
    done = job_after(office.post(reverse("organizations:carry_out", args=[check.pk])))
    assert jobs.work_waiting()
    assert "Everything in the file has been imported." in page(office, done)
    assert Unit.objects.filter(code__in=["NEW1", "NEW2"]).count() == 2
    listed = office.get(reverse("organizations:import")).content.decode()
    assert listed.count("名录.xlsx") == 2


def test_mistakes_are_told_row_by_row_and_nothing_can_be_imported(office):
    check = job_after(send(office, units(unit_row("NEW1"), unit_row("NEW2", place="nowhere"))))
    jobs.work_waiting()
    told = page(office, check)
    assert "1 mistake" in told
    assert "“nowhere” is neither the code nor the name of a territory." in told
    assert "Import everything" not in told
    answer = office.post(reverse("organizations:carry_out", args=[check.pk]))
    assert (answer.status_code, "import.nothing" in answer.content.decode()) == (409, True)
    assert Job.objects.count() == 1


def test_what_would_change_is_told_row_by_row(office, city: City):
    heads = ("代码", "名称", "区划", "同类组", "示范单位")
    old = city.units["RIVAL"]
    row = (old.code, "示例更名小学", old.territory_id, old.peer_group_id, "是")
    check = job_after(
        send(office, units(("NEW1", "示例新单位", "990101", "departments", ""), row, heads=heads))
    )
    jobs.work_waiting()
    told = " ".join(re.sub(r"<[^>]+>", " ", page(office, check)).split())
    assert "Row by row" in told
    assert f"2 NEW1 · 示例新单位 · {city.units['RIVAL'].territory.name} · " in told
    assert f"3 {old.code} · 示例更名小学" in told
    assert f"name {old.name} → 示例更名小学 demonstration unit – → yes" in told


def test_how_to_reach_a_person_is_not_kept_in_what_is_told(office, city: City):
    heads = (*POST_HEADS, "电话")
    person = city.people["liaison"]
    row = (*post_row(city.units["SCHOOL"].code, "联络员", person.username, person.name), "13900000000")
    check = job_after(send(office, posts(row, heads=heads)))
    jobs.work_waiting()
    check.refresh_from_db()
    assert "13900000000" not in str(check.result)
    assert ["phone", "", "•••"] in [one for outcome in check.result["outcomes"] for one in outcome["changes"]]


def test_the_first_rows_are_told_and_the_others_counted(office):
    check = job_after(send(office, units(*(unit_row(f"NEW{n}") for n in range(60)))))
    jobs.work_waiting()
    told = page(office, check)
    assert told.count("· 示例新单位 ·") == 50
    assert "10 more rows change something." in told


def test_two_hundred_mistakes_are_shown_and_the_others_counted(office):
    check = job_after(send(office, units(*(unit_row(f"NEW{n}", place="nowhere") for n in range(250)))))
    jobs.work_waiting()
    told = page(office, check)
    assert told.count("is neither the code nor the name of a territory") == 200
    assert "50 more" in told


def test_a_file_that_says_nothing_new(office):
    check = job_after(send(office, units(("SCHOOL", "东岭县第一中学", "990101", "schools"))))
    jobs.work_waiting()
    assert "there is nothing to import" in page(office, check)
    assert office.post(reverse("organizations:carry_out", args=[check.pk])).status_code == 409


def test_a_file_with_mistakes_by_the_time_of_the_import_is_not_imported(office, city: City):
    """Somebody else has entered the same seat since the file was checked."""
    heads = (*UNIT_HEADS, "区划承接单位")
    Unit.objects.filter(code="COUNTY1").update(seat=False)
    check = job_after(send(office, units((*unit_row("NEW1"), "是"), heads=heads)))
    jobs.work_waiting()
    Unit.objects.filter(code="COUNTY1").update(seat=True)
    done = job_after(office.post(reverse("organizations:carry_out", args=[check.pk])))
    jobs.work_waiting()
    assert "import.faults" in page(office, done)
    assert not Unit.objects.filter(code="NEW1").exists()


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"", 400, ""), (b"\xd0\xcf\x11\xe0" + bytes(600), 415, "sheet.type"), (b"%PDF-1.7", 415, "sheet.type")],
)
def test_a_file_that_is_refused_at_once(office, data: bytes, status: int, code: str):
    answer = office.post(reverse("organizations:import"), {"file": SimpleUploadedFile("a.xlsx", data)})
    assert (answer.status_code, code in answer.content.decode(), Job.objects.count()) == (status, True, 0)


def test_a_damaged_file_ends_the_check_with_its_problem(office):
    check = job_after(send(office, units(unit_row("NEW1"))))
    blob = Blob.objects.get(pk=check.arguments["file"])
    files.path(blob).write_bytes(files.read(blob)[:3000])
    jobs.work_waiting()
    assert "file.broken" in page(office, check)


@pytest.mark.parametrize("name", ["系统.csv", "甲.csv"])
def test_a_csv_is_known_by_the_name_it_came_with(office, name: str):
    """Its headings fit several sheets, so the name of the file is all that tells which it is."""
    text = "代码,名称\nculture,文旅系统\n".encode()
    upload = SimpleUploadedFile(name, text)
    check = job_after(office.post(reverse("organizations:import"), {"file": upload}))
    assert jobs.work_waiting()
    check.refresh_from_db()
    told = page(office, check)
    if name == "系统.csv":
        assert check.result["counts"]["systems"] == {"new": 1, "changed": 0, "unchanged": 0}
    else:
        assert "1 mistake" in told


@pytest.mark.parametrize("who", PERSONAS)
def test_who_imports(browse, who: str):
    client = browse(who)
    allowed = who in IMPORTERS
    for name in ("import", "import_form"):
        assert client.get(reverse(f"organizations:{name}")).status_code == (200 if allowed else 403)
    assert send(client, units(unit_row("NEW1"))).status_code == (302 if allowed else 403)
    assert Job.objects.count() == allowed


def test_nobody_sees_the_work_of_another(browse, office):
    check = job_after(send(office, units(unit_row("NEW1"))))
    jobs.work_waiting()
    county = browse("county")
    addresses = [
        reverse("web:job", args=[check.pk]),
        reverse("web:job_file", args=[check.pk]),
    ]
    assert [county.get(address).status_code for address in addresses] == [404, 404]
    assert county.post(reverse("organizations:carry_out", args=[check.pk])).status_code == 404
    assert "名录.xlsx" not in county.get(reverse("organizations:import")).content.decode()


def test_the_template_holds_the_sheets_and_an_explanation(office):
    answer = office.get(reverse("organizations:import_form"), headers={"accept-language": "zh-hans"})
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["填表说明", "区划", "系统", "同类组", "单位", "岗位人员"]
    assert [cell.value for cell in book["单位"][1]][:4] == ["代码", "名称", "简称", "区划"]
    roles = next(row[3] for row in book["填表说明"].iter_rows(values_only=True) if row[1] == "角色")
    assert roles.startswith("应为以下之一：单位主要负责人、分管领导、联络员、")
    assert book["单位"].column_dimensions["A"].number_format == "@"


def test_the_list_is_exported_as_it_was_narrowed(office):
    started = office.post(reverse("organizations:export"), {"system": "education", "q": ""})
    job = job_after(started)
    jobs.work_waiting()
    assert "5 units and 5 posts" in page(office, job)
    answer = office.get(reverse("web:job_file", args=[job.pk]))
    book = load_workbook(BytesIO(b"".join(answer)))
    assert [row[0].value for row in book["Units"].iter_rows(min_row=2)] == [
        "EDU",
        "EDU1",
        "RIVAL",
        "SCHOOL",
        "SCHOOL2",
    ]
    assert Event.objects.get(verb="directory.export").data == {"units": 5, "posts": 5}


def test_the_buttons_of_the_list_are_for_those_who_may(browse):
    shown = {
        who: browse(who).get(reverse("organizations:units") + "?q=SCHOOL").content.decode()
        for who in PERSONAS
    }
    importing, exporting = reverse("organizations:import"), reverse("organizations:export")
    assert {who for who, text in shown.items() if importing in text} == IMPORTERS
    assert {who for who, text in shown.items() if exporting not in text} == {"stranger"}
    exported = page(browse("liaison"), job_after(browse("liaison").post(exporting)))
    assert importing not in exported
    assert "you find it again under “Long work”" in exported
    assert '<input type="hidden" name="q" value="SCHOOL">' in shown["office"]
    assert browse("stranger").post(exporting).status_code == 403


def test_a_page_that_waits_looks_again_with_and_without_a_script(office):
    check = job_after(send(office, units(unit_row("NEW1"))))
    waiting = page(office, check)
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in waiting
    assert 'hx-trigger="every 1s"' in waiting
    jobs.work_waiting()
    done = page(office, check)
    assert "http-equiv" not in done
    assert "hx-trigger" not in done


def test_work_that_nobody_takes_up_says_whom_to_ask(office):
    check = job_after(send(office, units(unit_row("NEW1"))))
    assert "whether the worker is running" not in page(office, check)
    Job.objects.update(created_at=timezone.now() - jobs.LOST * 2)
    assert "whether the worker is running" in page(office, check)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_and_another_one_does_it(
    city: City, browse, monkeypatch
):
    """The worker dies between the rows of an import: what it wrote was never committed."""
    client = browse("office")
    check = job_after(send(client, book_of(单位=[UNIT_HEADS, *(unit_row(f"NEW{n}") for n in range(50))])))
    jobs.work_waiting()
    done = job_after(client.post(reverse("organizations:carry_out", args=[check.pk])))

    def killed(*_args: object) -> None:
        assert Unit.objects.filter(code__startswith="NEW").count() == 50
        raise KeyboardInterrupt  # nothing of ours catches it, as nothing catches a kill

    with monkeypatch.context() as patch:
        patch.setattr(services, "_set_lines", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.work_waiting()
    assert not Unit.objects.filter(code__startswith="NEW").exists()
    assert Job.objects.get(pk=done.pk).state == "running"
    assert jobs.work_waiting() is False
    Job.objects.filter(pk=done.pk).update(beat_at=timezone.now() - jobs.LOST * 2)
    assert jobs.work_waiting() is True
    assert "Everything in the file has been imported." in page(client, done)
    assert Unit.objects.filter(code__startswith="NEW").count() == 50
    assert Event.objects.filter(verb="directory.import").count() == 1
