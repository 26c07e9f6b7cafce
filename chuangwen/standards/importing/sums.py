"""Points that should make a stated total: of a row, a group, a section, a body, the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from chuangwen.standards.importing.found import Doubt


@dataclass
class Node:
    """A part of the table with what is ``stated`` of it, by rows; a leaf has ``points`` and a ``scope``."""

    row: int
    stated: list[tuple[int, Decimal]] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    points: Decimal | None = None
    scope: str = ""
    outside: bool = False
    each: bool = False  # every body among its lines has the stated points for itself
    line: bool = False  # a leaf: one criterion

    def add(self, child: Node) -> Node:
        self.children.append(child)
        return child

    def leaves(self) -> Iterator[Node]:
        if self.line:
            yield self
        for child in self.children:
            yield from child.leaves()

    @property
    def scopes(self) -> dict[str, int]:
        """The bodies among its lines, with the row where each begins."""
        found: dict[str, int] = {}
        for leaf in self.leaves():
            found.setdefault(leaf.scope, leaf.row)
        return found

    def totals(self, *, outside: bool = False) -> dict[str, Decimal]:
        """Points by body: what a part states counts, and else what its lines make."""
        if self.outside and not outside:
            return {}
        if self.points is not None:
            return {self.scope: self.points} if self.points > 0 else {}
        found: dict[str, Decimal] = {}
        for child in self.children:
            for scope, points in child.value(outside=outside).items():
                found[scope] = found.get(scope, Decimal(0)) + points
        return found

    def value(self, *, outside: bool = False) -> dict[str, Decimal]:
        if self.outside and not outside:
            return {}
        if self.stated:
            scopes = list(self.scopes)
            return {scopes[0] if len(scopes) == 1 else "": self.stated[0][1]}
        return self.totals(outside=outside)


def disagreements(node: Node) -> Iterator[Doubt]:
    """A doubt for every stated total that its parts do not make; a part that is doubted counts as stated."""
    for child in node.children:
        yield from disagreements(child)
    if node.outside:
        return
    for row, stated in node.stated:
        yield from _disagreement(node, row, stated)


def _disagreement(node: Node, row: int, stated: Decimal) -> Iterator[Doubt]:
    totals = node.totals()
    if not totals:
        return
    common = totals.get("", Decimal(0))
    whole = sum(totals.values(), Decimal(0))
    with_outside = sum(node.totals(outside=True).values(), Decimal(0))
    if stated in {whole, with_outside}:
        return
    bodies = {scope: common + points for scope, points in totals.items() if scope}
    agreeing = sum(points == stated for points in bodies.values())
    if len(bodies) > 1 and (node.each or agreeing * 2 >= len(bodies)):
        for scope, points in bodies.items():
            if points != stated:
                yield Doubt("sum_mismatch", node.scopes[scope], scope, stated, points)
        return
    scopes = [scope for scope in node.scopes if scope]
    yield Doubt("sum_mismatch", row, scopes[0] if len(node.scopes) == 1 and scopes else "", stated, whole)


def of_scope(whole: Node, row: int, scope: str, stated: Decimal) -> Iterator[Doubt]:
    """A doubt if the lines of a body, with those of everybody, do not make what is stated of it."""
    totals = whole.totals()
    found = totals.get(scope, Decimal(0)) + totals.get("", Decimal(0))
    if found != stated:
        yield Doubt("sum_mismatch", row, scope, stated, found)


def sum_of(nodes: list[Node]) -> Decimal:
    """What ``nodes`` make together."""
    return sum(Node(0, children=nodes).totals().values(), Decimal(0))


def of_run(nodes: list[Node], row: int, stated: Decimal) -> Iterator[Doubt]:
    """A doubt if a subtotal is not what the ``nodes`` before it make."""
    yield from _disagreement(Node(row, children=nodes), row, stated)
