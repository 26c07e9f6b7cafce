"""An inspection of the small city: the school's window and its courtyard, by an inspector and a delegate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.inspections.models import Inspection, PlanLine, Point, PointType, Visit
from chuangwen.inspections.services import inspecting, planning
from chuangwen.inspections.services.inspecting import Named
from chuangwen.inspections.tests.phone import Phone, filled
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.models import Criterion, Standard
from chuangwen.standards.tests.conftest import draft_of, publish

GREETING, RULES = "主动问候", "制度上墙"


def campaign_of(city: City) -> Campaign:
    known = Campaign.objects.first()
    return known or open_campaign(actor=city.person("office"), name="示例创建", office=city.units["OFFICE"])


def line_of(city: City, *, covert: bool) -> PlanLine:
    """A line of a filed plan: the open ones stand in this year's, the covert ones in the next one's."""
    office, year = city.person("office"), timezone.localdate().year + covert
    if known := PlanLine.objects.filter(plan__year=year).first():
        return known
    asked = {"campaign": campaign_of(city), "issuer": city.units["OFFICE"], "year": year}
    plan = planning.begin(actor=office, basis="示例市委办公室文件", **asked)
    said = {"name": "窗口服务检查", "covert": covert, "units": 3, "by": timezone.localdate()}
    line = planning.add_line(actor=office, plan=plan, **said)
    planning.file(actor=office, plan=plan)
    line.refresh_from_db()
    return line


def inspection_of(city: City, *, covert: bool = False, days: int = 7) -> Inspection:
    """One that is being prepared, its window from today; it looks at windows and at the unit as such."""
    office, today = city.person("office"), timezone.localdate()
    # A test that commits leaves the tables empty, those that a migration has filled too.
    kind = {"name": "服务窗口", "name_en": "service window", "position": 2}
    PointType.objects.get_or_create(code="window", defaults=kind)
    ends = today + timedelta(days=days)
    line = line_of(city, covert=covert)
    inspection = inspecting.open_inspection(
        actor=office, line=line, standard=standard_of(city), opens_on=today, closes_on=ends
    )
    checks = [("window", criterion(GREETING)), (None, criterion(RULES))]
    inspecting.set_checks(actor=office, inspection=inspection, checks=checks)
    return inspection


def standard_of(city: City) -> Standard:
    return Standard.objects.filter(state="published").first() or publish(city, draft_of(city))


def criterion(text: str) -> Criterion:
    return Criterion.objects.get(text=text, indicator__dimension__standard__state="published")


def visit_of(
    city: City,
    inspection: Inspection,
    unit: str = "SCHOOL",
    team: Sequence[str] = ("inspector", "delegate"),
    **more: Any,
) -> Visit:
    return inspecting.plan_visit(
        actor=city.person("office"),
        inspection=inspection,
        unit=city.units[unit],
        team=[Named(city.person(name)) for name in team],
        **more,
    )


def move(city: City, who: str, case: Case, name: str, **asked: Any) -> Case:
    now = Case.objects.get(pk=case.pk)
    return perform(actor=city.person(who), move_name=name, case=now, seen=now.revision, **asked)


def under_way(city: City, *, covert: bool = True) -> Visit:
    """A visit to the school that has begun, with its window as a point."""
    inspection = inspection_of(city, covert=covert)
    Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name="报名窗口")
    visit = visit_of(city, inspection)
    move(city, "office", inspection.case, "set_out")
    if not covert:
        Case.objects.filter(pk=visit.pk).update(state="announced", circle="")
    move(city, "inspector", visit.case, "begin")
    return Visit.objects.select_related("case__unit", "inspection").get(pk=visit.pk)


@pytest.fixture
def visit(city: City) -> Visit:
    return under_way(city)


def noted(visit: Visit, key: UUID | None = None, **more: Any) -> dict[str, Any]:
    """What a device sends: nobody greeted at the window."""
    content = {
        "criterion": criterion(GREETING).pk,
        "verdict": "unmet",
        "point": Point.objects.filter(unit=visit.case.unit).values_list("pk", flat=True).first(),
        "words": "窗口人员未主动问候",
        "noted_at": timezone.now(),
    }
    return {"visit": visit, "key": key or uuid4(), **content, **more}


@pytest.fixture
def planned(city: City) -> Visit:
    """A covert visit of the school that has set out and not begun, with its window as a point."""
    inspection = inspection_of(city, covert=True)
    Point.objects.create(unit=city.units["SCHOOL"], type_id="window", name="报名窗口", address="一楼")
    visit = visit_of(city, inspection)
    move(city, "office", inspection.case, "set_out")
    return Visit.objects.select_related("case").get(pk=visit.pk)


@pytest.fixture
def phone(city: City) -> Phone:
    return Phone(city.person("inspector"))


def unmet(*photos: str, words: str = "窗口人员未主动问候") -> dict[int, dict[str, object]]:
    return {criterion(GREETING).pk: {"verdict": "unmet", "words": words, "photos": photos}}


def at_the_window(phone: Phone, *photos: str, **more: str) -> str:
    return filled(phone.fetch(), Point.objects.get().pk, unmet(*photos), **more)
