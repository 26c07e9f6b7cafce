"""What reviewers are told beside a piece of evidence: hints to look for themselves, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable

from chuangwen.cases.evidence import Hint
from chuangwen.cases.library.queries import Actor
from chuangwen.cases.library.twins import seen_before_each
from chuangwen.cases.models import Case, named_on
from chuangwen.core.likeness import Likeness, alike
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.models import Answer, Criterion, Proof


def reviews(actor: Actor, case: Case) -> bool:
    """Whether hints about a self-report are for this person: the office over the unit, or named on it."""
    return Relation.OFFICE_OVER in scope_of(actor).relations(case.unit) or case.pk in named_on(actor)


def alike_to(answer: Answer) -> list[Likeness[Answer]]:
    """What other units have said to the same criterion in this round and earlier ones, where it is like this.

    Only what was filed; the same criterion is one of the same words, in whatever version of the standard.
    """
    others = Answer.objects.filter(
        criterion__in=Criterion.objects.filter(text=answer.criterion.text),
        self_report__filed_at__isnull=False,
        self_report__round__begins__lte=answer.self_report.round.begins,
    ).exclude(self_report__case__unit=answer.self_report.case.unit_id)
    texts = others.exclude(statement="").order_by("pk").values_list("pk", "statement")
    found = alike(answer.statement, texts.iterator(), known=answer.criterion.text)
    related = ("self_report__case__unit", "self_report__case__campaign")
    rows = Answer.objects.select_related(*related).in_bulk([one.key for one in found])
    return [Likeness(rows[one.key], one.share, one.passages) for one in found]


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
