"""`chuangwen appoint`: give a post from the command line, opening the account if it is new."""

from __future__ import annotations

import os
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person, Role, Unit
from chuangwen.organizations.services import appoint, open_account


class Command(BaseCommand):
    help = "Give a person a post, opening the account if it is new; auditors are appointed only here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("unit", help="the unit's code")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--title", required=True, help="title of the post")
        parser.add_argument("--name", help="the person's name, for a new account")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if not unit:
            raise CommandError(f"There is no unit with the code {options['unit']}.")
        try:
            person = Person.objects.filter(username=options["username"]).first() or self._open(options)
            post = appoint(
                actor=None, person=person, unit=unit, role=Role(options["role"]), title=options["title"]
            )
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        self.stdout.write(f"{person.username}: {post}")

    def _open(self, options: dict[str, Any]) -> Person:
        # From the environment for scripts; never an argument, which other users of the machine could read.
        password = os.environ.get("CHUANGWEN_PASSWORD") or getpass(f"Password for {options['username']}: ")
        return open_account(
            actor=None,
            username=options["username"],
            name=options["name"] or options["username"],
            password=password,
        )
