"""The meeting's text cut at the borders of its tasks, so that each task's sentence can be marked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from chuangwen.directives.models import Task


@dataclass(frozen=True)
class Passage:
    """A piece of the text and the tasks that it belongs to; ``first_of`` begin with it."""

    text: str
    tasks: tuple[int, ...] = ()
    first_of: tuple[int, ...] = ()


def passages(text: str, tasks: Iterable[Task]) -> list[Passage]:
    """The whole of ``text`` in order; joined again it is the text unchanged."""
    spans = [
        (task.start, task.end, task.pk) for task in tasks if task.start is not None and task.end is not None
    ]
    borders = sorted({0, len(text), *(s for s, _e, _k in spans), *(e for _s, e, _k in spans)})
    return [
        Passage(
            text[start:end],
            tuple(pk for s, e, pk in spans if s <= start and end <= e),
            tuple(pk for s, _e, pk in spans if s == start),
        )
        for start, end in itertools.pairwise(borders)
    ]
