"""Points at city size: the list of a hundred thousand, and a sheet of twenty thousand brought in.

Builds a throw-away city in a temporary directory (SQLite, or DATABASE_URL) and prints what
docs/benchmarks.md says of it. Usage: python tools/bench_points.py [--points 100000]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOME = tempfile.TemporaryDirectory(prefix="chuangwen-bench-")
os.environ.update(
    CHUANGWEN_MODE="test", CHUANGWEN_DATA=HOME.name, DJANGO_SETTINGS_MODULE="chuangwen.settings"
)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from chuangwen.inspections.models import Finding, Point, PointType, Visit  # noqa: E402
from chuangwen.inspections.points.sheet import plan  # noqa: E402
from chuangwen.inspections.services import points  # noqa: E402
from chuangwen.inspections.tests.conftest import GREETING, criterion, under_way  # noqa: E402
from chuangwen.organizations.models import Unit  # noqa: E402
from chuangwen.organizations.tests.personas import Browser, City, build_city  # noqa: E402
from chuangwen.organizations.tests.tables import book_of  # noqa: E402

UNITS, ROWS, TIMES = 5_000, 20_000, 40
PLACES = ("990101", "990102", "990101001")
LIMIT = "/journal/"  # the head of the journal, which lists nothing
ASKED = {
    "all": "",
    "no longer looked at": "?active=no",
    "a type": "?type=window",
    "a territory": "?territory=990102",
    "words": "?q=窗口4999",
    "units by a part of their name": "?q=单位17",
    "words found nowhere": "?q=没有这个点位",
}
HEADS = ("单位代码", "点位类型", "点位名称", "地址", "纬度", "经度")


def build(many: int) -> City:
    """Every second point was looked at once; one in fifty is looked at no longer."""
    city = build_city()
    visit = under_way(city, covert=False)
    types = list(PointType.objects.values_list("pk", flat=True))
    units = Unit.objects.bulk_create(
        Unit(code=f"X{n:05}", name=f"示例单位{n}", territory_id=PLACES[n % 3], peer_group_id="schools")
        for n in range(UNITS)
    )
    made = Point.objects.bulk_create(
        (
            Point(
                unit=units[number % UNITS],
                type_id=types[number % len(types)],
                name=f"窗口{number}",
                active=number % 50 > 0,
            )
            for number in range(many)
        ),
        batch_size=5_000,
    )
    look(city, visit, made[::2])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return city


def look(city: City, visit: Visit, looked: list[Point]) -> None:
    now, key = timezone.now(), criterion(GREETING).pk
    Finding.objects.bulk_create(
        (
            Finding(
                key=uuid4(),
                visit=visit,
                point=point,
                criterion_id=key,
                verdict="unmet" if number % 3 else "met",
                noted_at=now,
                received_at=now - timedelta(seconds=number),
                noted_by=city.people["inspector"],
                decision="confirmed",
            )
            for number, point in enumerate(looked)
        ),
        batch_size=5_000,
    )


def p95(client: Browser, address: str) -> float:
    took = []
    for _time in range(TIMES):
        begin = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - begin) * 1000)
    return sorted(took)[int(TIMES * 0.95) - 1]


def timed(what: str, work: Callable[[], Any]) -> Any:
    begin = time.perf_counter()
    done = work()
    print(f"{what}: {time.perf_counter() - begin:.1f} s")
    return done


def bring_in(city: City) -> None:
    """A sheet of new points, the same with other addresses, and that one a second time."""
    office = city.person("office")
    for what in ("new", "changed", "unchanged"):
        road = "示例路" if what == "new" else "示例街"
        rows = [
            (f"X{n % UNITS:05}", "window", f"新窗口{n}", f"{road}{n}号", "34.3297", "108.7093")
            for n in range(ROWS)
        ]
        blob = book_of(点位=[HEADS, *rows])
        found = timed(f"checking {ROWS} {what} rows", lambda: plan(actor=office, blob=blob, name=""))  # noqa: B023
        print(found.counts["points"])
        if what != "unchanged":
            timed("writing them", lambda: points.carry_in(plan=found, file=blob.digest))  # noqa: B023


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=100_000)
    wanted = parser.parse_args().points
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    city = build(wanted)
    for who in ("office", "county", "head"):
        client = Browser(city.people[who])
        limit = p95(client, LIMIT)
        print(f"{who} limit: p95 {limit:.0f} ms")
        for words, asked in ASKED.items():
            took = p95(client, f"/inspections/points/{asked}")
            print(f"{who} {words}: p95 {took:.0f} ms, {took / limit:.1f} × the limit")
    bring_in(city)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
