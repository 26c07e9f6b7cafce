"""The clock runs every job, whatever becomes of one of them."""

from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from chuangwen.core import models
from chuangwen.core.journal import record
from chuangwen.core.management.commands import worker
from chuangwen.core.models import Blob
from chuangwen.core.problems import FILE_EMPTY, Problem
from chuangwen.core.stopping import Stop

pytestmark = pytest.mark.django_db(transaction=True)  # the clock closes its connection after each job
RUN = []


def breaks():
    RUN.append("breaks")
    raise ValueError("broken")


def refuses():
    RUN.append("refuses")
    raise Problem(FILE_EMPTY)


def works():
    RUN.append("works")


@pytest.fixture(autouse=True)
def nothing_asked_for(settings):
    settings.WORK = {}


def test_a_job_that_fails_is_logged_and_the_others_run(settings, caplog):
    settings.CLOCK = {f"{__name__}.{job.__name__}": 1 for job in (breaks, refuses, works)}
    RUN.clear()
    out = StringIO()
    call_command("worker", once=True, stdout=out)
    assert RUN == ["breaks", "refuses", "works"]
    assert [record.getMessage() for record in caplog.records] == [
        f"the job {__name__}.breaks failed",
        f"the job {__name__}.refuses failed",
    ]
    assert out.getvalue() == ""


def test_a_job_that_is_not_there_is_logged_too(settings, caplog):
    settings.CLOCK = {f"{__name__}.missing": 1, f"{__name__}.works": 1}
    RUN.clear()
    call_command("worker", once=True)
    assert RUN == ["works"]
    assert [record.getMessage() for record in caplog.records] == [f"the job {__name__}.missing failed"]


def test_long_work_that_stands_still_keeps_the_clock_from_nothing(settings, monkeypatch):
    """The clock's job sees the long work under way, twice, and only then lets it go on."""
    begun, enough, stops = Event(), Event(), []

    def stands() -> None:
        begun.set()
        assert enough.wait(30)

    def ticks() -> None:
        assert begun.wait(30)
        RUN.append("tick")
        if RUN == ["tick", "tick"]:
            stops[0].asked = True
            enough.set()

    def stop() -> Stop:
        stops.append(Stop())
        return stops[0]

    RUN.clear()
    monkeypatch.setattr(worker, "import_string", lambda name: {"stands": stands, "ticks": ticks}[name])
    monkeypatch.setattr(worker, "Stop", stop)
    settings.CLOCK, settings.WORK = {"ticks": 0.01}, {"stands": 1}
    call_command("worker")
    assert RUN == ["tick", "tick"]


STOPPED = Event()


def writes_on_and_on():
    """Transactions without end, each a few hundredths of a second long and none apart from the next."""
    RUN.append("begun")
    while not STOPPED.is_set():
        with transaction.atomic():
            Blob.objects.all().delete()
            rows = (Blob(digest=f"{n:064}", size=n, media_type="text/plain") for n in range(2000))
            Blob.objects.bulk_create(rows)


def at_work(job: str) -> None:
    """As a worker runs it, in a thread whose connection ends with it."""
    try:
        worker.run(job)
    finally:
        connection.close()


def test_a_person_writes_while_the_worker_writes_on_and_on():
    RUN.clear()
    STOPPED.clear()
    busy = Thread(target=at_work, args=(f"{__name__}.writes_on_and_on",))
    busy.start()
    try:
        while not Blob.objects.exists():
            pass
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 3000")
        written = [record_one(number) for number in range(3)]
    finally:
        STOPPED.set()
        busy.join()
        connection.close()  # with its short patience
    assert [event.subject for event in written] == ["try:0", "try:1", "try:2"]
    assert RUN == ["begun"]


def record_one(number: int) -> models.Event:
    with transaction.atomic():
        return record(actor="person:1", verb="try.write", subject=f"try:{number}")
