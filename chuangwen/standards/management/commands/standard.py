"""`chuangwen standard import FILE`: what a table of assessment holds, what does not agree; its draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.standards.importing.entering import draft_of
from chuangwen.standards.importing.found import Doubt, Reading, number
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.importing.reading import read
from chuangwen.standards.models import Standard
from chuangwen.standards.queries import offices_of


class Command(BaseCommand):
    help = "Read a table of assessment: its criteria and what does not agree; with --draft begin a standard."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        importing = verbs.add_parser("import", help="read the table of a file (xlsx, docx, tsv, csv)")
        importing.add_argument("file", type=Path)
        importing.add_argument("--dry-run", action="store_true", help="only read it: nothing is entered")
        importing.add_argument("--json", action="store_true", help="print criteria and doubts as JSON")
        importing.add_argument("--draft", metavar="CODE", help="begin a draft with this code of a standard")
        importing.add_argument("--by", metavar="USERNAME", help="with --draft: whose draft it is")
        importing.add_argument("--name", default="", help="with --draft: its name; else the table's title")
        importing.add_argument("--scope", default="", help="with --draft: only lines of this body or group")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if options["draft"] and (options["dry_run"] or not options["by"]):
            raise CommandError("--draft needs --by and goes with no --dry-run")
        try:
            reading = read(sheets(path))
            draft = self._draft(reading, **options) if options["draft"] and not options["dry_run"] else None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        if draft:
            self.stdout.write(f"{draft.code} {draft.version}: {draft.name}, {len(draft.doubts)} doubts")
        elif options["json"]:
            self.stdout.write(json.dumps(reading.to_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_table(reading))

    def _draft(self, reading: Reading, *, file: Path, scope: str, name: str, **options: Any) -> Standard:
        """A draft of the office that the person works for. Raises what ``draft_of`` raises."""
        actor = Person.objects.filter(username=options["by"]).first()
        office = offices_of(actor).first() if actor else None
        if actor is None or office is None:
            raise CommandError(f"{options['by']} works for no office")
        name = name or reading.title or file.stem
        asked = {"office": office, "code": options["draft"], "scope": scope, "name": name}
        return draft_of(actor=actor, reading=reading, **asked)


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
