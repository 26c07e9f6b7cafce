"""What of rectification can be found by its words: orders by their number and faults, bulletins by theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q

from chuangwen.core.search import Source, register
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Order


def _numbers(subjects: Sequence[str]) -> list[str]:
    return [subject[5:] for subject in subjects if subject.startswith("case:")]


def _orders(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    """An order that was passed on has its number in common with another one, which no event names."""
    orders = Order.objects.order_by("pk").select_related("number__series", "case__unit")
    if subjects is not None:
        named = Q(case__number__in=_numbers(subjects))
        alike = Order.objects.filter(named, number__isnull=False).values("number")
        orders = orders.filter(named | Q(number__in=alike))
    for order in orders.prefetch_related("items").iterator(chunk_size=500):
        words = [str(order.number or ""), order.case.title, order.case.unit.code]
        words += [f"{item.words} {item.place}" for item in order.items.all()]
        yield order.pk, "\n".join(words)


def _bulletins(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    bulletins = Bulletin.objects.order_by("pk").select_related("number__series", "case")
    if subjects is not None:
        bulletins = bulletins.filter(case__number__in=_numbers(subjects))
    for bulletin in bulletins.iterator():
        yield bulletin.pk, f"{bulletin.number or ''}\n{bulletin.case.title}"


def register_sources() -> None:
    register(Source("order", _orders))
    register(Source("bulletin", _bulletins))
