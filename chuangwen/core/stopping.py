"""How a command that runs until it is stopped hears of it."""

from __future__ import annotations

import signal
import time
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
NAP = 0.2  # seconds; the longest that a stop is not noticed


class Stop:
    """Notes that this process was asked to end, by Ctrl-C, a supervisor or a terminal that closed.

    The handler only sets a flag, so that nothing is broken off half-way, however often the signal comes.
    """

    def __init__(self) -> None:
        self.asked = False
        for number in SIGNALS:
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    def wait(self, seconds: float) -> bool:
        """Sleep for ``seconds``, or less once asked to stop; whether one was asked."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, NAP))
        return self.asked
