"""When the demo's story happens: each scene at its moment, in the order of time, as if it were then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from typing import Any

from django.utils import timezone

Scene = Callable[[], Any]
_OPENS = time(9, 5)  # of the day's first scene; the last is at half past four
_MINUTES = 440


def moment(day: date, number: int = 0) -> datetime:
    """A minute of the office hours of ``day``; the same ``number`` has the same one every day."""
    start = timezone.make_aware(datetime.combine(day, _OPENS))
    return start + timedelta(minutes=number * 37 % _MINUTES)


@contextmanager
def clock(begin: datetime) -> Iterator[None]:
    """Whoever asks for the time meanwhile is told that it was ``begin`` when this began.

    The demo alone puts the clock back: its city was at work while nobody looked.
    """
    now = timezone.now
    entered = now()
    timezone.now = lambda: begin + (now() - entered)
    try:
        yield
    finally:
        timezone.now = now


class Stage:
    """Scenes to be played; one may ask for others that come after it. None is later than yesterday."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Scene]] = []
        self._last = timezone.localdate() - timedelta(days=1)
        self._count = 0

    def at(self, day: date, scene: Scene, number: int = 0) -> None:
        """Play ``scene`` on ``day``; of two at the same moment the one that was asked for first."""
        self._count += 1
        heappush(self._waiting, (moment(min(day, self._last), number), self._count, scene))

    def play(self) -> None:
        """Play all of them. Time never goes back: what begins before the last has ended waits for it."""
        ended = None
        while self._waiting:
            begin, _count, scene = heappop(self._waiting)
            with clock(max(begin, ended or begin)):
                scene()
                ended = timezone.now()
