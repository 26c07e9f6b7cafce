"""What of inspections stands in the town that the browser walks: plans, a visit under way, one handed in."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from chuangwen.core import jobs
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.inspections.models import Point
from chuangwen.inspections.points.work import CHECK
from chuangwen.inspections.services import devices, findings, planning, reviewing
from chuangwen.inspections.tests.conftest import (
    GREETING,
    RULES,
    campaign_of,
    criterion,
    move,
    noted,
    under_way,
    visit_of,
)
from chuangwen.inspections.tests.drawing_up import draw_of
from chuangwen.organizations.accounts.devices import device_of
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.organizations.tests.personas import City
from chuangwen.organizations.tests.tables import book_of

# The pages of the office, and of a team; {…} is filled with what stands below.
OFFICE = (
    "/inspections/",
    "/inspections/findings/",
    "/inspections/findings/?unit=没有这个单位",
    "/inspections/findings/trend/",
    "/inspections/findings/trend/?by=territory&step=week",
    "/inspections/findings/trend/?since=2020-01-01&until=2020-02-01",
    "/inspections/findings/trend/?since=2020-01-01",
    "/cases/{reviewed}/conclude/",
    "/inspections/plans/new/",
    "/inspections/plans/{year_plan}/",
    "/inspections/plans/{next_plan}/",
    "/inspections/plans/{year_plan}/open/",
    "/inspections/{inspection}/checks/",
    "/inspections/{inspection}/visits/",
    "/inspections/points/SCHOOL/",
    "/inspections/points/",
    "/inspections/points/?q=没有这个点位",
    "/inspections/points/map/",
    "/inspections/points/import/",
    "/work/{points}/",
    "/cases/{inspection}/",
)
TEAM = (
    "/inspections/",
    "/cases/{visit}/",
    "/inspections/visits/{visit}/",
    "/inspections/visits/{visit}/{looked}/?point={point}",
    "/inspections/visits/{handed}/review/",
    "/field/",
    "/field/devices/",
)
DEVICES = "/field/people/{goes_out}/devices/"  # for whoever keeps the account


def inspections_in(town: City) -> dict[str, object]:
    """The covert inspection of two schools; the plan of a later year is still a draft with a line."""
    visit = under_way(town)
    window_of_the_rival(town)
    handed = visit_of(town, visit.inspection, "RIVAL")
    move(town, "inspector", handed.case, "begin")
    inspector, sent = town.person("inspector"), noted(handed, point=Point.objects.latest("pk").pk)
    found, _new = findings.enter(actor=inspector, **sent)
    photo = upload(taken(at="2026:10:20 09:30:00", place=True), "窗口.jpg")
    findings.add_photo(actor=inspector, finding=found, key=found.key, upload=photo)
    move(town, "inspector", handed.case, "hand_in")
    done = visit_of(town, visit.inspection, "SCHOOL2")
    move(town, "inspector", done.case, "begin")
    unit = noted(done, point=None, criterion=criterion(RULES).pk, words="制度未上墙")
    inspector = town.person("inspector")  # as a new request would load them
    found, _new = findings.enter(actor=inspector, **unit)
    move(town, "inspector", done.case, "hand_in")
    reviewing.decide(actor=inspector, finding=found, confirmed=True)
    move(town, "inspector", done.case, "pass_on")
    telephones_of(town)
    office, line = town.person("office"), visit.inspection.line
    year = timezone.localdate().year + 2
    asked = {"campaign": campaign_of(town), "issuer": town.units["OFFICE"], "year": year}
    draft = planning.begin(actor=office, basis="示例市创建工作年度安排", **asked)
    said = {"name": "窗口服务检查", "covert": True, "units": 20, "by": line.by}
    planning.add_line(actor=office, plan=draft, **said)
    return {
        "year_plan": line.plan_id,
        "next_plan": draft.pk,
        "inspection": visit.inspection.case.number,
        "visit": visit.case.number,
        "handed": handed.case.number,
        "reviewed": done.case.number,
        "looked": criterion(GREETING).pk,
        "goes_out": inspector.pk,
        "point": Point.objects.get(name="报名窗口").pk,
        "points": points_checked_by(office),
        "draw": draw_of(town, asked["campaign"], visit.inspection.standard).inspection.case.number,
    }


def window_of_the_rival(town: City) -> None:
    """The one point with coordinates."""
    Point.objects.create(
        unit=town.units["RIVAL"],
        type_id="window",
        name="教务窗口",
        address="东岭县示例路5号教学楼一层",
        latitude=Decimal("34.329700"),
        longitude=Decimal("108.709300"),
    )


def points_checked_by(office: Person) -> UUID:
    """A sheet of points that the office has had checked: one new, one with a mistake, one that changes."""
    heads = ("单位代码", "点位类型", "点位名称", "纬度", "经度")
    rows = [
        ("SCHOOL", "服务窗口", "二楼窗口", "34.3297", "108.7093"),
        ("SCHOOL", "服务窗口", "三楼窗口", "北纬", ""),
        ("SCHOOL", "服务窗口", "报名窗口", "34.3291", "108.7085"),
    ]
    arguments = {"file": book_of(点位=[heads, *rows]).digest, "name": "点位.xlsx"}
    job = jobs.start(kind=CHECK, actor=journal_name(office), arguments=arguments)
    assert jobs.work_waiting()
    return job.pk


def telephones_of(town: City) -> None:
    """Two of the inspector's, one of them cut off by the security administrator."""
    inspector = town.person("inspector")
    for key, agent in enumerate(("Android Chrome/140", "iPhone Safari/605"), start=1):
        known = devices.welcome(actor=inspector, key=UUID(int=key), name=device_of(agent))
    devices.cut_off(actor=town.person("security"), device=known)
