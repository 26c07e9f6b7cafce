"""A draw for the tests of pages: an open inspection of a published standard, drawn by two officers."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.models import Inspection
from chuangwen.inspections.pooling import Asked
from chuangwen.inspections.services import drawing, inspecting, planning
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.models import Standard

VALUE = "03 11 19 22 27 31 + 08"


def second_officer(city: City) -> Person:
    """Another one of the civility office, who may lead a team too."""
    person, new = Person.objects.get_or_create(username="second", defaults={"name": "示例second"})
    if new:
        Post.objects.create(unit=city.units["OFFICE"], title="second", role=Role.OFFICE, person=person)
    city.people["second"] = person
    return person


def draw_of(city: City, campaign: Campaign, standard: Standard) -> Draw:
    """One that everybody may see: two schools, their visits planned and announced."""
    office, second, today = city.person("office"), second_officer(city), timezone.localdate()
    plan = planning.begin(
        actor=office, campaign=campaign, issuer=city.units["OFFICE"], year=today.year + 9, basis="示例"
    )
    line = planning.add_line(actor=office, plan=plan, name="示例抽查", covert=False, units=2, by=today)
    planning.file(actor=office, plan=plan)
    line.refresh_from_db()
    inspection = inspecting.open_inspection(
        actor=office, line=line, standard=standard, opens_on=today, closes_on=today + timedelta(days=7)
    )
    fix(city, inspection, frozenset({office.pk, second.pk}))
    for person in (office, second):
        drawing.type_value(actor=person, inspection=inspection, value=VALUE)
    drawing.plan_visits(actor=office, inspection=inspection)
    Case.objects.filter(visit__inspection=inspection).update(state="announced", circle="")
    return Draw.objects.get(pk=inspection.pk)


def fix(city: City, inspection: Inspection, people: frozenset[int]) -> None:
    """The pool of schools, on the day before that of the value."""
    drawing.fix(
        actor=city.person("office"),
        inspection=inspection,
        asked=Asked(people=people, peer_groups=frozenset({"schools"}), wanted=2, shown_lots=1),
        source="示例彩票第2026001期开奖号码",
        value_on=timezone.localdate() + timedelta(days=1),
    )
    Draw.objects.filter(pk=inspection.pk).update(value_on=timezone.localdate())
