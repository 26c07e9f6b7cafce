"""How long the pages of a review take with 100 criteria and 300 pieces of evidence, beside a limit.

A throw-away city as `tools/bench.py` builds it, every unit of which is asked for a self-report; one has filed
with three pieces of evidence to each criterion, two files and a link, and is reviewed and released.
Prints a table for docs/benchmarks.md. Usage: python tools/bench_reviews.py [--units 2000]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.bench import build, timed  # sets Django up first

# isort: split
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core import jobs
from chuangwen.core.journal import sequence
from chuangwen.organizations.models import PeerGroup, Person, Post, Role, Unit
from chuangwen.standards.models import Proof, Review, Round
from chuangwen.standards.reviewing import lines_of
from chuangwen.standards.services import consulting, keeping, panels, publishing, reporting, reviews, rounds
from chuangwen.standards.services.keeping import Row

CRITERIA, PIECES = 100, 3
WORDS = "本单位按要求完善制度、公开承诺、加强培训，并在服务大厅公示。"
MOST = 150  # ms, p95


def standard_of(office: Person, unit: Unit) -> int:
    """A published standard of 100 criteria in ten indicators, one of them looked at by opinions."""
    rows = [
        Row(
            f"第{number}条：建立健全制度并公开上墙，窗口服务规范，群众评价良好",
            Decimal(1),
            f"项目{number // 25}",
            f"指标{number // 10}",
            method="opinion" if number == CRITERIA - 1 else "material",
            kinds=("document", "photo"),
            pieces=2,
        )
        for number in range(CRITERIA)
    ]
    groups = PeerGroup.objects.all()
    draft = keeping.draft_from(
        actor=office, office=unit, code="bench", name="示例测评体系", rows=rows, peer_groups=groups
    )
    return publishing.publish(actor=office, standard=draft, seen=draft.revision, despite="示例").pk


def file_report(person: Person, case: Case) -> None:
    """The self-report with 100 statements and 300 pieces of evidence."""
    for number, criterion in enumerate(reporting.filled(case.self_report)):
        uploads = [
            SimpleUploadedFile(f"材料{number}-{n}.txt", f"材料{number}-{n}".encode())
            for n in range(PIECES - 1)
        ]
        reporting.answer(
            actor=person,
            case=case,
            criterion=criterion.criterion,
            seen=0,
            statement=WORDS * 5,
            kind="document",
            uploads=uploads,
            link=f"https://example.org/{number}",
        )
    perform(actor=person, move_name="file", case=case, seen=case.revision)


def begin(units: int) -> tuple[Person, Person, Round, Case]:
    """The city, its round, and the school's self-report as filed."""
    people = build(units)
    office, liaison = people["office"], people["liaison"]
    Post.objects.create(unit=Unit.objects.get(code="SEAT9901"), title="经办", role=Role.OFFICE, person=office)
    office = Person.objects.get(pk=office.pk)
    seat = Unit.objects.get(code="SEAT9901")
    campaign = open_campaign(actor=office, name="示例年度创建", office=seat)
    standard_of(office, seat)
    today = timezone.localdate()
    standard = seat.standards.get()
    dates = {"begins": today, "ends": today + timedelta(days=300), "closes": today + timedelta(days=30)}
    rounds.open_round(actor=office, standard=standard, campaign=campaign, **dates)
    jobs.work_waiting()
    case = Case.objects.get(kind="self_report", unit=liaison.posts.get().unit)
    file_report(liaison, case)
    return office, liaison, Round.objects.get(), case


def draw(office: Person, found: Round) -> list[Review]:
    """Twenty reviewers from other systems, two of them drawn."""
    for number in range(20):
        person = Person.objects.create(username=f"expert{number}", name=f"示例专家{number}")
        Post.objects.create(
            unit=Unit.objects.get(code=f"U{100 + number}"), title="代表", role=Role.DELEGATE, person=person
        )
    panels.name_panel(
        actor=office,
        round=found,
        reviewers=panels.eligible(found),
        limit=Decimal(20),
        limit_in="percent",
        due=timezone.localdate() + timedelta(days=20),
        objection_days=5,
        seed="示例",
    )
    panels.draw(actor=office, round=found)
    jobs.work_waiting()
    return list(Review.objects.select_related("case", "reviewer"))


