"""``chuangwen calendar import FILE`` and ``show YEAR``: the State Council's yearly table of holidays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core import calendar, yearly_table
from chuangwen.core.problems import Problem


class Command(BaseCommand):
    help = "Show a year's holidays and make-up days as CSV, or import a table newer than the one built in."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("import", help="a CSV of date,kind(holiday|workday),name").add_argument(
            "file", type=Path
        )
        steps.add_parser("show", help="the table of a year").add_argument("year", type=int)

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        if step == "import":
            self._import(options["file"])
        else:
            self._show(options["year"])

    def _import(self, path: Path) -> None:
        try:
            text = yearly_table.decoded(path.read_bytes())
            days = yearly_table.enter(actor="system", text=text, source=path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Problem as problem:
            faults = yearly_table.check(text)[1]
            told = [f"{fault.line}: {fault.words}: {fault.reason}" for fault in faults]
            raise CommandError("\n".join([str(problem), *told])) from problem
        for year, count in sorted(days.items()):
            self.stdout.write(f"{year}: {count} 天 · days")

    def _show(self, year: int) -> None:
        if not calendar.is_published(year):
            raise CommandError(
                f"{year} 年放假安排尚未公布（或尚未导入），该年按周一至周五计算工作日。\n"
                f"The table of {year} is not published (or not imported) yet: Monday to Friday are counted."
            )
        self.stdout.write(yearly_table.written({year: calendar.table_of(year)}), ending="")
