"""`chuangwen worker`: the clock, and beside it the long work that people have asked for, until it is stopped.

Both run jobs in their rhythm: ``settings.CLOCK`` and ``settings.WORK``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from chuangwen.core.giving_way import GivingWay
from chuangwen.core.stopping import Stop

# Seconds that long work may take to end once a stop is asked for; what takes longer is begun anew later.
PATIENCE = 5
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the clock (journal, reminders, rounds of tasks) and the long work that was asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            for name in settings.CLOCK | settings.WORK:
                run(name)
            return
        stop = Stop()
        # Reminders and the journal do not wait for a file of a hundred thousand rows.
        beside = Thread(target=turn, args=(settings.WORK, stop), daemon=True)
        beside.start()
        turn(settings.CLOCK, stop)
        beside.join(PATIENCE)


def turn(jobs: Mapping[str, float], stop: Stop) -> None:
    """Run each of ``jobs`` whenever its seconds are over, until a stop is asked for."""
    due = dict.fromkeys(jobs, time.monotonic())
    while not stop.wait(min(due.values()) - time.monotonic()):
        name = min(due, key=due.__getitem__)
        run(name)
        due[name] = time.monotonic() + jobs[name]


def run(name: str) -> None:
    """Run one job; one that fails is logged and tried again in its next turn. People come before it."""
    close_old_connections()
    try:
        with connection.execute_wrapper(GivingWay()):
            import_string(name)()
    except Exception:  # a clock that stops for one failing job stops all others too
        logger.exception("the job %s failed", name)
    finally:
        close_old_connections()