def hear(office: Person, found: Round, unit: Unit) -> None:
    """Five bodies have answered about the unit."""
    bodies = list(Unit.objects.filter(code__in=[f"U{n}" for n in range(200, 205)]))
    due = timezone.localdate() + timedelta(days=9)
    asked = consulting.ask(actor=office, round=found, bodies=bodies, units=[unit], due=due, question="示例")
    for one in asked:
        one.opinions.update(verdict="facts", words=WORDS)
        Case.objects.filter(pk=one.pk).update(state="answered")


def page_times(pages: dict[str, tuple[Person, str]]) -> dict[str, float]:
    """Page → p95 in ms, through the whole of Django but the socket."""
    took = {}
    for name, (person, address) in pages.items():
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        answer = client.get(address, secure=True)
        if answer.status_code != HTTPStatus.OK:
            sys.exit(f"{name}: {answer.status_code}")
        took[name] = timed(lambda c=client, a=address: b"".join(c.get(a, secure=True)))
    return took


def review_pages(review: Review, middle: int, last: int) -> dict[str, tuple[Person, str]]:
    """The reviewer's pages: a criterion amid the hundred, the one with opinions, the case, the desk."""
    number = review.case.number
    addresses = {
        "review page, reviewer": reverse("standards:mark", args=[number, middle]),
        "review page with five opinions": reverse("standards:mark", args=[number, last]),
        "review's case page with 100 lines": reverse("cases:case", args=[number]),
        "desk, reviewer": reverse("web:desk"),
    }
    return {name: (review.reviewer, address) for name, address in addresses.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=2_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    office, liaison, found, case = begin(options.units)
    start = time.perf_counter()
    drawn = draw(office, found)
    draw_took = time.perf_counter() - start
    hear(office, found, case.unit)
    review = drawn[0]
    lines = lines_of(review)
    for one in drawn:
        for line in lines[:-1] if one == review else lines:
            given = {"criterion": line.criterion, "seen": 0, "found": "0.9", "reason": "有一处不规范"}
            reviews.mark(actor=one.reviewer, case=one.case, **given)
    sequence()
    middle, last = lines[len(lines) // 2].criterion.pk, lines[-1].criterion.pk
    took = page_times(
        {
            "limit: the journal's head (no list)": (office, reverse("web:journal")),
            **review_pages(review, middle, last),
            "round, office": (office, reverse("standards:round", args=[found.pk])),
            "self-report's case page, liaison": (liaison, reverse("cases:case", args=[case.number])),
        }
    )
    given = {"criterion": lines[-1].criterion, "seen": 0, "found": "0.9", "reason": "示例"}
    reviews.mark(actor=review.reviewer, case=review.case, **given)
    for one in drawn:
        now = Case.objects.get(pk=one.pk)
        perform(actor=one.reviewer, move_name="submit", case=now, seen=now.revision)
    now = Case.objects.get(pk=case.pk)
    perform(actor=office, move_name="release", case=now, seen=now.revision)
    took |= page_times(
        {"result with 100 lines, liaison": (liaison, reverse("standards:result", args=[case.number]))}
    )
    show(took, options.units, draw_took)


def show(took: dict[str, float], units: int, draw_took: float) -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {connection.vendor}, load {os.getloadavg()[0]:.1f}")
    print(f"{units:,} self-reports, {CRITERIA} criteria, {Proof.objects.count()} pieces of evidence")
    print("\n| page | p95, ms | × of the limit |\n|---|---|---|")
    limit = next(iter(took.values()))
    for name, value in took.items():
        print(f"| {name} | {value:.0f} | {value / limit:.1f} |")
    print(f"\nA draw for one self-report among 20 reviewers: {draw_took:.2f} s.")


if __name__ == "__main__":
    main()
