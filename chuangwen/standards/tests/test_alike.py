"""Statements of other units that are like one: told to whoever reviews, with the share and the passages."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign
from chuangwen.core.tests.test_likeness import COPIED, OTHER, OWN
from chuangwen.organizations.tests.personas import Browser
from chuangwen.standards.hints import alike_to
from chuangwen.standards.models import Answer, Criterion, Round, SelfReport
from chuangwen.standards.services import keeping
from chuangwen.standards.tests.conftest import publish, self_report_of
from chuangwen.standards.tests.reviewing import reviews_of


@pytest.fixture
def report(city, published) -> Case:
    """The school's self-report; those of its rivals are on their desks as well."""
    campaign = open_campaign(actor=city.person("office"), name="示例年度创建", office=city.units["OFFICE"])
    return self_report_of(city, published, campaign, "SCHOOL")


def said(code: str, words: str, *, filed: bool = True, of: Round | None = None) -> Answer:
    reports = SelfReport.objects.filter(round=of or Round.objects.earliest("pk"))
    row = reports.get(case__unit__code=code)
    SelfReport.objects.filter(pk=row.pk).update(filed_at=timezone.now() if filed else None)
    criterion = Criterion.objects.get(text="制度上墙", indicator__dimension__standard=row.round.standard_id)
    return Answer.objects.update_or_create(
        self_report=row, criterion=criterion, defaults={"statement": words}
    )[0]


def told(answer: Answer) -> list[tuple[str, int]]:
    found = alike_to(Answer.objects.get(pk=answer.pk))
    return [(one.key.self_report.case.unit.code, one.per_cent) for one in found]


def test_another_units_copy_is_found_with_its_share(report):
    own = said("SCHOOL", OWN)
    said("RIVAL", COPIED)
    said("SCHOOL2", OTHER)
    assert told(own) == [("RIVAL", 89)]


def test_what_is_not_filed_yet_is_nobodys_business(report):
    own = said("SCHOOL", OWN)
    said("RIVAL", COPIED, filed=False)
    assert told(own) == []


def test_an_earlier_round_by_another_version_counts_and_a_later_one_does_not(city, report, published):
    office = city.person("office")
    newer = publish(city, keeping.new_version(actor=office, standard=published))
    campaign = open_campaign(actor=office, name="下一年度创建", office=city.units["OFFICE"])
    later = self_report_of(city, newer, campaign, "SCHOOL").self_report.round
    Round.objects.filter(pk=later.pk).update(begins=date(2027, 1, 1))
    first = said("RIVAL", OWN)
    second = said("SCHOOL", COPIED, of=later)
    said("RIVAL", OWN, of=later, filed=False)
    assert [unit for unit, _share in told(second)] == ["RIVAL"]
    assert told(first) == []


def test_what_a_unit_said_itself_before_is_its_own(city, report, published):
    own = said("SCHOOL", OWN)
    newer = publish(city, keeping.new_version(actor=city.person("office"), standard=published))
    campaign = open_campaign(actor=city.person("office"), name="下一年度", office=city.units["OFFICE"])
    later = self_report_of(city, newer, campaign, "SCHOOL").self_report.round
    assert told(said("SCHOOL", OWN, of=later)) == told(own) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("office", 200), ("county", 200), ("liaison", 404), ("auditor", 404), ("rival", 404)],
)
def test_who_is_told(browse, report, who, status):
    own = said("SCHOOL", OWN)
    said("RIVAL", COPIED)
    answer = browse(who).get(reverse("standards:alike", args=[report.number, own.criterion_id]))
    assert answer.status_code == status
    page = answer.content.decode()
    if status == 200:
        assert "89 % of this statement stand in that of 东岭县第二中学 (示例年度创建)" in page
        assert "在门厅设置公示栏并每周更新" in page


def test_a_reviewer_finds_it_beside_the_statement(city, report):
    first, _second = reviews_of(city, report)
    own = said("SCHOOL", OWN)
    said("RIVAL", OTHER)
    client, address = (
        Browser(first.reviewer),
        reverse("standards:alike", args=[report.number, own.criterion_id]),
    )
    mark = reverse("standards:mark", args=[first.case.number, own.criterion_id])
    assert f'hx-get="{address}"' in client.get(mark).content.decode()
    assert "No other unit has said nearly the same." in client.get(address).content.decode()


def test_where_nothing_was_said_nothing_is_like_it(browse, report):
    criterion = Criterion.objects.get(text="受到表彰")
    page = browse("office").get(reverse("standards:alike", args=[report.number, criterion.pk]))
    assert "No other unit has said nearly the same." in page.content.decode()
