"""Who sees, leads and answers for whom: the one answer to "what is this person to that unit?"

A `Scope` is read once for a person and then answers for any number of units, as a set of relations for
one unit and as a filter for a table of them. Everything that decides about permission asks here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from chuangwen.organizations.models import Membership, Person, Post, Role, Unit, within, within_any
from chuangwen.organizations.powers import ENTRUSTED, POWERS, TERRITORIAL, Power

# Who belongs to a unit; inspectors, delegates and the like only have their seat there.
_MEMBERS = frozenset({Role.HEAD, Role.DEPUTY, Role.LIAISON, Role.STAFF, Role.OFFICE})

# Of the four bodies these look over the whole territory, whose leadership they are.
_LEADERS = frozenset({Role.HEAD, Role.DEPUTY})


class Relation(StrEnum):
    """What a person is to a unit; a stranger is none of them."""

    BELONGS_TO = "belongs_to"
    ANSWERS_FOR = "answers_for"
    LEADS_TERRITORY = "leads_territory"
    LEADS_SYSTEM = "leads_system"
    OVERSEES = "oversees"
    OFFICE_OVER = "office_over"
    INSPECTS = "inspects"
    AUDITS = "audits"


@dataclass(frozen=True)
class Scope:
    """The reach of one person: units by id, territories by code, (system, territory) pairs."""

    belongs: frozenset[int] = frozenset()
    answers: frozenset[int] = frozenset()
    seats: frozenset[str] = frozenset()
    lines: frozenset[tuple[str, str]] = frozenset()
    oversees: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    inspects: frozenset[str] = frozenset()
    judges: frozenset[str] = frozenset()
    audits: frozenset[str] = frozenset()
    administers: frozenset[str] = frozenset()
    secures: frozenset[str] = frozenset()
    posts: tuple[Post, ...] = ()

    def relations(self, unit: Unit) -> frozenset[Relation]:
        """Everything that the person is to ``unit``; empty for a stranger."""
        own = unit.pk in self.answers
        found = {
            Relation.BELONGS_TO: unit.pk in self.belongs,
            Relation.ANSWERS_FOR: own,
            Relation.LEADS_TERRITORY: not own and _inside(unit, self.seats),
            Relation.LEADS_SYSTEM: not own and self._leads_by_system(unit),
            Relation.OVERSEES: not own and _inside(unit, self.oversees),
            Relation.OFFICE_OVER: _inside(unit, self.offices),
            Relation.INSPECTS: _inside(unit, self.inspects),
            Relation.AUDITS: _inside(unit, self.audits),
        }
        return frozenset(relation for relation, holds in found.items() if holds)

    def _leads_by_system(self, unit: Unit) -> bool:
        codes = {system for system, territory in self.lines if unit.territory_id.startswith(territory)}
        return bool(codes) and any(m.system_id in codes for m in unit.memberships.all())

    @property
    def territories(self) -> frozenset[str]:
        """The territories that the person sees whole."""
        return self.seats | self.oversees | self.offices | self.audits

    def runs(self, territory: str) -> bool:
        """Whether the person may run campaigns in ``territory``."""
        return lies_in(territory, self.offices)

    def sees(self, path: str = "") -> Q:
        """A filter for rows whose unit the person may see; ``path`` leads to the unit (``"unit"``)."""
        unit, dot = path or "pk", f"{path}__" if path else ""
        condition = Q(**{f"{unit}__in": self.belongs})
        condition |= within_any(self.territories, f"{dot}territory_id")
        for system, territory in self.lines:
            in_line = Membership.objects.filter(within(territory, "unit__territory_id"), system=system)
            condition |= Q(**{f"{unit}__in": in_line.values("unit_id")})
        return condition


def lies_in(territory: str, codes: Iterable[str]) -> bool:
    """Whether a territory is in the subtree of one of ``codes``."""
    return any(territory.startswith(code) for code in codes)


def _inside(unit: Unit, codes: frozenset[str]) -> bool:
    return lies_in(unit.territory_id, codes)


def scope_of(person: Person | AnonymousUser) -> Scope:
    """The person's scope, read once and kept on the object; nobody signed in has an empty one."""
    if not isinstance(person, Person) or not person.is_active:
        return Scope()
    if not hasattr(person, "_scope"):
        person._scope = _read_scope(person)  # type: ignore[attr-defined]  # noqa: SLF001
    scope: Scope = person._scope  # type: ignore[attr-defined]  # noqa: SLF001
    return scope


