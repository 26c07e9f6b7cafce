"""The accounts of the demo city, as one table for the command, the page of sign-in and the directory."""

from __future__ import annotations

from dataclasses import dataclass

from chuangwen.organizations.models import Role

# Known to everybody; `Person.demo` keeps a database that holds it out of production.
PASSWORD = "Spring-lantern-2026"  # noqa: S105


@dataclass(frozen=True)
class Account:
    """Who may sign in: ``roles`` are posts in the unit of that short name, the first one is what it shows."""

    username: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    zh: str
    en: str

    @property
    def role(self) -> Role:
        return self.roles[0]


ACCOUNTS = (
    Account("office", "林知远", "市文明办", (Role.OFFICE,), "经办人", "clerk of the city's office"),
    Account("leader", "江望川", "市委", (Role.DEPUTY,), "分管领导，看全市", "leader, looks over the city"),
    Account("county", "沈若溪", "云岫县文明办", (Role.OFFICE,), "经办人", "clerk of a county's office"),
    Account(
        "department",
        "陆清扬",
        "市教育局",
        (Role.LIAISON,),
        "联络员，牵头教育系统",
        "liaison, leads the education system",
    ),
    Account("liaison", "许闻笛", "云岫县一中", (Role.LIAISON,), "联络员", "liaison of a county school"),
    Account("head", "顾怀瑾", "云岫县一中", (Role.HEAD,), "校长", "head of the same school"),
    Account(
        "rival", "周亦舟", "云岫县二中", (Role.LIAISON,), "联络员（另一所学校）", "liaison of another school"
    ),
    Account("inspector", "程秋声", "市文明办", (Role.INSPECTOR,), "督查员", "inspector of the city's office"),
    Account(
        "delegate", "叶初晴", "市人大", (Role.DELEGATE,), "人大代表", "delegate of the people's congress"
    ),
    Account("editor", "方临川", "云澜日报", (Role.EDITOR, Role.LIAISON), "媒体编辑", "editor at the daily"),
    Account(
        "operator", "何望舒", "市电信", (Role.OPERATOR, Role.LIAISON), "运营商专员", "contact at an operator"
    ),
    Account("auditor", "秦守拙", "市审计局", (Role.AUDITOR,), "审计员", "auditor: sees all, changes nothing"),
    Account("admin", "罗一苇", "市数据局", (Role.ADMIN,), "系统管理员", "keeps the system and its directory"),
    Account(
        "security", "贺松然", "市数据局", (Role.SECURITY,), "安全管理员", "keeps accounts, posts and sessions"
    ),
)
