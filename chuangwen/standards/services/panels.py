"""The panel of a round and its draw: every filed self-report comes to two reviewers who are free for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from chuangwen.cases.models import Case, Circle, Participant
from chuangwen.cases.services import new_number, open_cases
from chuangwen.core import jobs
from chuangwen.core.jobs import Run
from chuangwen.core.journal import record
from chuangwen.core.models import Job
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.standards.drawing import Drawing
from chuangwen.standards.models import Panel, Review, Round
from chuangwen.standards.panels import Open, conflict_words, eligible, open_places, reviewers_of
from chuangwen.standards.problems import (
    NO_PANEL,
    NO_REVIEWER_LEFT,
    NOT_A_REVIEWER,
    NOTHING_TO_DRAW,
    PANEL_DRAWN,
    REVIEW_OVER,
)
from chuangwen.standards.services.editing import require_office

DRAW = "standard.draw"  # the kind of work
_TITLE = 200  # characters of a case's title


@transaction.atomic
def name_panel(
    *,
    actor: Person,
    round: Round,  # noqa: A002 - the word of the trade
    reviewers: Iterable[Person],
    limit: Decimal,
    limit_in: str,
    due: date,
    objection_days: int,
    seed: str,
) -> Panel:
    """Name who reviews the self-reports of a round and by which rules; once drawn, the rules stand.

    Raises Problem ``page.not_allowed``, ``panel.over``, ``panel.not_a_reviewer``, ``panel.drawn``.
    """
    require_office(actor, round.campaign.office)
    Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    people = list(reviewers)
    allowed = set(eligible(round).values_list("pk", flat=True))
    if strangers := [person.name for person in people if person.pk not in allowed]:
        raise Problem(NOT_A_REVIEWER, name=strangers[0])
    if due < timezone.localdate():
        raise Problem(REVIEW_OVER, day=due)
    panel = Panel.objects.filter(pk=round.pk).first() or Panel(round=round)
    rules = {"limit": limit, "limit_in": limit_in, "objection_days": objection_days, "seed": seed}
    if panel.drawn_at and any(getattr(panel, name) != value for name, value in rules.items()):
        raise Problem(PANEL_DRAWN)
    for name, value in {**rules, "due": due}.items():
        setattr(panel, name, value)
    panel.save()
    panel.reviewers.set(people)
    data = {name: str(value) for name, value in {**rules, "due": due}.items()}
    keys = sorted(person.pk for person in people)
    record(
        actor=journal_name(actor),
        verb="round.panel",
        subject=round.subject,
        data={**data, "reviewers": keys},
    )
    return panel


def draw(*, actor: Person, round: Round) -> Job:  # noqa: A002
    """Have the worker give every place that is open to a reviewer (``draw_out``).

    Raises Problem ``page.not_allowed``, ``panel.missing``, ``panel.nothing_to_draw``.
    """
    require_office(actor, round.campaign.office)
    panel = Panel.objects.filter(pk=round.pk).first()
    if not panel:
        raise Problem(NO_PANEL)
    if not open_places(panel):
        raise Problem(NOTHING_TO_DRAW)
    arguments = {"round": round.pk, "name": str(round)}
    return jobs.start(kind=DRAW, actor=journal_name(actor), arguments=arguments)


def draw_out(run: Run) -> None:
    """The worker's part: all places at once, or none. Raises Problem ``panel.nobody_left``."""
    with transaction.atomic():
        found = Round.objects.select_related("campaign__office", "standard")
        Panel.objects.select_for_update(no_key=True).get(pk=run.job.arguments["round"])
        opened = found.get(pk=run.job.arguments["round"])
        drawn = fill_places(opened.panel, actor=run.job.actor)
        run.finish({"reviews": drawn, "round": opened.pk})


def fill_places(panel: Panel, *, actor: str, only: int | None = None) -> int:
    """Draw for what is open, of one self-report or of all, inside a transaction; returns the reviews opened.

    Raises Problem ``panel.nobody_left``.
    """
    places = open_places(panel, only)
    if not places:
        return 0
    reviewers = reviewers_of(panel)
    whys = {place.number: place.conflicts(reviewers) for place in places}
    drawing = Drawing(
        seed=panel.seed,
        reviewers=tuple(sorted(reviewer.pk for reviewer in reviewers)),
        places=tuple(place.place(whys[place.number]) for place in places),
        load=Counter(Review.objects.filter(self_report__round=panel.pk).values_list("reviewer", flat=True)),
    )
    drawn, lacking = drawing.run()
    if lacking:
        first = next(place for place in places if place.number == lacking[0])
        why = conflict_words(whys[first.number].values(), len(reviewers), len(first.barred))
        raise Problem(NO_REVIEWER_LEFT, count=len(lacking), first=first.unit, why=why)
    _open(panel, {place.number: place for place in places}, drawn)
    Panel.objects.filter(pk=panel.pk, drawn_at=None).update(drawn_at=timezone.now())
    record(actor=actor, verb="round.draw", subject=panel.round.subject, data=drawing.to_json())
    return len(drawn)


def _open(panel: Panel, places: dict[str, Open], drawn: list[tuple[str, int, int]]) -> None:
    """A case for each review, on the reviewer's desk alone; its self-report is opened to the reviewer."""
    opened, now = panel.round, timezone.now()
    cases = open_cases(
        Case(
            number=new_number(),
            kind="review",
            title=f"{places[number].unit} · {opened.standard.name}"[:_TITLE],
            unit=opened.campaign.office,
            issuer=opened.campaign.office,
            campaign=opened.campaign,
            holder_id=reviewer,
            circle=Circle.NAMED,
            state="scoring",
            due=max(panel.due, timezone.localdate(now)),
            opened_at=now,
        )
        for number, _ordinal, reviewer in drawn
    )
    rows = list(zip(cases, drawn, strict=True))
    Review.objects.bulk_create(
        (
            Review(
                case=case,
                self_report_id=places[number].pk,
                reviewer_id=reviewer,
                ordinal=ordinal,
                lines=places[number].lines,
            )
            for case, (number, ordinal, reviewer) in rows
        ),
        batch_size=500,
    )
    lacked = Review.objects.filter(self_report__in={place.pk for place in places.values()})
    lacked.filter(third_lacking=True).update(third_lacking=False)
    _name((case.pk, reviewer) for case, (_number, _ordinal, reviewer) in rows)
    _name((places[number].pk, reviewer) for number, _ordinal, reviewer in drawn)


def _name(pairs: Iterable[tuple[int, int]]) -> None:
    """Name people on cases, which opens these to them."""
    Participant.objects.bulk_create(
        (Participant(case_id=case, person_id=person) for case, person in pairs),
        batch_size=500,
        ignore_conflicts=True,
    )
