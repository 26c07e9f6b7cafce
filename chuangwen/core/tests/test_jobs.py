"""Long work: done once or not at all, by whichever worker lives to do it."""

from __future__ import annotations

import resource
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone, translation

from chuangwen.core import jobs
from chuangwen.core.models import Job, NumberSeries
from chuangwen.core.problems import FILE_EMPTY, Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch):
    """``work(function)`` asks for a job that does the function."""
    monkeypatch.setattr(jobs, "KINDS", {})

    def ask(function, **arguments) -> Job:
        jobs.register(jobs.Kind("test", "A test", function, lambda job: [], ""))
        return jobs.start(kind="test", actor="person:1", arguments=arguments)

    return ask


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def die(job: Job) -> None:
    """As a worker leaves a job that was killed in the middle, long ago."""
    held = Job.objects.filter(pk=job.pk)
    held.update(state=Job.State.RUNNING, attempts=job.attempts + 1, beat_at=timezone.now() - jobs.LOST)
    job.refresh_from_db()


def write(run: jobs.Run) -> None:
    """What a piece of work does: write something, and that it is done, at once."""
    with transaction.atomic():
        NumberSeries.objects.create(mark=run.job.arguments["mark"], year=2026)
        run.finish({"rows": 1})


def test_work_is_done_by_the_worker_in_the_order_and_language_it_was_asked_for(work):
    seen = []

    def say(run: jobs.Run) -> None:
        seen.append((run.job.arguments["name"], translation.get_language()))
        run.finish({})

    with translation.override("en"):
        first = work(say, name="first")
    with translation.override("zh-hans"):
        work(say, name="second")
    assert again(first).state == "waiting"
    assert [jobs.work_waiting(), jobs.work_waiting(), jobs.work_waiting()] == [True, True, False]
    assert seen == [("first", "en"), ("second", "zh-hans")]


def test_progress_is_seen_while_it_runs(work):
    seen = []

    def count(run: jobs.Run) -> None:
        for done in range(5):
            run.progress(done, 4)
        seen.append(list(Job.objects.values_list("state", "done", "total")))
        run.finish({"rows": 4})

    job = work(count)
    jobs.work_waiting()
    assert seen == [[("running", 4, 4)]]
    assert (again(job).state, again(job).result) == ("done", {"rows": 4})


def test_a_problem_ends_it_with_its_sentence(work):
    def refuse(run: jobs.Run) -> None:
        raise Problem(FILE_EMPTY)

    job = work(refuse)
    jobs.work_waiting()
    assert again(job).state == "failed"
    assert jobs.problem_of(again(job)).code == "file.empty"


def test_a_fault_of_ours_ends_it_and_is_logged(work, caplog):
    def break_down(run: jobs.Run) -> None:
        with transaction.atomic():
            NumberSeries.objects.create(mark="half", year=2026)
            raise ArithmeticError

    job = work(break_down)
    assert jobs.work_waiting() is True
    assert jobs.problem_of(again(job)).code == "page.server_error"
    assert not NumberSeries.objects.exists()
    assert "ArithmeticError" in caplog.text


def test_a_job_whose_worker_died_is_taken_up_again(work):
    job = work(write, mark="once")
    die(job)
    assert jobs.work_waiting() is True
    assert (again(job).state, again(job).attempts, NumberSeries.objects.count()) == ("done", 2, 1)


def test_a_job_whose_worker_lives_is_left_to_it(work):
    job = work(write, mark="once")
    Job.objects.update(state=Job.State.RUNNING, attempts=1, beat_at=timezone.now() - timedelta(minutes=1))
    assert jobs.work_waiting() is False
    assert again(job).state == "running"


def test_a_worker_taken_for_dead_writes_nothing(work):
    """It wakes up after another one has done its job: that it is done was part of its transaction."""
    job = work(write, mark="twice")
    die(job)
    late = jobs.Run(again(job))
    jobs.work_waiting()
    NumberSeries.objects.all().delete()
    with pytest.raises(jobs.OvertakenError):
        write(late)
    assert NumberSeries.objects.count() == 0


def test_being_overtaken_is_no_fault(work, caplog):
    def overtaken(run: jobs.Run) -> None:
        Job.objects.update(attempts=9)
        write(run)

    job = work(overtaken, mark="late")
    assert jobs.work_waiting() is True
    assert (again(job).state, NumberSeries.objects.count()) == ("running", 0)
    assert "another worker" in caplog.text


def test_a_job_that_kills_its_workers_is_given_up(work):
    job = work(write, mark="never")
    for _time in range(jobs.ATTEMPTS):
        die(job)
    assert jobs.work_waiting() is False
    assert jobs.problem_of(again(job)).code == "job.lost"


def test_nobody_asks_for_work_that_does_not_exist():
    with pytest.raises(LookupError):
        jobs.start(kind="nothing", actor="system", arguments={})


def test_the_newest_of_a_kind_with_these_arguments(work):
    first, second, other = (work(write, mark=mark) for mark in ("a", "a", "b"))
    assert jobs.newest("test", mark="a") == second
    assert jobs.newest("test", mark="b") == other
    assert jobs.newest("test", mark="c") is None
    assert jobs.newest("other", mark="a") is None
    assert first.created_at <= second.created_at


def test_ended_jobs_are_forgotten(work):
    long_ago = timezone.now() - jobs.KEPT - timedelta(days=1)
    open_one, _ended, fresh = (work(write, mark=name) for name in ("open", "ended", "fresh"))
    Job.objects.exclude(pk=fresh.pk).update(created_at=long_ago)
    Job.objects.exclude(pk=open_one.pk).update(state=Job.State.DONE)
    assert jobs.forget() == 1
    assert set(Job.objects.all()) == {open_one, fresh}


def resident() -> float:
    """Megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2


def test_a_job_gives_its_memory_back_whatever_it_leaves_behind(work):
    """What stays lies among what goes, so that nothing is given back by itself."""
    left_behind = []

    def take(run: jobs.Run) -> None:
        taken = []
        for _ in range(600):
            taken.append(b"x" * 100_000)
            left_behind.append(b"x" * 20_000)
        run.finish({"took": resident()})

    before = resident()
    job = work(take)
    assert jobs.work_waiting()
    assert again(job).result["took"] > before + 50
    assert resident() < before + 35
