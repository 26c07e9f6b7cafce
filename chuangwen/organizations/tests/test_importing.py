"""A file changes the directory as its sheets say, all or nothing, and a second time nothing at all."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from chuangwen.core import files
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations.importing.exporting import export_book, template
from chuangwen.organizations.importing.planning import Plan
from chuangwen.organizations.importing.services import import_directory
from chuangwen.organizations.models import Membership, PeerGroup, Person, Post, System, Territory, Unit
from chuangwen.organizations.services import add_unit
from chuangwen.organizations.tests.personas import City
from chuangwen.organizations.tests.tables import (
    POST_HEADS,
    UNIT_HEADS,
    book_of,
    csv,
    faults,
    imported,
    planned,
    post_row,
    posts,
    unit_row,
    units,
)

USCC = "11990100MB0000001T"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


COUNTY = {
    "区划": [("代码", "名称", "启用日期"), ("990103", "北原县", "2026-01-01")],
    "系统": [("代码", "名称"), ("culture", "文旅系统")],
    "同类组": [("代码", "名称"), ("museums", "博物馆")],
    "单位": [
        (*UNIT_HEADS, "简称", "所属系统", "牵头系统", "区划承接单位", "四大家", "示范单位"),
        (
            "NORTH",
            "北原县文化馆",
            "北原县",
            "博物馆",
            "北原馆",
            "文旅系统、education",
            "culture",
            "是",
            "",
            "√",
        ),
        ("NORTH2", "北原县委", "990103", "museums", "", "", "", "", "党委", "否"),
    ],
    "岗位人员": [
        (*POST_HEADS, "电子邮箱", "电话"),
        ("NORTH", "办公室", "主任", "联络员", "bei.yuan", "示例北原", "bei@example.org", "000-1"),
        ("NORTH2", "", "书记", "单位主要负责人", "bei.yuan", "示例北原", "", ""),
    ],
}


def test_a_new_county_comes_in_with_one_file(city: City):
    done = imported(city.person("office"), book_of(**COUNTY))
    assert {name: count["new"] for name, count in done.counts.items()} == {
        "territories": 1,
        "systems": 1,
        "peer_groups": 1,
        "units": 2,
        "people": 1,
        "posts": 2,
    }
    unit = Unit.objects.get(code="NORTH")
    assert (unit.short_name, unit.territory_id, unit.peer_group_id) == ("北原馆", "990103", "museums")
    assert (unit.seat, unit.demonstration, unit.stationed, unit.four_bodies) == (True, True, False, "")
    lines = unit.memberships.values_list("system", "leads")
    assert sorted(lines) == [("culture", True), ("education", False)]
    other = Unit.objects.get(code="NORTH2")
    assert (other.four_bodies, other.demonstration, other.seat) == ("party", False, False)
    assert Territory.objects.get(code="990103").valid_from == date(2026, 1, 1)


def test_people_come_in_with_their_posts_and_without_a_password(city: City):
    imported(city.person("office"), book_of(**COUNTY))
    person = Person.objects.get(username="bei.yuan")
    assert (person.name, person.email, person.phone) == ("示例北原", "bei@example.org", "000-1")
    assert not person.has_usable_password()
    held = Post.objects.filter(person=person).values_list("unit__code", "department", "title", "role")
    assert sorted(held) == [("NORTH", "办公室", "主任", "liaison"), ("NORTH2", "", "书记", "head")]


def test_the_journal_says_what_file_and_how_much(city: City):
    blob = units(unit_row("NEW1"), unit_row("NEW2"))
    imported(city.person("office"), blob)
    said = Event.objects.filter(subject="directory").values_list("actor", "verb", "data")
    actor = f"person:{city.people['office'].pk}"
    load, done = list(said)
    assert (load[0], load[1], load[2]["units"]) == (actor, "directory.load", 2)
    counted = {"new": 2, "changed": 0, "unchanged": 0}
    assert done == (actor, "directory.import", {"file": blob.digest, "units": counted})


def test_the_same_file_again_changes_nothing(city: City):
    book = book_of(
        单位=[UNIT_HEADS, unit_row(USCC), unit_row("new-1")],
        岗位人员=[
            POST_HEADS,
            post_row(USCC.lower(), "联络员", "new.one"),
            post_row("NEW-1", "staff", "new.one"),
        ],
    )
    assert imported(city.person("office"), book).changes == 5
    before = everything()
    again = imported(city.person("office"), book)
    assert (again.changes, everything()) == (0, before)
    assert [event.verb for event in Event.objects.order_by("pk")] == [
        "directory.load",
        "directory.import",
        "directory.import",
    ]


def everything() -> list[tuple]:
    models = (Territory, System, PeerGroup, Unit, Membership, Person, Post)
    return [row for model in models for row in model._default_manager.order_by("pk").values_list()]


def test_a_unit_is_known_by_its_code_and_changed(city: City):
    heads = (*UNIT_HEADS, "所属系统", "牵头系统", "示范单位")
    book = units(("school", "东岭县高级中学", "东岭县", "schools", "health", "", "否"), heads=heads)
    done = imported(city.person("office"), book)
    assert done.counts["units"] == {"new": 0, "changed": 1, "unchanged": 0}
    school = Unit.objects.get(code="SCHOOL")
    assert (school.pk, school.name, school.demonstration) == (
        city.units["SCHOOL"].pk,
        "东岭县高级中学",
        False,
    )
    assert list(school.memberships.values_list("system", "leads")) == [("health", False)]
    assert Unit.objects.get(code="EDU1").memberships.get().leads is True


def test_columns_that_are_not_there_are_left_as_they_are(city: City):
    imported(city.person("office"), units(("SCHOOL", "东岭县高级中学", "990101", "schools")))
    school = Unit.objects.get(code="SCHOOL")
    assert (school.name, school.demonstration, school.memberships.get().system_id) == (
        "东岭县高级中学",
        True,
        "education",
    )


def test_two_units_exchange_seat_and_mark(city: City):
    Unit.objects.filter(code="COUNTY1").update(document_mark="东文明")
    heads = (*UNIT_HEADS, "区划承接单位", "机关代字")
    book = units(
        ("EDU1", "东岭县教育局", "990101", "departments", "是", "东文明"),
        ("COUNTY1", "东岭县文明办", "990101", "departments", "", ""),
        heads=heads,
    )
    imported(city.person("office"), book)
    assert list(Unit.objects.filter(territory="990101", seat=True).values_list("code", "document_mark")) == [
        ("EDU1", "东文明")
    ]


def test_names_phones_and_addresses_of_people_change_and_empty_cells_do_not_erase(city: City):
    Person.objects.filter(username="liaison").update(email="old@example.org")
    heads = (*POST_HEADS, "电子邮箱", "电话")
    row = ("SCHOOL", "", "联络员", "liaison", "liaison", "示例改名", "", "000-2")
    done = imported(city.person("office"), posts(row, heads=heads))
    assert done.counts["people"] == {"new": 0, "changed": 1, "unchanged": 0}
    assert done.counts["posts"] == {"new": 0, "changed": 0, "unchanged": 1}
    person = Person.objects.get(username="liaison")
    assert (person.name, person.email, person.phone) == ("示例改名", "old@example.org", "000-2")
    assert person.check_password("Harbour-lantern-26")


def test_a_day_ends_a_post_and_the_file_may_come_again(city: City):
    heads = (*POST_HEADS, "卸任日期")
    book = posts(("SCHOOL", "", "联络员", "liaison", "liaison", "", "2026年9月1日"), heads=heads)
    imported(city.person("office"), book)
    assert Post.objects.get(person__username="liaison").ended_on == date(2026, 9, 1)
    assert imported(city.person("office"), book).changes == 0


def test_posts_with_power_over_a_territory_have_their_own_event(city: City):
    imported(
        city.person("security"),
        posts(post_row("EDU1", "文明办", "new.one"), post_row("EDU1", "staff", "new.two")),
    )
    event = Event.objects.get(verb="post.appoint")
    assert event.data["role"] == "office"
    assert event.data["person"] == Person.objects.get(username="new.one").pk
    assert Post.objects.filter(unit__code="EDU1").count() == 2


def test_nothing_is_half_imported(city: City, monkeypatch):
    """One row is wrong, so none is written; and a failure in the midst of writing leaves nothing either."""
    before = everything()
    book = units(unit_row("NEW1"), unit_row("NEW2", place="没有的地方"))
    with pytest.raises(Problem) as caught:
        imported(city.person("office"), book)
    assert (caught.value.code, everything()) == ("import.faults", before)
    found = planned(city.person("office"), units(unit_row("NEW1"), unit_row("NEW2")))
    found.new["posts"] = [Post(unit=found.new["units"][0], person=Person(), role="office", title="x")]
    with pytest.raises(Person.DoesNotExist):
        import_directory(plan=found, file="x")
    assert everything() == before


def test_a_directory_that_somebody_else_changed_meanwhile_is_left_alone(city: City):
    found = planned(city.person("office"), units(unit_row("NEW1")))
    other = Unit(code="OTHER", name="示例", territory_id="990101", peer_group_id="schools")
    add_unit(actor=city.person("office"), unit=other)
    with pytest.raises(Problem) as caught:
        import_directory(plan=found, file="x")
    assert caught.value.code == "import.meanwhile"
    assert not Unit.objects.filter(code="NEW1").exists()


def test_a_row_that_another_one_has_taken_in_the_same_moment_is_told_as_that(city: City):
    found = planned(city.person("office"), units(unit_row("NEW1")))
    Unit.objects.create(code="NEW1", name="示例", territory_id="990101", peer_group_id="schools")
    with pytest.raises(Problem) as caught:
        import_directory(plan=found, file="x")
    assert caught.value.code == "import.meanwhile"


def test_headings_may_be_english_and_sheets_known_by_them(city: City):
    book = book_of(Sheet1=[("Code", "NAME", "territory*", "peer  group"), unit_row("NEW1")])
    assert imported(city.person("office"), book).changes == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_the_ways_that_programs_write_it(city: City, encoding: str, separator: str):
    lines = [UNIT_HEADS, ("NEW1", "“引号”新单位", "990101", "schools"), ("", "", "", "")]
    text = "\r\n".join(separator.join(line) for line in lines)
    assert imported(city.person("office"), csv(text, encoding), "随便什么.csv").changes == 1
    assert Unit.objects.get(code="NEW1").name == "“引号”新单位"


def test_a_csv_whose_headings_fit_several_sheets_is_known_by_its_name(city: City):
    text = "代码,名称\neducation,教育系统\n"
    assert planned(city.person("office"), csv(text), "系统.csv").counts["systems"]["unchanged"] == 1
    [(row, column, _sentence)] = faults(city.person("office"), csv(text), "甲.csv")
    assert (row, column) == (0, "")


# Who may what: the same as on the pages.


def grants(city: City, who: str, blob) -> list[tuple[int, str]]:
    return [(row, column) for row, column, _sentence in faults(city.person(who), blob)]


def test_a_county_office_keeps_its_own_units_only(city: City):
    book = units(unit_row("NEW1"), unit_row("NEW2", place="990102"))
    assert grants(city, "county", book) == [(3, "C 区划")]
    moved = units(("SCHOOL", "东岭县第一中学", "990102", "schools"))
    assert grants(city, "county", moved) == [(2, "C 区划")]
    taken = units(("SCHOOL2", "西河区实验小学", "990101", "schools"))
    assert grants(city, "county", taken) == [(2, "C 区划")]


def test_what_all_share_is_kept_by_whoever_keeps_all(city: City):
    book = book_of(
        系统=[("代码", "名称"), ("education", "教体系统")], 同类组=[("代码", "名称"), ("new", "新类")]
    )
    assert grants(city, "county", book) == [(2, ""), (2, "")]
    assert grants(city, "office", book) == []
    place = book_of(
        区划=[("代码", "名称"), ("99010101", "x"), ("990102001", "示例镇"), ("990101002", "示例乡")]
    )
    assert grants(city, "county", place) == [(2, "A 代码"), (3, "A 代码")]


def test_nobody_grants_what_they_lack(city: City):
    rows = [
        post_row("SCHOOL", role, f"new.{role}")
        for role in ("staff", "office", "admin", "security", "auditor")
    ]
    assert grants(city, "office", posts(*rows)) == [(row, "D 角色") for row in (4, 5, 6)]
    assert grants(city, "security", posts(*rows)) == [(6, "D 角色")]
    assert grants(city, "county", posts(post_row("SCHOOL2", "staff", "new"))) == [(2, "D 角色")]


def test_an_administrator_keeps_units_and_no_accounts(city: City):
    assert grants(city, "admin", units(unit_row("NEW1"))) == []
    assert grants(city, "admin", posts(post_row("SCHOOL", "staff", "new"))) == [(2, ""), (2, "D 角色")]


def test_a_security_administrator_gives_no_post_to_themselves(city: City):
    assert grants(city, "security", posts(post_row("SCHOOL", "staff", "security", ""))) == [(2, "E 用户名")]


def test_the_three_administrators_stay_three_people(city: City):
    both = posts(post_row("SCHOOL", "admin", "new"), post_row("SCHOOL", "security", "new"))
    assert grants(city, "security", both) == [(2, "D 角色"), (3, "D 角色")]
    assert grants(city, "security", posts(post_row("SCHOOL", "security", "admin", ""))) == [(2, "D 角色")]


def test_the_particulars_of_people_with_other_posts_are_not_changed(city: City):
    row = ("SCHOOL", "", "代办", "staff", "admin", "示例冒名")
    assert grants(city, "office", posts(row)) == [(2, "")]
    assert grants(city, "security", posts(row)) == []


def test_whoever_lost_their_posts_imports_nothing(city: City):
    Post.objects.filter(person__username="office").update(ended_on=timezone.localdate())
    assert grants(city, "office", units(unit_row("NEW1"))) == [(2, "C 区划")]


# And back.


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_exported_can_be_imported_and_changes_nothing(city: City, language: str):
    Unit.objects.filter(code="SCHOOL").update(document_mark="东一中", active=True, short_name="一中")
    PeerGroup.objects.create(code="other", name="schools")  # a name that is another one's code
    Person.objects.filter(username="head").update(email="head@example.org", phone="000-3")
    before = everything()
    with translation.override(language):
        data, counts = export_book(city.person("office"), {}, lambda done, total: None)
        found = imported(city.person("office"), files.store_bytes(data, files.XLSX))
    assert counts == {"units": 13, "posts": 15}
    assert (found.faults, found.changes, everything()) == ([], 0, before)
    assert found.counts["posts"] == {"new": 0, "changed": 0, "unchanged": 15}
    assert found.counts["units"]["unchanged"] == 13


def rows_of(city: City, who: str, **asked: str) -> Plan:
    data, _counts = export_book(city.person(who), asked, lambda done, total: None)
    return planned(city.person("office"), files.store_bytes(data, files.XLSX))


def test_an_export_holds_what_was_narrowed_and_people_for_their_keeper_only(city: City):
    narrowed = rows_of(city, "office", system="education")
    assert (narrowed.counts["units"]["unchanged"], narrowed.counts["posts"]["unchanged"]) == (5, 5)
    assert rows_of(city, "security").counts["posts"]["unchanged"] == 15
    liaison = rows_of(city, "department")
    assert liaison.counts["units"]["unchanged"] == 5
    assert "posts" not in liaison.counts
    assert "units" not in rows_of(city, "stranger").counts


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_read_as_a_file_without_rows(city: City, language: str):
    with translation.override(language):
        data = template()
    [(row, _column, _sentence)] = faults(city.person("office"), files.store_bytes(data, files.XLSX))
    assert row == 0


def test_a_faulty_change_is_never_written(city: City):
    """The library itself writes nothing, whatever it is given."""
    before = everything()
    planned(city.person("office"), units(unit_row("NEW1"), ("SCHOOL", "改名", "990101", "schools")))
    assert everything() == before
    with pytest.raises(ValidationError):
        Territory(code="1", name="x", valid_from=timezone.localdate()).clean_fields()
