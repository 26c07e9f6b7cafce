"""Down the rows of one table: where each line stands, what it is worth, and what does not agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from chuangwen.standards.importing import outline
from chuangwen.standards.importing.columns import Columns, Role
from chuangwen.standards.importing.cutting import Line, Part, number_of, parts
from chuangwen.standards.importing.doubting import Placed, about_cells, about_items, doubts, settled
from chuangwen.standards.importing.found import Criterion, Doubt
from chuangwen.standards.importing.marks import of_cell, of_heading
from chuangwen.standards.importing.numbers import Numbers
from chuangwen.standards.importing.rows import Row
from chuangwen.standards.importing.sharing import shared
from chuangwen.standards.importing.sums import Node, disagreements, of_run, of_scope, sum_of
from chuangwen.standards.importing.wording import folded, squeezed

_WHOLE = re.compile(r"(?:总分|满分|共计?|合计|总计)(?:值|为|:)*\s*(\d{2,4}(?:\.\d+)?)\s*分")
_EACH = re.compile(r"(?:各|每|均)(?:个|家)?(?:部门|单位|乡镇|街道)?[^,;。]{0,6}?\d+分|分别按")


class Walk:
    """One pass over a table; ``criteria``, ``doubts`` and ``headings`` fill on the way."""

    def __init__(self, columns: Columns, scope: str) -> None:
        self.columns = columns
        self.criteria: list[Criterion] = []
        self.doubts: list[Doubt] = []
        self.headings: dict[int, str] = {}
        self._scope = scope
        self._whole = Node(0)
        self._sections: list[tuple[outline.Heading, Node]] = []
        self._groups: dict[int, tuple[str, Node]] = {}
        self._kept: dict[int, str] = {}  # the last word of columns that are filled only once
        self._run: list[Node] = []  # row nodes since the last subtotal or section
        self._long_run: list[Node] = []  # row nodes since the last subtotal
        self._by_scope: list[tuple[int, str, Decimal]] = []  # totals of bodies with a column of their own
        self._placed: list[Placed] = []
        self._subtotals: list[tuple[str, int, Decimal, list[Node]]] = []
        self._scorer = ""
        self._numbers = Numbers()
        self._like: tuple[str, ...] = ()
        self._section_numbers: dict[int, Numbers] = {}
        self._numerals_number_lines = False
        self._sharing: dict[int, int] = {}  # row → the first of those with which it shares points
        self._firsts: dict[int, Node] = {}

    def titles(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.headings[row.number] = row.words
            if match := _WHOLE.search(folded(row.words)):
                self._whole.stated.append((row.number, Decimal(match[1])))
        named = [self.columns.headings[at] for at in self.columns.of(Role.TEXT, Role.RULE, Role.GROUP)]
        words = [*(row.words for row in rows), *named]
        if not self.columns.of(Role.POINTS) and any(map(outline.is_outside, words)):
            self._whole.outside = True  # a table of nothing but bonuses or deductions

    def lines(self, rows: Sequence[Row]) -> None:
        """All rows under the heading, the sums last."""
        width = len(self.columns.roles)
        rows = [Row(row.number, (*row.cells, *[""] * (width - len(row.cells))), row.repeated) for row in rows]
        self._settle_numbers(rows)
        lines = [row for row in rows if not self._beside(row)]
        self._sharing = shared(lines, self.columns)
        notes = self._notes(lines)
        for row in rows:
            if row.number in notes or outline.is_note(row.cells):
                self.headings[row.number] = row.words
            elif total := outline.total(row.cells, self.columns):
                self._total(row, *total)
            elif heading := outline.heading(row.cells, self.columns):
                self._section(row, heading)
            else:
                self._line(row)
        self._close(lines)

    def _beside(self, row: Row) -> bool:
        """Whether a row is no line of the table."""
        return bool(
            outline.is_note(row.cells)
            or outline.total(row.cells, self.columns)
            or outline.heading(row.cells, self.columns)
        )

    def _notes(self, lines: Sequence[Row]) -> set[int]:
        """The last lines, if they stand alone in a table of several columns and state no points."""
        found: set[int] = set()
        for row in reversed(lines):
            if row.filled > 1 or len(self.columns.headings) <= 1 or outline.states_points(row.words):
                break
            found.add(row.number)
        return found if any(row.number not in found for row in lines) else set()

    def _settle_numbers(self, rows: Sequence[Row]) -> None:
        """In a table whose lines are numbered 一, 二, 三 and not otherwise, these begin no sections."""
        at = self.columns.of(Role.NUMBER)[:1]
        written = [squeezed(row.cells[at[0]]) for row in rows if at and row.cells[at[0]].strip()]
        self._numerals_number_lines = not any(re.search(r"\d", number) for number in written)

    def _cells(self, row: Row, *roles: Role) -> list[str]:
        return [row.cells[at].strip() for at in self.columns.of(*roles)]

    def _number(self, row: Row) -> str:
        if self.columns.of(Role.NUMBER):
            return next((cell for cell in self._cells(row, Role.NUMBER) if cell), "")
        return number_of(self.columns.text(row.cells))

    # Totals and sections.

    def _total(self, row: Row, word: str, stated: Decimal | None) -> None:
        self.headings[row.number] = row.words
        for at, who in self.columns.scopes.items():
            if (points := of_cell(squeezed(row.cells[at]))) is not None:
                self._by_scope.append((row.number, who, points))
        if stated is None or self.columns.scopes:
            return
        if any(value == stated for _heading, node in self._sections for _row, value in node.stated):
            self._run, self._long_run = [], []  # the section has said so already
        elif word in {"小计", "合计", "共计"}:
            long = self._long_run if sum_of(self._long_run) == stated else self._run
            self._subtotals.append((word, row.number, stated, long))
            self._run, self._long_run = [], []
        else:
            self._whole.stated.append((row.number, stated))

    def _section(self, row: Row, heading: outline.Heading) -> None:
        self.headings[row.number] = row.words
        while self._sections and self._sections[-1][0].level >= heading.level:
            self._sections.pop()
        parent = self._sections[-1][1] if self._sections else self._whole
        node = parent.add(
            Node(row.number, outside=heading.outside, each=bool(_EACH.search(folded(row.words))))
        )
        if heading.bare:
            self.doubts.append(Doubt("points_without_unit", row.number, heading.scope, heading.stated))
        if heading.stated is not None:
            node.stated.append((row.number, heading.stated))
        self._sections.append((heading, node))
        self._groups, self._kept, self._run = {}, {}, []
        self._numbers.restart()
        for deeper in [level for level in self._section_numbers if level > heading.level]:
            del self._section_numbers[deeper]
        if heading.number:
            numbers = self._section_numbers.setdefault(heading.level, Numbers())
            self.doubts += numbers.follow(row.number, heading.number, None, heading.scope)

    # Lines.

    def _line(self, row: Row) -> None:
        number = self._number(row)
        if outline.is_numeral(number) and not self._numerals_number_lines:
            self._section_with_line(row, number)
            number = ""
        parent = self._place(row)
        scope = self._scope_of(row)
        like = tuple(self._kept.get(at, "") for at in self.columns.naming)
        if like != self._like:
            self._numbers.restart()
            self._like = like
        if not self.columns.of(Role.NUMBER):
            like = ()
        self.doubts += self._numbers.follow(row.number, number, like, scope) if number else ()
        for stated, scope_here in self._stated(row, scope):
            self._one(row, parent, stated, scope_here)

    def _section_with_line(self, row: Row, number: str) -> None:
        """A section whose name and first line stand in one row."""
        name = next((cell for cell in self._cells(row, Role.GROUP) if cell), "")
        if not self._sections or self._sections[-1][0].number != number:
            heading = outline.named(number, name, None)
            self._section(row, heading)
            del self.headings[row.number]

    def _place(self, row: Row) -> Node:
        """The node that the row hangs on, new ones made for the groups that begin with it."""
        parent = self._sections[-1][1] if self._sections else self._whole
        changed = False
        for at in self.columns.of(Role.GROUP, Role.SCOPE):
            words = row.cells[at].strip()
            if words and (changed or self._kept.get(at) != words):
                changed = True
                self._kept[at] = words
            elif not words and changed and self.columns.roles[at] is Role.GROUP:
                self._kept.pop(at, None)
                self._groups.pop(at, None)
            if self.columns.roles[at] is not Role.GROUP or not self._kept.get(at):
                continue
            if words and (changed or at not in self._groups):
                self._groups[at] = (words, parent.add(self._group(row, at, words)))
            parent = self._groups[at][1] if at in self._groups else parent
        return parent

    def _group(self, row: Row, at: int, words: str) -> Node:
        node = Node(row.number, outside=outline.is_outside(words))
        mark = of_heading(folded(words))
        stated = mark.points if mark else None
        points = self.columns.of(Role.POINTS)
        own = [
            place
            for place in points[:-1]
            if at < place and not any(at < g < place for g in self.columns.groups)
        ]
        if stated is None and own and not self.columns.scopes:
            stated = of_cell(squeezed(row.cells[own[0]]))
        if mark and mark.form == "bare":
            self.doubts.append(Doubt("points_without_unit", row.number, "", mark.points))
        if stated is not None:
            node.stated.append((row.number, stated))
        return node

    def _scope_of(self, row: Row) -> str:
        columns = self.columns.of(Role.SCOPE)
        named = next((self._kept[at] for at in columns if self._kept.get(at)), "")
        sections = (heading.scope for heading, _node in reversed(self._sections))
        return named or next(filter(None, sections), "") or self._scope

    def _scorer_of(self, row: Row, words: str) -> str:
        """Who scores: the row's own column, that of the row whose group it goes on with, or its words."""
        groups = self._cells(row, Role.GROUP)
        for at in self.columns.of(Role.SCORER):
            if row.cells[at].strip():
                self._scorer = row.cells[at].strip()
                return self._scorer
        if self.columns.of(Role.SCORER) and groups and not any(groups):
            return self._scorer
        self._scorer = ""
        sections = (heading.scorer for heading, _node in reversed(self._sections))
        return outline.scorer_of(words) or next(filter(None, sections), "")

    def _stated(self, row: Row, scope: str) -> list[tuple[Decimal | None, str]]:
        """The points of the row's own column; of each, where bodies have columns of their own."""
        if self.columns.scopes:
            found = [(of_cell(squeezed(row.cells[at])), who) for at, who in self.columns.scopes.items()]
            return [one for one in found if one[0] is not None] or [(None, scope)]
        points = self.columns.of(Role.POINTS)[-1:]
        return [(of_cell(squeezed(row.cells[points[0]])) if points else None, scope)]

    def _one(self, row: Row, parent: Node, stated: Decimal | None, scope: str) -> None:
        text, scoring = self.columns.text(row.cells), self.columns.scoring(row.cells)
        if not text and not scoring:
            text = next((cell for cell in reversed(self._cells(row, Role.GROUP)) if cell), row.words)
        nodes = [node for _heading, node in self._sections] + [node for _words, node in self._groups.values()]
        outside = self._whole.outside or any(node.outside for node in nodes)
        first = self._sharing.get(row.number)
        found = parts(Line(text, scoring, None if first else stated, outside))
        node = self._firsts.get(first) if first else None
        if node is None:
            node = parent.add(Node(row.number, scope=scope))
            self._run.append(node)
            self._long_run.append(node)
            stated = found.lead if stated is None else stated
            if stated is not None and stated > 0:
                node.stated.append((row.number, stated))
        if first:
            self._firsts[first] = node
        if found.disagreeing is not None and stated is not None:
            self.doubts.append(Doubt("sum_mismatch", row.number, scope, stated, found.disagreeing))
        for part in found.parts:
            self._criterion(row, node, part, scope)
        self.doubts += about_items(row.number, found.numbers, scope)

    def _criterion(self, row: Row, node: Node, part: Part, scope: str) -> None:
        groups = [self._kept[at] for at in self.columns.groups if self._kept.get(at)]
        section = self._sections[0][0].name if self._sections else groups[0] if groups else ""
        criterion = Criterion(
            row=row.number,
            text=part.text,
            points=part.points,
            rule=part.rule,
            section=outline.named("", section, None).name if section else "",
            indicator=groups[-1] if groups else "",
            scope=scope,
            scorer=self._scorer_of(row, part.text),
            outside=part.outside,
            scoring=part.scoring,
        )
        leaf = node.add(Node(row.number, points=part.points, scope=scope, outside=part.outside, line=True))
        above = [one for _heading, one in self._sections] + [one for _words, one in self._groups.values()]
        self._placed.append(Placed(criterion, part, leaf, above))

    def _close(self, lines: Sequence[Row]) -> None:
        """What can be said only when all lines are known: points by their group, doubts, sums."""
        cells = [(row.number, row.cells[at]) for row in lines for at in self.columns.of(Role.POINTS)]
        unread = {
            row: cell.strip() for row, cell in cells if cell.strip() and of_cell(squeezed(cell)) is None
        }
        for placed in map(settled, self._placed):
            self.criteria.append(placed.criterion)
            self.doubts += doubts(placed, unread.get(placed.criterion.row))
        self.doubts += about_cells(cells)
        totals = [entry for entry in self._subtotals if entry[0] != "小计"]
        for word, row, stated, run in self._subtotals:
            if word != "小计" and len(totals) == 1:
                self._whole.stated.append((row, stated))
            else:
                self.doubts += of_run(run, row, stated)
        for row, scope, stated in self._by_scope:
            self.doubts += of_scope(self._whole, row, scope, stated)
        self.doubts += disagreements(self._whole)
