"""`make bench`: how long the product takes at city size, each figure beside a limit taken in the same run.

Builds a throw-away city in a temporary directory (SQLite, or DATABASE_URL), first small and then a hundred
times as large, and prints one table as Markdown for docs/benchmarks.md. Nothing of it is a test: figures
depend on the machine. Usage: python tools/bench.py [--units 20000] [--tasks 20]
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

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
from django.utils import timezone  # noqa: E402

from chuangwen.cases.models import Attachment, Campaign, Case  # noqa: E402
from chuangwen.cases.services import open_campaign, perform  # noqa: E402
from chuangwen.core import jobs  # noqa: E402
from chuangwen.core.files import TEXT, XLSX, store_bytes  # noqa: E402
from chuangwen.core.journal import sequence  # noqa: E402
from chuangwen.core.models import Event  # noqa: E402
from chuangwen.core.search import rebuild  # noqa: E402
from chuangwen.core.spreadsheets import xlsx  # noqa: E402
from chuangwen.directives.models import Assignment, Receiver, Report, Tally  # noqa: E402
from chuangwen.directives.services import planning  # noqa: E402
from chuangwen.directives.services.tallying import fold  # noqa: E402
from chuangwen.directives.shares import Breakdown  # noqa: E402
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
from tools.bench_pages import pages  # noqa: E402
from tools.memory import peaks  # noqa: E402

COUNTIES, TOWNSHIPS = 12, 20
SYSTEMS = ("财政", "教育", "卫生", "公安", "民政", "交通", "水利", "农林", "工信", "金融", "文旅")
VERBS = ("整治院落环境", "开展礼仪教育", "公开服务承诺", "设置宣传专栏", "组织志愿服务")
ROUNDS = 40  # requests of one page; the first two warm it up


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
    return employ()


def employ() -> dict[str, Person]:
    """Those whose pages are timed, and two departments that lead a system of the whole city."""
    for number, code in enumerate(("DEPT", "BUREAU")):  # two that lead a system of the whole city
        head = Unit.objects.create(
            code=code, name=f"{SYSTEMS[number]}局", territory_id="9901", peer_group_id="all"
        )
        Membership.objects.create(unit=head, system_id=f"s{number}", leads=True)
    homes = {
        "office": ("SEAT9901", Role.OFFICE),
        "leader": ("SEAT9901", Role.HEAD),
        "county": ("SEAT990101", Role.HEAD),
        "department": ("DEPT", Role.HEAD),
        "liaison": ("U7", Role.LIAISON),
    }
    people = {}
    for name, (code, role) in homes.items():
        people[name] = Person.objects.create(username=name, name=f"示例{name}")
        unit = Unit.objects.get(code=code)
        Post.objects.create(unit=unit, title="岗位", role=role, person=people[name])
    return people


def plan_for_all(office: Person, campaign: Campaign, title: str, tasks: int) -> Case:
    """A meeting with ``tasks`` tasks to every unit."""
    today = timezone.localdate()
    meeting = planning.read_meeting(
        actor=office, campaign=campaign, title=title, held_on=today, text="今天天气很好。"
    )
    for number in range(tasks):
        task = planning.add_task(
            actor=office, meeting=meeting, text=f"各单位要{VERBS[number % len(VERBS)]}，做好第{number}项工作"
        )
        due = today + timedelta(days=number - tasks // 4)
        lines = [Receiver(rule=Receiver.Rule.ALL)]
        planning.edit_task(actor=office, task=task, seen=task.revision, receivers=lines, due=due)
    return Case.objects.get(pk=meeting.pk)


def dispatch(office: Person, campaign: Campaign, tasks: int) -> float:
    """Dispatch ``tasks`` tasks to every unit; seconds for one task."""
    case = plan_for_all(office, campaign, "示例推进会", tasks)
    start = time.perf_counter()
    perform(actor=office, move_name="dispatch", case=case, seen=case.revision)
    jobs.work_waiting()
    return (time.perf_counter() - start) / tasks


def act(office: Person) -> None:
    """A tenth is done, a twentieth reported, a quarter acknowledged on one of ten days, as moves leave it."""
    now = timezone.now()
    cases = Case.objects.filter(kind="assignment").annotate(turn=F("pk") % 20)
    cases.filter(turn__lt=8).update(state="acknowledged", revision=1)
    cases.filter(turn=0).update(state="reported", answered_at=now, revision=2)
    cases.filter(turn__in=(1, 2)).update(state="accepted", closed_at=now, revision=2)
    acknowledged = Assignment.objects.annotate(turn=F("pk") % 20, day=F("pk") % 10).filter(turn__lt=8)
    for day in range(10):
        acknowledged.filter(day=day).update(acknowledged_at=now - timedelta(days=day))
    report([case.pk for case in cases.filter(turn=0).only("pk")], office)


def report(cases: list[int], office: Person) -> None:
    """A report for each of ``cases``; every one speaks of 窗口, the first alone of 鼓楼."""
    blob = store_bytes("示例报告".encode(), TEXT)
    now = timezone.now()
    files = Attachment.objects.bulk_create(
        (
            Attachment(
                case_id=pk, blob=blob, name="报告.txt", purpose="report", added_by=office, added_at=now
            )
            for pk in cases
        ),
        batch_size=2000,
    )
    Report.objects.bulk_create(
        (
            Report(
                assignment_id=file.case_id,
                text="鼓楼窗口已整治到位。" if not number else f"窗口服务第{number}项承诺已公开并张贴。",
                document=file,
                filed_by=office,
                filed_at=now,
            )
            for number, file in enumerate(files)
        ),
        batch_size=2000,
    )


def break_down(leader: Person) -> None:
    """Of what was acknowledged half is broken down inside its unit, half of that to a person."""
    cases = Case.objects.filter(kind="assignment", state="acknowledged").values_list("pk", flat=True)
    now = timezone.now()
    Breakdown.objects.bulk_create(
        (
            Breakdown(
                assignment_id=pk,
                principal=leader,
                in_charge=leader,
                in_force_at=now,
                changed=False,
                to_person=bool(number % 2),
            )
            for number, pk in enumerate(cases.order_by("pk")[::2])
        ),
        batch_size=2000,
    )


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
    blob = store_bytes(data, XLSX)
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


def measure(people: dict[str, Person], campaign: Campaign, only: str) -> dict[str, float]:
    """Page → p95 in milliseconds, through the whole Django stack but the socket."""
    took = {}
    for name, (who, address) in pages(campaign).items():
        if only not in name:
            continue
        client = Client(headers={"host": "localhost"})
        client.force_login(people[who])
        answer = client.get(address, secure=True)
        if answer.status_code != HTTPStatus.OK:
            sys.exit(f"{name}: {answer.status_code}")
        took[name] = timed(lambda c=client, a=address: b"".join(c.get(a, secure=True)))
    return took


@dataclass(frozen=True)
class Figures:
    """What one city gave: pages' times in ms; seconds of a dispatch and of its bare inserts; memory in MB."""

    pages: dict[str, float]
    dispatch: float
    bare: float
    fold: float
    memory: dict[str, float]


