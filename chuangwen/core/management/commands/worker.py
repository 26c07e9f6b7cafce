"""`chuangwen worker`: the clock; runs each job of ``settings.CLOCK`` in its rhythm until it is stopped."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils.module_loading import import_string

from chuangwen.core.stopping import Stop

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the clock: sequence the journal, open the rounds of tasks that repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            for name in settings.CLOCK:
                run(name)
            return
        stop = Stop()
        due = dict.fromkeys(settings.CLOCK, time.monotonic())
        while not stop.wait(min(due.values()) - time.monotonic()):
            name = min(due, key=due.__getitem__)
            run(name)
            due[name] = time.monotonic() + settings.CLOCK[name]


def run(name: str) -> None:
    """Run one job; one that fails is logged and tried again in its next turn."""
    close_old_connections()
    try:
        import_string(name)()
    except Exception:  # a clock that stops for one failing job stops all others too
        logger.exception("the job %s failed", name)
    finally:
        close_old_connections()
