"""`chuangwen papers`: which templates of papers are in use, whether they can be filled, a copy to edit."""

from __future__ import annotations

import shutil
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.cases.papers import KINDS, LANGUAGES, blank_path, own_path
from chuangwen.core.blanks import read_blank
from chuangwen.core.problems import Problem


class Command(BaseCommand):
    help = "Check the templates of papers; with --copy, put the shipped ones where they can be edited."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--copy", action="store_true", help="copy what has no file of its own yet")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for kind, language in ((kind, language) for kind in KINDS for language in LANGUAGES):
            path = blank_path(kind, language)
            if options["copy"] and path != own_path(kind, language):
                own_path(kind, language).parent.mkdir(parents=True, exist_ok=True)
                path = shutil.copyfile(path, own_path(kind, language))
            try:
                read_blank(path, KINDS[kind].vocabulary)
            except Problem as problem:
                broken += 1
                self.stderr.write(f"{path}: {problem.sentence}")
            else:
                self.stdout.write(f"{path}: ok")
        if broken:
            raise CommandError(f"{broken} templates cannot be used")
