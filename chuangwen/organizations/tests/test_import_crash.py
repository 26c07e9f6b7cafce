"""A worker killed by SIGKILL in the midst of an import: nothing of it stays, the next one does all of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.utils import timezone

from chuangwen.core import jobs
from chuangwen.core.models import Event, Job
from chuangwen.core.tests.test_outbox_crash import database_url
from chuangwen.organizations.importing.work import IMPORT
from chuangwen.organizations.models import Unit
from chuangwen.organizations.tests.personas import City
from chuangwen.organizations.tests.tables import unit_row, units

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 300

# Stands still with everything written and nothing committed, until it is killed.
WORKER = """
import sys, django
django.setup()
from django.conf import settings
from chuangwen.core import jobs
from chuangwen.organizations.importing import services
settings.MEDIA_ROOT = sys.argv[1]
def stand(units):
    print("written", flush=True)
    sys.stdin.read()
services._set_lines = stand
jobs.work_waiting()
"""


def killed_in_the_middle(media: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "chuangwen.settings",
        "CHUANGWEN_MODE": "test",
        "DATABASE_URL": database_url(),
    }
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WORKER, media],
        env=environment,
        cwd=configured.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "written\n"
        worker.kill()


def test_killed_with_everything_written_and_nothing_committed(city: City, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")
    book = units(*(unit_row(f"NEW{number}") for number in range(ROWS)))
    arguments = {"file": book.digest, "name": "a.xlsx"}
    job = jobs.start(kind=IMPORT, actor=f"person:{city.people['office'].pk}", arguments=arguments)
    killed_in_the_middle(settings.MEDIA_ROOT)
    assert not Unit.objects.filter(code__startswith="NEW").exists()
    assert not Event.objects.exists()
    assert Job.objects.values_list("state", "attempts").get() == ("running", 1)
    assert jobs.work_waiting() is False  # another may still be at it
    Job.objects.update(beat_at=timezone.now() - jobs.LOST * 2)
    assert jobs.work_waiting() is True
    assert Unit.objects.filter(code__startswith="NEW").count() == ROWS
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.attempts, done.result["counts"]["units"]["new"]) == ("done", 2, ROWS)
    assert [event.verb for event in Event.objects.order_by("pk")] == ["directory.load", "directory.import"]
