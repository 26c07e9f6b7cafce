"""Reads of breakdowns: whose it is to see, the tree with its sums, the people of the unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from chuangwen.cases.models import Case
from chuangwen.directives.breakdown.models import WHOLE, Breakdown, Goal
from chuangwen.organizations.models import Person, Post, Unit
from chuangwen.organizations.scope import scope_of

LEVELS = tuple(Goal.Level)


def assignments_of(actor: Person | AnonymousUser) -> QuerySet[Case]:
    """The assignments whose breakdown the actor may see: those of their own unit."""
    own = Case.objects.visible_to(actor).filter(kind="assignment", unit__in=scope_of(actor).belongs)
    return own.select_related("unit", "breakdown")


def breakdown_of(case: Case) -> Breakdown:
    """The breakdown of an assignment; one that nobody has begun is an empty draft."""
    return getattr(case, "breakdown", None) or Breakdown(case=case)


def people_of(unit: Unit) -> QuerySet[Person]:
    """Who holds a post in the unit today."""
    held = Post.objects.held().filter(unit=unit)
    return Person.objects.filter(pk__in=held.values("person_id")).order_by("name", "pk")


def levels_under(parent: Goal | None) -> Sequence[Goal.Level]:
    """How far down one may go from here; a small unit may leave out a level."""
    return LEVELS[LEVELS.index(Goal.Level(parent.level)) + 1 :] if parent else LEVELS


@dataclass
class Node:
    """A goal in its tree. ``left``: its person holds no post in the unit any more."""

    goal: Goal
    depth: int
    left: bool = False
    children: list[Node] = field(default_factory=list)

    @property
    def may_go_on(self) -> bool:
        return bool(levels_under(self.goal))

    @property
    def short(self) -> bool:
        """Whether it stops here although it has come to no person who is still there."""
        return not self.children and (self.left or not self.goal.person_id)


@dataclass(frozen=True)
class Group:
    """Goals side by side: under one parent, or at the top."""

    parent: Goal | None
    total: Decimal

    @property
    def missing(self) -> Decimal:
        """What the weights lack of 100; negative where they are too much."""
        return WHOLE - self.total

    @property
    def excess(self) -> Decimal:
        return -self.missing


@dataclass(frozen=True)
class Tree:
    """All of a breakdown, in the order in which it is read."""

    roots: list[Node]

    def __iter__(self) -> Iterator[Node]:
        return _down(self.roots)

    def unbalanced(self) -> list[Group]:
        """The groups whose weights do not make exactly 100."""
        groups = [_group(None, self.roots)] if self.roots else []
        groups += [_group(node.goal, node.children) for node in self if node.children]
        return [group for group in groups if group.missing]

    def unmeasured(self) -> list[Goal]:
        """The goals at the ends that say neither a number nor a state."""
        return [
            node.goal
            for node in self
            if not node.children and node.goal.target is None and not node.goal.condition
        ]

    def short(self) -> list[Goal]:
        """Where it stops short of a person."""
        return [node.goal for node in self if node.short]


def _down(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _down(node.children)


def _group(parent: Goal | None, nodes: Iterable[Node]) -> Group:
    return Group(parent, sum((node.goal.weight for node in nodes), Decimal(0)))


def tree_of(breakdown: Breakdown) -> Tree:
    """Two queries, however large the tree is."""
    there = set(people_of(breakdown.case.unit).values_list("pk", flat=True))
    goals = Goal.objects.filter(breakdown=breakdown.pk).select_related("person", "principal", "in_charge")
    below: dict[int | None, list[Goal]] = defaultdict(list)
    for goal in goals:
        below[goal.parent_id].append(goal)

    def nodes(parent: int | None, depth: int) -> list[Node]:
        return [
            Node(
                goal,
                depth,
                left=bool(goal.person_id and goal.person_id not in there),
                children=nodes(goal.pk, depth + 1),
            )
            for goal in below[parent]
        ]

    return Tree(nodes(None, 0))
