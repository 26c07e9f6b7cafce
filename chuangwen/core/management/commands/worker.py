"""`chuangwen worker`: the clock; runs each job of ``settings.CLOCK`` in its rhythm until it is stopped."""

from __future__ import annotations

import logging
import signal
import time
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the clock: sequence the journal, open the rounds of tasks that repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            for name in settings.CLOCK:
                run(name)
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        due = dict.fromkeys(settings.CLOCK, 0.0)
        while not stop.is_set():
            for name, seconds in settings.CLOCK.items():
                if time.monotonic() >= due[name]:
                    run(name)
                    due[name] = time.monotonic() + seconds
            stop.wait(max(0.0, min(due.values()) - time.monotonic()))


def run(name: str) -> bool:
    """Run one job; one that fails is logged and tried again in its next turn."""
    close_old_connections()
    try:
        import_string(name)()
    except Exception:  # a clock that stops for one failing job stops all others too
        logger.exception("the job %s failed", name)
        return False
    finally:
        close_old_connections()
    return True
