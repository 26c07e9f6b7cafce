from __future__ import annotations

import pytest
from django.db import IntegrityError

from chuangwen.organizations.models import Territory, Unit, within
from chuangwen.organizations.tests.personas import City


def test_a_prefix_is_a_subtree(city: City):
    codes = set(Territory.objects.filter(within("9901", "code")).values_list("code", flat=True))
    assert codes == {"9901", "990101", "990102", "990101001"}
    assert set(Unit.objects.filter(within("990101001")).values_list("code", flat=True)) == {"TOWN", "CLINIC"}


def test_a_neighbour_with_the_next_number_is_outside(city: City):
    Territory.objects.create(code="990110", name="邻县", valid_from="2020-01-01")
    assert "990110" not in Territory.objects.filter(within("990101", "code")).values_list("code", flat=True)


@pytest.mark.parametrize(
    ("code", "level"),
    [("99", "province"), ("9901", "city"), ("990101", "county"), ("990101001", "township")],
)
def test_levels(city: City, code: str, level: str):
    assert Territory.objects.get(pk=code).level == level


def test_a_territory_has_one_active_seat(city: City):
    with pytest.raises(IntegrityError):
        Unit.objects.create(
            code="OFFICE2", name="另一文明办", territory_id="9901", peer_group_id="departments", seat=True
        )
