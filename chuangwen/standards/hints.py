"""What reviewers are told beside a piece of evidence: hints to look for themselves, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable

from chuangwen.cases.evidence import Hint
from chuangwen.cases.library.queries import Actor
from chuangwen.cases.library.twins import seen_before_each
from chuangwen.cases.models import Case, named_on
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.models import Proof


def reviews(actor: Actor, case: Case) -> bool:
    """Whether hints about a self-report are for this person: the office over the unit, or named on it."""
    return Relation.OFFICE_OVER in scope_of(actor).relations(case.unit) or case.pk in named_on(actor)


def with_hints(proofs: Iterable[Proof]) -> list[Proof]:
    """The proofs, each with its ``twins`` (`seen_before`, of whatever unit) and its photo's ``hint``, if any.

    Five queries, however many pieces.
    """
    found = list(proofs)
    hints = Hint.objects.in_bulk([proof.evidence_id for proof in found])
    twins = seen_before_each([proof.evidence for proof in found])
    for proof in found:
        proof.twins = twins[proof.evidence_id]  # type: ignore[attr-defined]
        proof.hint = hints.get(proof.evidence_id)  # type: ignore[attr-defined]
    return found
