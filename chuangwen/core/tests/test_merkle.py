"""The trees of merkle.py against the definitions of RFC 9162, section 2.1, written out naively here."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.core.merkle import (
    Frontier,
    Merkle,
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
)

TREE = Merkle("sha256")


def h(data: bytes) -> bytes:
    return sha256(data).digest()


def n(left: bytes, right: bytes) -> bytes:
    return h(b"\x01" + left + right)


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = max(2**power for power in range(10) if 2**power < len(leaves))
    return n(naive_root(leaves[:split]), naive_root(leaves[split:]))


def leaves_of(size: int) -> list[bytes]:
    return [TREE.leaf(bytes([number])) for number in range(size)]


# The tree of seven leaves which section 2.1.5 draws, with its names: a-f for the hashes of the leaves d0-d5,
# j for that of d6.
A, B, C, D, E, F, J = (h(b"\x00" + bytes([number])) for number in range(7))
G, H, I = n(A, B), n(C, D), n(E, F)  # noqa: E741
K, L = n(G, H), n(I, J)
SEVEN = n(K, L)

sizes = st.integers(min_value=1, max_value=70)


def test_a_leaf_is_never_a_node():
    assert TREE.leaf(A + B) == h(b"\x00" + A + B)
    assert TREE.node(A, B) == h(b"\x01" + A + B)


def test_roots_of_known_trees():
    assert TREE.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert TREE.root([A]) == A
    assert TREE.root([A, B, C]) == n(G, C)
    assert TREE.root(leaves_of(7)) == SEVEN


@pytest.mark.parametrize(("index", "path"), [(0, [B, H, L]), (3, [C, G, L]), (4, [F, J, K]), (6, [I, K])])
def test_inclusion_in_the_tree_of_seven(index, path):
    assert inclusion_path(TREE, leaves_of(7), index) == path
    assert is_included(TREE, leaves_of(7)[index], index=index, size=7, path=path, root=SEVEN)


@pytest.mark.parametrize(
    ("first", "root", "path"),
    [(3, n(G, C), [C, D, G, L]), (4, K, [L]), (6, n(K, I), [I, J, K])],
)
def test_consistency_in_the_tree_of_seven(first, root, path):
    assert consistency_path(TREE, leaves_of(7), first) == path
    assert is_consistent(TREE, first=first, first_root=root, second=7, second_root=SEVEN, path=path)


@given(sizes)
def test_the_frontier_gives_the_root_by_definition(size):
    leaves = leaves_of(size)
    assert TREE.root(leaves) == naive_root(leaves)


@given(sizes, sizes)
def test_a_frontier_taken_up_again_goes_on_as_if_never_left(first, more):
    leaves = leaves_of(first + more)
    frontier = Frontier(TREE)
    for leaf in leaves[:first]:
        frontier.append(leaf)
    assert len(frontier.peaks) == first.bit_count()
    later = Frontier(TREE, frontier.size, list(frontier.peaks))
    for leaf in leaves[first:]:
        later.append(leaf)
    assert (later.size, later.root()) == (first + more, naive_root(leaves))


@given(sizes, st.data())
def test_inclusion_is_proved_for_its_leaf_only(size, data):
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(TREE, leaves, index), naive_root(leaves)
    assert is_included(TREE, leaves[index], index=index, size=size, path=path, root=root)
    assert not is_included(TREE, h(b"another"), index=index, size=size, path=path, root=root)
    assert not is_included(TREE, leaves[index], index=index, size=size, path=[*path, A], root=root)
    assert not is_included(TREE, leaves[index], index=size, size=size, path=path, root=root)
    other = data.draw(st.integers(0, size - 1))
    assert is_included(TREE, leaves[index], index=other, size=size, path=path, root=root) == (other == index)
    for place in range(len(path)):
        assert not is_included(
            TREE,
            leaves[index],
            index=index,
            size=size,
            path=path[:place] + path[place + 1 :],
            root=root,
        )


@given(sizes, st.data())
def test_consistency_is_proved_for_a_prefix_only(second, data):
    leaves, first = leaves_of(second), data.draw(st.integers(1, second))
    path, root = consistency_path(TREE, leaves, first), naive_root(leaves)
    prefix = naive_root(leaves[:first])

    def proved(old=prefix, new=root, by=path):
        return is_consistent(TREE, first=first, first_root=old, second=second, second_root=new, path=by)

    assert proved()
    assert not proved(old=h(b"another"))
    assert not proved(new=h(b"another"))
    assert not proved(by=[*path, A])
    assert not any(proved(by=path[:place] + path[place + 1 :]) for place in range(len(path)))


def test_a_proof_has_the_length_of_its_tree():
    """Hashes that fit one another are no proof when the tree of that size has another shape."""
    assert not is_included(TREE, A, index=0, size=2, path=[], root=A)
    assert not is_included(TREE, A, index=0, size=1, path=[B], root=n(B, A))
    assert not is_consistent(TREE, first=2, first_root=G, second=4, second_root=G, path=[])
    old, new = n(G, C), n(G, n(C, D))
    assert is_consistent(TREE, first=3, first_root=old, second=4, second_root=new, path=[C, D, G])
    longer = {"first_root": n(A, old), "second_root": n(A, new), "path": [C, D, G, A]}
    assert not is_consistent(TREE, first=3, second=4, **longer)


def test_there_is_no_proof_for_what_is_not_there():
    for index in (-1, 3):
        with pytest.raises(IndexError):
            inclusion_path(TREE, leaves_of(3), index)
    for first in (0, 4):
        with pytest.raises(IndexError):
            consistency_path(TREE, leaves_of(3), first)
    assert not is_consistent(TREE, first=0, first_root=h(b""), second=3, second_root=h(b""), path=[])
    assert not is_consistent(TREE, first=4, first_root=A, second=3, second_root=A, path=[])


def test_the_hash_is_chosen_by_name():
    # GB/T 32905-2016, annex A, example 1.
    abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert Merkle("sm3")._digest(b"abc").hex() == abc
    assert Merkle("sm3").leaf(b"") != TREE.leaf(b"")
