"""A campaign of the small city, and orders about the school that the inspector found cause for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import open_campaign, perform
from chuangwen.core.calendar import add_working_days
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import City
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Order, OrderItem
from chuangwen.rectification.services import bulletins
from chuangwen.rectification.services.orders import Fault, draft
from chuangwen.rectification.services.proofs import Done, file_proof

FAULTS = (Fault("条款3.2", "走廊堆放杂物", "教学楼二层"), Fault("", "无障碍坡道被占用", "东门"))


@pytest.fixture
def campaign(city: City) -> Campaign:
    return campaign_in(city)


def campaign_in(city: City) -> Campaign:
    office = city.person("office")
    set_document_mark(actor=office, unit=city.units["OFFICE"], mark="示文明办")
    return open_campaign(actor=office, name="示例年度创建", office=city.units["OFFICE"])


def drafted_in(city: City, campaign: Campaign, unit: str = "SCHOOL", **more: object) -> Order:
    """Drawn up by the inspector, who found it."""
    told: dict[str, object] = {"kind": "environment", "faults": FAULTS[:1], **more}
    actor = city.person("inspector")
    return draft(actor=actor, campaign=campaign, issuer=city.units["OFFICE"], unit=city.units[unit], **told)


@pytest.fixture
def drafted(city: City, campaign: Campaign) -> Order:
    return drafted_in(city, campaign)


def move(city: City, who: str, order: Order, name: str, **asked: object) -> Case:
    case = Case.objects.get(pk=order.pk)
    return perform(actor=city.person(who), move_name=name, case=case, seen=case.revision, **asked)


def issue(city: City, order: Order) -> Case:
    due = add_working_days(timezone.localdate(), 5)
    return move(city, "office", order, "issue", due=due, demand="举一反三，全面自查")


def on_desk(order: Order, state: str = "issued") -> Order:
    """The order as it is after its issue, without the paper, which takes a second."""
    due = add_working_days(timezone.localdate(), 5)
    Case.objects.filter(pk=order.pk).update(state=state, due=due, circle="")
    Order.objects.filter(pk=order.pk).update(issued_at=timezone.now())
    return Order.objects.get(pk=order.pk)


def bulletin_in(city: City, campaign: Campaign, *, published: bool = False) -> Bulletin:
    """A bulletin over the year's orders; published as it is afterwards, without the paper."""
    today = timezone.localdate()
    asked = {"title": "关于窗口服务检查情况的通报", "basis": "年度检查计划", "until": today}
    bulletin = bulletins.draft(
        actor=city.person("office"), campaign=campaign, since=today - timedelta(days=30), **asked
    )
    if published:
        Case.objects.filter(pk=bulletin.pk).update(state="published", circle="", closed_at=timezone.now())
        Bulletin.objects.filter(pk=bulletin.pk).update(published_at=timezone.now(), public=True)
    return bulletin


def picture(name: str = "整改后.jpg"):
    return upload(taken(at="2026:10:20 09:30:00"), name)


def file(city: City, order: Order, who: str = "liaison", **more: object) -> Case:
    case = Case.objects.get(pk=order.pk)
    items = OrderItem.objects.filter(order=order)
    done = more.pop("done", None) or [Done(item.pk, "已清理", [picture()]) for item in items]
    return file_proof(actor=city.person(who), case=case, seen=case.revision, done=done)


@pytest.fixture
def filed(city: City, drafted: Order) -> Order:
    """Its proof is filed by the liaison and waits for somebody to look again."""
    file(city, on_desk(drafted, "rectifying"))
    return drafted
