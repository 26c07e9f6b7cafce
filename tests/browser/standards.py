"""What of standards stands in the town that the browser walks: versions, self-reports, reviews."""

from __future__ import annotations

from chuangwen.cases.models import Campaign, Case
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.models import Criterion
from chuangwen.standards.tests.conftest import first_of, self_report_of, two_versions
from chuangwen.standards.tests.reviewing import reviews_of


def standards_in(town: City, campaign: Campaign) -> dict[str, object]:
    """A published standard, and its next version as a draft in which one word is another."""
    draft, older = two_versions(town)
    criteria = Criterion.objects.filter(indicator__dimension__standard=draft)
    criteria.filter(text="主动问候").update(points=39)
    report = self_report_of(town, older, campaign, "SCHOOL")
    asked = {"report": report.number, "first": first_of(report).pk, **_reviews(town, campaign)}
    return {"standard": draft.pk, "older": older.pk, "criterion": criteria[0].pk, **asked}


def _reviews(town: City, campaign: Campaign) -> dict[str, object]:
    """The other school's self-report is filed and reviewed by experts."""
    filed = Case.objects.get(kind="self_report", unit__code="RIVAL", campaign=campaign)
    review = next(one for one in reviews_of(town, filed) if one.reviewer.username == "expert1")
    return {"round": review.self_report.round_id, "review": review.case.number}
