"""The directory as a file in the very form that the import reads, and the empty form to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.core.spreadsheets import Sheet, book
from chuangwen.organizations.importing import columns, resources
from chuangwen.organizations.importing.columns import Kind
from chuangwen.organizations.importing.reading import SheetResource
from chuangwen.organizations.importing.standing import Standing, named, with_lines
from chuangwen.organizations.models import Person, Post, Unit
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
    rows = list(units.order_by("code"))
    with_lines(rows)
    kept = set(units.filter(kept_or_secured_by(actor)).values_list("pk", flat=True))
    posts = _posts([unit for unit in rows if unit.pk in kept])
    total = len(rows) + len(posts)
    written = {
        columns.TERRITORIES: _lines(resources.TerritoryResource(standing), standing.territories.by_code),
        columns.SYSTEMS: _lines(resources.SystemResource(standing), standing.systems.by_code),
        columns.PEER_GROUPS: _lines(resources.PeerGroupResource(standing), standing.peer_groups.by_code),
        columns.UNITS: _counted(map(resources.UnitResource(standing).line, rows), 0, total, progress),
        columns.POSTS: _counted(_post_lines(standing, posts), len(rows), total, progress),
    }
    counts = {"units": len(rows), "posts": len(posts)}
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


def _posts(units: list[Unit]) -> list[Post]:
    """The held posts of these units, in the order of the units."""
    order = {unit.pk: (at, unit.code) for at, unit in enumerate(units)}
    found = [post for post in Post.objects.held().select_related("person") if post.unit_id in order]
    for post in found:
        assert post.person  # noqa: S101 - held posts only
        named(post, order[post.unit_id][1], post.person.username)
    return sorted(found, key=lambda post: (order[post.unit_id][0], post.pk))


def _post_lines(standing: Standing, posts: list[Post]) -> Iterator[dict[str, Any]]:
    of_post, of_person = resources.PostResource(standing, frozenset()), resources.PersonResource(standing)
    for post in posts:
        yield of_person.line(post.person) | of_post.line(post)
