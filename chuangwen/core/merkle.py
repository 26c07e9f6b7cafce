"""Merkle trees as RFC 9162, section 2.1, defines them; no database, no keys.

The functions take hashes of leaves (``Merkle.leaf``), not their data, and are written with the names of
that section: a tree of n leaves is split at the largest power of two smaller than n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Merkle:
    """The tree's hash function by its name in hashlib, such as ``sha256`` or ``sm3`` (GB/T 32905)."""

    algorithm: str

    def leaf(self, data: bytes) -> bytes:
        return self._digest(b"\x00" + data)

    def node(self, left: bytes, right: bytes) -> bytes:
        return self._digest(b"\x01" + left + right)

    def root(self, leaves: Sequence[bytes]) -> bytes:
        """The root over all ``leaves``; that of the empty tree is the hash of nothing."""
        frontier = Frontier(self)
        for leaf in leaves:
            frontier.append(leaf)
        return frontier.root()

    def _digest(self, data: bytes) -> bytes:
        return hashlib.new(self.algorithm, data).digest()


@dataclass
class Frontier:
    """All that must be known of a tree to extend it: its size and its perfect subtrees, left to right."""

    merkle: Merkle
    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add one leaf; amortised two hashes."""
        self.peaks.append(leaf)
        # Adding one to the size carries once for each of its trailing ones: so do equal subtrees join.
        carry = self.size
        while carry & 1:
            right = self.peaks.pop()
            self.peaks.append(self.merkle.node(self.peaks.pop(), right))
            carry >>= 1
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.new(self.merkle.algorithm).digest()
        *lefts, root = self.peaks
        for left in reversed(lefts):
            root = self.merkle.node(left, root)
        return root


def inclusion_path(merkle: Merkle, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at ``index`` to the root, lowest first (2.1.3.1).

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*inclusion_path(merkle, left, index), merkle.root(right)]
    return [*inclusion_path(merkle, right, index - split), merkle.root(left)]


def is_included(
    merkle: Merkle, leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``path`` proves that ``leaf`` stands at ``index`` under the ``root`` of ``size`` (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            leaf = merkle.node(sibling, leaf)
            at, last = _to_left_turn(at, last)
        else:
            leaf = merkle.node(leaf, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and leaf == root


def consistency_path(merkle: Merkle, leaves: Sequence[bytes], first: int) -> list[bytes]:
    """The hashes which prove that the tree over ``leaves`` extends that over the ``first`` of them (2.1.4.1).

    Raises IndexError unless 0 < first <= len(leaves).
    """
    if not 0 < first <= len(leaves):
        raise IndexError(first)
    return _subproof(merkle, leaves, first, known=True)


def is_consistent(
    merkle: Merkle, *, first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether ``path`` proves that the tree of ``second`` leaves begins with that of ``first`` (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    # When the first tree is a perfect subtree of the second, its root is not repeated in the path.
    hashes = [first_root, *path] if first.bit_count() == 1 else list(path)
    if not hashes:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = merkle.node(sibling, old), merkle.node(sibling, new)
            at, last = _to_left_turn(at, last)
        else:
            new = merkle.node(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (which is 2 or more)."""
    return 1 << ((size - 1).bit_length() - 1)


def _subproof(merkle: Merkle, leaves: Sequence[bytes], first: int, *, known: bool) -> list[bytes]:
    """``known`` says whether the verifier already holds the root over these leaves."""
    if first == len(leaves):
        return [] if known else [merkle.root(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if first <= split:
        return [*_subproof(merkle, left, first, known=known), merkle.root(right)]
    return [*_subproof(merkle, right, first - split, known=False), merkle.root(left)]


def _to_left_turn(at: int, last: int) -> tuple[int, int]:
    """Skip the levels at which a rightmost node has no sibling and rises unchanged."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
