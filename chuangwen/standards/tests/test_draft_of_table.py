"""A draft made of a table that was read: its lines, its rules, its doubts."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuangwen.core.models import Event, Job
from chuangwen.core.tests.works import done_after
from chuangwen.standards import rules
from chuangwen.standards.importing import drafting
from chuangwen.standards.models import Criterion, Standard
from chuangwen.standards.tests.test_tables import TABLES, reading

TABLE = next(path for path in TABLES if path.stem == "forty_and_sixty")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(browse):
    return browse("office")


def read(client) -> Job:
    upload = SimpleUploadedFile("细则.tsv", TABLE.read_bytes())
    return done_after(client.post(reverse("standards:import"), {"file": upload}))


def make(client, city, job: Job, **fields):
    asked = {"name": "年度考核", "code": "yearly", "office": city.units["OFFICE"].pk, "scope": "", **fields}
    return client.post(reverse("standards:draft", args=[job.pk]), asked)


def test_a_draft_is_made_of_what_was_read_with_its_doubts(office, city):
    job = read(office)
    page = office.get(reverse("standards:draft", args=[job.pk])).content.decode()
    assert "云岭县文明单位创建工作年度考核细则" in page
    assert "The table has 3 doubts." in page
    answer = make(office, city, job)
    standard = Standard.objects.get()
    assert answer["Location"] == reverse("standards:standard", args=[standard.pk])
    found = reading(TABLE)
    assert (standard.name, standard.code, standard.is_draft) == ("年度考核", "yearly", True)
    assert standard.doubts == drafting.doubts(found)
    criteria = Criterion.objects.filter(indicator__dimension__standard=standard)
    lines = [(line.text, line.points, line.rule, dict(line.parameters)) for line in drafting.lines(found)]
    assert sorted((one.text, one.points) for one in criteria) == sorted(
        (text, points) for text, points, *_ in lines
    )
    assert {one.rule for one in criteria} == {rule for _text, _points, rule, _parameters in lines}
    assert Event.objects.filter(verb="standard.draft", subject=standard.subject).count() == 1
    shown = office.get(answer["Location"]).content.decode()
    assert "60 points are stated, the parts make 50." in shown or "sum_mismatch" in shown or "50" in shown


def test_a_draft_for_one_body_takes_its_lines_and_everybodys(office, city):
    make(office, city, read(office), scope="县档案局")
    standard = Standard.objects.get()
    inside = standard.dimensions.filter(part="inside")
    assert sum(one.points for one in inside) == Decimal(90)
    assert [doubt["kind"] for doubt in standard.doubts] == ["sum_mismatch"]


def test_a_code_that_is_taken_is_told_and_what_was_typed_is_kept(office, city):
    job = read(office)
    make(office, city, job)
    answer = make(office, city, job, name="另一个名称")
    told = answer.content.decode()
    assert (answer.status_code, "standard.taken" in told, "另一个名称" in told) == (409, True, True)
    assert Standard.objects.count() == 1


def test_what_is_missing_is_asked_for(office, city):
    answer = make(office, city, read(office), name="", scope="没有这个单位")
    assert answer.status_code == 400
    assert Standard.objects.count() == 0


@pytest.mark.parametrize("who", ["county", "liaison", "auditor", "stranger"])
def test_nobody_makes_a_draft_of_what_another_has_read(office, browse, city, who):
    job = read(office)
    other = browse(who)
    address = reverse("standards:draft", args=[job.pk])
    assert other.get(address).status_code == 404
    assert make(other, city, job).status_code == 404
    assert Standard.objects.count() == 0


def test_an_office_makes_none_for_another_office(browse, city):
    county = browse("county")
    job = read(county)
    assert make(county, city, job).status_code == 400
    assert Standard.objects.count() == 0


def test_there_is_nothing_where_nothing_was_read(office):
    assert office.get(reverse("standards:draft", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_line_is_a_rule_that_standards_know(path):
    for line in drafting.lines(reading(path)):
        rules.validate(line.rule, line.points, line.parameters)
