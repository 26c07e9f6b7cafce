"""The parts of a breakdown as a tree: what is wrong with it, and how progress rolls up by weight.

Weights are Decimal and progress is a fraction, so that a hundred is a hundred and a third three times is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from chuangwen.core.problems import Problem
from chuangwen.directives.problems import BREAKDOWN_DUE, BREAKDOWN_EMPTY, BREAKDOWN_WEIGHTS, SHARE_EMPTY
from chuangwen.directives.shares import Breakdown, Share

WHOLE = Decimal(100)


@dataclass
class Node:
    """A share, what stands below it, how deep it is; ``signed_at`` of its present terms, None if unsigned."""

    share: Share
    depth: int
    below: list[Node] = field(default_factory=list)
    signed: bool = False

    @property
    def is_leaf(self) -> bool:
        return not self.below

    @property
    def done(self) -> Fraction:
        """The part of it that is done, 0 to 1: its own target's, or its parts' by their weights."""
        if self.below:
            return weighted(self.below)
        share = self.share
        return min(Fraction(1), Fraction(share.achieved) / Fraction(share.target or 1))

    @property
    def per_cent(self) -> Decimal:
        return per_cent(self.done)

    @property
    def sum(self) -> list[tuple[Node, Decimal]]:
        """What its progress is the sum of: each part and the points that it brings."""
        return [(node, per_cent(node.done * Fraction(node.share.weight) / 100)) for node in self.below]


def weighted(nodes: Iterable[Node]) -> Fraction:
    return sum((node.done * Fraction(node.share.weight) / 100 for node in nodes), Fraction(0))


def per_cent(part: Fraction) -> Decimal:
    """With one decimal, halves upward, as people round."""
    exact = Decimal(part.numerator * 100) / Decimal(part.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def grown(shares: Iterable[Share], signed: Mapping[int, set[str]]) -> list[Node]:
    """The nodes at the top; ``signed`` has the terms that were signed of each share."""
    nodes: dict[int, Node] = {}
    top: list[Node] = []
    for share in shares:
        above = nodes.get(share.above_id) if share.above_id else None
        node = Node(share, above.depth + 1 if above else 0, signed=share.terms in signed.get(share.pk, ()))
        nodes[share.pk] = node
        (above.below if above else top).append(node)
    return top


def walked(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, each before what stands below it."""
    for node in nodes:
        yield node
        yield from walked(node.below)


def leaves(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in walked(nodes) if node.is_leaf]


def reaches_persons(nodes: Iterable[Node]) -> bool:
    return all(node.share.level == Share.Level.PERSON for node in leaves(nodes))


def check(breakdown: Breakdown, nodes: list[Node], due: date | None) -> None:
    """Raises Problem ``breakdown.empty``, ``breakdown.weights``, ``breakdown.due``, ``share.empty``."""
    if not nodes:
        raise Problem(BREAKDOWN_EMPTY)
    _check_side_by_side(str(breakdown.assignment.case.unit), nodes, due)


def _check_side_by_side(above: str, nodes: list[Node], due: date | None) -> None:
    total = sum((node.share.weight for node in nodes), Decimal(0))
    if total != WHOLE:
        raise Problem(BREAKDOWN_WEIGHTS, above=above, total=total, difference=abs(WHOLE - total))
    for node in nodes:
        share = node.share
        if due and share.due and share.due > due:
            raise Problem(BREAKDOWN_DUE, share=str(share), due=share.due, limit=due)
        if node.below:
            _check_side_by_side(str(share), node.below, share.due or due)
        elif not share.measure:
            raise Problem(SHARE_EMPTY, share=str(share))
