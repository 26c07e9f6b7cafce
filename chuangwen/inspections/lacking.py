"""Why a draw cannot be made, in words: the first units that lack somebody, and what bars the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.inspections.drawing import Bar, Constraint, Lack
from chuangwen.organizations.models import Unit

_SHOWN = 3  # units that are named
_BARS: dict[Bar, str | Promise] = {
    Bar.OWN: gettext_lazy("%(count)s of the unit itself"),
    Bar.SUPERIOR: gettext_lazy("%(count)s of a body over it"),
    Bar.SUBORDINATE: gettext_lazy("%(count)s of a body under it"),
    Bar.SYSTEM: gettext_lazy("%(count)s of the same system"),
    Bar.AGAIN: gettext_lazy("%(count)s who visited it last time"),
}


def words_of(lacks: Sequence[Lack]) -> str:
    """The constraints that cannot be met, each with how many units it is about and the first of them."""
    counts = Counter(lack.constraint for lack in lacks)
    names = _names(lacks)
    return _("; ").join(_words(kind, lacks, counts[kind], names) for kind in Constraint if counts[kind])


def _names(lacks: Iterable[Lack]) -> dict[str, str]:
    shown = [lack.unit for kind in Constraint for lack in _first(kind, lacks)]
    return dict(Unit.objects.filter(code__in=shown).values_list("code", "name"))


def _first(kind: Constraint, lacks: Iterable[Lack]) -> list[Lack]:
    return [lack for lack in lacks if lack.constraint == kind][:_SHOWN]


def _words(kind: Constraint, lacks: Sequence[Lack], count: int, names: dict[str, str]) -> str:
    first = _first(kind, lacks)
    if kind is Constraint.UNITS:
        numbers = {"wanted": first[0].needed, "found": first[0].found}
        return _("%(wanted)s units are wanted and the pool has %(found)s") % numbers
    units = _(", ").join(_unit(lack, names) for lack in first)
    if kind is Constraint.TEAM:
        words = ngettext(
            "for %(count)s unit too few inspectors are free: %(units)s",
            "for %(count)s units too few inspectors are free: %(units)s",
            count,
        )
    else:
        words = ngettext(
            "for %(count)s unit nobody is free who may lead a team: %(units)s",
            "for %(count)s units nobody is free who may lead a team: %(units)s",
            count,
        )
    return words % {"count": count, "units": units}


def _unit(lack: Lack, names: dict[str, str]) -> str:
    name = names.get(lack.unit, lack.unit)
    whys = _(", ").join(str(_BARS[bar]) % {"count": number} for bar, number in lack.whys.items())
    numbers = {"unit": name, "found": lack.found, "needed": lack.needed, "whys": whys}
    if not whys:
        return _("%(unit)s (%(found)s of %(needed)s free)") % numbers
    return _("%(unit)s (%(found)s of %(needed)s free; barred are %(whys)s)") % numbers
