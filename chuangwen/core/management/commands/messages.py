"""``chuangwen messages update|compile|check``: keep the Chinese in step with the English."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core import messages


class Command(BaseCommand):
    help = "Draw the sentences from the source (update), translate in the .po files, then check and compile."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", choices=["update", "compile", "check"])

    def handle(self, *_args: Any, step: str, **_options: Any) -> None:
        house = messages.house()
        if step == "update":
            for app in house:
                messages.update(app)
        elif step == "compile":
            for app in house:
                messages.compile_catalogue(app)
        elif complaints := messages.check(house):
            raise CommandError("\n".join(complaints))
