"""How long a draw from a large pool takes, beside the bare hashes that it cannot do without.

Needs no database. Prints a table for docs/benchmarks.md. Usage: python tools/bench_draw.py [--units 1000000]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chuangwen.inspections import pools
from chuangwen.inspections.drawing import InspectorRow, Pool, Seat, UnitRow, lacks_of, run, seed_of

INSPECTORS, WANTED = 200, 2000


def pool_of(units: int) -> Pool:
    """840 strata; every twentieth unit has two lots, every thirty-third one more."""
    rows = tuple(
        UnitRow(f"U{n:08}", f"99{n % 10:02}{n % 7:02}", (f"s{n % 40}",), f"p{n % 6}", weight=lots_of(n))
        for n in range(units)
    )
    people = tuple(
        InspectorRow(f"i{n:03}", n % 3 != 0, (seat_of(n),), (f"U{n + 500:08}",)) for n in range(INSPECTORS)
    )
    return Pool(WANTED, rows, people)


def lots_of(number: int) -> int:
    return 1 + (number % 20 == 0) + (number % 33 == 0)


def seat_of(number: int) -> Seat:
    return Seat(f"U{number:08}", f"99{number % 10:02}{number % 7:02}", (f"s{number % 40}",))


def bare(pool: Pool) -> None:
    for row in pool.units:
        for lot in range(row.weight):
            sha256(b"seed\tunit\t%s\t%d" % (row.code.encode(), lot)).digest()


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = call()
    return time.perf_counter() - began, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    units = parser.parse_args().units
    pool, seed = pool_of(units), seed_of("0f" * 32, "03 11 19 22 27 31 + 08")
    limit, _nothing = timed(lambda: bare(pool))
    took, drawn = timed(lambda: run(pool, seed))
    checked, _lacks = timed(lambda: lacks_of(pool))
    written, text = timed(lambda: pools.written(pool))
    pool = Pool(0, (), ())  # its million units would slow down what follows
    read, again = timed(lambda: pools.read(text))
    repeated, second = timed(lambda: run(again, seed))
    assert second == drawn, "the pool that was read gives another draw"  # noqa: S101
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}; {units:,} units, {WANTED:,} drawn")
    print("\n| | seconds | × of the bare hashes |\n|---|---|---|")
    for name, value in {
        "limit: the bare hashes of all lots": limit,
        "draw": took,
        "checking that no seed can fail": checked,
        f"writing the pool ({len(text) / 1e6:.0f} MB)": written,
        "reading it, its order checked": read,
        "draw from what was read": repeated,
    }.items():
        print(f"| {name} | {value:.2f} | {value / limit:.1f} |")


if __name__ == "__main__":
    main()
