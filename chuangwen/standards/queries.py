"""What is read of standards beyond one filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from chuangwen.cases.lifecycle import LIFECYCLES, State
from chuangwen.cases.models import Campaign
from chuangwen.core.models import Event
from chuangwen.core.spreadsheets import Value
from chuangwen.organizations.models import Person, Unit, within_any
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.drawing import agrees
from chuangwen.standards.models import Consultation, Dimension, Opinion, Review, Round, SelfReport, Standard

Actor = Person | AnonymousUser


def keeps(actor: Actor, standard: Standard) -> bool:
    """Whether the actor is the civility office over the standard's."""
    return Relation.OFFICE_OVER in scope_of(actor).relations(standard.office)


def used_in(campaign: Campaign) -> QuerySet[Standard]:
    """The standards of the campaign's office by which units reported in it, and that have no draft begun."""
    drafts = Standard.objects.filter(
        office=OuterRef("office"), code=OuterRef("code"), state=Standard.State.DRAFT
    )
    asked = Standard.objects.filter(pk__in=Round.objects.filter(campaign=campaign).values("standard"))
    return asked.filter(~Exists(drafts), office=campaign.office).order_by("code", "version")


def offices_of(actor: Actor) -> QuerySet[Unit]:
    """The units for which the actor may keep standards: those of their office posts."""
    scope = scope_of(actor)
    own = [
        post.unit_id
        for post in scope.posts
        if post.unit.territory_id in scope.offices and post.role == "office"
    ]
    return Unit.objects.filter(pk__in=own)


def campaigns_run_by(actor: Actor) -> QuerySet[Campaign]:
    """The open campaigns of the territories in which the actor is the civility office."""
    offices = scope_of(actor).offices
    return Campaign.objects.open().visible_to(actor).filter(within_any(offices, "office__territory_id"))


def other_versions(actor: Actor, standard: Standard) -> list[Standard]:
    """The versions of the same standard that the actor may see, newest first."""
    same = Standard.objects.visible_to(actor).filter(office=standard.office_id, code=standard.code)
    return list(same.exclude(pk=standard.pk))


def lines(dimensions: list[Dimension]) -> Iterator[tuple[Value, ...]]:
    """The standard as rows of a table, a criterion each."""
    for dimension in dimensions:
        group = str(dimension.peer_group) if dimension.peer_group else ""
        for indicator in dimension.indicators.all():
            for criterion in indicator.criteria.all():
                yield (
                    dimension.name,
                    dimension.get_part_display(),
                    group,
                    indicator.name,
                    criterion.text,
                    criterion.get_method_display(),
                    Decimal(criterion.points),
                    criterion.rule_in_words,
                    criterion.evidence_in_words,
                    criterion.scorer,
                )


def runs(actor: Actor, opened: Round) -> bool:
    """Whether the actor is the civility office that runs the round."""
    return Relation.OFFICE_OVER in scope_of(actor).relations(opened.campaign.office)


def rounds_of(actor: Actor, standard: Standard) -> list[Round]:
    """The rounds by this standard whose page the actor may open."""
    return list(Round.objects.visible_to(actor).filter(standard=standard).select_related("campaign"))


@dataclass(frozen=True)
class Progress:
    """A self-report of a round with its standing reviews."""

    report: SelfReport
    state: State
    reviews: list[Review]

    @property
    def submitted(self) -> bool:
        """Whether all its reviews that stand are in."""
        in_all = bool(self.reviews) and all(review.submitted_at for review in self.reviews)
        return in_all and not self.lacking

    @property
    def lacking(self) -> bool:
        """Whether two differ and nobody was free to be the third."""
        return any(review.third_lacking for review in self.reviews)


def reports_of(opened: Round) -> QuerySet[SelfReport]:
    """The self-reports of a round that stand with their reviews, the furthest first, then by unit."""
    reports = opened.self_reports.exclude(case__state="withdrawn").select_related("case__unit", "score")
    reviews = Review.objects.standing().select_related("case", "reviewer")
    listed = reports.prefetch_related(Prefetch("reviews", reviews))
    return listed.order_by(F("filed_at").asc(nulls_last=True), "case__unit__code")


def progress_of(reports: Iterable[SelfReport]) -> list[Progress]:
    """How far each of ``reports`` is."""
    states = LIFECYCLES["self_report"]
    return [Progress(one, states.state(one.case.state), list(one.reviews.all())) for one in reports]


@dataclass(frozen=True)
class Draw:
    """A draw of the journal, and whether it comes out the same when it is made again now."""

    at: datetime
    seed: str
    reviewers: int
    places: int
    again: bool


def draws_of(opened: Round) -> list[Draw]:
    """The draws of a round, oldest first, each made again from what the journal keeps."""
    events = Event.objects.filter(subject=opened.subject, verb="round.draw").order_by("id")
    return [
        Draw(one.at, one.data["seed"], len(one.data["reviewers"]), len(one.data["drawn"]), agrees(one.data))
        for one in events
    ]


def opinions_about(report: SelfReport) -> QuerySet[Opinion]:
    """What other departments have answered about the unit of a self-report, in its round."""
    answered = Opinion.objects.filter(consultation__case__state="answered", unit=report.case.unit_id)
    related = answered.select_related("consultation__case__unit", "attachment")
    return related.filter(consultation__round=report.round_id).order_by("consultation__case__unit__code")


def consultations_of(opened: Round) -> QuerySet[Consultation]:
    """Whom the round asks for opinions, with how many units are asked about, answered, and with facts."""
    asked = opened.consultations.exclude(case__state="withdrawn").select_related("case__unit")
    counts = {
        "asked": Count("opinions"),
        "given": Count("opinions", filter=~Q(opinions__verdict="")),
        "facts": Count("opinions", filter=Q(opinions__verdict="facts")),
    }
    return asked.annotate(**counts).order_by("case__unit__code")
