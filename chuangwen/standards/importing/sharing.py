"""Rows that share one statement of points: a merged cell, one repeated for each row, one left empty below."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from chuangwen.standards.importing.columns import Columns, Role
from chuangwen.standards.importing.cutting import stated_in
from chuangwen.standards.importing.marks import of_cell
from chuangwen.standards.importing.rows import Row
from chuangwen.standards.importing.wording import squeezed


def shared(rows: Sequence[Row], columns: Columns) -> dict[int, int]:
    """Row → the first of the rows with which it shares points, for those that do; ``rows`` are lines."""
    places = columns.of(Role.POINTS)[-1:]
    if not places or columns.scopes:
        return {}
    found: dict[int, int] = {}
    for run in _runs(rows, columns, places[0]):
        if _share(run, columns, places[0]):
            found |= {row.number: run[0].number for row in run}
    return found


def _runs(rows: Sequence[Row], columns: Columns, place: int) -> list[list[Row]]:
    """Rows one after the other that may share what stands at ``place`` in the first of them."""
    left = [at for at in columns.of(Role.NUMBER, Role.GROUP, Role.SCOPE) if at not in columns.contents]
    if place > min(columns.of(Role.TEXT, Role.RULE), default=place):
        names = left
    else:
        names = [at for at in left if at < place]
    runs: list[list[Row]] = []
    for row in rows:
        if runs and _goes_on(runs[-1][0], row, names, place):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [run for run in runs if len(run) > 1]


def _goes_on(first: Row, row: Row, names: list[int], place: int) -> bool:
    if place in row.repeated:
        return True
    points = _points(first, place)
    own = [row.cells[at].strip() for at in names]
    same = own == [first.cells[at].strip() for at in names]
    if not row.cells[place].strip():
        return points is not None and (not any(own) or (same and bool(names)))
    return points is not None and bool(names) and any(own) and same and _points(row, place) == points


def _share(run: list[Row], columns: Columns, place: int) -> bool:
    if any(place in row.repeated for row in run):
        return True
    points = _points(run[0], place)
    made = [stated_in(columns.text(row.cells), columns.scoring(row.cells)) for row in run]
    known = [value for value in made if value is not None]
    if points is None or not known or made[0] is None or made[0] == points:
        return False
    return sum(known, Decimal(0)) == points or all(value < points for value in known)


def _points(row: Row, place: int) -> Decimal | None:
    return of_cell(squeezed(row.cells[place]))
