"""The draw: which units are visited, at which points, by whom; whoever has the pool and the seed repeats it.

Pure: no database, no random state, no number that is not whole, so that every machine gives the same. The
rule in ten lines stands in docs/adr/0022-draw.md; ``pools.py`` is the text that it is made from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from heapq import nsmallest
from typing import NamedTuple

from chuangwen.standards.drawing import Body, Conflict, Reviewer

TEAM = 2  # the fewest who inspect together (DOMAIN section 2)
HEAVIEST = 9  # lots of one unit


class Bar(StrEnum):
    """Why an inspector is not free for a unit: the conflicts of a reviewer, and having been there last."""

    OWN = Conflict.OWN
    SUPERIOR = Conflict.SUPERIOR
    SUBORDINATE = Conflict.SUBORDINATE
    SYSTEM = Conflict.SYSTEM
    AGAIN = "again"


class Constraint(StrEnum):
    """What cannot be met, so that nothing is drawn."""

    UNITS = "units"  # the pool has fewer units than are wanted
    TEAM = "team"  # too few inspectors are free for a unit
    LEADER = "leader"  # nobody who may lead a team is free for a unit


class UnitRow(NamedTuple):  # a tuple, as there may be a million of them
    """A unit of the pool; ``weight`` is how many lots it has in the drum, ``points`` are names of points."""

    code: str
    territory: str
    systems: tuple[str, ...]
    peers: str
    seat: bool = False
    weight: int = 1
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A unit in which an inspector holds a post; ``over``: one that looks over its whole territory."""

    code: str
    territory: str
    systems: tuple[str, ...] = ()
    over: bool = False


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """An inspector of the pool by a name of the draw's; ``last`` are units that they visited last time."""

    code: str
    leads: bool = True
    seats: tuple[Seat, ...] = ()
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pool:
    """Everything that is fixed before the seed exists. ``points`` of each unit are drawn; 0 means all."""

    wanted: int
    units: tuple[UnitRow, ...]
    inspectors: tuple[InspectorRow, ...]
    team: int = TEAM
    points: int = 0


@dataclass(frozen=True)
class Drawn:
    """A unit that was drawn, the points to look at, and the team with its leader first."""

    unit: str
    points: tuple[str, ...]
    team: tuple[str, ...]


@dataclass(frozen=True)
class Lack:
    """A constraint that cannot be met: how many there are, how many are needed, at which unit, and why."""

    constraint: Constraint
    found: int
    needed: int
    unit: str = ""
    whys: Mapping[Bar, int] = field(default_factory=dict)


class ImpossibleError(Exception):
    """The constraints cannot be met; ``lacks`` says which, the first of each kind first."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(", ".join(f"{lack.constraint} {lack.unit}".strip() for lack in lacks[:5]))
        self.lacks = tuple(lacks)


def seed_of(secret: str, value: str) -> str:
    """The seed: SHA-256 of the secret, a line feed and the public value, in hexadecimal."""
    return sha256(f"{secret}\n{value}".encode()).hexdigest()


def commitment_of(secret: str) -> str:
    """What is published of the secret before the public value is known."""
    return sha256(secret.encode()).hexdigest()


def lacks_of(pool: Pool) -> list[Lack]:
    """What of the pool could make a draw fail, for any seed; empty where none can."""
    found = []
    if len(pool.units) < pool.wanted:
        found.append(Lack(Constraint.UNITS, len(pool.units), pool.wanted))
    teams = Teams(pool)
    found += [lack for row in sorted(pool.units, key=lambda row: row.code) if (lack := teams.lack(row))]
    return found


def run(pool: Pool, seed: str) -> list[Drawn]:
    """The draw. Raises ImpossibleError, and then nothing was drawn."""
    if len(pool.units) < pool.wanted:
        raise ImpossibleError([Lack(Constraint.UNITS, len(pool.units), pool.wanted)])
    chosen = _units(pool, seed)
    teams = Teams(pool)
    if lacks := [lack for row in chosen if (lack := teams.lack(row))]:
        raise ImpossibleError(lacks)
    return [Drawn(row.code, _points(pool, seed, row), teams.give(seed, row)) for row in chosen]


def strata_of(units: Iterable[UnitRow]) -> dict[tuple[str, str, str], list[UnitRow]]:
    """The units by territory, system and peer group; those of several systems stand by all of them."""
    strata = defaultdict(list)
    for row in units:
        systems = row.systems[0] if len(row.systems) == 1 else "+".join(sorted(row.systems))
        strata[row.territory, systems, row.peers].append(row)
    return strata


def shares(strata: Mapping[str, tuple[int, int]], wanted: int, seed: str) -> dict[str, int]:
    """How many units each stratum gives, of its (units, lots).

    Its share is in proportion to its lots; what is not whole is drawn, so that a small stratum has its chance
    too: the strata lie in a row in the order of their hashes, each as long as its share, and a mark stands at
    every whole step from a beginning that is drawn. Where a share is all that the stratum has, all are taken.
    """
    given, left = dict[str, int](), dict(strata)
    lots = sum(weight for _units, weight in left.values())
    while full := [name for name, (units, weight) in left.items() if weight * wanted >= units * lots]:
        # Both sums change together, so the rest is looked at again only when all these are out.
        for name in full:
            given[name], weight = left.pop(name)
            wanted, lots = wanted - given[name], lots - weight
        if not left:
            return given
    start, passed = _number(seed, "start") % lots, 0
    for name in sorted(left, key=lambda name: _hash(seed, "stratum", name)):
        before = (passed * wanted + start) // lots
        passed += left[name][1]
        given[name] = (passed * wanted + start) // lots - before
    return given


def _units(pool: Pool, seed: str) -> list[UnitRow]:
    """The units drawn, in the order in which teams are given to them."""
    strata = {"\t".join(name): rows for name, rows in strata_of(pool.units).items()}
    sizes = {name: (len(rows), sum(row.weight for row in rows)) for name, rows in strata.items()}
    chosen = list[UnitRow]()
    begin = f"{seed}\tunit\t".encode()
    for name, count in shares(sizes, pool.wanted, seed).items():
        if count:
            keyed = ((_best_lot(begin, row), row.code, row) for row in strata[name])
            chosen += [row for *_key, row in nsmallest(count, keyed)]
    return sorted(chosen, key=lambda row: (_hash(seed, "visit", row.code), row.code))


def _best_lot(begin: bytes, row: UnitRow) -> bytes:
    """The least hash of a unit's lots. The least of w is distributed as u^(1/w) is, without a root."""
    text = begin + row.code.encode()
    if row.weight == 1:
        return sha256(text + b"\t1").digest()
    return min(sha256(text + b"\t%d" % lot).digest() for lot in range(1, row.weight + 1))


