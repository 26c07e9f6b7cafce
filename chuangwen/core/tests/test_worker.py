"""The clock runs every job, whatever becomes of one of them."""

from io import StringIO

import pytest
from django.core.management import call_command

from chuangwen.core.problems import FILE_EMPTY, Problem

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
