"""The invented city as a directory, drawn from two tables: ``places.tsv`` and ``units.tsv``.

The tables say what stands where; everything else (codes, people, posts) is counted out from them, so that
the city is the same every time. Codes of territories begin with 99, which GB/T 2260 gives to no province.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from django.contrib.auth.hashers import make_password
from stdnum.cn import uscc

from chuangwen.organizations.models import (
    FourBodies,
    Membership,
    PeerGroup,
    Person,
    Post,
    Role,
    System,
    Territory,
    Unit,
)
from chuangwen.organizations.services import Directory
from chuangwen.web.demo.accounts import ACCOUNTS, PASSWORD, Account

_HERE = Path(__file__).parent
_FOUNDED = date(2020, 1, 1)
_NO_USCC = "99"

SYSTEMS = {
    "education": "教育系统",
    "health": "卫生系统",
    "farming": "农林系统",
    "water": "水利系统",
    "police": "公安系统",
    "transport": "交通系统",
    "welfare": "民政系统",
    "culture": "文广新系统",
    "industry": "工信系统",
    "finance": "财政系统",
    "banking": "金融系统",
}
PEER_GROUPS = {
    "bodies": "市四大家机关",
    "county_bodies": "县级四大家机关",
    "departments": "市直部门",
    "county_departments": "县直部门",
    "towns": "乡镇、街道",
    "schools": "学校",
    "hospitals": "医疗机构",
    "stations": "基层站所",
    "windows": "窗口单位",
    "enterprises": "企业",
    "stationed": "驻市单位",
    "media": "市级媒体",
    "county_media": "县级融媒体中心",
    "operators": "通信运营商",
    "communities": "社区",
}

_HEAD, _DEPUTY, _LIAISON, _STAFF = Role.HEAD, Role.DEPUTY, Role.LIAISON, Role.STAFF
_PostRow = tuple[Role, str, str]  # role, title, department inside the unit
# Small bodies have one person for everything; the head answers for them.
POSTS: dict[str, tuple[_PostRow, ...]] = {
    "body": ((_HEAD, "秘书长", ""), (_DEPUTY, "副秘书长", ""), (_LIAISON, "机关党委专职副书记", "机关党委")),
    "civility": (
        (_HEAD, "主任", ""),
        (_DEPUTY, "副主任", ""),
        (Role.OFFICE, "经办人", "综合科"),
        (Role.INSPECTOR, "督查员", "督查科"),
    ),
    "office": ((_HEAD, "主任", ""), (_DEPUTY, "分管副主任", ""), (_LIAISON, "综合科科长", "综合科")),
    "section": ((_HEAD, "部长", ""), (_DEPUTY, "分管副部长", ""), (_LIAISON, "办公室主任", "办公室")),
    "bureau": ((_HEAD, "局长", ""), (_DEPUTY, "分管副局长", ""), (_LIAISON, "办公室主任", "办公室")),
    "customs": ((_HEAD, "关长", ""), (_LIAISON, "办公室主任", "办公室")),
    "team": ((_HEAD, "队长", ""), (_LIAISON, "政工科科长", "政工科")),
    "town": ((_HEAD, "主要负责人", ""), (_LIAISON, "党政办主任", "党政综合办公室")),
    "school": ((_HEAD, "校长", ""), (_LIAISON, "办公室主任", "办公室")),
    "hospital": ((_HEAD, "院长", ""), (_LIAISON, "党办主任", "党委办公室")),
    "hall": ((_HEAD, "馆长", ""),),
    "company": ((_HEAD, "总经理", ""), (_LIAISON, "党群部主任", "党群工作部")),
    "bank": ((_HEAD, "主要负责人", ""), (_LIAISON, "党群部主任", "党群工作部")),
    "media": ((_HEAD, "总编辑", ""), (_LIAISON, "采编部主任", "采编部"), (Role.EDITOR, "专题编辑", "专题部")),
    "operator": (
        (_HEAD, "总经理", ""),
        (_LIAISON, "党群部主任", "党群工作部"),
        (Role.OPERATOR, "公益信息专员", "市场部"),
    ),
    "station": ((_HEAD, "负责人", ""),),
    "community": ((_HEAD, "社区主任", ""),),
}
# What the bodies and departments of the city have besides.
_SECTIONS: tuple[_PostRow, ...] = (
    (_STAFF, "干事", "机关党委"),
    (_STAFF, "科长", "人事科"),
    (_STAFF, "科长", "业务科"),
)

_SURNAMES = "林陈沈陆许顾周程叶方何秦罗苏唐宋江梁韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜夏钟汪任姜范石廖贺倪汤"
_FIRST = "知若清闻怀亦初临望守书景思予明文子安晓云嘉雨泽星晨致心乐宜沐素言"
_SECOND = "远溪扬笛瑾舟晴川舒和宁然松竹岚帆屿禾遥青原野柏泉朗诚恒简"


@dataclass(frozen=True)
class Place:
    """A territory as the rows of ``units.tsv`` speak of it: ``near`` is what its own people call it."""

    territory: Territory
    near: str
    parent: str = ""

    @property
    def region(self) -> str:
        """The six digits under which its units are registered."""
        return self.territory.code[:6].ljust(6, "0")

    def fill(self, pattern: str) -> str:
        name = self.territory.name
        seat = "办事处" if name.endswith("街道") else "人民政府"
        return pattern.format(place=name, near=self.near, parent=self.parent, seat=seat)


@dataclass(frozen=True)
class Row:
    """A line of ``units.tsv``, as written: a unit that every ``every``-th place of a level has.

    ``systems`` and ``marks`` are words apart; a star stands behind a system that the unit leads.
    ``authority`` begins the unified social credit code (11 organs, 12 institutions, 91 companies); 99 stands
    for an internal code.
    """

    level: str
    every: str
    name: str
    short: str
    group: str
    systems: str
    marks: str
    authority: str
    posts: str


def build_city() -> Directory:
    """The whole city, unsaved and the same every time; one hash serves all accounts, which share a word."""
    places = list(_places())
    units, memberships, posts = [], [], []
    people = _People()
    for place, row, serial in _sites(places):
        unit = _unit(place, row, serial)
        units.append(unit)
        memberships += [
            Membership(unit=unit, system_id=system.rstrip("*"), leads=system.endswith("*"))
            for system in row.systems.split()
        ]
        posts += people.posts(unit, row)
    return Directory(
        territories=[place.territory for place in places],
        systems=[System(code=code, name=name) for code, name in SYSTEMS.items()],
        peer_groups=[PeerGroup(code=code, name=name) for code, name in PEER_GROUPS.items()],
        units=units,
        memberships=memberships,
        people=people.all,
        posts=posts,
    )


def _places() -> Iterator[Place]:
    for code, name, *towns in csv.reader(_lines("places.tsv"), delimiter="\t"):
        place = _territory(code, name)
        yield Place(place, near="市" if place.level == "city" else name)
        # Three digits by GB/T 10114: subdistricts from 001, towns from 100, townships from 200.
        numbers = {"街道": count(1), "镇": count(100), "乡": count(200)}
        for town in " ".join(towns).split():
            kind = next(kind for kind in numbers if town.endswith(kind))
            yield Place(_territory(f"{code}{next(numbers[kind]):03d}", town), near=town, parent=name)


def _territory(code: str, name: str) -> Territory:
    return Territory(code=code, name=name, valid_from=_FOUNDED)


def _sites(places: list[Place]) -> Iterator[tuple[Place, Row, int]]:
    """Every unit to be: where it stands, what it is, and its number in the register."""
    rows = [Row(**line) for line in csv.DictReader(_lines("units.tsv"), delimiter="\t")]
    serial = count(1)
    for level in ("city", "county", "township"):
        for index, place in enumerate(p for p in places if p.territory.level == level):
            for shift, row in enumerate(r for r in rows if r.level == level):
                if (index + shift) % int(row.every) == 0:
                    yield place, row, next(serial)


def _lines(name: str) -> list[str]:
    return (_HERE / name).read_text(encoding="utf-8").splitlines()


def _unit(place: Place, row: Row, serial: int) -> Unit:
    unit = Unit(
        code=_code(place, row, serial),
        name=place.fill(row.name),
        short_name=place.fill(row.short),
        territory=place.territory,
        peer_group_id=row.group,
    )
    if row.posts == "civility":
        name = place.territory.name
        unit.document_mark = f"{name[: 1 if place.territory.level == 'city' else 2]}文明办"
    for mark in row.marks.split():
        if mark in FourBodies.values:
            unit.four_bodies = mark
        else:
            setattr(unit, mark, True)
    return unit


def _code(place: Place, row: Row, serial: int) -> str:
    if row.authority == _NO_USCC:
        return f"{place.region}-{serial:04d}"
    body = f"{row.authority}{place.region}{serial:09d}"
    return body + str(uscc.calc_check_digit(body))


class _People:
    """Gives every post somebody: the holder of an account where one is meant, else the next invented name."""

    def __init__(self) -> None:
        self._numbers = count(1)
        hashed = make_password(PASSWORD)
        self._accounts = [
            (account, Person(username=account.username, name=account.name, password=hashed, demo=True))
            for account in ACCOUNTS
        ]
        self.all = [person for _account, person in self._accounts]

    def posts(self, unit: Unit, row: Row) -> list[Post]:
        rows = POSTS[row.posts] + (_SECTIONS if row.group in {"bodies", "departments"} else ())
        usual = {role for role, _title, _department in rows}
        holders = {
            role: (account, person)
            for account, person in self._accounts
            if account.unit == unit.short_name
            for role in account.roles
        }
        rows += tuple((role, account.zh, "") for role, (account, _p) in holders.items() if role not in usual)
        return [
            Post(
                unit=unit,
                department=department,
                title=title,
                role=role,
                person=self._holder(holders.get(role)),
            )
            for role, title, department in rows
        ]

    def _holder(self, known: tuple[Account, Person] | None) -> Person:
        if known:
            return known[1]
        number = next(self._numbers)
        # Steps without a common factor, so that names do not repeat in a pattern that one sees.
        parts = ((_SURNAMES, 11), (_FIRST, 7), (_SECOND, 5))
        name = "".join(letters[number * step % len(letters)] for letters, step in parts)
        person = Person(username=f"p{number:04d}", name=name, password=make_password(None))
        self.all.append(person)
        return person
