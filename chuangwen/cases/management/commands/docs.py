"""``chuangwen docs [--check]``: the documents that are drawn from the program."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.cases.handbook import DOCUMENTS


class Command(BaseCommand):
    help = "Draw the documents that come from the program: commands, lifecycles, tables, problems."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if a document is not current"
        )

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        stale = []
        for name, draw in DOCUMENTS.items():
            path, text = settings.BASE_DIR / "docs" / name, draw()
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"not current: {', '.join(stale)}; run `chuangwen docs`")
