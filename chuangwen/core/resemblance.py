"""Which pictures look alike: fingerprints of 64 bits, found by an index however many there are.

Fingerprints are kept in four bands of 16 bits. Two that differ in at most `NEAR` bits differ in at most one
bit in at least one of the bands: whoever looks each band up, with the 16 values one bit from it, misses none
(multi-index hashing: Norouzi, Punjani, Fleet, 2012).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from chuangwen.core import fingerprinting

NEAR = 7  # bits
_BANDS, _WIDTH = 4, 16
_PATIENCE = 120  # seconds for all that are asked for at once

Bands = tuple[int, int, int, int]


def fingerprints(paths: Sequence[Path]) -> list[Bands | None]:
    """The fingerprint of each picture, in a process that is gone afterwards; None where there is none."""
    command = [sys.executable, "-I", fingerprinting.__file__, *map(str, paths)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        return [None] * len(paths)
    told = done.stdout.decode().split()
    told += ["-"] * (len(paths) - len(told))  # it was ended by the system in the midst
    return [None if one == "-" else bands(int(one, 16)) for one in told]


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
