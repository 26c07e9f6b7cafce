"""Every write to the directory of territories, systems, units, people and posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.identifiers import unit_code
from chuangwen.organizations.models import (
    Membership,
    PeerGroup,
    Person,
    Post,
    PostQuerySet,
    Role,
    System,
    Territory,
    Unit,
)
from chuangwen.organizations.powers import SEPARATE
from chuangwen.organizations.problems import (
    CODE_TAKEN,
    GRANT_LACKS,
    MARK_TAKEN,
    NAME_TAKEN,
    NO_ACCOUNTS,
    NOT_YOUR_DIRECTORY,
    OWN_POST,
    SEPARATE_POSTS,
    SUCCEEDED_ALREADY,
    SUCCEEDS_ITSELF,
    SUCCESSION_CYCLE,
    SUCCESSOR_INACTIVE,
)
from chuangwen.organizations.scope import keeps_unit, may_appoint, may_grant, scope_of


def journal_name(actor: Person | None) -> str:
    """How the journal names an actor; None is the clock or the command line, which has no person."""
    return f"person:{actor.pk}" if actor else "system"


@dataclass(frozen=True)
class Directory:
    """A whole directory to be loaded at once; the order of the fields is the order of writing."""

    territories: Sequence[Territory] = ()
    systems: Sequence[System] = ()
    peer_groups: Sequence[PeerGroup] = ()
    units: Sequence[Unit] = ()
    memberships: Sequence[Membership] = ()
    people: Sequence[Person] = ()
    posts: Sequence[Post] = field(default=())


@transaction.atomic
def load_directory(*, actor: Person | None, directory: Directory) -> None:
    """Write a directory in bulk, all or nothing, as one event.

    Unit codes are checked. Raises Problem ``unit.bad_code``, ``post.separate``.
    """
    for unit in directory.units:
        unit.code = unit_code(unit.code)
    counts = {}
    for model in (Territory, System, PeerGroup, Unit, Membership, Person, Post):
        rows = getattr(directory, _FIELDS[model])
        model._default_manager.bulk_create(rows, batch_size=1000)  # noqa: SLF001
        counts[_FIELDS[model]] = len(rows)
    _refuse_union(Post.objects.all())
    record(actor=journal_name(actor), verb="directory.load", subject="directory", data=counts)


_FIELDS: dict[type, str] = {
    Territory: "territories",
    System: "systems",
    PeerGroup: "peer_groups",
    Unit: "units",
    Membership: "memberships",
    Person: "people",
    Post: "posts",
}


@transaction.atomic
def add_unit(*, actor: Person | None, unit: Unit, systems: Sequence[Membership] = ()) -> Unit:
    """Add one unit with its places in systems.

    Raises Problem ``unit.not_your_directory``, ``unit.bad_code``, ``unit.code_taken``.
    """
    if actor and not keeps_unit(actor, unit):
        raise Problem(NOT_YOUR_DIRECTORY, territory=unit.territory)
    unit.code = unit_code(unit.code)
    holder = Unit.objects.filter(code=unit.code).first()
    if holder:
        raise Problem(CODE_TAKEN, code=unit.code, unit=holder)
    unit.save()
    for membership in systems:
        membership.unit = unit
        membership.save()
    record(actor=journal_name(actor), verb="unit.add", subject=f"unit:{unit.code}", data={"name": unit.name})
    return unit


@transaction.atomic
def set_document_mark(*, actor: Person | None, unit: Unit, mark: str) -> None:
    """Say what the numbers of a unit's papers begin with (机关代字). Another mark begins another series.

    Raises Problem ``unit.not_your_directory``, ``unit.mark_taken``.
    """
    if actor and not keeps_unit(actor, unit):
        raise Problem(NOT_YOUR_DIRECTORY, territory=unit.territory)
    holder = (
        Unit.objects.filter(document_mark=mark, active=True).exclude(pk=unit.pk).first() if mark else None
    )
    if holder:
        raise Problem(MARK_TAKEN, mark=mark, unit=holder)
    unit.document_mark = mark
    unit.save(update_fields=["document_mark"])
    record(actor=journal_name(actor), verb="unit.mark", subject=f"unit:{unit.code}", data={"mark": mark})


@transaction.atomic
def open_account(*, actor: Person | None, username: str, name: str, password: str, email: str = "") -> Person:
    """Enter a person with an account.

    Raises Problem ``person.no_accounts``, ``person.name_taken``; ValidationError when the password breaks
    the rules.
    """
    if actor and not may_appoint(actor):
        raise Problem(NO_ACCOUNTS)
    if Person.objects.filter(username=username).exists():
        raise Problem(NAME_TAKEN, username=username)
    person = Person(username=username, name=name, email=email)
    validate_password(password, person)
    person.set_password(password)
    person.save()
    record(actor=journal_name(actor), verb="person.add", subject=f"person:{person.pk}")
    return person


@transaction.atomic
def appoint(
    *, actor: Person | None, person: Person, unit: Unit, role: Role, title: str, department: str = ""
) -> Post:
    """Give ``person`` a post in ``unit``. The command line (actor None) may appoint anybody, to begin with.

    Raises Problem ``post.grant_lacks``, ``post.own``, ``post.separate``.
    """
    if actor and not may_grant(actor, role, unit):
        raise Problem(GRANT_LACKS, role=role.label, unit=unit)
    if actor and actor.pk == person.pk and scope_of(actor).secures:
        raise Problem(OWN_POST)
    # Two posts given to one person at once wait for each other, and the second sees the first.
    Person.objects.select_for_update().get(pk=person.pk)
    post = Post.objects.create(person=person, unit=unit, role=role, title=title, department=department)
    _refuse_union(Post.objects.filter(person=person))
    record(
        actor=journal_name(actor),
        verb="post.appoint",
        subject=f"unit:{unit.code}",
        data={"post": post.pk, "person": person.pk, "role": role.value},
    )
    return post


def _refuse_union(posts: PostQuerySet) -> None:
    """Raises Problem ``post.separate`` if among ``posts`` one person holds two that are kept apart."""
    held = posts.filter(person__isnull=False, ended_on__isnull=True, role__in=SEPARATE)
    several = held.values("person").annotate(roles=Count("role", distinct=True)).filter(roles__gt=1)
    if found := several.order_by("person").first():
        raise Problem(SEPARATE_POSTS, person=Person.objects.get(pk=found["person"]))


@transaction.atomic
def appoint_by_name(
    *, actor: Person | None, unit: Unit, username: str, name: str, password: str, role: str, **post: str
) -> Post:
    """Give a post to the holder of ``username``, opening the account if there is none, all or nothing.

    ``post`` is title and department. Raises what ``open_account`` and ``appoint`` raise.
    """
    person = Person.objects.filter(username=username).first() or open_account(
        actor=actor, username=username, name=name or username, password=password
    )
    return appoint(actor=actor, person=person, unit=unit, role=Role(role), **post)


@transaction.atomic
def end_post(*, actor: Person | None, post: Post) -> None:
    """End a post from today; whoever may give the role may end it.

    Raises Problem ``post.grant_lacks``.
    """
    if actor and not may_grant(actor, Role(post.role), post.unit):
        raise Problem(GRANT_LACKS, role=Role(post.role).label, unit=post.unit)
    post.ended_on = timezone.localdate()
    post.save(update_fields=["ended_on"])
    record(
        actor=journal_name(actor), verb="post.end", subject=f"unit:{post.unit.code}", data={"post": post.pk}
    )


@transaction.atomic
def succeed(*, actor: Person | None, unit: Unit, successor: Unit) -> None:
    """End ``unit`` in favour of ``successor``: merged into it, or renamed to it.

    The posts of ``unit`` end today and are not handed on: who holds one in the successor is decided there.
    A seat passes on inside its territory, and what the unit leads of systems too: they would otherwise be
    without one. Both units must stand in the directory that the actor keeps. What lies on the unit's desk is
    handed over by the floor above.

    Raises Problem ``unit.succeeds_itself``, ``unit.not_your_directory``, ``unit.succession_cycle``,
    ``unit.succeeded_already``, ``unit.successor_inactive``.
    """
    if unit.pk == successor.pk:
        raise Problem(SUCCEEDS_ITSELF)
    # Locked in one order, so that two successions at once decide one after the other.
    locked = Unit.objects.select_for_update().filter(pk__in=[unit.pk, successor.pk]).order_by("pk")
    units = {row.pk: row for row in locked}
    unit, successor = units[unit.pk], units[successor.pk]
    _check_succession(actor, unit, successor)
    seat = unit.seat and unit.territory_id == successor.territory_id
    unit.active, unit.successor, unit.succeeded_on = False, successor, timezone.localdate()
    unit.seat = unit.seat and not seat
    unit.save(update_fields=["active", "successor", "succeeded_on", "seat"])
    if seat:
        successor.seat = True
        successor.save(update_fields=["seat"])
    led = _pass_on_lines(unit, successor)
    ended = unit.posts.filter(ended_on__isnull=True).update(ended_on=timezone.localdate())
    record(
        actor=journal_name(actor),
        verb="unit.succeed",
        subject=f"unit:{unit.code}",
        data={"successor": successor.code, "posts_ended": ended, "seat": seat, "leads": led},
    )


def _pass_on_lines(unit: Unit, successor: Unit) -> list[str]:
    """Let the successor stand in the systems that ``unit`` leads, and lead them; gives their codes."""
    led = sorted(unit.memberships.filter(leads=True).values_list("system", flat=True))
    for system in led:
        Membership.objects.update_or_create(unit=successor, system_id=system, defaults={"leads": True})
    unit.memberships.filter(leads=True).update(leads=False)
    return led


def _check_succession(actor: Person | None, unit: Unit, successor: Unit) -> None:
    for each in (unit, successor):
        if actor and not keeps_unit(actor, each):
            raise Problem(NOT_YOUR_DIRECTORY, territory=each.territory)
    if unit in successor.heirs():
        raise Problem(SUCCESSION_CYCLE, unit=unit, successor=successor)
    if not unit.active:
        raise Problem(SUCCEEDED_ALREADY, unit=unit)
    if not successor.active:
        raise Problem(SUCCESSOR_INACTIVE, successor=successor)


@transaction.atomic
def set_email(*, actor: Person, email: str) -> None:
    """Enter one's own e-mail address, or empty it."""
    actor.email = email
    actor.save(update_fields=["email"])
    record(actor=journal_name(actor), verb="person.email", subject=f"person:{actor.pk}")


def has_demo_accounts() -> bool:
    """Whether the database holds accounts whose password everybody knows."""
    return Person.objects.filter(demo=True).exists()
