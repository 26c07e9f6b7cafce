"""The pool of a draw as text: the one spelling whose hash is published, and how it is read back.

Lines of UTF-8, each ended by a line feed; columns parted by tabs. First what is wanted, then the units and
the inspectors, each in the order of their codes; names inside a column stand in order too. So whoever writes
the same pool writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from urllib.parse import unquote

from chuangwen.inspections.drawing import HEAVIEST, Drawn, InspectorRow, Pool, Seat, UnitRow

_FIRST = "chuangwen-draw\t1"  # with the version of the spelling
# What parts names, and so is written as a percent sign and two digits inside them.
_ESCAPES = {ord(c): f"%{ord(c):02X}" for c in "%\t\n\r+,:;"}


class PoolError(ValueError):
    """The text is not a pool as ``written`` writes it; the message names the line."""


def written(pool: Pool) -> bytes:
    """The pool's one spelling."""
    lines = [_FIRST, f"wanted\t{pool.wanted}", f"team\t{pool.team}", f"points\t{pool.points}"]
    lines += map(_unit, sorted(pool.units, key=lambda row: row.code))
    lines += map(_inspector, sorted(pool.inspectors, key=lambda row: row.code))
    return ("\n".join(lines) + "\n").encode()


def hash_of(text: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(text).hexdigest()


def read(text: bytes) -> Pool:
    """The pool of a text. Raises PoolError where it is none, or is not in its one spelling."""
    if not text.startswith(_FIRST.encode()):
        raise PoolError("line 1: not a pool of this version")
    numbers = dict[str, int]()
    units, inspectors = list[UnitRow](), list[InspectorRow]()
    try:
        _head, *lines = text.decode().removesuffix("\n").split("\n")
        for line in lines:
            kind, *columns = line.split("\t")
            if kind == "unit":
                units.append(_unit_of(*columns))
            elif kind == "inspector":
                inspectors.append(_inspector_of(*columns))
            else:
                numbers[kind] = int("".join(columns))
        pool = Pool(units=tuple(units), inspectors=tuple(inspectors), **numbers)
    except (TypeError, ValueError) as error:  # a column too few, a number that is none, no UTF-8
        raise PoolError(f"line {len(units) + len(inspectors) + len(numbers) + 2}: {error}") from None
    if written(pool) != text or any(
        len({row.code for row in rows}) < len(rows) for rows in (units, inspectors)
    ):
        raise PoolError("the lines are not in their order, or something stands twice")
    return pool


def result_text(drawn: Iterable[Drawn]) -> bytes:
    """The result's one spelling: a line for each unit in the order of the draw."""
    lines = (f"{_name(one.unit)}\t{_names(one.points)}\t{','.join(map(_name, one.team))}\n" for one in drawn)
    return "".join(lines).encode()


def result_of(text: bytes) -> list[Drawn]:
    """The result that a text tells. Raises PoolError."""
    try:
        rows = [line.split("\t") for line in text.decode().split("\n")[:-1]]
        return [Drawn(unquote(unit), _split(points), _split(team)) for unit, points, team in rows]
    except ValueError as error:
        raise PoolError(str(error)) from None


def difference(
    kept: Sequence[Drawn], again: Sequence[Drawn]
) -> tuple[int, Drawn | None, Drawn | None] | None:
    """Where two results part: the line from 1, and what each has there; None where they are the same."""
    for number in range(max(len(kept), len(again))):
        one = kept[number] if number < len(kept) else None
        other = again[number] if number < len(again) else None
        if one != other:
            return number + 1, one, other
    return None


def _name(text: str) -> str:
    return text.translate(_ESCAPES)


def _names(names: Iterable[str]) -> str:
    return ",".join(map(_name, sorted(names)))


def _split(text: str) -> tuple[str, ...]:
    return tuple(map(unquote, text.split(","))) if text else ()


def _systems(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "+".join(sorted(names))


def _unit(row: UnitRow) -> str:
    points = _names(row.points) if row.points else ""
    systems, seat = _systems(row.systems), int(row.seat)
    return f"unit\t{_name(row.code)}\t{row.territory}\t{systems}\t{row.peers}\t{seat}\t{row.weight}\t{points}"


def _unit_of(*columns: str) -> UnitRow:
    code, territory, systems, peers, seat, weight, points = columns
    lots = int(weight)
    if not 1 <= lots <= HEAVIEST or seat not in "01":
        raise ValueError(f"a unit has 1 to {HEAVIEST} lots")
    return UnitRow(
        unquote(code) if "%" in code else code,
        territory,
        tuple(systems.split("+")) if systems else (),
        peers,
        seat == "1",
        lots,
        _split(points),
    )


def _inspector(row: InspectorRow) -> str:
    seats = ";".join(
        sorted(f"{_name(s.code)}:{s.territory}:{_systems(s.systems)}:{int(s.over)}" for s in row.seats)
    )
    return f"inspector\t{_name(row.code)}\t{int(row.leads)}\t{seats}\t{_names(row.last)}"


def _inspector_of(*columns: str) -> InspectorRow:
    code, leads, seats, last = columns
    return InspectorRow(
        unquote(code), leads == "1", tuple(map(_seat, seats.split(";"))) if seats else (), _split(last)
    )


def _seat(text: str) -> Seat:
    code, territory, systems, over = text.split(":")
    return Seat(unquote(code), territory, tuple(systems.split("+")) if systems else (), over == "1")
