"""A stored file goes when nothing refers to it any more, and never while somebody wants it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chuangwen.core import files, jobs, retention
from chuangwen.core.models import Blob, Job
from chuangwen.core.retention import GRACE, erase_unreferenced
from chuangwen.core.tests.test_outbox_crash import database_url
from chuangwen.core.tests.uploads import upload

SHEET = "姓名,电话\n示例,0000\n".encode()
LONG_AGO = GRACE + timedelta(hours=1)
TOGETHER = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(db, settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def stored(data: bytes = SHEET, *, ago: timedelta = LONG_AGO) -> Blob:
    blob = files.store(upload(data), accept=files.DOCUMENTS)
    Blob.objects.filter(pk=blob.pk).update(stored_at=timezone.now() - ago)
    return blob


def job(**columns) -> Job:
    return Job.objects.create(
        **{"kind": "test", "actor": "person:1", "arguments": {}, "state": "done"} | columns
    )


def kept(media: Path) -> list[str]:
    """The digests of all rows, which are those of all files."""
    rows = sorted(Blob.objects.values_list("pk", flat=True))
    assert sorted(file.parent.name + file.name for file in media.glob("*/*")) == rows
    return rows


def test_the_clock_does_it(settings):
    assert f"{retention.__name__}.erase_unreferenced" in settings.CLOCK


def test_what_nothing_refers_to_goes_with_its_content(media):
    stored(), stored(b"second")
    assert erase_unreferenced() == 2
    assert kept(media) == []
    assert erase_unreferenced() == 0


def test_the_days_of_grace(media):
    """A request has stored a file and not yet said for what."""
    young = stored(ago=GRACE - timedelta(hours=1))
    stored(b"second")
    assert erase_unreferenced() == 1
    assert kept(media) == [young.pk]


def test_every_relation_there_is_counts():
    """A new one is found by itself; here it is to be seen that it was."""
    assert {str(relation.field) for relation in retention.relations()} == {
        "cases.Attachment.blob",
        "cases.Concealed.blob",
        "cases.Evidence.blob",
        "core.Job.file",
        "inspections.Draw.pool",
        "inspections.FindingPhoto.blob",
        "inspections.SubmittedFile.blob",
    }


@pytest.mark.parametrize("inside", [lambda digest: digest, lambda digest: {"sheets": [{"of": digest}]}])
def test_what_a_job_was_asked_with_stays_as_long_as_the_job(media, inside):
    blob = stored()
    asked = job(arguments={"file": inside(blob.digest)})
    assert erase_unreferenced() == 0
    Job.objects.filter(pk=asked.pk).update(created_at=timezone.now() - jobs.KEPT - timedelta(days=1))
    assert jobs.forget() == 1
    assert erase_unreferenced() == 1
    assert kept(media) == []


def test_what_came_of_a_job_stays_as_long_as_the_job(media):
    blob = stored()
    asked = job(file=blob)
    assert erase_unreferenced() == 0
    assert kept(media) == [blob.pk]
    asked.delete()
    assert erase_unreferenced() == 1


def test_what_is_stored_again_has_its_days_again(media):
    blob = stored()
    files.store(upload(SHEET, "另一个名字"), accept=files.DOCUMENTS)
    assert erase_unreferenced() == 0
    assert files.read(blob) == SHEET


def refused_after_it_had_stored() -> Path:
    with transaction.atomic():
        place = files.path(files.store(upload(SHEET), accept=files.DOCUMENTS))
        transaction.set_rollback(True)
    return place


def test_content_without_a_row_has_its_days_from_when_it_was_found(media):
    """What a refused move had stored; or the files of another database than the one that was started."""
    place = refused_after_it_had_stored()
    assert not Blob.objects.exists()
    os.utime(place, (0, 0))
    assert erase_unreferenced() == 0
    (digest,) = kept(media)
    Blob.objects.update(stored_at=timezone.now() - LONG_AGO)
    assert erase_unreferenced() == 1
    assert digest == place.parent.name + place.name
    assert kept(media) == []


def test_content_found_without_a_row_has_its_type_again_when_it_is_stored():
    refused_after_it_had_stored()
    erase_unreferenced()
    assert Blob.objects.get().size == len(SHEET)
    files.store(upload(SHEET), accept=files.DOCUMENTS)
    assert Blob.objects.get().media_type == files.TEXT


def test_drafts_that_a_killed_process_left_go_and_nothing_else_does(media):
    blob = stored(ago=timedelta())
    for name, age in {"tmpold": LONG_AGO, "tmpnew": timedelta(hours=1)}.items():
        draft = media / name
        draft.write_bytes(SHEET)
        at = (timezone.now() - age).timestamp()
        os.utime(draft, (at, at))
    (media / blob.digest[:2] / "README").write_bytes(b"no file of ours")
    assert erase_unreferenced() == 0
    assert {file.name for file in media.iterdir()} == {"tmpnew", blob.digest[:2]}
    assert list(Blob.objects.all()) == [blob]


def test_content_that_cannot_be_erased_keeps_its_row_and_holds_up_no_other(media, caplog):
    stuck, _second = stored(), stored(b"second")
    files.path(stuck).unlink()
    files.path(stuck).mkdir()
    assert erase_unreferenced() == 1
    assert kept(media) == [stuck.pk]
    assert stuck.pk in caplog.text


def test_nothing_was_ever_stored(media):
    assert not media.exists()
    assert erase_unreferenced() == 0


def meet(*works):
    """Do the works at once, each with a connection of its own; gives what each returned.

    A work is called with a function that waits for the others: what comes behind it happens at one moment.
    """
    start = threading.Barrier(len(works))

    def do(work):
        try:
            connection.ensure_connection()
            return work(lambda: start.wait(10))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(do, work) for work in works]]


def erase(wait) -> int:
    """Erase what can be, and begin to at the moment agreed on."""
    digests = list(retention._erasable().values_list("pk", flat=True))
    wait()
    return sum(map(retention._erase, digests))


@TOGETHER
@pytest.mark.parametrize("together", [nullcontext, transaction.atomic], ids=["alone", "in a transaction"])
def test_a_file_stored_again_at_the_moment_of_its_erasure_is_not_lost(media, together):
    def store_again(wait) -> Blob:
        def read(content: bytes) -> str:
            wait()  # the upload is written and judged; what follows is its row and its place
            return ""

        with together():
            blob, _text = files.store_document(upload(data), accept=files.DOCUMENTS, read=read)
            job(file=blob)
        return blob

    for number in range(60):
        data = f"第{number}份".encode()
        stored(data)
        blob, _erased = meet(store_again, erase)
        assert files.read(blob) == data
    assert len(kept(media)) == 60


@TOGETHER
def test_a_file_referred_to_at_the_moment_of_its_erasure_is_kept_or_refused(media):
    """Not stored again, but referred to after all: the reference never outlives what it refers to."""

    def refer(wait) -> bool:
        wait()
        with suppress(IntegrityError):
            job(file=blob)
            return True
        return False

    for number in range(30):
        blob = stored(f"第{number}份".encode())
        referred, gone = meet(refer, erase)
        assert (referred, gone) in {(True, 0), (False, 1)}
        assert files.path(blob).exists() == Blob.objects.filter(pk=blob.pk).exists() == referred


@TOGETHER
def test_two_at_once_erase_each_file_once(media):
    for number in range(40):
        stored(f"第{number}份".encode())
    wanted = stored(b"wanted")
    job(file=wanted)
    assert sum(meet(erase, erase)) <= 40
    erase_unreferenced()
    assert kept(media) == [wanted.pk]


# Stands still with the row deleted, the content about to be, and nothing committed, until it is killed.
WORKER = """
import sys, django
django.setup()
from django.conf import settings
from chuangwen.core import retention
settings.MEDIA_ROOT = sys.argv[1]
class Stands:
    def unlink(self, missing_ok):
        print("deleted", flush=True)
        sys.stdin.read()
retention.files.path = lambda blob: Stands()
retention.erase_unreferenced()
"""


@TOGETHER
def test_a_worker_killed_in_the_middle_has_erased_nothing(media):
    blob = stored()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "chuangwen.settings",
        "CHUANGWEN_MODE": "test",
        "DATABASE_URL": database_url(),
    }
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WORKER, str(media)],
        env=environment,
        cwd=configured.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "deleted\n"
        worker.kill()
    assert kept(media) == [blob.pk]
    assert files.read(blob) == SHEET
    assert erase_unreferenced() == 1
    assert kept(media) == []
