"""Inspections can be found by their title and the line of the plan they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chuangwen.core.search import Source, register
from chuangwen.inspections.models import Inspection


def _inspections(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    inspections = Inspection.objects.order_by("pk")
    if subjects is not None:
        numbers = [subject[5:] for subject in subjects if subject.startswith("case:")]
        inspections = inspections.filter(case__number__in=numbers)
    for pk, *words in inspections.values_list("pk", "case__title", "line__name").iterator():
        yield pk, "\n".join(words)


def register_sources() -> None:
    register(Source("inspection", _inspections))
