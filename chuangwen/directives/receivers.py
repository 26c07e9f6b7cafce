"""Who gets a task: the rules that find units, and the union of lines less the excluded ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from chuangwen.directives.models import Receiver
from chuangwen.organizations.models import FourBodies, Membership, Territory, Unit, within

Rule = Receiver.Rule
Role = Receiver.Role
MARKS = ("stationed", "system_managed", "demonstration")
_DIGITS = {level: digits for digits, level in Territory.LEVELS.items()}


def _of_level(level: str) -> Q:
    """Units that stand directly in a territory of ``level``, such as ``county``."""
    return Q(territory__code__regex=rf"^\d{{{_DIGITS[level]}}}$")


def _bodies(value: str, territory: str) -> Q:
    """``value`` is ``levels:bodies``, both joined by "+", such as ``city+county:party+government``."""
    levels, _, bodies = value.partition(":")
    found = Q()
    for level in levels.split("+"):
        found |= _of_level(level)
    wanted = bodies.split("+") if bodies else [body for body in FourBodies.values if body]
    return found & Q(four_bodies__in=wanted)


def _system(value: str, territory: str, *, leads_only: bool = False) -> Q:
    members = Membership.objects.filter(system=value)
    return Q(pk__in=(members.filter(leads=True) if leads_only else members).values("unit_id"))


def _one_unit(value: str, territory: str) -> Q:
    """The unit of that code, or whoever stands for it today."""
    unit = Unit.objects.filter(code=value).select_related("successor").first()
    return Q(pk=unit.heir.pk if unit else None)


# Each rule gives a filter over units, from its value and the territory of the office that dispatches.
_RULES: dict[str, Callable[[str, str], Q]] = {
    Rule.ALL: lambda value, territory: Q(),
    Rule.SEATS: lambda value, territory: Q(seat=True) & _of_level(value),
    Rule.TERRITORY: lambda value, territory: within(value),
    Rule.BODIES: _bodies,
    Rule.SYSTEM: _system,
    Rule.SYSTEM_LEADS: lambda value, territory: (
        _system(value, territory, leads_only=True) & Q(territory=territory)
    ),
    Rule.PEER_GROUP: lambda value, territory: Q(peer_group=value),
    Rule.MARK: lambda value, territory: Q(**{value: True}),
    Rule.UNIT: _one_unit,
    Rule.NOBODY: lambda value, territory: Q(pk__in=()),
}


def units_of(receiver: Receiver, territory: str) -> Q:
    """The filter of one decided line."""
    return _RULES[receiver.rule](receiver.value, territory)


def address_of(lines: Iterable[Receiver]) -> tuple[Any, ...]:
    """What of the lines decides who gets the task: the same address, the same units."""
    return tuple((line.rule, line.value, line.role, line.excluded) for line in lines)


def recipients(
    lines: Iterable[Receiver], territory: str, *, except_unit: int | None = None
) -> dict[Unit, str]:
    """The units that a task goes to, with their role, inside ``territory``; four bodies first.

    A unit named twice is in it once; leading beats supporting beats each for itself. The office that
    dispatches (``except_unit``) assigns nothing to itself unless a line names it as one unit.
    """
    lines = list(lines)
    # As many columns as are read of twenty thousand.
    inside = (
        Unit.objects.filter(within(territory), active=True)
        .only("code", "name", "four_bodies", "territory")
        .order_by("code")
    )
    kept_out = Q(pk__in=())
    for line in lines:
        if line.excluded:
            kept_out |= units_of(line, territory)
    found: dict[Unit, str] = {}
    for line in sorted((x for x in lines if not x.excluded), key=lambda x: list(Role).index(Role(x.role))):
        units = inside.filter(units_of(line, territory)).exclude(kept_out)
        if line.rule != Rule.UNIT:
            units = units.exclude(pk__in=[except_unit])
        for unit in units:
            found.setdefault(unit, line.role)
    return dict(sorted(found.items(), key=lambda item: (not item[0].four_bodies, item[0].code)))
