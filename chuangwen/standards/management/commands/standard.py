"""`chuangwen standard import FILE`: what a table of assessment holds, and what in it does not agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core.problems import Problem
from chuangwen.standards.importing.found import Doubt, Reading, number
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.importing.reading import read


class Command(BaseCommand):
    help = "Read a table of assessment: its criteria, and what in it does not agree. Nothing is entered."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        importing = verbs.add_parser("import", help="read the table of a file (xlsx, docx, tsv, csv)")
        importing.add_argument("file", type=Path)
        importing.add_argument("--dry-run", action="store_true", help="only read it, as is always done here")
        importing.add_argument("--json", action="store_true", help="print criteria and doubts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            reading = read(sheets(path))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(reading.to_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_table(reading))


def _table(reading: Reading) -> str:
    """The reading for people: a line for each criterion, then the doubts."""
    lines = [
        f"{one.row}. [{'–' if one.points is None else number(one.points)}] {one.rule.kind}"
        f" {one.scope or '–'}\n   {one.text}"
        for one in reading.criteria
    ]
    return "\n".join([*lines, "", *map(_doubt, reading.doubts)])


def _doubt(doubt: Doubt) -> str:
    values = [
        f"{name} {number(value)}"
        for name, value in (("stated", doubt.stated), ("found", doubt.found))
        if value
    ]
    return " ".join(["?", str(doubt.row), doubt.kind, doubt.scope, *values])
