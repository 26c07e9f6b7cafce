"""What of the directory can be found by its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chuangwen.core.search import Source, register
from chuangwen.organizations.models import Unit


def _units(subjects: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    """Names and codes of units; of all when the directory was loaded as a whole."""
    units = Unit.objects.order_by("pk")
    if subjects is not None and "directory" not in subjects:
        units = units.filter(code__in=[name[5:] for name in subjects if name.startswith("unit:")])
    for pk, *words in units.values_list("pk", "name", "short_name", "code").iterator():
        yield pk, " ".join(words)


def register_sources() -> None:
    register(Source("unit", _units))