def _points(pool: Pool, seed: str, row: UnitRow) -> tuple[str, ...]:
    if not pool.points or len(row.points) <= pool.points:
        return tuple(sorted(row.points))
    return tuple(sorted(nsmallest(pool.points, row.points, key=lambda point: _hash(seed, "point", point))))


# What of a unit binds all units that share it: territory, systems, whether it is a seat.
_Kind = tuple[str, tuple[str, ...], bool]


def _kind(unit: UnitRow) -> _Kind:
    return unit.territory, unit.systems, unit.seat


class Teams:
    """Who is free for which unit, and who has had how many visits with whom, so that teams rotate."""

    def __init__(self, pool: Pool) -> None:
        self.needed = max(pool.team, TEAM)
        self.inspectors = tuple(sorted(pool.inspectors, key=lambda row: row.code))
        self._leading = [row.leads for row in self.inspectors]
        self._barred = dict[_Kind, list[Conflict | None]]()
        self._lacks = dict[_Kind, Lack | None]()
        self._load, self._led = Counter[int](), Counter[int]()
        self._together = Counter[tuple[int, int]]()

    def whys(self, unit: UnitRow) -> list[Bar | None]:
        """For each inspector why they are not free for the unit; None where they are."""
        kind = _kind(unit)
        if kind not in self._barred:
            body = Body(0, unit.territory, frozenset(unit.systems), unit.seat)
            self._barred[kind] = [reviewer.conflict(body) for reviewer in self._reviewers]
        found = [Bar(why) if why else None for why in self._barred[kind]]
        for bar, bound in ((Bar.AGAIN, self._last), (Bar.OWN, self._own)):
            for number in bound.get(unit.code, ()):
                found[number] = bar
        return found

    @cached_property
    def _reviewers(self) -> list[Reviewer]:
        # By numbers that no unit has: own units are looked up by their codes instead.
        return [
            Reviewer(n, tuple(Body(-1, s.territory, frozenset(s.systems), s.over) for s in row.seats))
            for n, row in enumerate(self.inspectors)
        ]

    @cached_property
    def _own(self) -> Mapping[str, list[int]]:
        return self._by_unit((seat.code for seat in row.seats) for row in self.inspectors)

    @cached_property
    def _last(self) -> Mapping[str, list[int]]:
        return self._by_unit(row.last for row in self.inspectors)

    @staticmethod
    def _by_unit(codes: Iterable[Iterable[str]]) -> Mapping[str, list[int]]:
        found = defaultdict(list)
        for number, one in enumerate(codes):
            for code in one:
                found[code].append(number)
        return found

    def lack(self, unit: UnitRow) -> Lack | None:
        """What is missing for a team at the unit."""
        if unit.code in self._last or unit.code in self._own:
            return self._lack(unit)
        kind = _kind(unit)
        if kind not in self._lacks:
            self._lacks[kind] = self._lack(unit)
        lack = self._lacks[kind]
        return replace(lack, unit=unit.code) if lack else None

    def _lack(self, unit: UnitRow) -> Lack | None:
        whys = self.whys(unit)
        free = [number for number, why in enumerate(whys) if why is None]
        counts = Counter(why for why in whys if why)
        reasons = {bar: counts[bar] for bar in Bar if counts[bar]}
        if len(free) < self.needed:
            return Lack(Constraint.TEAM, len(free), self.needed, unit.code, reasons)
        if not any(self._leading[number] for number in free):
            return Lack(Constraint.LEADER, 0, 1, unit.code, reasons)
        return None

    def give(self, seed: str, unit: UnitRow) -> tuple[str, ...]:
        """A team for the unit: whoever has the fewest visits, then whoever was least with the others."""
        whys = self.whys(unit)
        free = [number for number, why in enumerate(whys) if why is None]
        lots = {number: _hash(seed, "team", unit.code, self.inspectors[number].code) for number in free}
        leaders = (number for number in free if self._leading[number])
        team = [min(leaders, key=lambda number: (self._load[number], self._led[number], lots[number]))]
        while len(team) < self.needed:
            rest = (number for number in free if number not in team)
            team.append(min(rest, key=lambda one: (self._load[one], self._met(one, team), lots[one])))
        self._led[team[0]] += 1
        self._load.update(team)
        self._together.update((one, other) for one in team for other in team if one != other)
        return tuple(self.inspectors[number].code for number in team)

    def _met(self, one: int, team: Iterable[int]) -> int:
        return sum(self._together[one, other] for other in team)


def _hash(seed: str, *names: str) -> bytes:
    return sha256("\t".join((seed, *names)).encode()).digest()


def _number(seed: str, *names: str) -> int:
    return int.from_bytes(_hash(seed, *names), "big")
