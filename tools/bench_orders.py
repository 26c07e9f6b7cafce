"""Orders to rectify at city size: list, board and file among 400,000 cases of which 100,000 are orders.

Builds a throw-away city in a temporary directory (SQLite, or DATABASE_URL) and prints what
docs/benchmarks.md says of it. Usage: python tools/bench_orders.py [--orders 100000] [--others 300000]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

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
from chuangwen.core import search  # noqa: E402
from chuangwen.organizations.models import Membership, Territory, Unit  # noqa: E402
from chuangwen.organizations.tests.personas import BEGINNING, Browser, City, build_city  # noqa: E402
from chuangwen.rectification.models import Escalation, Order  # noqa: E402
from chuangwen.rectification.services import guarding  # noqa: E402
from chuangwen.rectification.tests.conftest import campaign_in  # noqa: E402

UNITS, TIMES, BATCH = 2_000, 40, 10_000
PLACES = [f"9901{county:02}{town:03}" for county in range(1, 6) for town in range(1, 13)]
# Of a hundred orders: most are closed, a few are late.
STATES = ("closed",) * 70 + ("withdrawn",) * 5 + ("rectifying",) * 12 + ("issued",) * 6 + ("proof_filed",) * 7
LIMIT = "/journal/"
CAMPAIGN: list[int] = []
ASKED = (
    "/orders/",
    "/orders/?urgency=late",
    "/orders/?state=rectifying&sort=-due",
    "/orders/?sort=territory",
    "/orders/?system=education&fault=service",
    "/orders/?rung=reminder",
    "/orders/?q=通道占用77",
    "/orders/board/",
    "/orders/board/?territory=990101",
)


def build(orders: int, others: int) -> City:
    city = build_city()
    CAMPAIGN.append(campaign_in(city).pk)
    codes = {*(code[:6] for code in PLACES), *PLACES}
    known = set(Territory.objects.values_list("code", flat=True))
    Territory.objects.bulk_create(
        Territory(code=code, name=f"示例{code}", valid_from=BEGINNING) for code in sorted(codes - known)
    )
    units = Unit.objects.bulk_create(
        Unit(
            code=f"X{n:05}",
            name=f"示例单位{n}",
            territory_id=PLACES[n % len(PLACES)],
            peer_group_id="schools",
        )
        for n in range(UNITS)
    )
    Membership.objects.bulk_create(Membership(unit=unit, system_id="education") for unit in units[::2])
    units.append(city.units["SCHOOL"])
    guarding.remove()
    for first in range(0, orders, BATCH):
        fill_orders(city, units, range(first, min(first + BATCH, orders)))
    guarding.keep()
    for first in range(0, others, BATCH):
        numbers = range(first, min(first + BATCH, others))
        Case.objects.bulk_create(case(city, units, n, "assignment", "received") for n in numbers)
    search.rebuild()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return city


def case(city: City, units: list[Unit], n: int, kind: str, state: str) -> Case:
    today, now = timezone.localdate(), timezone.now()
    over = state in {"closed", "withdrawn"}
    unit = units[n * 7 % len(units)]
    return Case(
        number=new_number(),
        kind=kind,
        title=f"{unit}：通道占用{n}",
        unit=unit,
        issuer=city.units["OFFICE"],
        campaign_id=CAMPAIGN[0],
        state=state,
        due=today + timedelta(days=n % 60 - 10),
        opened_at=now - timedelta(minutes=n),
        answered_at=now if state == "proof_filed" else None,
        closed_at=now - timedelta(minutes=n % 9_000) if over else None,
    )


def fill_orders(city: City, units: list[Unit], numbers: range) -> None:
    """Every fiftieth was escalated. What is closed has no proof here: the triggers are away meanwhile."""
    now = timezone.now()
    cases = Case.objects.bulk_create(case(city, units, n, "order", STATES[n % len(STATES)]) for n in numbers)
    kinds = ("service", "environment", "order")
    Order.objects.bulk_create(
        Order(case=one, kind=kinds[n % 3], issued_at=now, issued_by=city.people["office"])
        for n, one in zip(numbers, cases, strict=True)
    )
    Escalation.objects.bulk_create(
        Escalation(
            order_id=one.pk, rung="reminder", points=0, at=now, by=city.people["office"], reason="逾期"
        )
        for one in cases[::50]
    )


def timed(client: Browser, address: str) -> float:
    """The 95th percentile in milliseconds."""
    took = []
    for _time in range(TIMES):
        begin = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - begin) * 1000)
        if answer.status_code != 200:  # noqa: PLR2004
            raise SystemExit(f"{address}: {answer.status_code}")
    return sorted(took)[int(TIMES * 0.95) - 1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--others", type=int, default=300_000)
    wanted = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    city = build(wanted.orders, wanted.others)
    for who in ("office", "leader", "county", "head"):
        client = Browser(city.people[who])
        client.get(LIMIT)
        limit = timed(client, LIMIT)
        print(f"{who}: limit: the journal's head (no list): p95 {limit:.0f} ms")
        for address in ASKED:
            took = timed(client, address)
            print(f"{who} {address}: p95 {took:.0f} ms, {took / limit:.1f} × the limit")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
