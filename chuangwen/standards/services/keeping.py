"""Drafts come about: anew, from plain rows, from the standard that ships, or from a published version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import PeerGroup, Person, Unit
from chuangwen.organizations.services import journal_name
from chuangwen.standards import rules, shipped
from chuangwen.standards.models import Criterion, Dimension, Indicator, Method, Standard
from chuangwen.standards.problems import NOT_PUBLISHED
from chuangwen.standards.services.editing import locked, require_office, save_named

_COPIED = ("name", "basis", "level", "full", "bonus")
_OF_CRITERION = (
    "position",
    "text",
    "method",
    "points",
    "rule",
    "parameters",
    "scorer",
    "kinds",
    "pieces",
    "shows",
    "words",
    "limit",
)


@dataclass(frozen=True)
class Row:
    """A line of a standard as others give it: a reader of tables, or the standard that ships.

    Rows of one ``dimension`` (and ``part`` and ``group``) and one ``indicator`` belong together.
    """

    text: str
    points: Decimal
    dimension: str
    indicator: str = ""
    part: str = Dimension.Part.INSIDE
    group: str = ""
    rule: str = "manual"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    method: str = Method.MATERIAL
    scorer: str = ""
    kinds: Sequence[str] = ()
    pieces: int = 0
    shows: Sequence[str] = ()
    words: int = 0


@transaction.atomic
def draft(*, actor: Person, office: Unit, peer_groups: Iterable[PeerGroup] = (), **fields: Any) -> Standard:
    """Begin an empty standard of ``office``. Raises Problem ``page.not_allowed``, ``standard.taken``."""
    require_office(actor, office)
    standard = Standard(office=office, **fields)
    save_named(standard)
    standard.peer_groups.set(peer_groups)
    _recorded(actor, standard, source="anew")
    return standard


@transaction.atomic
def draft_from(
    *,
    actor: Person,
    office: Unit,
    code: str,
    name: str,
    rows: Iterable[Row],
    doubts: Sequence[Mapping[str, Any]] = (),
    peer_groups: Iterable[PeerGroup] = (),
    valid_from: date | None = None,
    **fields: Any,
) -> Standard:
    """A draft of plain rows; points of dimensions and indicators are the sums of their lines.

    What the reader doubted (plain JSON) is kept with the draft, for whoever publishes it. A rule whose
    parameters cannot be used becomes ``manual``, and is a doubt of the kind ``unread_rule``.

    Raises Problem ``page.not_allowed``, ``standard.taken``.
    """
    require_office(actor, office)
    kept = list(map(dict, doubts))
    standard = Standard(
        office=office, code=code, name=name, valid_from=valid_from or timezone.localdate(), **fields
    )
    save_named(standard)
    standard.peer_groups.set(peer_groups)
    _write(standard, rows, kept)
    bonus = standard.dimensions.filter(part=Dimension.Part.BONUS)
    standard.bonus, standard.doubts = sum((d.points for d in bonus), Decimal(0)), kept
    standard.save(update_fields=["bonus", "doubts"])
    _recorded(actor, standard, source="rows", doubts=len(kept))
    return standard


def _write(standard: Standard, rows: Iterable[Row], doubts: list[dict[str, Any]]) -> None:
    """Dimensions and indicators as the rows name them, and the criteria in one insert."""
    dimensions: dict[tuple[str, str, str], Dimension] = {}
    indicators: dict[tuple[int, str], Indicator] = {}
    criteria: list[Criterion] = []
    for position, row in enumerate(rows, start=1):
        key = (row.part, row.group, row.dimension)
        if key not in dimensions:
            dimensions[key] = Dimension.objects.create(
                standard=standard,
                position=position,
                name=row.dimension[:100],
                part=row.part,
                peer_group_id=row.group or None,
                points=0,
            )
        dimension = dimensions[key]
        name = row.indicator or row.dimension
        if (dimension.pk, name) not in indicators:
            indicators[dimension.pk, name] = Indicator.objects.create(
                dimension=dimension, position=position, name=name[:200], points=0
            )
        indicator = indicators[dimension.pk, name]
        indicator.points += row.points
        dimension.points += row.points
        criteria.append(_criterion(indicator, position, row, doubts))
    Criterion.objects.bulk_create(criteria, batch_size=500)
    for part in (*dimensions.values(), *indicators.values()):
        part.save(update_fields=["points"])


def _criterion(indicator: Indicator, position: int, row: Row, doubts: list[dict[str, Any]]) -> Criterion:
    rule, parameters = row.rule, row.parameters
    try:
        parameters = rules.validate(rule, row.points, parameters)
    except rules.RuleError as error:
        doubts.append({"kind": "unread_rule", "row": position, "stated": row.text[:60], "found": str(error)})
        rule, parameters = "manual", {}
    return Criterion(
        indicator=indicator,
        position=position,
        text=row.text,
        method=row.method,
        points=row.points,
        rule=rule,
        parameters=parameters,
        scorer=row.scorer[:60],
        kinds=list(row.kinds),
        pieces=row.pieces,
        shows=list(row.shows),
        words=row.words,
    )


def install_shipped(
    *, actor: Person, office: Unit, language: str, peer_groups: Iterable[PeerGroup] = ()
) -> Standard:
    """The standard that ships, as a draft in that language. Raises what `draft_from` does."""
    about, rows = shipped.read(language)
    groups = list(peer_groups)
    return draft_from(
        actor=actor,
        office=office,
        code=shipped.CODE,
        name=about,
        rows=[Row(**row) for row in rows],
        peer_groups=groups,
    )


@transaction.atomic
def new_version(*, actor: Person, standard: Standard) -> Standard:
    """A draft that begins as a copy of a published or retired version, with the next free number.

    Raises Problem ``page.not_allowed``, ``standard.not_published``.
    """
    require_office(actor, standard.office)
    if standard.is_draft:
        raise Problem(NOT_PUBLISHED, name=standard.name, state=standard.get_state_display())
    versions = Standard.objects.filter(office=standard.office, code=standard.code)
    last: int = versions.aggregate(last=Max("version"))["last"]
    copy = Standard(
        office=standard.office,
        code=standard.code,
        version=last + 1,
        valid_from=timezone.localdate(),
        **{name: getattr(standard, name) for name in _COPIED},
    )
    save_named(copy)
    copy.peer_groups.set(standard.peer_groups.all())
    for dimension in standard.dimensions.prefetch_related("indicators__criteria"):
        _copy_dimension(copy, dimension)
    _recorded(actor, copy, source=standard.subject)
    return copy


def _copy_dimension(standard: Standard, dimension: Dimension) -> None:
    ours = Dimension.objects.create(
        standard=standard,
        position=dimension.position,
        name=dimension.name,
        part=dimension.part,
        peer_group_id=dimension.peer_group_id,
        points=dimension.points,
    )
    for indicator in dimension.indicators.all():
        copied = Indicator.objects.create(
            dimension=ours, position=indicator.position, name=indicator.name, points=indicator.points
        )
        Criterion.objects.bulk_create(
            Criterion(indicator=copied, **{name: getattr(criterion, name) for name in _OF_CRITERION})
            for criterion in indicator.criteria.all()
        )


@transaction.atomic
def discard(*, actor: Person, standard: Standard) -> None:
    """Throw a draft away. Raises Problem ``page.not_allowed``, ``standard.published``."""
    now = locked(actor, standard, None)
    subject, name = now.subject, now.name
    now.delete()
    record(actor=journal_name(actor), verb="standard.discard", subject=subject, data={"name": name})


def _recorded(actor: Person, standard: Standard, **data: Any) -> None:
    record(
        actor=journal_name(actor),
        verb="standard.draft",
        subject=standard.subject,
        data={"name": standard.name, "version": standard.version, **data},
    )
