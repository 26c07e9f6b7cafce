"""The sheets, one by one: how their rows are known, what their cells hold, and who may change what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from import_export.fields import Field
from import_export.widgets import Widget

from chuangwen.organizations.importing import columns, widgets
from chuangwen.organizations.importing.faults import wrong
from chuangwen.organizations.importing.reading import Clash, SheetResource
from chuangwen.organizations.importing.standing import PostKey, Register, Standing, key_of
from chuangwen.organizations.models import FourBodies, PeerGroup, Person, Post, Role, System, Territory, Unit
from chuangwen.organizations.powers import SEPARATE
from chuangwen.organizations.scope import keeps_territory, may_appoint, may_grant, scope_of


class _ListResource(SheetResource):
    """A sheet of things with a code and a name, kept in a register."""

    model: ClassVar[type[Territory | System | PeerGroup]]

    @property
    def register(self) -> Register[Any]:
        return getattr(self.standing, self.kind.name)  # type: ignore[no-any-return]

    def widgets(self) -> dict[str, Widget]:
        return {"code": widgets.Text(), "name": widgets.Text()}

    def known(self, row: Any) -> Model | None:
        return self.register.by_code.get(self.fields["code"].clean(row))

    def fresh(self) -> Model:
        return self.model()

    def keep(self, instance: Any) -> None:
        self.register.add(instance)

    def check(self, instance: Any, *, is_new: bool) -> None:
        if not self.standing.keeps_all:
            raise wrong("global")


class SystemResource(_ListResource):
    kind = columns.SYSTEMS
    model = System


class PeerGroupResource(_ListResource):
    kind = columns.PEER_GROUPS
    model = PeerGroup


class TerritoryResource(_ListResource):
    kind = columns.TERRITORIES
    model = Territory

    def widgets(self) -> dict[str, Widget]:
        return {**super().widgets(), "valid_from": widgets.Day()}

    def fresh(self) -> Model:
        return Territory(valid_from=timezone.localdate())

    def read(self, field: Field, instance: Any, row: Any) -> None:
        if field.column_name != "valid_from" or row["valid_from"] != "":
            super().read(field, instance, row)

    def check(self, instance: Any, *, is_new: bool) -> None:
        if not keeps_territory(self.standing.actor, instance.code):
            raise ValidationError({"code": wrong("your_territory", value=instance)})


class UnitResource(SheetResource):
    kind = columns.UNITS
    attributes: ClassVar[dict[str, str]] = {"territory": "territory_id", "peer_group": "peer_group_id"}

    def widgets(self) -> dict[str, Widget]:
        standing, text, yes_no = self.standing, widgets.Text(), widgets.YesNo()
        lines = widgets.SeveralNamed(lambda: standing.systems, "system", columns.SYSTEMS)
        return {
            "code": widgets.Code(),
            "name": text,
            "short_name": text,
            "territory": widgets.Named(lambda: standing.territories, "place", columns.TERRITORIES),
            "peer_group": widgets.Named(lambda: standing.peer_groups, "group", columns.PEER_GROUPS),
            "stands_in": lines,
            "leads": lines,
            "seat": yes_no,
            "four_bodies": widgets.Choice(FourBodies.choices),
            "stationed": yes_no,
            "system_managed": yes_no,
            "demonstration": yes_no,
            "document_mark": text,
        }

    def known(self, row: Any) -> Unit | None:
        return self.standing.units.get(self.fields["code"].clean(row))

    def fresh(self) -> Unit:
        unit = Unit()
        unit.stands_in = unit.leads = frozenset()  # type: ignore[attr-defined]
        return unit

    def keep(self, instance: Any) -> None:
        self.standing.units[instance.code] = instance

    def check(self, instance: Any, *, is_new: bool) -> None:
        if not instance.active:
            raise wrong("unit_inactive")
        if outside := instance.leads - instance.stands_in:
            system = self.standing.systems.by_code[min(outside)]
            raise ValidationError({"leads": wrong("leads_outside", system=system)})
        for code in {instance.territory_id, self.before.get("territory_id", instance.territory_id)}:
            if not keeps_territory(self.standing.actor, code):
                place = self.standing.territories.by_code[code]
                raise ValidationError({"territory": wrong("your_territory", value=place)})

    def clashes(self) -> Iterator[Clash]:
        """Rows whose unit would share its seat or its document mark with another one."""
        holders: dict[tuple[str, str], Unit] = {}
        for unit in self.standing.units.values():
            held = {"seat": unit.seat and unit.territory_id, "document_mark": unit.document_mark}
            for column, value in held.items():
                if unit.active and value and (other := holders.setdefault((column, value), unit)) != unit:
                    here, there = (unit, other) if unit.code in self.rows else (other, unit)
                    yield self.rows[here.code], column, wrong(f"{column}_taken", unit=there)


class PersonResource(SheetResource):
    """The people of the sheet of posts; empty cells leave what is known of them."""

    kind = columns.POSTS
    key = "username"

    def widgets(self) -> dict[str, Widget]:
        return dict.fromkeys(("username", "name", "email", "phone"), widgets.Text())

    def known(self, row: Any) -> Person | None:
        return self.standing.people.get(self.fields["username"].clean(row))

    def fresh(self) -> Person:
        return Person(password=make_password(None))

    def keep(self, instance: Any) -> None:
        self.standing.people[instance.username] = instance

    def read(self, field: Field, instance: Any, row: Any) -> None:
        if row[field.column_name] != "":
            super().read(field, instance, row)

    def check(self, instance: Any, *, is_new: bool) -> None:
        actor = self.standing.actor
        if is_new:
            if not may_appoint(actor):
                raise wrong("accounts")
            return
        units = self.standing.units
        held = self.standing.posts_of.get(instance.username, ())
        if not all(may_grant(actor, Role(post.role), units[post.unit_code]) for post in held):  # type: ignore[attr-defined]
            raise wrong("person_elsewhere")

    def errors(self, instance: Person) -> dict[str, ValidationError]:
        return {} if instance.name else {"name": wrong("missing")}


class PostResource(SheetResource):
    """The posts. One is known by all that is said of it; so it begins, ends, or stays as it is."""

    kind = columns.POSTS
    key = "username"
    attributes: ClassVar[dict[str, str]] = {"unit": "unit_code"}

    def __init__(self, standing: Standing, broken: frozenset[str]) -> None:
        """``broken`` are the codes of units whose own rows have faults."""
        super().__init__(standing)
        self._broken = broken

    def widgets(self) -> dict[str, Widget]:
        text = widgets.Text()
        return {
            "unit": widgets.Code(),
            "department": text,
            "title": text,
            "role": widgets.Choice(Role.choices),
            "username": text,
            "ended_on": widgets.Day(),
        }

    def _key(self, row: Any) -> PostKey:
        code, department, title, role, username = (
            self.fields[name].clean(row) if name in row else ""
            for name in ("unit", "department", "title", "role", "username")
        )
        return (code, department, title, role, username)

    def known(self, row: Any) -> Post | None:
        key = self._key(row)
        day: date | None = self.fields["ended_on"].clean(row) if "ended_on" in row else None
        if day and (key, day) in self.standing.ended:
            post = Post(department=key[1], title=key[2], role=key[3], ended_on=day)
            post.unit_code, post.username = key[0], key[4]  # type: ignore[attr-defined]
            return post
        return self.standing.posts.get(key)

    def fresh(self) -> Post:
        return Post()

    def key_of(self, instance: Any) -> Any:
        return (key_of(instance), instance.ended_on)

    def errors(self, instance: Any) -> dict[str, ValidationError]:
        code = getattr(instance, "unit_code", "")  # none if that cell could not be read
        if not code or code in self.standing.units:
            return {}
        kind = "unit_wrong" if code in self._broken else "unit"
        return {"unit": wrong(kind, value=code, sheet=columns.UNITS.title)}

    def check(self, instance: Any, *, is_new: bool) -> None:
        actor, unit = self.standing.actor, self.standing.units[instance.unit_code]
        if instance.ended_on and is_new:
            raise ValidationError({"ended_on": wrong("ended_never")})
        if instance.ended_on and instance.ended_on > timezone.localdate():
            raise ValidationError({"ended_on": wrong("ended_late")})
        if not unit.active:
            raise ValidationError({"unit": wrong("unit_inactive")})
        if not may_grant(actor, Role(instance.role), unit):
            raise ValidationError({"role": wrong("grant", role=Role(instance.role).label)})
        if is_new and instance.username == actor.username and scope_of(actor).secures:
            raise ValidationError({"username": wrong("own_post")})

    def save_instance(self, instance: Any, is_create: Any, row: Any, **kwargs: Any) -> None:
        super().save_instance(instance, is_create, row, **kwargs)
        instance.unit = self.standing.units[instance.unit_code]
        if is_create:
            instance.person = self.standing.people.get(instance.username)

    def clashes(self) -> Iterator[Clash]:
        """New posts that would give one person two roles that are kept apart."""
        roles = defaultdict(set)
        for post in (*self.standing.posts.values(), *self.new):
            if post.ended_on is None and post.role in SEPARATE:
                roles[post.username].add(post.role)
        for post in self.new:
            if post.role in SEPARATE and len(roles[post.username]) > 1:
                yield self.rows[self.key_of(post)], "role", wrong("separate", person=post.person)
