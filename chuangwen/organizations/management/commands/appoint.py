"""`chuangwen appoint`: give a post from the command line, opening the account if it is new."""

from __future__ import annotations

import os
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Role, Unit
from chuangwen.organizations.services import appoint_by_name


class Command(BaseCommand):
    help = "Give a person a post, opening the account if it is new; auditors are appointed only here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("unit", help="the unit's code")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--title", required=True, help="title of the post")
        parser.add_argument("--name", help="the person's name, for a new account")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if not unit:
            raise CommandError(f"There is no unit with the code {options['unit']}.")
        username = options["username"]
        known = Person.objects.filter(username=username).exists()
        try:
            post = appoint_by_name(
                actor=None,
                unit=unit,
                username=username,
                name=options["name"] or "",
                password="" if known else _ask_password(username),
                role=options["role"],
                title=options["title"],
            )
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        self.stdout.write(f"{username}: {post}")


def _ask_password(username: str) -> str:
    # From the environment for scripts; never an argument, which other users of the machine could read.
    return os.environ.get("CHUANGWEN_PASSWORD") or getpass(f"Password for {username}: ")
