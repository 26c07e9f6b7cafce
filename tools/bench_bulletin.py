"""How long a bulletin takes to come out whose orders all wait in it, and how long others wait meanwhile.

In a throw-away city as `tools/bench.py` builds it (SQLite, or DATABASE_URL) 200 orders of a covert inspection
are drawn up, and the worker's part is done here. Prints what docs/benchmarks.md says.
Usage: python tools/bench_bulletin.py
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.bench import build  # sets Django up first

# isort: split
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core import jobs
from chuangwen.organizations.models import Person, Post, Role, Unit
from chuangwen.organizations.services import set_document_mark
from chuangwen.rectification.models import Order
from chuangwen.rectification.services import bulletins, publishing
from chuangwen.rectification.services.orders import Fault, draft

UNITS, ORDERS = 300, 200


def approved(office: Person, unit: Unit) -> Case:
    """A bulletin that takes in every order, approved by somebody else of the office."""
    set_document_mark(actor=office, unit=unit, mark="示文明办")
    campaign = open_campaign(actor=office, name="示例年度创建", office=unit)
    fault = Fault("条款3.2", "走廊堆放杂物", "教学楼二层")
    for other in Unit.objects.exclude(pk=unit.pk).order_by("pk")[:ORDERS]:
        asked = {"kind": "environment", "faults": [fault], "withheld": True, "source": "case:26X"}
        draft(actor=office, campaign=campaign, issuer=unit, unit=other, **asked)
    today = timezone.localdate()
    days = {"since": today - timedelta(days=30), "until": today}
    asked = {"title": "关于暗访情况的通报", "basis": "年度检查计划", "waiting": True}
    case = bulletins.draft(actor=office, campaign=campaign, **asked, **days).case
    second = Person.objects.create(username="second", name="示例second")
    Post.objects.create(unit=unit, person=second, role=Role.OFFICE, title="副主任")
    case = perform(actor=second, move_name="approve", case=case, seen=case.revision)
    return perform(actor=office, move_name="release", case=case, seen=case.revision)


def timed(name: str, took: dict[str, list[float]]) -> None:
    """From now on each call of that step of the worker's is timed."""
    step: Callable[..., Any] = getattr(publishing, name)

    def call(*given: Any) -> Any:
        begun = time.monotonic()
        try:
            return step(*given)
        finally:
            took.setdefault(name, []).append(time.monotonic() - begun)

    setattr(publishing, name, call)


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    office = build(UNITS)["office"]
    case = approved(office, Unit.objects.get(code="SEAT9901"))
    took: dict[str, list[float]] = {}
    for name in ("_prepare", "_tell", "_write"):
        timed(name, took)
    begun = time.monotonic()
    jobs.work_waiting()
    seconds = time.monotonic() - begun
    issued = Order.objects.filter(bulletins__published_at__isnull=False).exclude(issued_at=None).count()
    if issued != ORDERS:
        raise RuntimeError(f"{issued} of {ORDERS} orders of {case} are out")
    print(f"{connection.vendor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{issued} orders: {seconds:.1f} s, the longest transaction of one {max(took['_prepare']):.2f} s")
    print(f"the last one {took['_tell'][-1]:.2f} s, of which the bulletin's paper {took['_write'][-1]:.2f} s")


if __name__ == "__main__":
    main()
