"""A self-report line by line: what is answered, and what is still missing of what the criterion asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.standards.models import Answer, Criterion, Dimension, SelfReport

# What the reviewers see for themselves, or others say: nothing is asked of the unit.
ASKED = Q(pieces__gt=0) | Q(words__gt=0) | Q(method="material")


@dataclass(frozen=True)
class Line:
    """One criterion of a self-report; ``missing`` says in words what it still lacks."""

    criterion: Criterion
    answer: Answer | None
    missing: list[str] = field(default_factory=list)


def criteria_for(report: SelfReport) -> list[Criterion]:
    """The criteria that ask something of this unit, in their order."""
    return in_order(report, ASKED)


def in_order(report: SelfReport, which: Q) -> list[Criterion]:
    """The criteria for this unit that are ``which``, in their order."""
    own = Q(indicator__dimension__peer_group=None) | Q(
        indicator__dimension__peer_group=report.case.unit.peer_group_id
    )
    found = Criterion.objects.filter(own, which, indicator__dimension__standard=report.round.standard_id)
    order = ("indicator__dimension__position", "indicator__position", "position", "pk")
    return list(found.select_related("indicator__dimension").order_by(*order))


def filled(report: SelfReport) -> list[Line]:
    """Every criterion with its answer and what is missing; three queries."""
    answers = report.answers.prefetch_related("proofs")
    given = {answer.criterion_id: answer for answer in answers}
    lines = ((criterion, given.get(criterion.pk)) for criterion in criteria_for(report))
    return [Line(criterion, answer, missing_of(criterion, answer)) for criterion, answer in lines]


def missing_of(criterion: Criterion, answer: Answer | None) -> list[str]:
    """What a criterion still lacks. A bonus asks for nothing: whoever says nothing gets none."""
    part = criterion.indicator.dimension.part
    silent = not answer or not (answer.statement or answer.proofs.all())
    return [] if part != Dimension.Part.INSIDE and silent else list(_lacking(criterion, answer))


def _lacking(criterion: Criterion, answer: Answer | None) -> Iterator[str]:
    written = len(answer.statement) if answer else 0
    proofs = list(answer.proofs.all()) if answer else []
    if written < criterion.words:
        left = criterion.words - written
        words = ngettext(
            "%(left)s character more in the statement", "%(left)s characters more in the statement", left
        )
        yield words % {"left": left}
    if written > criterion.limit:
        yield _("the statement is longer than %(limit)s characters") % {"limit": criterion.limit}
    if len(proofs) < criterion.pieces:
        left = criterion.pieces - len(proofs)
        words = ngettext("%(left)s more piece of evidence", "%(left)s more pieces of evidence", left)
        yield words % {"left": left}
    if proofs:
        shown = set(answer.shown) if answer else set()
        for name in criterion.shows:
            if name not in shown:
                yield _("evidence that shows %(what)s") % {"what": Criterion.Shows(name).label}
