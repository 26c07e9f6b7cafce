"""What of standards stands in the town that the browser walks: versions, self-reports, reviews."""

from __future__ import annotations

from chuangwen.cases.models import Campaign, Case
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.models import Criterion
from chuangwen.standards.services.results import object_to
from chuangwen.standards.tests.conftest import first_of, self_report_of, two_versions
from chuangwen.standards.tests.reviewing import opinion_of, released, reviews_of


def standards_in(town: City, campaign: Campaign) -> dict[str, object]:
    """A published standard, and its next version as a draft in which one word is another."""
    draft, older = two_versions(town)
    criteria = Criterion.objects.filter(indicator__dimension__standard=draft)
    criteria.filter(text="主动问候").update(points=39)
    report = self_report_of(town, older, campaign, "SCHOOL")
    asked = {"report": report.number, "first": first_of(report).pk, **_reviews(town, campaign)}
    return {"standard": draft.pk, "older": older.pk, "criterion": criteria[0].pk, **asked}


def _reviews(town: City, campaign: Campaign) -> dict[str, object]:
    """One school's self-report is under review, another's is released and objected to; a body is asked."""
    filed = Case.objects.get(kind="self_report", unit__code="RIVAL", campaign=campaign)
    review = next(one for one in reviews_of(town, filed) if one.reviewer.username == "expert1")
    result = released(town, Case.objects.get(kind="self_report", unit__code="SCHOOL2", campaign=campaign))
    line = result.score.results.get(criterion__text="制度上墙")
    objection = object_to(actor=town.person("school2-speaker"), result=line, reason="照片在第二页")
    return {
        "round": review.self_report.round_id,
        "review": review.case.number,
        "result": result.case.number,
        "objection": objection.case.number,
        "opinions": opinion_of(town, review.self_report.round).consultation.case.number,
    }
