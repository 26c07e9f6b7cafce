"""`make bench`: how long the product takes at city size, each figure beside a limit taken in the same run.

Builds a throw-away city in a temporary directory (SQLite, or DATABASE_URL), first small and then a hundred
times as large, and prints one table as Markdown for docs/benchmarks.md. Nothing of it is a test: figures
depend on the machine. Usage: python tools/bench.py [--units 20000] [--tasks 20]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOME = tempfile.TemporaryDirectory(prefix="chuangwen-bench-")
os.environ.update(
    CHUANGWEN_MODE="test", CHUANGWEN_DATA=HOME.name, DJANGO_SETTINGS_MODULE="chuangwen.settings"
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from chuangwen.cases.models import Campaign, Case  # noqa: E402
from chuangwen.cases.services import open_campaign, perform  # noqa: E402
from chuangwen.core import files  # noqa: E402
from chuangwen.core.journal import sequence  # noqa: E402
from chuangwen.core.search import follow  # noqa: E402
from chuangwen.core.spreadsheets import xlsx  # noqa: E402
from chuangwen.directives.models import Receiver  # noqa: E402
from chuangwen.directives.services import planning  # noqa: E402
from chuangwen.organizations.importing.columns import UNITS  # noqa: E402
from chuangwen.organizations.importing.planning import plan  # noqa: E402
from chuangwen.organizations.importing.services import import_directory  # noqa: E402
from chuangwen.organizations.models import (  # noqa: E402
    Membership,
    PeerGroup,
    Person,
    Post,
    Role,
    System,
    Territory,
    Unit,
)

COUNTIES, TOWNSHIPS = 12, 20
SYSTEMS = ("财政", "教育", "卫生", "公安", "民政", "交通", "水利", "农林", "工信", "金融", "文旅")
VERBS = ("整治院落环境", "开展礼仪教育", "公开服务承诺", "设置宣传专栏", "组织志愿服务")
ROUNDS = 40  # requests of one page; the first two warm it up
Rows = list[tuple[str, str, str]]


def build(units: int) -> dict[str, Person]:
    """A city with ``units`` units in 12 counties and their townships, and those whose pages are timed."""
    day = timezone.localdate()
    codes = ["9901", *(f"9901{county:02}" for county in range(1, COUNTIES + 1))]
    codes += [f"{code}{township:03}" for code in codes[1:] for township in range(1, TOWNSHIPS + 1)]
    Territory.objects.bulk_create(Territory(code=code, name=f"示例{code}", valid_from=day) for code in codes)
    System.objects.bulk_create(System(code=f"s{n}", name=f"{name}系统") for n, name in enumerate(SYSTEMS))
    PeerGroup.objects.create(code="all", name="全部单位")
    seats = [
        Unit(code=f"SEAT{code}", name=f"{code}党政办", territory_id=code, peer_group_id="all", seat=True)
        for code in codes[: COUNTIES + 1]
    ]
    Unit.objects.bulk_create(seats)
    places = codes[1:]
    Unit.objects.bulk_create(
        (
            Unit(
                code=f"U{n}", name=f"示例第{n}单位", territory_id=places[n % len(places)], peer_group_id="all"
            )
            for n in range(units - len(seats))
        ),
        batch_size=2000,
    )
    ids = Unit.objects.filter(code__startswith="U").order_by("pk").values_list("pk", flat=True)
    Membership.objects.bulk_create(
        (Membership(unit_id=pk, system_id=f"s{n % len(SYSTEMS)}") for n, pk in enumerate(ids)),
        batch_size=5000,
    )
    homes = {
        "office": ("SEAT9901", Role.OFFICE),
        "leader": ("SEAT9901", Role.HEAD),
        "county": ("SEAT990101", Role.HEAD),
        "liaison": ("U7", Role.LIAISON),
    }
    people = {}
    for name, (code, role) in homes.items():
        people[name] = Person.objects.create(username=name, name=f"示例{name}")
        unit = Unit.objects.get(code=code)
        Post.objects.create(unit=unit, title="岗位", role=role, person=people[name])
    return people


def dispatch(office: Person, campaign: Campaign, tasks: int) -> float:
    """Dispatch ``tasks`` tasks to every unit; seconds for one task."""
    meeting = planning.read_meeting(
        actor=office,
        campaign=campaign,
        title="示例推进会",
        held_on=timezone.localdate(),
        text="今天天气很好。",
    )
    for number in range(tasks):
        task = planning.add_task(
            actor=office, meeting=meeting, text=f"各单位要{VERBS[number % len(VERBS)]}，做好第{number}项工作"
        )
        due = timezone.localdate() + timedelta(days=number - tasks // 4)
        lines = [Receiver(rule=Receiver.Rule.ALL)]
        planning.edit_task(actor=office, task=task, seen=task.revision, receivers=lines, due=due)
    case = Case.objects.get(pk=meeting.pk)
    start = time.perf_counter()
    perform(actor=office, move_name="dispatch", case=case, seen=case.revision)
    return (time.perf_counter() - start) / tasks


def act(share: int) -> None:
    """Some have acknowledged, some are done: every ``share``-th case, as the moves would leave it."""
    now = timezone.now()
    cases = Case.objects.filter(kind="assignment").annotate(turn=F("pk") % share)
    cases.filter(turn__lt=4).update(state="acknowledged", revision=1)
    cases.filter(turn=0).update(state="accepted", closed_at=now, revision=2)


def raw_insert(rows: int) -> float:
    """The limit of a dispatch: seconds for the same number of rows by plain SQL into two bare tables."""
    with connection.cursor() as cursor:
        for name in ("bench_one", "bench_two"):
            cursor.execute(f"CREATE TABLE {name} (id bigint PRIMARY KEY, a varchar(200), b bigint, c bigint)")
        start = time.perf_counter()
        with transaction.atomic():
            for name in ("bench_one", "bench_two"):
                cursor.executemany(
                    f"INSERT INTO {name} VALUES (%s, %s, %s, %s)",  # noqa: S608 - names of this file
                    [(number, "各单位要整治院落环境", number, number) for number in range(rows)],
                )
        took = time.perf_counter() - start
        for name in ("bench_one", "bench_two"):
            cursor.execute(f"DROP TABLE {name}")
    return took


def bring_in(office: Person, units: int) -> float:
    """Import a file of ``units`` new units; seconds from the stored file to the last row committed."""
    names = ("code", "name", "territory", "peer_group", "stands_in")
    rows = ((f"N{n}", f"示例新{n}单位", "990101", "all", "s1") for n in range(units))
    data = xlsx(str(UNITS.title), [UNITS.label(name) for name in names], rows)
    blob = files.store_bytes(data, files.XLSX)
    started = time.perf_counter()
    import_directory(plan=plan(actor=office, blob=blob, name="bench.xlsx"), file=blob.digest)
    return time.perf_counter() - started


def timed(work: Callable[[], object]) -> float:
    """The 95th percentile of ``ROUNDS`` calls, in milliseconds."""
    times = []
    for _ in range(ROUNDS + 2):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(times[2:], n=20)[-1]


def pages(people: dict[str, Person], campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Page → who opens it, and its address."""
    own = Case.objects.filter(kind="assignment", unit__code="U7").latest("pk")
    return {
        "limit: the journal's head (no list)": ("office", reverse("web:journal")),
        "desk, liaison": ("liaison", reverse("web:desk")),
        "desk, office": ("office", reverse("web:desk")),
        "case page, liaison": ("liaison", reverse("cases:case", args=[own.number])),
        "case page, office": ("office", reverse("cases:case", args=[own.number])),
        "campaign, office": ("office", reverse("directives:campaign", args=[campaign.pk])),
        "campaign, county": ("county", reverse("directives:campaign", args=[campaign.pk])),
        "systems, office": ("office", reverse("directives:systems", args=[campaign.pk])),
        "search 礼仪, office": ("office", reverse("web:search") + "?q=礼仪"),
        "search 礼仪, liaison": ("liaison", reverse("web:search") + "?q=礼仪"),
        "search 示例第, office": ("office", reverse("web:search") + "?q=示例第"),
    }


