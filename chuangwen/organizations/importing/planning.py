"""What a file would change in the directory: the dry run, and the ground on which the import is done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from tablib import Dataset

from chuangwen.core.models import Blob
from chuangwen.organizations.importing import columns, resources, sheets
from chuangwen.organizations.importing.columns import Column, Kind, folded
from chuangwen.organizations.importing.faults import Fault, sentence
from chuangwen.organizations.importing.reading import SheetResource
from chuangwen.organizations.importing.sheets import Cell, Sheet
from chuangwen.organizations.importing.standing import Standing
from chuangwen.organizations.models import Membership, Person, Post, Unit
from chuangwen.organizations.services import Directory

Progress = Callable[[int, int], None]
PEOPLE = "people"  # counted by themselves, though they stand on the sheet of posts


@dataclass
class Table:
    """A sheet whose headings were understood: ``at`` says in which place each column stands."""

    kind: Kind
    sheet: Sheet
    at: dict[str, int]

    def dataset(self) -> Dataset:
        names, places = list(self.at), list(self.at.values())
        data = Dataset(headers=names)
        for _number, cells in self.sheet.rows[1:]:
            data.append([cells[place] if place < len(cells) else "" for place in places])
        return data

    @property
    def numbers(self) -> list[int]:
        return [number for number, _cells in self.sheet.rows[1:]]

    def where(self, column: str) -> str:
        """A column as it is found in the sheet: its letter and its heading."""
        if column not in self.at:
            return ""
        return f"{get_column_letter(self.at[column] + 1)} {self.kind.label(column)}"


@dataclass(frozen=True)
class Outcome:
    """One row that would change the directory; ``changes`` are heading, before, after; none if new."""

    sheet: str
    row: int
    what: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass
class Plan:
    """What is new and what is changed, by sheet; nothing of it is written if there are faults.

    ``counts`` are those of new, changed and unchanged things, by the names of the sheets and of ``PEOPLE``;
    ``outcomes`` the first rows of each, one by one.
    """

    standing: Standing
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    new: dict[str, list[Any]] = field(default_factory=dict)
    changed: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return sum(count["new"] + count["changed"] for count in self.counts.values())

    @property
    def has_new(self) -> bool:
        return any(self.new.values())

    @property
    def posts(self) -> list[Post]:
        return self.new.get("posts", [])

    def directory(self, posts: list[Post]) -> Directory:
        """Everything new, with these of the posts."""
        units: list[Unit] = self.new.get("units", [])
        return Directory(
            territories=self.new.get("territories", []),
            systems=self.new.get("systems", []),
            peer_groups=self.new.get("peer_groups", []),
            units=units,
            memberships=memberships_of(units),
            people=self.new.get(PEOPLE, []),
            posts=posts,
        )


def memberships_of(units: list[Unit]) -> list[Membership]:
    return [
        Membership(unit=unit, system_id=code, leads=code in unit.leads)  # type: ignore[attr-defined]
        for unit in units
        for code in sorted(unit.stands_in)  # type: ignore[attr-defined]
    ]


def plan(*, actor: Person, blob: Blob, name: str, progress: Progress = lambda done, total: None) -> Plan:
    """Read a file of ``actor``'s and compare it with the directory. ``name`` titles a csv.

    Raises the problems of ``sheets.read``.
    """
    return fill(Plan(Standing(actor)), sheets.read(blob, name), columns.KINDS, _Directory, progress)


def fill(
    found: Plan, read: list[Sheet], kinds: tuple[Kind, ...], reader: type[Reader], progress: Progress
) -> Plan:
    """Read the sheets into a plan; ``kinds`` is what they may hold. Floors above have kinds of their own."""
    tables = _tables(read, kinds, found.faults)
    found.faults += [_placed(fault, tables) for sheet in read for fault in sheet.faults]
    if not tables and not found.faults:
        found.faults.append(Fault("", 0, "", sentence("no_rows")))
    reader(found, progress, sum(len(table.sheet.rows) - 1 for table in tables.values())).read(tables)
    # Faults of one row stand together, each once: a wrong user name is wrong for the person and for the post.
    order = {sheet.title: at for at, sheet in enumerate(read)}
    found.faults = sorted(set(found.faults), key=lambda f: (order.get(f.sheet, -1), f.row, f.column))
    return found


def _tables(read: list[Sheet], kinds: tuple[Kind, ...], faults: list[Fault]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for sheet in read:
        if folded(sheet.title) in columns.explanations() or len(sheet.rows) < 2:  # noqa: PLR2004
            continue
        kind = _recognised(sheet, kinds)
        if not kind:
            titles = _(", ").join(str(one.title) for one in kinds)
            faults.append(Fault(sheet.title, 0, "", sentence("sheet_unknown", sheets=titles)))
        elif other := found.get(kind.name):
            twice = sentence("sheet_twice", first=other.sheet.title, second=sheet.title)
            faults.append(Fault(sheet.title, 0, "", twice))
        else:
            at = _headings(kind, sheet, faults)
            found[kind.name] = Table(kind, sheet, at)
    return found


def _recognised(sheet: Sheet, kinds: tuple[Kind, ...]) -> Kind | None:
    """By its title, or by headings that are those of one kind only."""
    title = folded(sheet.title)
    if kind := next((kind for kind in kinds if title in columns.spellings(kind.title)), None):
        return kind
    heads = {folded(str(cell)) for cell in sheet.rows[0][1]} - {""}
    fitting = [kind for kind in kinds if heads <= set(columns.headings(kind)) and _complete(kind, heads)]
    return fitting[0] if len(fitting) == 1 else None


def _complete(kind: Kind, heads: set[str]) -> bool:
    known = columns.headings(kind)
    there = {known[head].name for head in heads}
    return all(column.name in there for column in kind.columns if column.required)


def _headings(kind: Kind, sheet: Sheet, faults: list[Fault]) -> dict[str, int]:
    """Where each column stands; what is wrong with the headings is added to ``faults``."""
    row, cells = sheet.rows[0]
    at: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column: Column | None = columns.headings(kind).get(folded(str(cell)))
        if column is None:
            filled = cell or any(place < len(others) and others[place] for _number, others in sheet.rows)
            fault = "head_unknown" if filled else ""
        else:
            fault = "head_twice" if column.name in at else ""
            at.setdefault(column.name, place)
        if fault:
            words = sentence(fault, heading=cell, headings=_(", ").join(kind.labels))
            faults.append(Fault(sheet.title, row, get_column_letter(place + 1), words))
    faults += [
        Fault(sheet.title, row, "", sentence("head_missing", heading=column.label))
        for column in kind.columns
        if column.required and column.name not in at
    ]
    return at


def _placed(fault: Fault, tables: dict[str, Table]) -> Fault:
    """A fault whose column is a letter, with the heading of that column."""
    for table in tables.values():
        if table.sheet.title == fault.sheet and fault.column:
            for column in table.at:
                if table.where(column).split()[0] == fault.column:
                    return Fault(fault.sheet, fault.row, table.where(column), fault.sentence)
    return fault


@dataclass
class Reader(ABC):
    """Reads the tables one after the other into a plan."""

    plan: Plan
    progress: Progress
    total: int
    done: int = 0

    @abstractmethod
    def read(self, tables: dict[str, Table]) -> None:
        """All of them, in the order in which they name each other."""

    def whole(self, tables: dict[str, Table], kind: Kind) -> Table | None:
        """The table, if it has the columns without which its rows say nothing."""
        table = tables.get(kind.name)
        required = {column.name for column in kind.columns if column.required}
        return table if table and required <= set(table.at) else None

    def sheet(self, table: Table, resource: SheetResource) -> None:
        resource.tick = self._tick
        self._import(table, resource, table.dataset(), table.numbers, table.kind.name)

    def _import(
        self, table: Table, resource: SheetResource, data: Dataset, numbers: list[int], name: str
    ) -> None:
        resource.numbers = numbers
        result = resource.import_data(data, use_transactions=False)
        for error in [*result.base_errors, *(one for _n, errors in result.row_errors() for one in errors)]:
            raise error.error
        for row in result.invalid_rows:
            self._fault(table, numbers[row.number - 1], row.error)
        for position, column, error in resource.clashes():
            self._fault(table, numbers[position - 1], error, column)
        totals = result.totals
        self.plan.counts[name] = {
            "new": totals["new"],
            "changed": totals["update"],
            "unchanged": totals["skip"],
        }
        self.plan.new[name], self.plan.changed[name] = resource.new, resource.changed
        for told in resource.told:
            changes = tuple((table.kind.label(column), *values) for column, *values in told.changes)
            row = numbers[told.position - 1]
            self.plan.outcomes.append(Outcome(table.sheet.title, row, told.what, changes))  # type: ignore[arg-type]

    def _fault(self, table: Table, number: int, error: Any, column: str = "") -> None:
        said = error.message_dict if hasattr(error, "error_dict") else {column: error.messages}
        for name, sentences in said.items():
            words = " ".join(sentences)
            self.plan.faults.append(Fault(table.sheet.title, number, table.where(name), words))

    def _tick(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)


class _Directory(Reader):
    def read(self, tables: dict[str, Table]) -> None:
        standing, broken = self.plan.standing, frozenset[str]()
        for make in (
            resources.TerritoryResource,
            resources.SystemResource,
            resources.PeerGroupResource,
            resources.UnitResource,
        ):
            if table := self.whole(tables, make.kind):
                resource = make(standing)
                self.sheet(table, resource)
                if make is resources.UnitResource:
                    broken = frozenset(str(code) for code in self._broken(table))
        if table := self.whole(tables, columns.POSTS):
            self._people(table)
            self.sheet(table, resources.PostResource(standing, broken))
        self.progress(self.total, self.total)

    def _broken(self, table: Table) -> Iterator[Cell]:
        rows = {fault.row for fault in self.plan.faults if fault.sheet == table.sheet.title}
        return (cells[table.at["code"]] for number, cells in table.sheet.rows if number in rows)

    def _people(self, table: Table) -> None:
        """The people of the sheet of posts: each once, as the first row with them says."""
        resource = resources.PersonResource(self.plan.standing)
        data = table.dataset()
        names = [name for name in resource.fields if name in table.at]
        people: dict[Any, tuple[int, dict[str, Any]]] = {}
        for number, row in zip(table.numbers, data.dict, strict=True):
            said = {name: row[name] for name in names}
            first, known = people.setdefault(row["username"], (number, said))
            for name, value in said.items():
                if value and known[name] and value != known[name]:
                    words = sentence("person_differs", first=first)
                    self.plan.faults.append(Fault(table.sheet.title, number, table.where(name), words))
                known[name] = known[name] or value
        once = Dataset(*(list(said.values()) for _number, said in people.values()), headers=names)
        self._import(table, resource, once, [number for number, _said in people.values()], PEOPLE)
