"""Points of many units: narrowed, taken away, brought in, on a map; and what nobody may learn from them."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from chuangwen.cases.models import Case
from chuangwen.core import jobs
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.inspections.models import Point
from chuangwen.inspections.points import reading
from chuangwen.inspections.points.datum import shown_at
from chuangwen.inspections.points.sheet import plan
from chuangwen.inspections.services import findings, points
from chuangwen.inspections.tests.conftest import noted, under_way
from chuangwen.organizations.models import System
from chuangwen.organizations.tests.tables import book_of

HEADS = ("单位代码", "点位类型", "点位名称", "地址", "纬度", "经度", "是否列入检查")
TILES = "https://tiles.example/{z}/{x}/{y}.png"
# WGS 84 and GCJ-02 of the same place, as the library eviltransform publishes them (python/test.py).
PAIRS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.parametrize(("ours", "drawn"), PAIRS)
def test_a_map_of_gcj02_draws_a_point_where_others_do(ours, drawn):
    assert shown_at(*ours, "gcj02") == pytest.approx(drawn, abs=1e-9)
    assert shown_at(*ours, "wgs84") == ours


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TILES", "https://tiles.example/map.png"),
        ("TILES", "https://{s}.tiles.example/{z}/{x}/{y}.png"),
        ("TILES", "ftp://tiles.example/{z}/{x}/{y}.png"),
        ("TILES", "https://tiles.example/{z}/{x}/{y}.png; script-src *"),
        ("TILES", "https://tiles.example;sandbox/{z}/{x}/{y}.png"),
        ("DATUM", "bd09"),
    ],
)
def test_a_setting_of_no_map_is_refused(name, value):
    run = {"CHUANGWEN_MODE": "test", f"CHUANGWEN_MAP_{name}": value, "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", "import chuangwen.settings"],
        env=run,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"CHUANGWEN_MAP_{name} must be" in done.stderr


def test_outside_of_china_nothing_is_shifted():
    assert shown_at(48.8584, 2.2945, "gcj02") == (48.8584, 2.2945)


@pytest.fixture
def three(city):
    """The school's window, its courtyard that is no longer looked at, and the rival's window."""
    place = {"latitude": Decimal("34.329700"), "longitude": Decimal("108.709300")}
    visit = under_way(city)
    Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name="旧窗口", active=False)
    Point.objects.create(
        unit=city.units["RIVAL"], type_id="window", name="教务窗口", address="示例路5号", **place
    )
    return visit


def words(answer) -> str:
    return " ".join(b"".join(answer).decode().split())


def cells(answer) -> list[tuple]:
    return list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"报名窗口", "教务窗口"}),
        ({"active": "no"}, {"旧窗口"}),
        ({"active": "all"}, {"报名窗口", "教务窗口", "旧窗口"}),
        ({"q": "示例路"}, {"教务窗口"}),
        ({"q": "报名"}, {"报名窗口"}),
        ({"q": "rival"}, {"教务窗口"}),
        ({"type": "window"}, {"报名窗口", "教务窗口"}),
        ({"type": "nosuch"}, set()),
        ({"territory": "9901"}, {"报名窗口", "教务窗口"}),
        ({"system": "education"}, {"报名窗口", "教务窗口"}),
    ],
)
def test_the_list_is_narrowed(city, three, asked, found):
    _form, points_found = reading.asked_for(city.person("office"), asked)
    assert set(points_found.values_list("name", flat=True)) == found


def test_a_system_without_the_units_leaves_none(city, three):
    other = System.objects.exclude(code="education").exclude(memberships__unit__points__isnull=False).first()
    _form, found = reading.asked_for(city.person("office"), {"system": other.pk})
    assert list(found) == []


def test_one_sees_the_points_of_ones_own_units(city, three, browse):
    page = words(browse("liaison").get(reverse("inspections:all_points")))
    assert ("报名窗口" in page, "教务窗口" in page) == (True, False)
    assert [row[2] for row in cells(browse("rival").get(reverse("inspections:points_table")))[1:]] == [
        "教务窗口"
    ]


def test_pages_follow_one_another_and_ask_the_same_for_many_rows(city, three, browse, monkeypatch):
    client, address = browse("office"), reverse("inspections:all_points")
    words(client.get(address))
    with CaptureQueriesContext(connection) as few:
        words(client.get(address))
    for number in range(60):
        Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name=f"窗口{number:02}")
    with CaptureQueriesContext(connection) as many:
        first = client.get(address)
    assert len(many) == len(few)
    assert "62 points" in words(first)
    second = client.get(address, {"after": first.context["after"]})
    names = [row["point"].name for page in (first, second) for row in page.context["rows"]]
    assert (len(names), len(set(names)), second.context["after"]) == (62, 62, "")
    assert words(client.get(address, {"after": "nonsense"})).count("窗口0") == 10
    for module in ("reading", "views"):
        monkeypatch.setattr(f"chuangwen.inspections.points.{module}.COUNTED", 61)
    assert "more than 61 points" in words(client.get(address))


def test_a_covert_look_at_a_point_is_seen_by_the_team_and_its_office_alone(city, three, browse):
    findings.enter(actor=city.person("inspector"), **noted(three))
    Point.objects.update(latitude=Decimal("34.3"), longitude=Decimal("108.7"))
    address, said = reverse("inspections:all_points"), {}
    for who in ("office", "inspector", "liaison", "head", "admin"):
        page = words(browse(who).get(address, {"q": "报名"}))
        said[who] = "does not comply" in page
        drawn = words(browse(who).get(reverse("inspections:map"), {"q": "报名"}))
        assert ('data-verdict="unmet"' in drawn) is said[who]
        table = cells(browse(who).get(reverse("inspections:points_table"), {"q": "报名"}))
        assert [row[10] for row in table[1:]] == (
            ["does not comply"] if said[who] else [None] * (len(table) - 1)
        )
    assert said == {"office": True, "inspector": True, "liaison": False, "head": False, "admin": False}
    # The same once it is told: what was confirmed on a visit that is closed.
    Case.objects.filter(pk=three.pk).update(circle="", state="closed")
    three.findings.update(decision="confirmed")
    assert "does not comply" in words(browse("liaison").get(address))
    three.findings.update(decision="dropped")
    assert "does not comply" not in words(browse("office").get(address))


def test_without_tiles_there_is_no_map_and_no_other_origin(city, three, browse, settings):
    settings.MAP_TILES = ""
    client = browse("office")
    answer = client.get(reverse("inspections:all_points"))
    assert "/points/map/" not in words(answer)
    assert "img-src 'self' data:;" in f"{answer['Content-Security-Policy']};"
    assert client.get(reverse("inspections:map")).status_code == 404


def test_the_map_shows_what_the_list_does_and_only_its_tiles_are_let_in(city, three, browse, settings):
    settings.MAP_TILES, settings.MAP_ATTRIBUTION, settings.MAP_DATUM = TILES, "示例地图 <b>", "gcj02"
    client, address = browse("office"), reverse("inspections:map")
    assert "/points/map/?" in words(client.get(reverse("inspections:all_points")))
    answer = client.get(address)
    page = words(answer)
    assert "img-src 'self' data: https://tiles.example;" in f"{answer['Content-Security-Policy']};"
    drawn = ",".join(f"{degrees:.6f}" for degrees in shown_at(34.3297, 108.7093, "gcj02"))
    assert f'data-at="{drawn}" data-name="教务窗口 · {city.units["RIVAL"]}"' in page
    assert ("报名窗口" in page, "1 point has no coordinates" in page, "<b>" in page) == (False, True, False)
    assert "data-at" not in words(browse("liaison").get(address))
    of_one = words(client.get(reverse("inspections:points", args=["RIVAL"])))
    assert "/points/map/?q=RIVAL" in of_one
    assert "教务窗口" in words(client.get(address, {"q": "RIVAL"}))
    other = client.get(reverse("inspections:inspections"))
    assert "tiles.example" not in other["Content-Security-Policy"]


def test_more_points_than_a_map_holds_are_told(city, three, browse, settings, monkeypatch):
    settings.MAP_TILES = TILES
    monkeypatch.setattr("chuangwen.inspections.points.views.MAPPED", 1)
    at = {"latitude": Decimal("34.3"), "longitude": Decimal("108.7")}
    Point.objects.create(unit=city.units["RIVAL"], type_id="window", name="二号窗口", **at)
    assert "The map shows 1 points" in words(browse("office").get(reverse("inspections:map")))


def test_a_sheet_is_checked_then_imported_and_the_second_time_changes_nothing(city, three, browse):
    client = browse("office")
    sheet = book_of(
        点位=[
            HEADS,
            ("SCHOOL", "服务窗口", "二楼窗口", "示例路1号", "34.32971234", "108.7", ""),
            ("SCHOOL", "service window", "报名窗口", "示例路2号", "", "", ""),
            ("rival", "window", "教务窗口", "示例路5号", 34.3297, 108.7093, "否"),
        ]
    )
    before = list(Point.objects.order_by("pk").values_list("pk", "address", "active"))
    check = sent(client, sheet)
    assert (check.result["counts"], check.result["fault_count"]) == (
        {"points": {"new": 1, "changed": 2, "unchanged": 0}},
        0,
    )
    assert list(Point.objects.order_by("pk").values_list("pk", "address", "active")) == before
    assert words(client.get(reverse("web:job", args=[check.pk]))).count("Import everything") == 1
    client.post(reverse("inspections:carry_in_points", args=[check.pk]))
    assert jobs.work_waiting()
    new = Point.objects.get(name="二楼窗口")
    assert (new.unit.code, new.type_id, new.active) == ("SCHOOL", "window", True)
    assert (new.latitude, new.longitude) == (Decimal("34.329712"), Decimal("108.700000"))
    assert Point.objects.get(name="报名窗口").address == "示例路2号"
    assert Point.objects.get(name="教务窗口").active is False
    events = Event.objects.filter(verb="point.import").order_by("pk")
    assert [(one.subject, one.data["new"], one.data["changed"]) for one in events] == [
        ("unit:RIVAL", 0, 1),
        ("unit:SCHOOL", 1, 1),
    ]
    again = sent(client, sheet)
    assert again.result["counts"]["points"] == {"new": 0, "changed": 0, "unchanged": 3}
    assert "there is nothing to import" in words(client.get(reverse("web:job", args=[again.pk])))
    refused = client.post(reverse("inspections:carry_in_points", args=[again.pk]))
    assert (refused.status_code, "import.nothing" in words(refused)) == (409, True)
    assert Event.objects.filter(verb="point.import").count() == 2


def test_what_is_taken_away_comes_back_and_says_nothing_new(city, three, browse):
    client = browse("office")
    away = client.get(reverse("inspections:points_table"), {"active": "all"})
    back = SimpleUploadedFile("points.xlsx", away.content)
    client.post(reverse("inspections:import_points"), {"file": back})
    assert jobs.work_waiting()
    job = jobs.newest("points.check")
    assert (job.result["faults"], job.result["counts"]["points"]["unchanged"]) == ([], 3)


def test_every_mistake_is_told_with_its_row_and_nothing_is_written(city, three):
    rows = [
        ("NOSUCH", "window", "一", "", "", ""),
        ("SCHOOL", "火车站", "二", "", "", ""),
        ("SCHOOL", "window", "", "", "", ""),
        ("SCHOOL", "window", "四", "", "91", "108"),
        ("SCHOOL", "window", "五", "", "北纬", "108"),
        ("SCHOOL", "window", "六", "", "34.3", ""),
        ("SCHOOL", "window", "报名窗口", "", "", ""),
        ("SCHOOL", "服务窗口", "报名窗口", "", "", ""),
        ("SCHOOL", "window", "九" * 101, "", "", ""),
    ]
    found = plan(actor=city.person("office"), blob=book_of(点位=[HEADS[:6], *rows]), name="")
    assert [(fault.row, fault.column.split()[0]) for fault in found.faults] == [
        (2, "A"),
        (3, "B"),
        (4, "C"),
        (5, "E"),
        (6, "E"),
        (7, "F"),
        (9, "C"),
        (10, "C"),
    ]
    with pytest.raises(Problem) as refused:
        points.carry_in(plan=found, file="x")
    assert refused.value.code == "import.faults"
    assert Point.objects.count() == 3


def test_nobody_brings_in_points_of_a_unit_that_is_not_theirs(city, three, browse):
    foreign = book_of(点位=[HEADS[:3], ("RIVAL", "window", "教务窗口二")])
    found = plan(actor=city.person("liaison"), blob=foreign, name="")
    unknown = plan(
        actor=city.person("liaison"), blob=book_of(点位=[HEADS[:3], ("RIVAX", "window", "二")]), name=""
    )
    # A unit that is there sounds no other than one that is not.
    assert [fault.sentence.replace("RIVAX", "RIVAL") for fault in unknown.faults] == [
        fault.sentence for fault in found.faults
    ]
    own = plan(
        actor=city.person("liaison"), blob=book_of(点位=[HEADS[:3], ("SCHOOL", "window", "二")]), name=""
    )
    points.carry_in(plan=own, file="x")
    assert Point.objects.filter(unit__code="SCHOOL", name="二").exists()
    for who, status in (("liaison", 200), ("inspector", 403)):
        client = browse(who)
        got = [
            client.get(reverse(f"inspections:{name}")).status_code
            for name in ("import_points", "points_form")
        ]
        assert got == [status, status]


def test_a_change_by_somebody_else_meanwhile_stops_the_import(city, three):
    sheet = book_of(点位=[HEADS[:3], ("SCHOOL", "window", "二楼窗口")])
    office = city.person("office")
    found, racing = (plan(actor=office, blob=sheet, name="") for _time in range(2))
    Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name="二楼窗口")
    with pytest.raises(Problem) as lost:
        points.carry_in(plan=racing, file="x")
    points.add(actor=office, unit=city.units["SCHOOL"], type=Point.objects.first().type, name="三楼窗口")
    with pytest.raises(Problem) as late:
        points.carry_in(plan=found, file="x")
    assert (lost.value.code, late.value.code) == ("import.meanwhile", "import.meanwhile")


def test_the_form_names_the_types_and_what_is_no_table_is_refused(city, three, browse):
    client = browse("office")
    book = load_workbook(BytesIO(client.get(reverse("inspections:points_form")).content))
    explained, sheet = book.worksheets
    assert "service window" in {row[2] for row in explained.iter_rows(values_only=True)}
    assert [cell.value for cell in sheet[1]][:3] == ["Unit code", "Type of point", "Name of the point"]
    answer = client.post(
        reverse("inspections:import_points"), {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n\x00")}
    )
    assert answer.status_code in {400, 415}
    assert client.post(reverse("inspections:import_points"), {}).status_code == 400


def sent(client, blob):
    """The ended check of a file that was sent on the page."""
    from chuangwen.core import files

    upload = SimpleUploadedFile("points.xlsx", files.path(blob).read_bytes())
    answer = client.post(reverse("inspections:import_points"), {"file": upload})
    assert answer.status_code == 302
    assert jobs.work_waiting()
    return jobs.newest("points.check")
