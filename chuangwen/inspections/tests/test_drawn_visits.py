"""What comes of a draw: visits that look at the points drawn, by teams that nothing later refuses."""

from chuangwen.cases.models import Case
from chuangwen.inspections import queries
from chuangwen.inspections.field.day import way_of
from chuangwen.inspections.models import Point, Visit
from chuangwen.inspections.openrosa import xforms
from chuangwen.inspections.pooling import pool_of
from chuangwen.inspections.services import drawing, findings
from chuangwen.inspections.teams import conflict_of
from chuangwen.inspections.tests.conftest import inspection_of, move, noted, visit_of
from chuangwen.inspections.tests.test_draws import (
    asked_of,
    come,
    drawn,
    fix,
    inspection,
    made,
    refused,
    type_in,
)
from chuangwen.organizations.models import Person

__all__ = ["inspection"]  # the fixture


def test_what_the_lot_chose_is_all_that_is_looked_at_there(city, inspection, browse):
    """On the page, in the field app, in other clients' forms, and when it arrives.

    A point that is no more opens the others again.
    """
    windows = [
        Point.objects.create(unit=city.units[code], type_id="window", name=f"窗口{number}")
        for code in ("SCHOOL", "RIVAL", "SCHOOL2")
        for number in range(4)
    ]
    fix(city, inspection, points=2, wanted=3, people=asked_of().people - {city.people["delegate"].pk})
    come(inspection)
    type_in("office", inspection)
    draw = type_in("second", inspection)
    assert drawing.plan_visits(actor=city.person("office"), inspection=inspection) == []
    visit = Visit.objects.select_related("case__unit", "inspection__case").get(case__unit__code="SCHOOL")
    (one,) = (one for one in draw.drawn if one.unit == "SCHOOL")
    chosen = {int(key) for key in one.points}
    assert len(chosen) == 2
    assert {place.point.pk for place in queries.checklist(visit) if place.point} == chosen
    form = xforms._choices(visit, list(queries.checks_of(visit.inspection_id)))
    offered = {row["name"] for row in form if row["list_name"] == "place"} - {xforms.UNIT}
    assert offered == {str(key) for key in chosen}
    move(city, "office", inspection.case, "set_out")
    member = visit.members.exclude(person=city.people["office"]).first().person
    (way,) = (way for way in way_of(member) if way["number"] == visit.case.number)
    assert {place["point"] for place in way["places"] if place["point"]} == chosen
    Case.objects.filter(pk=visit.pk).update(state="under_way")
    other = next(window for window in windows if window.unit.code == "SCHOOL" and window.pk not in chosen)
    refused("finding.not_asked", findings.enter, actor=member, **noted(visit, point=other.pk))
    found, _new = findings.enter(actor=member, **noted(visit, point=min(chosen)))
    assert found.point_id == min(chosen)
    Point.objects.filter(pk__in=chosen).update(active=False)
    left = {place.point.pk for place in queries.checklist(visit) if place.point}
    assert left == {window.pk for window in windows if window.unit.code == "SCHOOL"} - chosen


def test_twice_running_means_the_same_in_the_pool_and_when_a_visit_is_planned(city, inspection):
    """Whoever sent them, as far as this office may know of it: a secret of another office bars nobody."""
    other, office = made(city, covert=True), city.units["OFFICE"]
    theirs = visit_of(city, other, "RIVAL", team=("inspector", "delegate"))
    Case.objects.filter(pk__in=[theirs.pk, other.pk]).update(issuer=city.units["COUNTY1"])
    visit_of(city, other_line(city), "SCHOOL2", team=("office", "second"))

    def barred():
        made_now = pool_of(inspection, asked_of(people=asked_of().people | {city.people["office"].pk}))
        pool = {(made_now.names[row.code][0], unit) for row in made_now.pool.inspectors for unit in row.last}
        people = Person.objects.filter(pk__in=[pk for pk, _as in made_now.names.values()])
        schools = [city.units[code] for code in ("SCHOOL", "RIVAL", "SCHOOL2")]
        planned = {
            (person.pk, unit.code)
            for person in people
            for unit in schools
            if str(conflict_of(person, unit, office)) == "上次已检查过该单位"
        }
        assert pool == planned
        return {(Person.objects.get(pk=pk).username, unit) for pk, unit in pool}

    own = {("office", "SCHOOL2"), ("second", "SCHOOL2")}
    assert barred() == own
    Case.objects.filter(pk=theirs.pk).update(circle="", state="closed")
    assert barred() == own | {("inspector", "RIVAL"), ("delegate", "RIVAL")}


def other_line(city):
    """Another open inspection of the same plan."""
    return inspection_of(city)


def test_a_team_that_was_drawn_is_not_refused_for_what_came_after_the_pool(city, inspection):
    draw = drawn(city, inspection)
    first, second = draw.drawn
    for one in (first, second):
        people = [Person.objects.get(pk=draw.names[name][0]).username for name in one.team]
        visit_of(city, other_line(city), one.unit, team=people)
    assert drawing.plan_visits(actor=city.person("office"), inspection=inspection) == []
    assert Visit.objects.filter(inspection=inspection).count() == 2
