"""The page on which a table is read: the file is sent, the worker reads it, criteria and doubts are shown."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.core import files
from chuangwen.core.models import Blob, Event, Job
from chuangwen.core.tests.works import done_after
from chuangwen.organizations.tests.personas import PERSONAS
from chuangwen.standards.tests.test_tables import TABLES

TABLE = next(path for path in TABLES if path.stem == "bodies_as_sections")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(browse):
    return browse("office")


def send(client, data: bytes | None = None, name: str = "细则.tsv"):
    upload = SimpleUploadedFile(name, TABLE.read_bytes() if data is None else data)
    return client.post(reverse("standards:import"), {"file": upload})


def page(client, job: Job) -> str:
    return client.get(reverse("web:job", args=[job.pk])).content.decode()


def test_a_table_is_sent_read_and_shown_with_its_doubts(office):
    events = Event.objects.count()
    job = done_after(send(office))
    told = page(office, job)
    assert "7 criteria" in told
    assert "3 doubts" in told
    assert "One deduction takes 12 points, and there are only 6." in told
    assert "The number 1 stands in line 7 already." in told
    assert "The number 3" not in told
    assert "优秀: 15; 良好: 10; 一般: 5; 差: 0" in told
    assert "0.5 off for each 例" in told
    assert told.count("doubtful") == 2
    assert Event.objects.count() == events  # nothing was entered
    assert "细则.tsv" in office.get(reverse("standards:import")).content.decode()


def test_all_that_was_read_can_be_taken_away(office):
    job = done_after(send(office))
    book = load_workbook(BytesIO(files.read(job.file)))
    doubts, criteria = (list(book[title].values) for title in ("Doubts", "Criteria"))
    assert len(doubts) == 4
    assert criteria[1] == (
        4,
        "市住建局",
        "市住建局",
        "老旧小区改造开工率１００％，按比例得分（１２分）",
        12,
        "In proportion",
        "市督查室",
    )
    assert len(criteria) == 8


def test_three_hundred_are_shown_and_the_others_counted(office):
    lines = "".join(f"{number}\t完善第{number}项制度\t\n" for number in range(1, 311))
    told = page(office, done_after(send(office, f"序号\t考核内容\t分值\n{lines}".encode())))
    assert told.count("The line states no points.") == 300
    assert told.count("10 more are in the file to download.") == 2


def test_a_table_in_which_everything_agrees_is_told(office):
    told = page(office, done_after(send(office, "考核内容\t分值\n完善制度\t10\n合计\t10\n".encode())))
    assert "0 doubts" in told
    assert "Everything agrees: totals, numbers, points and rules." in told


def test_a_file_without_a_table_is_told(office):
    told = page(office, done_after(send(office, "同志们".encode())))
    assert "No table was found in this file." in told
    assert "Who scores" not in told


def test_several_sheets_are_told_apart(office, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for title in ("乡镇", "县直部门"):
        sheet = book.create_sheet(title)
        for row in (["考核内容", "分值"], ["日常巡查", None]):
            sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    told = page(office, done_after(send(office, (tmp_path / "book.xlsx").read_bytes(), "细则.xlsx")))
    assert told.count('<th scope="col">Sheet</th>') == 2


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"%PDF-1.4\n", 415, "file.wrong_type"), (b"", 400, ""), (b"PK\x03\x04", 415, "file")],
)
def test_a_file_of_another_kind_is_refused_and_not_kept(office, data, status, code):
    answer = send(office, data)
    assert (answer.status_code, code in answer.content.decode()) == (status, True)
    assert (Job.objects.count(), Blob.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", sorted(PERSONAS))
def test_only_civility_offices_read_tables_in(browse, who):
    client = browse(who)
    allowed = who in {"office", "county"}
    assert client.get(reverse("standards:import")).status_code == (200 if allowed else 403)
    assert send(client).status_code == (302 if allowed else 403)
    assert Job.objects.count() == (1 if allowed else 0)


def test_nobody_sees_what_another_has_read(office, browse):
    job = done_after(send(office))
    other = browse("county")
    assert other.get(reverse("web:job", args=[job.pk])).status_code == 404
    assert "细则.tsv" not in other.get(reverse("standards:import")).content.decode()
