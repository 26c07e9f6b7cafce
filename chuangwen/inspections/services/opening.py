"""A bulletin is published: the covert inspections that it takes in are no secret any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chuangwen.cases.models import Case, Circle
from chuangwen.core.journal import record
from chuangwen.core.models import Event
from chuangwen.inspections.models import Followed, Inspection, Visit

PUBLISHED = "bulletin.publish"  # its data names the ``sources``: subjects of cases
BATCH = 1000  # events looked through in one transaction


def open_published() -> int:
    """Clock: follow the journal to its end; returns the number of inspections opened."""
    opened = 0
    while (found := _step()) is not None:
        opened += found
    return opened


@transaction.atomic
def _step() -> int | None:
    """Look through the next events, by their places, which have no gaps; None at the end."""
    cursor, _made = Followed.objects.select_for_update().get_or_create(pk=1)
    places = range(cursor.position, cursor.position + BATCH)
    events = Event.objects.filter(position__gte=places.start, position__lt=places.stop)
    seen = list(events.order_by("position").values_list("verb", "data"))
    if not seen:
        return None
    cursor.position += len(seen)
    cursor.save()
    return sum(_open_all(data.get("sources", ())) for verb, data in seen if verb == PUBLISHED)


def _open_all(sources: Iterable[str]) -> int:
    numbers = [source.removeprefix("case:") for source in sources]
    named = Q(case__number__in=numbers) | Q(visits__case__number__in=numbers)
    covert = Inspection.objects.filter(named, covert=True, opened_at=None).distinct()
    found = list(covert.select_related("case").order_by("pk"))
    for inspection in found:
        _open(inspection)
    return len(found)


def _open(inspection: Inspection) -> None:
    """Its own case and its concluded visits; the others follow when they are concluded, if ever."""
    Inspection.objects.filter(pk=inspection.pk).update(opened_at=timezone.now())
    done = Visit.objects.filter(inspection=inspection, case__state="closed").values("pk")
    Case.objects.filter(Q(pk=inspection.pk) | Q(pk__in=done)).update(circle=Circle.OPEN)
    record(actor="clock", verb="inspection.reveal", subject=inspection.case.subject, data={})