def city(units: int, tasks: int, only: str, *, serve: bool) -> Figures:
    """Figures of a fresh city."""
    call_command("flush", interactive=False, verbosity=0)
    people = build(units)
    office = people["office"]
    campaign = open_campaign(actor=office, name="示例年度创建", office=Unit.objects.get(code="SEAT9901"))
    bare = raw_insert(units)
    took = dispatch(office, campaign, tasks)
    act(office)
    break_down(office)
    plan_for_all(office, campaign, "示例讲评会", 1)
    memory = served(people, campaign) if serve else {}
    sequence()
    start = time.perf_counter()
    fold()
    folded = time.perf_counter() - start
    rebuild()
    if connection.vendor == "postgresql":  # as its autovacuum does; on SQLite nobody ever does
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return Figures(measure(people, campaign, only), took, bare, folded, memory)


def served(people: dict[str, Person], campaign: Campaign) -> dict[str, float]:
    """Process → its peak of memory in MB, after the worker caught up and each page was opened twice."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "chuangwen", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if server.stdout:
            server.stdout.readline()
        while Tally.objects.filter(folded=False).exists() or Event.objects.filter(position=None).exists():
            time.sleep(1)
        for who, address in pages(campaign).values():
            client = Client(headers={"host": "localhost"})
            client.force_login(people[who])
            cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
            for _ in range(4):  # two processes answer in turn
                web = HTTPConnection("127.0.0.1", port)
                web.request("GET", quote(address, safe="/?&=%,-"), headers=cookie)
                if web.getresponse().status != HTTPStatus.OK:
                    sys.exit(f"{address} could not be served")
                web.close()
        return peaks(server.pid)
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--only", default="", help="only the pages with this word in their name")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    small = city(options.units // 100, options.tasks, options.only, serve=False)
    large = city(options.units, options.tasks, options.only, serve=not options.only)
    imported = bring_in(Person.objects.get(username="office"), options.units)
    cases = options.units * options.tasks
    limit = large.pages.get("limit: the journal's head (no list)", 0)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {connection.vendor}, load {os.getloadavg()[1]:.1f}")
    print(f"\n| at {cases:,} cases | p95, ms | at {cases // 100:,} | × | × of the limit |")
    print("|---|---|---|---|---|")
    for name, value in large.pages.items():
        ratios = f"{value / small.pages[name]:.1f} | {value / limit:.1f}" if limit else ""
        print(f"| {name} | {value:.0f} | {small.pages[name]:.0f} | {ratios} |")
    print(f"\nOne task to {options.units:,} units: {large.dispatch:.2f} s,")
    print(f"bare inserts of as many rows: {large.bare:.2f} s (× {large.dispatch / large.bare:.1f}).")
    print(f"Folding the tallies: {large.fold:.1f} s.")
    print(f"{options.units:,} units imported from a file: {imported:.1f} s.")
    for process, memory in large.memory.items():
        print(f"Peak memory of {process.split()[0]}: {memory:.0f} MB.")
    print(f"Together: {sum(large.memory.values()):.0f} MB.")


if __name__ == "__main__":
    main()
