from __future__ import annotations

import pytest

from chuangwen.directives.addressees import Address, Addressees
from chuangwen.directives.models import Receiver
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import City

Rule = Receiver.Rule


@pytest.mark.parametrize(
    ("wording", "address"),
    [
        ("各县市区", Address(Rule.SEATS, "county")),
        ("各区县", Address(Rule.SEATS, "county")),
        ("各县（市、区）人民政府", Address(Rule.SEATS, "county")),
        ("各镇街", Address(Rule.SEATS, "township")),
        ("各乡镇（街道）", Address(Rule.SEATS, "township")),
        ("各级各部门", Address(Rule.ALL)),
        ("全市各级各部门", Address(Rule.ALL)),
        ("各单位", Address(Rule.ALL)),
        ("各部门", Address(Rule.PEER_GROUP, "departments")),
        ("市直各部门", Address(Rule.PEER_GROUP, "departments")),
        ("各有关部门", Address(Rule.PEER_GROUP, "departments")),
        ("市县“四大家”机关", Address(Rule.BODIES, "city+county:")),
        ("四大家", Address(Rule.BODIES, "city:")),
        ("各中省驻市单位", Address(Rule.MARK, "stationed")),
        ("条管单位", Address(Rule.MARK, "system_managed")),
        ("市级媒体", Address(Rule.PEER_GROUP, "media")),
        ("窗口行业", Address(Rule.PEER_GROUP, "windows")),
        ("教育", Address(Rule.SYSTEM_LEADS, "education")),
        ("卫生部门", Address(Rule.SYSTEM_LEADS, "health")),
        ("教育行政部门", Address(Rule.SYSTEM_LEADS, "education")),
        ("示例市教育局", Address(Rule.UNIT, "EDU")),
        ("市教育局", Address(Rule.UNIT, "EDU")),
        ("市文明办", Address(Rule.UNIT, "OFFICE")),
        ("电网", Address(Rule.UNIT, "GRID")),
        ("市气象台", Address()),
        ("", Address()),
    ],
)
def test_each_wording(city: City, wording: str, address: Address):
    assert Addressees("9901").resolve([wording]) == [address]


def test_the_first_of_a_list_names_the_levels(city: City):
    assert Addressees("9901").resolve(["市县党委", "人大", "政府", "政协"]) == [
        Address(Rule.BODIES, "city+county:party"),
        Address(Rule.BODIES, "city+county:congress"),
        Address(Rule.BODIES, "city+county:government"),
        Address(Rule.BODIES, "city+county:cppcc"),
    ]


def test_a_name_that_two_bodies_share_is_left_to_the_clerk(city: City):
    Unit.objects.create(
        code="EDU-B", name="示例市教育局分局", territory_id="9901", peer_group_id="departments"
    )
    assert Addressees("9901").resolve(["市教育"]) == [Address(Rule.SYSTEM_LEADS, "education")]
    assert Addressees("9901").resolve(["市教育局"]) == [Address()]
