"""What of the directives can be found by its words: meetings, tasks, reports and issued papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q

from chuangwen.core.search import Source, register
from chuangwen.directives.models import IssuedPaper, Meeting, Report, Task


def _numbers(subjects: Sequence[str]) -> list[str]:
    return [subject[5:] for subject in subjects if subject.startswith("case:")]


def _meetings(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    meetings = Meeting.objects.order_by("pk")
    if subjects is not None:
        meetings = meetings.filter(case__number__in=_numbers(subjects))
    for pk, *words in meetings.values_list("pk", "case__title", "place", "text").iterator():
        yield pk, "\n".join(words)


def _tasks(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    """All tasks of a meeting that has moved, and those that were edited by themselves."""
    tasks = Task.objects.order_by("pk")
    if subjects is not None:
        edited = [int(subject[5:]) for subject in subjects if subject.startswith("task:")]
        tasks = tasks.filter(Q(meeting__case__number__in=_numbers(subjects)) | Q(pk__in=edited))
    yield from tasks.values_list("pk", "text").iterator()


def _reports(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    reports = Report.objects.order_by("pk")
    if subjects is not None:
        reports = reports.filter(assignment__case__number__in=_numbers(subjects))
    for pk, *words in reports.values_list("pk", "text", "document__name").iterator():
        yield pk, "\n".join(words)


def _papers(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    """Numbered papers by their number and the title of their case."""
    papers = IssuedPaper.objects.order_by("pk").select_related("number__series", "case")
    if subjects is not None:
        papers = papers.filter(case__number__in=_numbers(subjects))
    for paper in papers.iterator():
        yield paper.pk, f"{paper.number}\n{paper.case.title}"


def in_tasks(words: str) -> Q:
    """A filter for the cases whose task says ``words``: there are as many titles as tasks, not as cases."""
    return Q(assignment__task__in=Task.objects.filter(text__contains=words))


def register_sources() -> None:
    register(Source("meeting", _meetings))
    register(Source("task", _tasks))
    register(Source("report", _reports))
    register(Source("paper", _papers))
