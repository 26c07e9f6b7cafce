"""``chuangwen calendar import FILE`` and ``show YEAR``: the State Council's yearly table of holidays."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from chuangwen.core import calendar, yearly_table
from chuangwen.core.journal import record
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

    @transaction.atomic
    def _import(self, path: Path) -> None:
        try:
            tables = yearly_table.parse(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: 不是 UTF-8 文本 · this is not UTF-8 text") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        days = {str(year): len(table) for year, table in tables.items()}
        record(actor="system", verb="calendar.import", subject="calendar", data={"days": days})
        yearly_table.keep(tables)
        for year, count in sorted(days.items()):
            self.stdout.write(f"{year}: {count} 天 · days")

    def _show(self, year: int) -> None:
        if not calendar.is_published(year):
            raise CommandError(
                f"{year} 年放假安排尚未公布（或尚未导入），该年按周一至周五计算工作日。\n"
                f"The table of {year} is not published (or not imported) yet: Monday to Friday are counted."
            )
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(yearly_table.HEADINGS)
        writer.writerows((day, *entry) for day, entry in sorted(calendar.table_of(year).items()))
