"""Findings at city size: the list of a million, for who sees many and for who sees few.

Builds a throw-away city in a temporary directory (SQLite, or DATABASE_URL) and prints what
docs/benchmarks.md says of it. Usage: python tools/bench_findings.py [--findings 1000000]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
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

from chuangwen.cases.models import Case  # noqa: E402
from chuangwen.cases.services import new_number  # noqa: E402
from chuangwen.inspections.models import Finding, Inspection, Point, PointType, Visit  # noqa: E402
from chuangwen.inspections.tests.conftest import GREETING, criterion, inspection_of  # noqa: E402
from chuangwen.organizations.models import Unit  # noqa: E402
from chuangwen.organizations.tests.personas import Browser, City, build_city  # noqa: E402

UNITS, RARE, TIMES = 2_000, 3, 40
PLACES = ("990101", "990102", "990101001")
ASKED = ("", "?verdict=unmet", "?unit=单位17", "?type=window", "?type=rare")


def build(findings: int) -> City:
    """2,001 visited units with a point each; every other finding is at one, three at a point of their own."""
    city = build_city()
    inspection = inspection_of(city)
    rare = PointType.objects.create(code="rare", name="少见点位", name_en="rare point", position=99)
    units = [
        Unit(code=f"X{n:05}", name=f"示例单位{n}", territory_id=PLACES[n % 3], peer_group_id="schools")
        for n in range(UNITS)
    ]
    units = [city.units["SCHOOL"], *Unit.objects.bulk_create(units)]
    points = Point.objects.bulk_create(Point(unit=unit, type_id="window", name="窗口") for unit in units)
    points.append(Point.objects.create(unit=units[5], type=rare, name="少见"))
    visits = [visit.pk for visit in visited(city, inspection, units)]
    for first in range(0, findings, 20_000):
        fill(city, visits, points, range(first, min(first + 20_000, findings)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return city


def visited(city: City, inspection: Inspection, units: list[Unit]) -> list[Visit]:
    now, office = timezone.now(), city.units["OFFICE"]
    cases = Case.objects.bulk_create(
        Case(
            number=new_number(),
            kind="visit",
            title=unit.name,
            unit=unit,
            issuer=office,
            campaign=inspection.case.campaign,
            state="closed",
            opened_at=now,
            closed_at=now,
        )
        for unit in units
    )
    return Visit.objects.bulk_create(Visit(case=case, inspection=inspection) for case in cases)


def fill(city: City, visits: list[int], points: list[Point], numbers: range) -> None:
    """Twenty findings at the school, so that one unit has few; the others round and round."""
    now, key = timezone.now(), criterion(GREETING).pk

    def point(number: int, place: int) -> int | None:
        if 0 < number <= RARE:
            return points[-1].pk
        return points[place].pk if number % 2 else None

    Finding.objects.bulk_create(
        Finding(
            key=uuid4(),
            visit_id=visits[place],
            point_id=point(number, place),
            criterion_id=key,
            verdict="unmet" if number % 3 else "met",
            words=f"发现问题{number}",
            noted_at=now,
            received_at=now - timedelta(seconds=1_000_000 - number),
            noted_by=city.people["inspector"],
            decision="confirmed",
        )
        for number in numbers
        for place in (0 if 20 < number <= 40 else 1 + number * 7 % (len(visits) - 1),)  # noqa: PLR2004
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--findings", type=int, default=1_000_000)
    wanted = parser.parse_args().findings
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    city = build(wanted)
    for who in ("office", "leader", "county", "head", "inspector"):
        client = Browser(city.people[who])
        for asked in ASKED:
            took = []
            for _time in range(TIMES):
                begin = time.perf_counter()
                client.get(f"/inspections/findings/{asked}")
                took.append((time.perf_counter() - begin) * 1000)
            print(f"{who} {asked or 'all'}: p95 {sorted(took)[int(TIMES * 0.95) - 1]:.0f} ms")


if __name__ == "__main__":
    main()
