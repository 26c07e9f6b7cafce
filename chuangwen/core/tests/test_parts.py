"""A list is read part by part, whoever writes meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from chuangwen.core.models import Job
from chuangwen.core.parts import in_parts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jobs() -> list[Job]:
    return [Job.objects.create(kind="k", actor=f"person:{n}", language="", arguments={}) for n in range(5)]


def elsewhere(job: Job, total: int) -> None:
    """Somebody else's write, committed before this returns."""

    def write() -> None:
        Job.objects.filter(pk=job.pk).update(total=total)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(write).result()


def test_rows_come_in_their_order_and_no_more_at_once_than_asked(jobs: list[Job]):
    parts = in_parts(Job.objects.order_by("-actor"), 2)
    assert [[job.actor[-1] for job in part] for part in parts] == [["4", "3"], ["2", "1"], ["0"]]


def test_the_reader_may_write_while_others_do(jobs: list[Job]):
    for number, part in enumerate(in_parts(Job.objects.order_by("actor"), 2), start=1):
        elsewhere(jobs[0], number)
        assert Job.objects.filter(pk=part[0].pk).update(done=number) == 1
    assert sorted(Job.objects.values_list("done", "total")) == [(0, 0), (0, 0), (1, 3), (2, 0), (3, 0)]
