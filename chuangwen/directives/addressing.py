"""Rules of address in words: the choices offered to a clerk, and what a decided line says."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.directives.models import Receiver
from chuangwen.organizations.models import FourBodies, PeerGroup, System, Territory, Unit, within

Rule = Receiver.Rule
Choice = tuple[str, str]
LEVEL_NAMES: dict[str, Promise] = {
    "city": gettext_lazy("city"),
    "county": gettext_lazy("counties and districts"),
    "township": gettext_lazy("towns and subdistricts"),
}
MARK_NAMES: dict[str, Promise] = {
    "stationed": gettext_lazy("stationed units"),
    "system_managed": gettext_lazy("system-managed units"),
    "demonstration": gettext_lazy("demonstration units"),
}


def encoded(rule: str, value: str) -> str:
    """A rule with its value as one choice of a list."""
    return f"{rule}:{value}" if rule else ""


def decoded(choice: str) -> tuple[str, str]:
    rule, _colon, value = choice.partition(":")
    return rule, value


class Words:
    """The names that rules refer to, read once for a page; ``lines`` are those to be described on it."""

    def __init__(self, territory: str, lines: Iterable[Receiver] = ()) -> None:
        codes = [line.value for line in lines if line.rule == Rule.UNIT]
        self.units = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
        self.systems = dict(System.objects.values_list("code", "name"))
        self.peer_groups = dict(PeerGroup.objects.values_list("code", "name"))
        places = Territory.objects.filter(within(territory, "code")).exclude(pk=territory)
        self.territories = dict(places.values_list("code", "name"))
        self._digits = min(map(len, self.territories), default=0)

    def say(self, rule: str, value: str) -> str:
        """What a line says, such as "every unit of 教育系统"; empty while it is undecided."""
        of: dict[str, str] = {
            Rule.SEATS: str(LEVEL_NAMES.get(value, "")),
            Rule.TERRITORY: self.territories.get(value, value),
            Rule.BODIES: _bodies_in_words(value),
            Rule.SYSTEM: self.systems.get(value, value),
            Rule.SYSTEM_LEADS: self.systems.get(value, value),
            Rule.PEER_GROUP: self.peer_groups.get(value, value),
            Rule.MARK: str(MARK_NAMES.get(value, value)),
            Rule.UNIT: self.units.get(value, value),
        }
        templates: dict[str, str] = {
            Rule.ALL: _("every unit of the city"),
            Rule.SEATS: _("the seats of all %(of)s"),
            Rule.TERRITORY: _("every unit of %(of)s"),
            Rule.BODIES: "%(of)s",
            Rule.SYSTEM: _("every unit of %(of)s"),
            Rule.SYSTEM_LEADS: _("the city's leader of %(of)s"),
            Rule.PEER_GROUP: _("peer group: %(of)s"),
            Rule.MARK: "%(of)s",
            Rule.NOBODY: _("nobody; stays in the plan only"),
            Rule.UNIT: "%(of)s" if value else _("one unit, named beside"),
            Rule.UNDECIDED: "",
        }
        return templates[rule] % {"of": of.get(rule, "")}

    def offered(self) -> set[str]:
        """Every choice of ``choices``, as it is encoded."""
        return {value for _label, group in self.groups() for value, _name in group}

    def choices(self) -> list[Choice | tuple[str, list[Choice]]]:
        """All rules that make sense in this territory, grouped for a select."""
        return [("", _("not decided")), *self.groups()]

    def groups(self) -> list[tuple[str, list[Choice]]]:
        counties = [code for code in self.territories if len(code) == self._digits]
        bodies = ("city+county:", "city:", "county:")
        return [
            self._group(_("By hand"), (Rule.UNIT, [""]), (Rule.ALL, [""]), (Rule.NOBODY, [""])),
            self._group(
                _("Along the territory"), (Rule.SEATS, ["county", "township"]), (Rule.BODIES, bodies)
            ),
            self._group(_("A whole territory"), (Rule.TERRITORY, counties)),
            self._group(_("Leaders of systems"), (Rule.SYSTEM_LEADS, self.systems)),
            self._group(_("Whole systems"), (Rule.SYSTEM, self.systems)),
            self._group(
                _("Peer groups and marks"), (Rule.PEER_GROUP, self.peer_groups), (Rule.MARK, MARK_NAMES)
            ),
        ]

    def _group(self, label: str, *rules: tuple[Rule, object]) -> tuple[str, list[Choice]]:
        return label, [
            (encoded(rule, value), self.say(rule, value))
            for rule, values in rules
            for value in values  # type: ignore[attr-defined]
        ]


def _bodies_in_words(value: str) -> str:
    levels, _colon, bodies = value.partition(":")
    names = [str(FourBodies(body).label) for body in bodies.split("+") if body]
    where = _(" and ").join(str(LEVEL_NAMES[level]) for level in levels.split("+") if level in LEVEL_NAMES)
    who = _(", ").join(names) or _("the four bodies")
    return _("%(who)s of %(where)s") % {"who": who, "where": where}
