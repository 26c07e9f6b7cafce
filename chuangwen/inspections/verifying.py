"""A draw made again: from its pool, its secret and its value, and held against what the journal kept."""

from __future__ import annotations

from dataclasses import dataclass

from chuangwen.core import files
from chuangwen.core.models import Event
from chuangwen.inspections import pools
from chuangwen.inspections.drawing import Drawn, ImpossibleError, commitment_of, run, seed_of
from chuangwen.inspections.draws import Draw

Difference = tuple[int, Drawn | None, Drawn | None]


@dataclass(frozen=True)
class Verification:
    """``troubles`` are names of `TROUBLES`; ``difference``: the line where they part, kept, made again."""

    troubles: tuple[str, ...] = ()
    difference: Difference | None = None

    @property
    def same(self) -> bool:
        return not self.troubles and self.difference is None


# What can be wrong besides another result, in English for the command line.
TROUBLES = {
    "pool": "the stored pool is not the one whose hash was journalled",
    "commitment": "the secret is not the one that was committed to",
    "order": "the pool was not journalled before the value",
    "value": "the value is not the one that was journalled",
    "result": "the result is not the one that was journalled",
    "unreadable": "the pool cannot be read or cannot be drawn from",
}


def verify(draw: Draw) -> Verification:
    """Make the draw again, which must have been made. Reads the pool's file whole."""
    text = files.read(draw.pool)
    troubles = _journalled(draw, pools.hash_of(text))
    try:
        again = run(pools.read(text), draw.seed)
    except (pools.PoolError, ImpossibleError):
        return Verification((*troubles, "unreadable"))
    return Verification(tuple(troubles), pools.difference(draw.drawn, again))


def _journalled(draw: Draw, pool: str) -> list[str]:
    """What of the draw is not as the journal has it."""
    events = Event.objects.filter(subject=draw.inspection.case.subject, verb__in=("draw.fix", "draw.run"))
    found = list(events.order_by("id"))
    fixed = next((event for event in reversed(found) if event.verb == "draw.fix"), None)
    made = next((event for event in found if event.verb == "draw.run"), None)
    if fixed is None or made is None or found[-1] != made:
        return ["order"]
    result = pools.hash_of(draw.result.encode())
    checks = {
        "pool": (fixed.data["pool"], made.data["pool"]) == (pool, pool),
        "commitment": fixed.data["commitment"] == commitment_of(draw.secret),
        "value": (made.data["value"], made.data["seed"]) == (draw.value, seed_of(draw.secret, draw.value)),
        "result": made.data["result"] == result,
    }
    return [name for name, holds in checks.items() if not holds]
