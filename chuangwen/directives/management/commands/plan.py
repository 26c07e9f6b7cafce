"""`chuangwen plan FILE`: draft the task table of a text without entering anything."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core.problems import Problem
from chuangwen.directives.extract import Plan, extract
from chuangwen.directives.reading import read_document

NO_DAY = (
    "文中未写明会议或成文日期，期限无法推算，请用 --date 指定。\n"
    "The text names no day of its own, so deadlines were not counted; say it with --date YYYY-MM-DD."
)


class Command(BaseCommand):
    help = "Draft the task table of a speech or document (txt, docx, pdf)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--date", type=_iso_date, help="the day of the meeting or document, YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="print JSON with offsets into the text")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            text = read_document(path.read_bytes(), name=path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        plan = extract(text, document_date=options["date"])
        if options["json"]:
            self.stdout.write(json.dumps(plan.to_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_table(plan))
            if not plan.document_date and any(task.due_text for task in plan.tasks):
                self.stderr.write(NO_DAY)


def _iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day; write YYYY-MM-DD") from error


def _table(plan: Plan) -> str:
    """The plan for reading: number, deadline, bodies, task."""
    lines = []
    for number, task in enumerate(plan.tasks, start=1):
        due = task.due.isoformat() if task.due else task.recurs or task.due_text or "–"
        lines.append(f"{number}. [{due}] {'、'.join(task.responsible) or '–'}\n   {task.text}")
    return "\n".join(lines)