def measure(people: dict[str, Person], campaign: Campaign) -> dict[str, float]:
    """Page → p95 in milliseconds, through the whole Django stack but the socket."""
    took = {}
    for name, (who, address) in pages(people, campaign).items():
        client = Client(headers={"host": "localhost"})
        client.force_login(people[who])
        answer = client.get(address, secure=True)
        if answer.status_code != HTTPStatus.OK:
            sys.exit(f"{name}: {answer.status_code}")
        took[name] = timed(lambda c=client, a=address: b"".join(c.get(a, secure=True)))
    return took


def city(units: int, tasks: int) -> tuple[dict[str, float], float, float]:
    """Pages' times, seconds of dispatching one task, and those of the raw inserts, in a fresh city."""
    call_command("flush", interactive=False, verbosity=0)
    people = build(units)
    office = people["office"]
    campaign = open_campaign(actor=office, name="示例年度创建", office=Unit.objects.get(code="SEAT9901"))
    raw = raw_insert(units)
    took = dispatch(office, campaign, tasks)
    act(10)
    sequence()
    follow()
    if connection.vendor == "postgresql":  # as its autovacuum does; on SQLite nobody ever does
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return measure(people, campaign), took, raw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--tasks", type=int, default=20)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    small, _took, _raw = city(options.units // 100, options.tasks)
    large, took, raw = city(options.units, options.tasks)
    cases = options.units * options.tasks
    imported = bring_in(Person.objects.get(username="office"), options.units)
    limit = large["limit: the journal's head (no list)"]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {connection.vendor}")
    print(f"\n| at {cases:,} cases | p95, ms | at {cases // 100:,} | × | × of the limit |")
    print("|---|---|---|---|---|")
    for name, value in large.items():
        ratios = f"{value / small[name]:.1f} | {value / limit:.1f}"
        print(f"| {name} | {value:.0f} | {small[name]:.0f} | {ratios} |")
    print(f"\nOne task to {options.units:,} units: {took:.2f} s,")
    print(f"bare inserts of as many rows: {raw:.2f} s (× {took / raw:.1f}).")
    print(f"{options.units:,} units imported from a file: {imported:.1f} s.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"Peak memory of this process, city built in it: {peak} MB.")


if __name__ == "__main__":
    main()
