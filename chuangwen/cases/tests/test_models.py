from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case, Circle, Request, open_case, open_case_apart, visible_case
from chuangwen.organizations.models import Membership
from chuangwen.organizations.tests.personas import PERSONAS, City

SEE_THE_ERRAND = {"office", "leader", "county", "department", "liaison", "head", "staff", "auditor"}


@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_a_case(city: City, errand: Case, who: str):
    assert Case.objects.visible_to(city.person(who)).exists() == (who in SEE_THE_ERRAND)


@pytest.mark.parametrize("who", PERSONAS)
def test_open_cases_apart_are_the_same_and_each_is_in_one_part(city: City, errand: Case, who: str):
    for number, (unit, issuer) in enumerate(product(city.units.values(), repeat=2)):
        errand.pk, errand.number, errand.unit, errand.issuer = None, f"N{number}", unit, issuer
        errand.save(force_insert=True)
    seen = Case.objects.filter(open_case(city.person(who))).order_by("pk").values_list("pk", flat=True)
    parts = [Case.objects.filter(part) for part in open_case_apart(city.person(who))]
    assert sorted(pk for part in parts for pk in part.values_list("pk", flat=True)) == list(seen)


def test_nobody_signed_in_sees_nothing(errand: Case):
    assert not Case.objects.visible_to(AnonymousUser()).exists()


def test_the_issuer_sees_what_it_issued_even_when_it_no_longer_leads(city: City, errand: Case):
    Case.objects.update(issuer=city.units["EDU"])
    Membership.objects.all().delete()
    assert Case.objects.visible_to(city.person("department")).exists()


@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_a_campaign(city: City, campaign: Campaign, who: str):
    """Everybody with a post in its territory, so nobody without a post."""
    assert Campaign.objects.visible_to(city.person(who)).exists() == (who != "stranger")


def test_a_countys_campaign_is_not_its_neighbours(city: City, campaign: Campaign):
    Campaign.objects.update(territory="990102")
    assert not Campaign.objects.visible_to(city.person("county")).exists()


@pytest.mark.parametrize(("days", "late"), [(-1, True), (0, False), (1, False), (None, False)])
def test_late(errand: Case, days: int | None, late: bool):  # noqa: FBT001
    errand.due = None if days is None else timezone.localdate() + timedelta(days=days)
    errand.save()
    assert Case.objects.late().exists() == late


def test_what_is_closed_is_never_late(errand: Case):
    Case.objects.update(due=timezone.localdate() - timedelta(days=9), closed_at=timezone.now())
    assert not Case.objects.late().exists()
    assert not Case.objects.open().exists()


def test_open_campaigns(campaign: Campaign):
    assert Campaign.objects.open().exists()
    Campaign.objects.update(closed_on=timezone.localdate())
    assert not Campaign.objects.open().exists()


# Who sees the school's errand, issued by the county's office, in each circle; the inspector is named on it.
SEEN = {
    Circle.UNIT: {"liaison", "head", "staff"},
    Circle.NAMED: {"county", "inspector"},
}


@pytest.mark.parametrize("circle", SEEN)
@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_a_case_that_is_not_open(city: City, errand: Case, circle: Circle, who: str):
    Case.objects.update(circle=circle)
    errand.participants.create(person=city.people["inspector"])
    named = circle == Circle.UNIT and who == "inspector"
    assert Case.objects.visible_to(city.person(who)).exists() == (who in SEEN[circle] or named)
    holding = errand.requests.create(
        kind="extension", asked_by=city.people["staff"], asked_at=errand.opened_at, reason="示例"
    )
    seen = Request.objects.filter(visible_case(city.person(who), "case"))
    assert seen.filter(pk=holding.pk).exists() == (who in SEEN[circle] or named)


def test_an_open_case_is_seen_by_whoever_is_named_on_it(city: City, errand: Case):
    delegate = city.person("delegate")
    assert not Case.objects.visible_to(delegate).exists()
    errand.participants.create(person=delegate)
    assert Case.objects.visible_to(city.person("delegate")).get() == errand


def test_whoever_can_inspect_nothing_and_judge_nothing_is_named_in_vain(city: City, errand: Case):
    """A post that ended takes its cases with it."""
    errand.participants.create(person=city.people["rival"])
    assert not Case.objects.visible_to(city.person("rival")).exists()
