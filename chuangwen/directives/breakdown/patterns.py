"""Another breakdown as a pattern: the unit's own of a year before, or that of a unit of its peer group.

From one's own the people come along who still hold a post in the unit. From another unit's nobody does: who
does what is seen inside a unit alone, so a person becomes the post that they hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, When

from chuangwen.cases.models import Case as Work
from chuangwen.directives.breakdown.tree import Node
from chuangwen.directives.shares import Breakdown, Share
from chuangwen.organizations.models import Post

OWN, SISTERS = 5, 10  # offered at most
NAME = 60  # characters of a part's name, as the column has them
_SAME = ("name", "measure", "target", "target_unit", "weight")


def offered(case: Work) -> list[Breakdown]:
    """What the unit of ``case`` may begin with: its own of the task before, its other ones, then sisters'.

    Each has the number of its ``parts``.
    """
    task = case.assignment.task
    found = Breakdown.objects.in_force().exclude(pk=case.pk).annotate(parts=Count("shares"))
    found = found.select_related("assignment__task", "assignment__case__unit", "assignment__case__campaign")
    ours = Q(assignment__case__unit=case.unit_id)
    before = Case(When(assignment__task=task.follows_id, then=0), default=1)
    # Those of units of the peer group that let others have theirs.
    same = Q(assignment__task__in=[task.pk, task.follows_id or task.pk])
    sisters = Q(pattern=True, assignment__case__unit__peer_group=case.unit.peer_group_id) & same
    return [
        *found.filter(ours).order_by(before, F("in_force_at").desc())[:OWN],
        *found.filter(sisters).exclude(ours).order_by("assignment__case__unit__code")[:SISTERS],
    ]


@dataclass
class Part:
    """A part as a draft: the ``fields`` of its share, and the parts below it."""

    fields: dict[str, Any]
    below: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Ground:
    """Where a pattern is laid down: the people who ``stay``, days moved on by ``shift`` up to the ``limit``.

    ``titles`` says what post a person of the pattern holds.
    """

    stay: Collection[int]
    titles: Mapping[int, str]
    shift: timedelta
    limit: date | None

    def due(self, day: date | None) -> date | None:
        if day is None:
            return None
        moved = day + self.shift
        return min(moved, self.limit) if self.limit else moved


def ground_for(case: Work, source: Breakdown, stay: Collection[int]) -> Ground:
    theirs = source.assignment.case
    posts = Post.objects.filter(unit=theirs.unit_id).order_by("ended_on").values_list("person", "title")
    shift = case.due - theirs.due if case.due and theirs.due else timedelta()
    return Ground(stay, {person: title for person, title in posts if person}, shift, case.due)


def laid_down(nodes: Iterable[Node], ground: Ground) -> list[Part]:
    """The parts of a pattern as a draft. Whoever does not stay leaves their post, or the post above them."""
    return [_part(node, ground) for node in nodes]


def _part(node: Node, ground: Ground) -> Part:
    share, stay = node.share, ground.stay
    fields: dict[str, Any] = {name: getattr(share, name) for name in _SAME} | {"due": ground.due(share.due)}
    fields["in_charge_id"] = share.in_charge_id if share.in_charge_id in stay else None
    if share.level == Share.Level.PERSON and share.person_id in stay:
        return Part({**fields, "level": share.level, "person_id": share.person_id})
    if share.level == Share.Level.PERSON:
        title = ground.titles.get(share.person_id or 0, "")
        return Part({**fields, "level": Share.Level.POST, "name": (title or share.measure or "–")[:NAME]})
    below = node.below
    if share.level == Share.Level.POST:  # a post stands below no post
        below = [one for one in below if one.share.person_id in stay]
        if node.below and not below:
            first = node.below[0].share
            fields |= {"measure": share.measure or first.measure, "target": first.target}
            fields["target_unit"] = first.target_unit
    return Part({**fields, "level": share.level}, laid_down(below, ground))
