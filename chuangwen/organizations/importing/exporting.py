"""The directory as a file in the very form that the import reads, and the empty form to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chuangwen.core.parts import in_parts
from chuangwen.core.spreadsheets import Sheet, book
from chuangwen.organizations.importing import columns, resources
from chuangwen.organizations.importing.columns import Kind
from chuangwen.organizations.importing.reading import SheetResource
from chuangwen.organizations.importing.standing import Standing, named, with_lines
from chuangwen.organizations.models import Membership, Person, Post, Unit
from chuangwen.organizations.queries import unit_filter
from chuangwen.organizations.scope import kept_or_secured_by

Progress = Callable[[int, int], None]


def template() -> bytes:
    """The form: an explanation, and each sheet with its headings."""
    explained = Sheet(
        columns.EXPLANATION,
        [_("Sheet"), _("Column"), _("Required"), _("What to write")],
        [
            (kind.title, column.label, _("yes") if column.required else "", column.note)
            for kind in columns.KINDS
            for column in kind.columns
        ],
    )
    return book(explained, *(Sheet(kind.title, kind.labels, to_fill=True) for kind in columns.KINDS))


def export_book(actor: Person, asked: dict[str, str], progress: Progress) -> tuple[bytes, dict[str, int]]:
    """The units that ``actor`` sees and ``asked`` leaves, with posts and people as far as they keep them.

    Returns the file and the number of rows of each sheet.
    """
    standing = Standing(actor)
    _form, units = unit_filter(actor, asked)
    kept = units.filter(kept_or_secured_by(actor))
    counts = {"units": units.count(), "posts": Post.objects.held().filter(unit__in=kept).count()}
    total = counts["units"] + counts["posts"]
    unit_lines = map(resources.UnitResource(standing).line, _units(units))
    written = {
        columns.TERRITORIES: _lines(resources.TerritoryResource(standing), standing.territories.by_code),
        columns.SYSTEMS: _lines(resources.SystemResource(standing), standing.systems.by_code),
        columns.PEER_GROUPS: _lines(resources.PeerGroupResource(standing), standing.peer_groups.by_code),
        columns.UNITS: _counted(unit_lines, 0, total, progress),
        columns.POSTS: _counted(_post_lines(standing, kept), counts["units"], total, progress),
    }
    return book(*(_sheet(kind, lines) for kind, lines in written.items())), counts


def _lines(resource: SheetResource, rows: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return map(resource.line, rows.values())


def _counted(
    lines: Iterable[dict[str, Any]], before: int, total: int, progress: Progress
) -> Iterator[dict[str, Any]]:
    for done, line in enumerate(lines, start=before + 1):
        progress(done, total)
        yield line


def _sheet(kind: Kind, lines: Iterable[dict[str, Any]]) -> Sheet:
    names = [column.name for column in kind.columns]
    return Sheet(kind.title, kind.labels, ([line[name] for name in names] for line in lines), to_fill=True)


def _units(units: QuerySet[Unit]) -> Iterator[Unit]:
    """The units by their codes, with their systems."""
    for some in in_parts(units.order_by("code")):
        with_lines(some, Membership.objects.filter(unit__in=some))
        yield from some


def _post_lines(standing: Standing, units: QuerySet[Unit]) -> Iterator[dict[str, Any]]:
    """The held posts of these units, in the order of the units."""
    of_post, of_person = resources.PostResource(standing, frozenset()), resources.PersonResource(standing)
    posts = Post.objects.held().filter(unit__in=units).select_related("person", "unit")
    for post in chain.from_iterable(in_parts(posts.order_by("unit__code", "pk"))):
        assert post.person  # noqa: S101 - held posts only
        named(post, post.unit.code, post.person.username)
        yield of_person.line(post.person) | of_post.line(post)
