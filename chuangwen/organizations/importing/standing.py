"""The directory as it stands, and as the rows read so far would make it; asked for in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from django.db.models import QuerySet

from chuangwen.core.models import Event
from chuangwen.organizations.models import Membership, PeerGroup, Person, Post, System, Territory, Unit
from chuangwen.organizations.scope import keeps_all

Named = TypeVar("Named", Territory, System, PeerGroup)
PostKey = tuple[str, str, str, str, str]  # unit's code, department, title, role, user name


class Register(Generic[Named]):
    """Things that have a code and a name, found by either."""

    def __init__(self, rows: Iterable[Named]) -> None:
        self.by_code: dict[str, Named] = {}
        self._by_name: dict[str, list[Named]] = defaultdict(list)
        for row in rows:
            self.add(row)

    def add(self, row: Named) -> None:
        self.by_code[row.code] = row
        self._by_name[row.name].append(row)

    def find(self, words: str) -> list[Named]:
        """The one with this code, or all with this name."""
        return [self.by_code[words]] if words in self.by_code else self._by_name.get(words, [])


@dataclass
class Standing:
    """Everything by its code; ``actor`` is who imports. The rows of a file change it as they are read.

    ``event`` is the journal's newest when the reading began: by it later changes of others are told.
    """

    actor: Person
    event: int = field(init=False)

    def __post_init__(self) -> None:
        newest = Event.objects.order_by("-pk").first()
        self.event = newest.pk if newest else 0

    @cached_property
    def keeps_all(self) -> bool:
        return keeps_all(self.actor)

    @cached_property
    def territories(self) -> Register[Territory]:
        return Register(Territory.objects.all())

    @cached_property
    def systems(self) -> Register[System]:
        return Register(System.objects.all())

    @cached_property
    def peer_groups(self) -> Register[PeerGroup]:
        return Register(PeerGroup.objects.all())

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Units with ``stands_in`` and ``leads``, sets of systems' codes."""
        units = list(Unit.objects.all())
        with_lines(units)
        return {unit.code: unit for unit in units}

    @cached_property
    def people(self) -> dict[str, Person]:
        return {person.username: person for person in Person.objects.all()}

    @cached_property
    def posts(self) -> dict[PostKey, Post]:
        """Posts that are held, each with ``unit_code`` and ``username``."""
        return {key_of(post): post for post in self._named(Post.objects.held())}

    @cached_property
    def ended(self) -> set[tuple[PostKey, date | None]]:
        ended = Post.objects.filter(person__isnull=False, ended_on__isnull=False)
        return {(key_of(post), post.ended_on) for post in self._named(ended)}

    @cached_property
    def posts_of(self) -> dict[str, list[Post]]:
        """Held posts by user name."""
        found = defaultdict(list)
        for post in self.posts.values():
            found[post.username].append(post)  # type: ignore[attr-defined]
        return found

    def _named(self, posts: Iterable[Post]) -> Iterable[Post]:
        codes = {unit.pk: code for code, unit in self.units.items()}
        names = {person.pk: username for username, person in self.people.items()}
        for post in posts:
            named(post, codes[post.unit_id], names[post.person_id or 0])
            yield post


def with_lines(units: Sequence[Unit], memberships: QuerySet[Membership] | None = None) -> None:
    """Give each unit ``stands_in`` and ``leads``: the codes of its systems, and of those that it leads.

    ``memberships`` are those of these units and perhaps of others; without, of all.
    """
    stands, leads = defaultdict(set), defaultdict(set)
    known = Membership.objects.all() if memberships is None else memberships
    for unit, system, leading in known.values_list("unit_id", "system_id", "leads"):
        stands[unit].add(system)
        if leading:
            leads[unit].add(system)
    for row in units:
        row.stands_in = frozenset(stands[row.pk])  # type: ignore[attr-defined]
        row.leads = frozenset(leads[row.pk])  # type: ignore[attr-defined]


def named(post: Post, code: str, username: str) -> None:
    """Give a post the code of its unit and the user name of its holder, which its sheet knows it by."""
    post.unit_code, post.username = code, username  # type: ignore[attr-defined]


def key_of(post: Post) -> PostKey:
    return (post.unit_code, post.department, post.title, post.role, post.username)  # type: ignore[attr-defined]
