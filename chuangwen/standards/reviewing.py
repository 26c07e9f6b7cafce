"""A review line by line: which criteria are the reviewer's, and what they have given so far."""

from __future__ import annotations

from dataclasses import dataclass

from chuangwen.standards.models import Criterion, Mark, Review
from chuangwen.standards.scoring import scored_criteria


@dataclass(frozen=True)
class Marked:
    """One criterion of a review with the reviewer's own mark, if there is one."""

    criterion: Criterion
    mark: Mark | None


def lines_of(review: Review) -> list[Marked]:
    """Every criterion of the review in its order; a third reviewer has the lines in dispute only."""
    own = {mark.criterion_id: mark for mark in review.marks.all()}
    asked = set(review.lines)
    criteria = scored_criteria(review.self_report)
    return [Marked(one, own.get(one.pk)) for one in criteria if not asked or one.pk in asked]
