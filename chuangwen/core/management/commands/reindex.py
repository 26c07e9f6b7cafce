"""``chuangwen reindex``: build the index of the search anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from chuangwen.core.search import rebuild


class Command(BaseCommand):
    help = "Build the index of the search anew (the worker keeps it up to date by itself)."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = rebuild()
        self.stdout.write(_("%(count)s things can be found.") % {"count": sum(counts.values())})
