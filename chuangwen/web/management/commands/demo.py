"""``chuangwen demo``: load the invented city, once, and say who may sign in."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from chuangwen.core.journal import sequence
from chuangwen.organizations.models import Unit
from chuangwen.organizations.services import has_demo_accounts, load_directory
from chuangwen.web.demo.accounts import ACCOUNTS, PASSWORD
from chuangwen.web.demo.city import build_city
from chuangwen.web.demo.stage import clock, moment
from chuangwen.web.demo.story import FOUNDED, tell


class Command(BaseCommand):
    help = "Load an invented city with a running campaign into an empty database, and print its accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="load nothing, print the accounts only")

    def handle(self, *_args: Any, accounts: bool, **_options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError(
                "演示城市只能在演示方式下载入，请设置 CHUANGWEN_MODE=demo。\n"
                "The demo city is loaded in demo mode only. Set CHUANGWEN_MODE=demo."
            )
        if not accounts:
            self._load()
        self.stdout.write(_table())

    def _load(self) -> None:
        if has_demo_accounts():
            self.stdout.write("演示城市已在数据库中，数据保持不变。The demo city is there; its data is kept.")
            return
        if Unit.objects.exists():
            raise CommandError(
                "数据库中已有单位，不再载入演示城市；请换用空数据库。\n"
                "The database holds units of its own. Use an empty one for the demo city."
            )
        self.stdout.write("正在载入演示城市，约需半分钟…… Loading the demo city, about half a minute …")
        with transaction.atomic():
            with clock(moment(timezone.localdate() - FOUNDED)):
                load_directory(actor=None, directory=build_city())
            tell()
        sequence()
        self.stdout.write("演示城市已载入。The demo city is loaded.")


def _table() -> str:
    """The accounts, aligned for a terminal, where a Chinese character is two columns wide."""
    rows = [("账号 account", "单位 unit", "身份 role", "")]
    rows += [(account.username, account.unit, account.zh, account.en) for account in ACCOUNTS]
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * (sum(widths) + 6))
    return "\n".join([*lines, f"密码 password: {PASSWORD}"])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
