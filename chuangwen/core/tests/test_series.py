"""A series counts from 1 in each year, gives no number twice and leaves none out, whoever asks at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from chuangwen.core.models import IssuedNumber, NumberSeries
from chuangwen.core.series import issue


def taken(mark="示文明办督", year=2026):
    issued = IssuedNumber.objects.filter(series__mark=mark, series__year=year)
    return sorted(issued.values_list("number", flat=True))


def publish(subject, *, fails):
    """A verb that takes a number and then, if it ``fails``, is rolled back; whether it stands."""
    with transaction.atomic():
        issue(mark="示文明办督", year=2026, subject=subject)
        if fails:
            transaction.set_rollback(True)
    return not fails


def test_a_number_is_written_as_papers_write_it(db):
    numbers = [issue(mark="示文明办督", year=2026, subject="case:1") for _ in range(2)]
    assert [str(number) for number in numbers] == ["示文明办督〔2026〕1号", "示文明办督〔2026〕2号"]
    assert numbers[0].subject == "case:1"


def test_every_office_kind_and_year_counts_for_itself(db):
    for mark, year in (
        ("示文明办督", 2026),
        ("示文明办发", 2026),
        ("示文明办督", 2027),
        ("示文明办督", 2026),
    ):
        issue(mark=mark, year=year, subject="case:1")
    assert [taken(), taken("示文明办发"), taken(year=2027)] == [[1, 2], [1], [1]]


@pytest.mark.django_db(transaction=True)
def test_a_number_needs_the_transaction_of_its_paper():
    with pytest.raises(transaction.TransactionManagementError):
        issue(mark="示文明办督", year=2026, subject="case:1")
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_paper_that_fails_leaves_no_gap():
    issued = [publish("case:1", fails=fails) for fails in (False, True, False)]
    assert (issued, taken()) == ([True, False, True], [1, 2])


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_number_once_and_leave_none_out():
    """Eight threads, five papers each, every third of which fails after it has its number."""
    threads, papers = 8, 5
    barrier = Barrier(threads)

    def work(thread: int) -> int:
        barrier.wait()
        try:
            return sum(publish(f"case:{thread}-{n}", fails=(thread + n) % 3 == 0) for n in range(papers))
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        kept = sum(pool.map(work, range(threads)))
    assert 0 < kept < threads * papers
    assert taken() == list(range(1, kept + 1))
    assert NumberSeries.objects.get().last == kept
