"""Who reviews whom: a draw that anybody can repeat from its seed, the numbers and the list of reviewers.

Pure: no database, no random state. Self-reports and reviewers are put in the order of a hash (SHA-256 of the
seed, a colon and their number). Self-report by self-report, each place goes to the reviewer with the fewest
so far who is free for it, and among equals to the next one in the circle after the last that was drawn
(docs/adr/0018-reviews.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

FIRST, SECOND, THIRD = 1, 2, 3


class Conflict(StrEnum):
    """Why a reviewer is not free for a unit."""

    OWN = "own"
    SUPERIOR = "superior"
    SUBORDINATE = "subordinate"
    SYSTEM = "system"


@dataclass(frozen=True)
class Body:
    """What of a unit makes a conflict: its systems, its territory, whether it is the seat there."""

    pk: int
    territory: str
    systems: frozenset[str] = frozenset()
    seat: bool = False

    def leads(self, other: Body) -> bool:
        return self.seat and other.territory.startswith(self.territory)


@dataclass(frozen=True)
class Reviewer:
    """A person by number, and the units in which they have a post; ``leads`` are units they look over."""

    pk: int
    bodies: tuple[Body, ...] = ()
    leads: frozenset[int] = frozenset()

    def conflict(self, unit: Body) -> Conflict | None:
        """Why this reviewer is not free for ``unit``; None who is."""
        if any(body.pk == unit.pk for body in self.bodies):
            return Conflict.OWN
        if unit.pk in self.leads or any(body.leads(unit) for body in self.bodies):
            return Conflict.SUPERIOR
        if any(unit.leads(body) for body in self.bodies):
            return Conflict.SUBORDINATE
        if any(body.systems & unit.systems for body in self.bodies):
            return Conflict.SYSTEM
        return None


@dataclass(frozen=True)
class Place:
    """A self-report by its number, the ordinals to be filled, and who is barred from it, by number."""

    number: str
    ordinals: tuple[int, ...]
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Drawing:
    """Everything that a draw is made from, and what came of it: (number, ordinal, reviewer)."""

    seed: str
    reviewers: tuple[int, ...]
    places: tuple[Place, ...]
    load: Mapping[int, int] = field(default_factory=dict)

    def run(self) -> tuple[list[tuple[str, int, int]], list[str]]:
        """What was drawn, and the numbers for which nobody was left."""
        circle = sorted(self.reviewers, key=lambda pk: (_hash(self.seed, pk), pk))
        load, at = Counter(dict(self.load)), 0
        drawn: list[tuple[str, int, int]] = []
        lacking: list[str] = []
        for place in sorted(self.places, key=lambda place: (_hash(self.seed, place.number), place.number)):
            taken = set(place.barred)
            for ordinal in place.ordinals:
                turn = [*circle[at:], *circle[:at]]
                free = [pk for pk in turn if pk not in taken]
                if not free:
                    lacking.append(place.number)
                    break
                chosen = min(free, key=lambda pk: (load[pk], turn.index(pk)))
                at = (circle.index(chosen) + 1) % len(circle)
                load[chosen] += 1
                taken.add(chosen)
                drawn.append((place.number, ordinal, chosen))
        return drawn, lacking

    def to_json(self) -> dict[str, Any]:
        """As the journal keeps it: enough to repeat the draw."""
        return {
            "seed": self.seed,
            "reviewers": list(self.reviewers),
            "load": [[pk, count] for pk, count in sorted(self.load.items())],
            "places": [[place.number, list(place.ordinals), sorted(place.barred)] for place in self.places],
            "drawn": [list(row) for row in self.run()[0]],
        }


def from_json(data: Mapping[str, Any]) -> Drawing:
    places = (
        Place(number, tuple(ordinals), frozenset(barred)) for number, ordinals, barred in data["places"]
    )
    return Drawing(data["seed"], tuple(data["reviewers"]), tuple(places), dict(data["load"]))


def agrees(data: Mapping[str, Any]) -> bool:
    """Whether the draw that the journal keeps comes out the same when it is made again."""
    drawn: list[list[Any]] = [list(row) for row in from_json(data).run()[0]]
    return drawn == list(data["drawn"])


def conflicts(reviewers: Sequence[Reviewer], unit: Body) -> dict[int, Conflict]:
    """Who of ``reviewers`` is not free for ``unit``, and why."""
    found = ((reviewer.pk, reviewer.conflict(unit)) for reviewer in reviewers)
    return {pk: why for pk, why in found if why}


def counted(whys: Iterable[Conflict]) -> list[tuple[Conflict, int]]:
    counts = Counter(whys)
    return [(why, counts[why]) for why in Conflict if counts[why]]


def _hash(seed: str, number: object) -> str:
    return sha256(f"{seed}:{number}".encode()).hexdigest()
