"""`chuangwen succeed`: a unit was merged or renamed; its successor takes over what is open."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Unit


class Command(BaseCommand):
    help = "End a merged or renamed unit: its posts end, and its open cases are handed to its successor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", help="code of the unit that ends")
        parser.add_argument("new", help="code of its successor")

    def handle(self, *args: Any, **options: Any) -> None:
        old, new = _unit(options["old"]), _unit(options["new"])
        try:
            estate = succeed_unit(actor=None, unit=old, successor=new)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{old} → {new}: {estate.handed} handed over, {estate.superseded} superseded")


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code).first()
    if not unit:
        raise CommandError(f"There is no unit with the code {code}.")
    return unit
