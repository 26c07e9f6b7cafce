from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.organizations.models import Membership
from chuangwen.organizations.tests.personas import PERSONAS, City

SEE_THE_ERRAND = {"office", "county", "department", "liaison", "head", "staff", "auditor"}


@pytest.mark.parametrize("who", PERSONAS)
def test_who_sees_a_case(city: City, errand: Case, who: str):
    assert Case.objects.visible_to(city.person(who)).exists() == (who in SEE_THE_ERRAND)


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
