"""`chuangwen tally`: compare the tallies with the cases, and count anew if they are wrong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.directives.services.tallying import check, wrong


class Command(BaseCommand):
    help = "Compare the tallies with the cases, and count them anew if they are wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only compare; exit code 1 if they are wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = wrong() if options["check"] else check()
        if found and options["check"]:
            raise CommandError(
                f"统计数有 {found} 处与工作件不符，请执行 chuangwen tally 重新统计。\n"
                f"{found} tallies differ from the cases; run `chuangwen tally` to count anew."
            )
        self.stdout.write(f"{found} 处不符 · {found} differed")
