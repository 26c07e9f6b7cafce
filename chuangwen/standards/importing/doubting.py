"""What is doubtful about single criteria: their points, their rule, the numbers before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from chuangwen.standards.importing.cutting import Part, with_points
from chuangwen.standards.importing.found import Criterion, Doubt
from chuangwen.standards.importing.marks import of_cell
from chuangwen.standards.importing.scoring import largest_step
from chuangwen.standards.importing.sums import Node
from chuangwen.standards.importing.wording import squeezed

# Kinds of rules that need no points; a bonus that is counted may go without a limit as well.
_WITHOUT_POINTS = {"veto", "deduct_per_case"}
_BONUS_WITHOUT_LIMIT = "count"


@dataclass(frozen=True)
class Placed:
    """A criterion with its leaf among the sums, and the parts of the table that it stands in, from above."""

    criterion: Criterion
    part: Part
    leaf: Node
    above: list[Node]


def settled(placed: Placed) -> Placed:
    """A criterion without points that is the only one of its group has the points of the group."""
    group = next((node for node in reversed(placed.above) if node.stated), None)
    if placed.part.points is not None or group is None or placed.part.outside:
        return placed
    if any(leaf is not placed.leaf for leaf in group.leaves()):
        return placed
    points = group.stated[0][1]
    part = with_points(placed.part, points)
    placed.leaf.points = points
    return replace(placed, part=part, criterion=replace(placed.criterion, points=points, rule=part.rule))


def doubts(placed: Placed, unread: str | None = None) -> Iterator[Doubt]:
    """The doubts about one criterion; ``unread`` stands where its points should."""
    one, part = placed.criterion, placed.part
    bonus = one.outside and (one.rule.kind == _BONUS_WITHOUT_LIMIT or not part.understood)
    if one.points is None and one.rule.kind not in _WITHOUT_POINTS and not bonus:
        yield Doubt("missing_points", one.row, one.scope, unread)
    if part.bare:
        yield Doubt("points_without_unit", one.row, one.scope, one.points)
    if not part.understood:
        yield Doubt("unread_rule", one.row, one.scope, one.rule.words)
    step = largest_step(one.rule)
    if step is not None and one.points is not None and step > one.points > 0:
        yield Doubt("deduction_exceeds_points", one.row, one.scope, one.points, step)


_MOSTLY = 3  # times as many


def about_cells(cells: list[tuple[int, str]]) -> Iterator[Doubt]:
    """The doubts about a column of points in which nearly all bear their 分."""
    filled = [(row, cell) for row, cell in cells if of_cell(squeezed(cell)) is not None]
    bare = [(row, cell) for row, cell in filled if not squeezed(cell).count("分")]
    if bare and len(filled) - len(bare) >= _MOSTLY * len(bare):
        for row, cell in bare:
            yield Doubt("points_without_unit", row, "", of_cell(squeezed(cell)))


def about_items(row: int, numbers: tuple[int, ...], scope: str) -> Iterator[Doubt]:
    """The doubts about the numbers inside a cell."""
    for last, number in pairwise(numbers):
        if number == last:
            yield Doubt("duplicate_number", row, scope, Decimal(number), Decimal(row))
        elif number > last + 1:
            yield Doubt("skipped_number", row, scope, Decimal(number), Decimal(last + 1))