def _read_scope(person: Person) -> Scope:
    posts = tuple(person.posts.held().select_related("unit"))
    answering = [post.unit for post in posts if Power.ANSWER in POWERS[Role(post.role)]]
    ids = {unit.pk for unit in answering}
    led = Membership.objects.filter(unit__in=ids, leads=True).values_list("system_id", "unit__territory_id")
    return Scope(
        belongs=frozenset(post.unit_id for post in posts if post.role in _MEMBERS),
        answers=frozenset(ids),
        seats=frozenset(unit.territory_id for unit in answering if unit.seat),
        lines=frozenset(led) if ids else frozenset(),
        oversees=frozenset(
            post.unit.territory_id for post in posts if post.role in _LEADERS and post.unit.four_bodies
        ),
        offices=_territories(posts, Power.RUN),
        inspects=_territories(posts, Power.INSPECT),
        judges=_territories(posts, Power.JUDGE),
        audits=_territories(posts, Power.AUDIT),
        administers=_territories(posts, Power.ADMINISTER),
        secures=_territories(posts, Power.SECURE),
        posts=posts,
    )


def _territories(posts: tuple[Post, ...], power: Power) -> frozenset[str]:
    return frozenset(post.unit.territory_id for post in posts if power in POWERS[Role(post.role)])


def led_by_territory(unit: Unit) -> Q:
    """A filter for the units that ``unit`` leads along the territory (块): all in it, if it is the seat."""
    return within(unit.territory_id) & ~Q(pk=unit.pk) if unit.seat else Q(pk__in=())


def led_by_system(unit: Unit) -> Q:
    """A filter for the units that ``unit`` leads along its systems (条), inside its territory."""
    led = Membership.objects.filter(unit=unit, leads=True).values("system_id")
    members = Membership.objects.filter(within(unit.territory_id, "unit__territory_id"), system__in=led)
    return Q(pk__in=members.values("unit_id")) & ~Q(pk=unit.pk)


def may_grant(person: Person, role: Role, unit: Unit) -> bool:
    """Whether ``person`` may give ``role`` in ``unit``: nobody grants what they lack.

    One post of theirs must reach the unit, carry the power to appoint, and carry every power of the role or
    be entrusted with giving it.
    """
    return any(
        Power.APPOINT in POWERS[Role(post.role)]
        and (POWERS[role] <= POWERS[Role(post.role)] or role in ENTRUSTED.get(Role(post.role), ()))
        and _reaches(post, unit)
        for post in scope_of(person).posts
    )


def may_secure(actor: Person, person: Person) -> bool:
    """Whether ``actor`` keeps the account of ``person``: second factor and sessions, never their own.

    Every post of the person must lie where the actor is security administrator, and be one they may give;
    so an auditor's account is kept on the command line alone.
    """
    places = scope_of(actor).secures
    return (
        bool(places)
        and actor.pk != person.pk
        and all(
            _inside(post.unit, places) and may_grant(actor, Role(post.role), post.unit)
            for post in scope_of(person).posts
        )
    )


def may_appoint(person: Person | AnonymousUser) -> bool:
    """Whether the person gives posts at all, and so may open the accounts that posts need."""
    return any(Power.APPOINT in POWERS[Role(post.role)] for post in scope_of(person).posts)


def keeps_directory(person: Person | AnonymousUser) -> frozenset[str]:
    """The territories whose directory of units the person keeps."""
    scope = scope_of(person)
    return scope.offices | scope.administers


def kept_by(person: Person | AnonymousUser, field: str = "territory_id") -> Q:
    """A filter for the rows whose ``field`` is a territory of the directory that the person keeps."""
    return within_any(keeps_directory(person), field)


def kept_or_secured_by(person: Person | AnonymousUser) -> Q:
    """A filter for the units whose directory, or whose accounts, the person keeps."""
    return within_any(keeps_directory(person) | scope_of(person).secures)


def may_import(person: Person | AnonymousUser) -> bool:
    """Whether the person brings in files about many units: who keeps a directory, or the accounts in one.

    Each row is still checked for itself.
    """
    return bool(keeps_directory(person) or scope_of(person).secures)


def keeps_territory(person: Person | AnonymousUser, code: str) -> bool:
    """Whether the directory of the territory with this code is the person's to keep."""
    return lies_in(code, keeps_directory(person))


def keeps_all(person: Person | AnonymousUser) -> bool:
    """Whether the person keeps the directory of every unit there is, and so of what all units share."""
    return _hold_every_unit(keeps_directory(person))


def audits_all(person: Person | AnonymousUser) -> bool:
    """Whether the person audits every unit there is."""
    return _hold_every_unit(scope_of(person).audits)


def _hold_every_unit(codes: frozenset[str]) -> bool:
    return bool(codes) and not Unit.objects.exclude(within_any(codes)).exists()


def keeps_unit(person: Person | AnonymousUser, unit: Unit) -> bool:
    """Whether ``unit`` stands in the directory that the person keeps."""
    return _inside(unit, keeps_directory(person))


def _reaches(post: Post, unit: Unit) -> bool:
    if post.role in TERRITORIAL:
        return unit.territory_id.startswith(post.unit.territory_id)
    return unit.pk == post.unit_id
