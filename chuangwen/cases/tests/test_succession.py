"""Succession of any kind of case, and of the campaigns that a unit runs; the command."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services.succession import Estate, succeed_unit
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Unit
from chuangwen.organizations.problems import SUCCEEDS_ITSELF
from chuangwen.organizations.tests.personas import City


def test_unit_and_issuer_pass_on(city: City, errand: Case):
    assert succeed_unit(actor=None, unit=city.units["COUNTY1"], successor=city.units["COUNTY2"]) == Estate(
        1, 0
    )
    errand.refresh_from_db()
    assert (errand.unit.code, errand.issuer.code, errand.revision) == ("SCHOOL", "COUNTY2", 1)
    assert Event.objects.get(verb="case.hand_over").actor == "system"


def test_others_cases_are_left_alone(city: City, errand: Case):
    Case.objects.update(unit=city.units["COUNTY2"], issuer=city.units["OFFICE"])
    assert succeed_unit(actor=None, unit=city.units["COUNTY1"], successor=city.units["COUNTY2"]) == Estate(
        0, 0
    )
    assert Case.objects.get().revision == 0


def test_a_renamed_office_keeps_its_campaign(city: City, campaign: Campaign):
    office = Unit.objects.create(
        code="NEWOFFICE", name="示例市文明创建中心", territory_id="9901", peer_group_id="departments"
    )
    closed = Campaign.objects.create(
        name="往年创建",
        territory_id="9901",
        office=city.units["OFFICE"],
        opened_on=campaign.opened_on,
        closed_on=campaign.opened_on,
    )
    succeed_unit(actor=None, unit=city.units["OFFICE"], successor=office)
    campaign.refresh_from_db()
    closed.refresh_from_db()
    assert (campaign.office, closed.office.code) == (office, "OFFICE")
    office.refresh_from_db()
    assert office.seat


def test_the_command(city: City, errand: Case, capsys):
    call_command("succeed", "COUNTY1", "COUNTY2")
    assert capsys.readouterr().out == "东岭县文明办 → 西河区文明办: 1 handed over, 0 superseded\n"
    assert Unit.objects.get(code="COUNTY1").successor == city.units["COUNTY2"]


@pytest.mark.parametrize("codes", [("NONE", "COUNTY2"), ("COUNTY1", "NONE")])
def test_the_command_knows_no_such_unit(city: City, errand: Case, codes: tuple[str, str]):
    with pytest.raises(CommandError, match=r"^There is no unit with the code NONE\.$"):
        call_command("succeed", *codes)
    assert Case.objects.get().revision == 0


def test_the_command_says_what_the_problem_is(city: City, errand: Case):
    with pytest.raises(CommandError) as error:
        call_command("succeed", "COUNTY1", "COUNTY1")
    assert str(error.value) == str(Problem(SUCCEEDS_ITSELF))
    assert Case.objects.get().revision == 0
