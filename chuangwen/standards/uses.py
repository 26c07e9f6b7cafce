"""Where self-reports use evidence, for the page of a piece."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library.uses import Actor, Use, register
from chuangwen.cases.models import visible_case
from chuangwen.standards.models import Proof

_WORDS = 60  # characters of a criterion


def _shown(actor: Actor, piece: Evidence) -> Iterable[Use]:
    """The criteria that it shows, of the self-reports that the reader may see."""
    proofs = Proof.objects.filter(visible_case(actor, "answer__self_report__case"), evidence=piece)
    for proof in proofs.select_related("answer__criterion", "answer__self_report__case__campaign"):
        answer, case = proof.answer, proof.answer.self_report.case
        address = reverse("standards:answer", args=[case.number, answer.criterion_id])
        yield Use(answer.criterion.text[:_WORDS], address, case.campaign.name)


def register_uses() -> None:
    register(_shown)
