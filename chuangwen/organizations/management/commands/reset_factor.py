"""`chuangwen reset_factor`: take away a lost second factor from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.core.problems import Problem
from chuangwen.organizations.accounts.services import reset_second_factor
from chuangwen.organizations.models import Person


class Command(BaseCommand):
    help = "Take away the lost second factor of a person, who sets up a new one at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = Person.objects.filter(username=username).first()
        if not person:
            raise CommandError(f"There is no account with the user name {username}.")
        try:
            reset_second_factor(actor=None, person=person)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{username}: the second factor is taken away, the sessions are ended.")
