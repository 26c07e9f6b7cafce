"""Which pictures look alike: fingerprints of 64 bits, found by an index however many there are.

Fingerprints are kept in four bands of 16 bits. Two that differ in at most `NEAR` bits differ in at most one
bit in at least one of the bands: whoever looks each band up, with the 16 values one bit from it, misses none
(multi-index hashing: Norouzi, Punjani, Fleet, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chuangwen.core import apart, fingerprinting

NEAR = 7  # bits
_BANDS, _WIDTH = 4, 16
_SECONDS = 60  # of computing, for all that are asked for at once

Bands = tuple[int, int, int, int]


def fingerprints(paths: Sequence[Path]) -> list[Bands | None]:
    """The fingerprint of each picture, None where there is none; taken in a process of its own."""
    work = f"{fingerprinting.__name__}.{fingerprinting.fingerprints.__name__}"
    try:
        found = apart.call(work, [str(path) for path in paths], seconds=_SECONDS)
    except apart.StoppedError:
        return [None] * len(paths)
    return [None if bits is None else bands(bits) for bits in found]


def bands(bits: int) -> Bands:
    """The bands of a fingerprint, the highest bits first."""
    first, second, third, fourth = ((bits >> _WIDTH * n) % (1 << _WIDTH) for n in reversed(range(_BANDS)))
    return first, second, third, fourth


def neighbours(band: int) -> list[int]:
    """The values of a band that are at most one bit away."""
    return [band, *(band ^ (1 << bit) for bit in range(_WIDTH))]


def distance(one: Bands, other: Bands) -> int:
    """In how many bits they differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))
