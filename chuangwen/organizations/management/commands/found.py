"""`chuangwen found`: the first stones of a new installation, a territory and its civility office."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chuangwen.organizations.models import PeerGroup, Territory, Unit
from chuangwen.organizations.services import Directory, load_directory


class Command(BaseCommand):
    help = "Enter a territory and its civility office into an empty directory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("territory", help="code of GB/T 2260, such as the four digits of a city")
        parser.add_argument("name", help="the territory's name")
        parser.add_argument("office", help="the name of its civility office")
        parser.add_argument("--code", default="OFFICE", help="the office's code (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Territory.objects.exists():
            raise CommandError("The directory is not empty. Enter further units on the page “Units”.")
        place = Territory(code=options["territory"], name=options["name"], valid_from=timezone.localdate())
        place.clean_fields()
        peers = PeerGroup(code="departments", name="党政部门")
        office = Unit(
            code=options["code"], name=options["office"], territory=place, peer_group=peers, seat=True
        )
        load_directory(
            actor=None, directory=Directory(territories=[place], peer_groups=[peers], units=[office])
        )
        self.stdout.write(f"{place} {place.code}: {office} {office.code}")
        self.stdout.write(f"Next: chuangwen appoint USERNAME {office.code} office --title 经办人")
