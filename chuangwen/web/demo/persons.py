"""What units of the invented city do with a task inside: down to a person, or not so far."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from chuangwen.cases.models import Case
from chuangwen.directives.breakdown import services as breaking_down
from chuangwen.directives.shares import Breakdown, Share
from chuangwen.organizations.models import Person, Post, Role

_WHAT = "对照责任清单逐项抓好本科室落实"
_SAID = "已公示十八项，其余本周完成。"
_BEGUN = 4  # of so many units one has only begun
# The school's own, part by part: level, whose, the part above, weight, measure, target, counted in.
_SCHOOL = (
    ("department", "办公室", "", 50, "", None, ""),
    ("person", "liaison", "办公室", 100, "建立责任清单并在校内公示", 24, "项"),
    ("department", "年级组", "", 30, "班级文明礼仪主题班会", 18, "场"),
    ("person", "head", "", 20, "每周到窗口岗位督查一次", 6, "次"),
)


def break_down(cases: Iterable[Case]) -> None:
    """Every other unit whose departments have somebody goes down to them; some only begin."""
    for number, case in enumerate(cases):
        posts = list(Post.objects.held().filter(unit=case.unit_id).select_related("person").order_by("pk"))
        head = next((post.person for post in posts if post.role == Role.HEAD), None)
        inside = [post for post in posts if post.department]
        if head and inside and case.state == "acknowledged":
            _down_to_persons(case, head, inside, finished=number % _BEGUN > 0)


def _down_to_persons(case: Case, head: Person, posts: list[Post], *, finished: bool) -> None:
    lead = {"principal": head, "in_charge": head}
    breakdown = breaking_down.lead(actor=head, case=case, seen=0, **lead)
    share = round(Decimal(100) / len(posts), 2)
    for place, post in enumerate(posts):
        weight = share if place else Decimal(100) - share * (len(posts) - 1)
        above = _add(breakdown, head, post.department, None, level="department", weight=weight)
        _add(breakdown, head, post.person, above, level="person", weight=Decimal(100), measure=_WHAT)
    if finished:
        breaking_down.put_in_force(actor=head, case=case, seen=breakdown.revision)


def _add(
    breakdown: Breakdown, actor: Person, whose: str | Person | None, above: Share | None, **more: Any
) -> Share:
    person = whose if isinstance(whose, Person) else None
    case = breakdown.assignment.case
    name = "" if person else str(whose)
    part = {"name": name, "person": person, **more}
    share = breaking_down.add_share(actor=actor, case=case, seen=breakdown.revision, above=above, **part)
    breakdown.refresh_from_db(fields=["revision"])
    return share


def break_down_school(case: Case, people: dict[str, Person]) -> None:
    """The school of the accounts: one part signed and under way, one that no person has; all may take it."""
    actor, head = people["liaison"], people["head"]
    lead = {"principal": head, "in_charge": head}
    breakdown = breaking_down.lead(actor=actor, case=case, seen=0, **lead)
    parts: dict[str, Share] = {}
    for level, whose, above, weight, measure, target, counted in _SCHOOL:
        parts[whose] = _add(
            breakdown,
            actor,
            people.get(whose, whose),
            parts.get(above),
            level=level,
            weight=Decimal(weight),
            measure=measure,
            target=target and Decimal(target),
            target_unit=counted,
        )
    breaking_down.put_in_force(actor=actor, case=case, seen=breakdown.revision)
    breaking_down.offer(actor=actor, case=case, pattern=True)
    own = parts["liaison"].pk
    breaking_down.sign(actor=actor, share=own)
    breaking_down.report_share(
        actor=actor, share=own, achieved=Decimal(18), words="已公示十八项，其余本周完成。"
    )
