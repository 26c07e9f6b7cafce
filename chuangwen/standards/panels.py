"""What a draw is made from: who may review at all, who is free for which unit, which places are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.organizations.models import Person, Post, Role, Unit, within
from chuangwen.organizations.powers import POWERS, Power
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.drawing import (
    FIRST,
    SECOND,
    THIRD,
    Body,
    Conflict,
    Place,
    Reviewer,
    conflicts,
    counted,
)
from chuangwen.standards.models import Panel, Review, Round, SelfReport
from chuangwen.standards.scoring import disputed, given_of, scored_criteria

_JUDGING = frozenset(role for role, powers in POWERS.items() if powers & {Power.JUDGE, Power.INSPECT})
# Whoever is one of these sees what all reviewers do, so is none of them.
_SEEING = frozenset(role for role, powers in POWERS.items() if powers & {Power.RUN, Power.AUDIT})
# In the office that runs the round, reviewers from outside have their seat and no more.
_SEATS = frozenset({Role.INSPECTOR, Role.DELEGATE, Role.EDITOR, Role.OPERATOR})

WHY = {
    Conflict.OWN: gettext_lazy("%(count)s of the unit itself"),
    Conflict.SUPERIOR: gettext_lazy("%(count)s of a body over it"),
    Conflict.SUBORDINATE: gettext_lazy("%(count)s of a body under it"),
    Conflict.SYSTEM: gettext_lazy("%(count)s of the same system"),
}


def eligible(round: Round) -> QuerySet[Person]:  # noqa: A002 - the word of the trade
    """Who may be named to the panel of a round: with a post of inspector or delegate in its territory.

    Never those of the office that runs it, nor auditors: they see what every reviewer gives.
    """
    held = Post.objects.held()
    judging = held.filter(within(round.campaign.territory_id, "unit__territory_id"), role__in=_JUDGING)
    seeing = held.filter(Q(role__in=_SEEING) | Q(unit=round.campaign.office_id) & ~Q(role__in=_SEATS))
    people = Person.objects.filter(pk__in=judging.values("person"), is_active=True)
    return people.exclude(pk__in=seeing.values("person")).order_by("name", "pk")


def body_of(unit: Unit) -> Body:
    systems = frozenset(membership.system_id for membership in unit.memberships.all())
    return Body(unit.pk, unit.territory_id, systems, unit.seat)


def reviewers_of(panel: Panel) -> list[Reviewer]:
    """Those of the panel who may review today, with the bodies that bind them."""
    people = eligible(panel.round).filter(panels=panel.pk)
    posts = Post.objects.held().filter(person__in=people).select_related("unit")
    seats: dict[int, dict[int, Body]] = {person.pk: {} for person in people}
    for post in posts.prefetch_related("unit__memberships"):
        if post.unit_id != panel.round.campaign.office_id and post.person_id:
            seats[post.person_id][post.unit_id] = body_of(post.unit)
    units = list(_units(panel))
    return [
        Reviewer(person.pk, tuple(seats[person.pk].values()), _looked_over(person, units))
        for person in people
    ]


def _looked_over(person: Person, units: Sequence[Unit]) -> frozenset[int]:
    scope = scope_of(person)
    return frozenset(unit.pk for unit in units if scope.relations(unit) - {Relation.INSPECTS})


def _units(panel: Panel) -> QuerySet[Unit]:
    filed = SelfReport.objects.filter(round=panel.pk, case__state__in=FILED)
    return Unit.objects.filter(pk__in=filed.values("case__unit")).prefetch_related("memberships")


FILED = ("filed", "received")


@dataclass(frozen=True)
class Open:
    """A self-report with places to be filled: which ordinals, whom it has had, and the lines of a third."""

    pk: int
    number: str
    unit: Unit
    ordinals: tuple[int, ...]
    barred: frozenset[int]
    lines: list[int] = field(default_factory=list)

    def conflicts(self, reviewers: Sequence[Reviewer]) -> dict[int, Conflict]:
        return conflicts(reviewers, body_of(self.unit))

    def place(self, whys: dict[int, Conflict]) -> Place:
        return Place(self.number, self.ordinals, self.barred | whys.keys())


def open_places(panel: Panel, only: int | None = None) -> list[Open]:
    """What is to be drawn now: first and second reviewers of what was filed, third ones where they differ."""
    reports = SelfReport.objects.filter(round=panel.pk, case__state__in=FILED)
    if only is not None:
        reports = reports.filter(pk=only)
    reports = reports.select_related("case__unit", "round").prefetch_related("case__unit__memberships")
    reviews: dict[int, list[Review]] = {}
    for review in Review.objects.filter(self_report__in=reports).select_related("case"):
        reviews.setdefault(review.self_report_id, []).append(review)
    found = (_open_of(panel, report, reviews.get(report.pk, [])) for report in reports)
    return [one for one in found if one]


def _open_of(panel: Panel, report: SelfReport, reviews: list[Review]) -> Open | None:
    standing = {review.ordinal: review for review in reviews if review.case.state != "withdrawn"}
    ordinals = tuple(ordinal for ordinal in (FIRST, SECOND) if ordinal not in standing)
    lines: list[int] = []
    both = not ordinals and all(standing[ordinal].submitted_at for ordinal in (FIRST, SECOND))
    if both and THIRD not in standing:
        lines = disputed_lines(panel, report)
        ordinals = (THIRD,) if lines else ()
    if not ordinals:
        return None
    barred = frozenset(review.reviewer_id for review in reviews)
    return Open(report.pk, report.case.number, report.case.unit, ordinals, barred, lines)


def disputed_lines(panel: Panel, report: SelfReport) -> list[int]:
    """The keys of the criteria about which the first two reviewers differ too much."""
    given = given_of(report)
    both = ((criterion, given.get(criterion.pk, [])) for criterion in scored_criteria(report))
    return [
        criterion.pk
        for criterion, marks in both
        if len(marks) == SECOND and disputed(panel, criterion, *marks)
    ]


def conflict_words(whys: Iterable[Conflict], all_of_them: int, had: int) -> str:
    """Why nobody is left, for the sentence of the problem."""
    told: list[Any] = [WHY[why] % {"count": count} for why, count in counted(whys)]
    if had:
        told.append(_("%(count)s who have reviewed it already") % {"count": had})
    words = _("%(all)s on the panel") % {"all": all_of_them}
    return f"{words}{_(': ')}{_(', ').join(map(str, told))}" if told else words
