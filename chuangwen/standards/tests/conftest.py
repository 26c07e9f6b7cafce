"""Standards of the small city: a little one that is whole, as a draft and published."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.core import jobs
from chuangwen.organizations.models import PeerGroup
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.filling import filled
from chuangwen.standards.models import Criterion, Dimension, Standard
from chuangwen.standards.services import keeping, publishing, rounds
from chuangwen.standards.services.keeping import Row

ROWS = (
    Row(
        "主动问候",
        Decimal(40),
        "共同部分",
        "用语",
        rule="per_item_deduction",
        method="site",
        parameters={"step": "0.5", "unit": "次"},
    ),
    Row(
        "制度上墙",
        Decimal(60),
        "共同部分",
        "机制",
        rule="all_or_nothing",
        kinds=("document", "photo"),
        pieces=2,
        shows=("unit_name",),
        words=10,
    ),
    Row("受到表彰", Decimal(10), "附加", part=Dimension.Part.BONUS, rule="count", parameters={"step": "2"}),
    Row("弄虚作假", Decimal(0), "负面清单", part=Dimension.Part.DEDUCTION, rule="veto", method="veto"),
)


def draft_of(city: City, *rows: Row, groups: tuple[str, ...] = ("schools",), code: str = "small") -> Standard:
    return keeping.draft_from(
        actor=city.person("office"),
        office=city.units["OFFICE"],
        code=code,
        name="示例测评体系",
        rows=rows or ROWS,
        peer_groups=PeerGroup.objects.filter(code__in=groups),
    )


def publish(city: City, standard: Standard, **more: str) -> Standard:
    now = Standard.objects.get(pk=standard.pk)
    return publishing.publish(actor=city.person("office"), standard=now, seen=now.revision, **more)


def two_versions(city: City) -> tuple[Standard, Standard]:
    """A draft, and the published version that it follows."""
    older = publish(city, draft_of(city))
    return keeping.new_version(actor=city.person("office"), standard=older), older


def self_report_of(city: City, standard: Standard, campaign: Campaign, code: str) -> Case:
    """The self-report of a unit by this standard, once the worker has asked for it."""
    rounds.open_round(
        actor=city.person("office"),
        standard=standard,
        campaign=campaign,
        begins=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        closes=timezone.localdate() + timedelta(days=7),
    )
    assert jobs.work_waiting()
    return Case.objects.filter(kind="self_report", unit__code=code).latest("pk")


def first_of(report: Case) -> Criterion:
    return filled(report.self_report)[0].criterion


@pytest.fixture
def draft(city: City) -> Standard:
    return draft_of(city)


@pytest.fixture
def published(city: City, draft: Standard) -> Standard:
    return publish(city, draft)
