"""What of orders stands in the town that the browser walks: each in a state whose forms are looked at."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.core import jobs
from chuangwen.core.models import Job
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.services import journal_name
from chuangwen.organizations.tests.personas import City
from chuangwen.rectification.models import Escalation, Order
from chuangwen.rectification.services.publishing import PUBLISH
from chuangwen.rectification.tests.conftest import FAULTS, bulletin_in, drafted_in, file, move, on_desk

# The office's pages of all orders, and of bulletins.
BULLETINS = (
    "/orders/",
    "/orders/?q=没有这个问题",
    "/orders/board/",
    "/orders/gallery/",
    "/orders/gallery/?q=没有这个问题",
    "/bulletins/",
    "/bulletins/new/",
    "/cases/{bulletin}/",
    "/cases/{bulletin}/edit/",
    "/cases/{told}/",
    "/cases/{coming}/",
    "/cases/{summoned}/",
    "/cases/{summoned}/escalate/",
    "/cases/{order}/edit/",
)


def orders_in(town: City, campaign: Campaign) -> dict[str, object]:
    """Drawn up, to be proved, to be looked at again, appealed against, another's, closed, escalated."""
    Post.objects.create(
        unit=town.units["OFFICE"], person=town.people["delegate"], role=Role.INSPECTOR, title="检查员"
    )
    found: dict[str, Order] = {"order": drafted_in(town, campaign, faults=FAULTS)}
    for name in ("proving", "looking", "appealed", "passed", "done", "escalated"):
        unit = "SCHOOL2" if name == "passed" else "SCHOOL"
        found[name] = on_desk(drafted_in(town, campaign, unit, faults=FAULTS), "rectifying")
    for name in ("looking", "done"):
        file(town, found[name])
    move(town, "office", found["done"], "pass_recheck", words="已清理干净，坡道畅通。")
    move(town, "liaison", found["appealed"], "ask_appeal", reason="照片所示并非我校，见附图说明。")
    asked = {"asked_by": town.people["staff"], "asked_at": timezone.now(), "reason": "场地由教育局管理。"}
    found["passed"].case.requests.create(kind="not_ours", **asked)
    due = timezone.localdate() - timedelta(days=12)
    Case.objects.filter(pk=found["escalated"].pk).update(due=due)
    move(town, "office", found["escalated"], "escalate", rung="reminder", reason="逾期未整改，请抓紧落实。")
    found["summoned"] = summoned_in(town, campaign)
    numbers = {name: order.case.number for name, order in found.items()}
    numbers["bulletin"] = bulletin_in(town, campaign).case.number
    coming = bulletin_in(town, campaign).case
    Case.objects.filter(pk=coming.pk).update(state="publishing")
    arguments = {"bulletin": coming.number, "name": coming.title}
    job = jobs.start(kind=PUBLISH, actor=journal_name(town.people["office"]), arguments=arguments)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, done=37, total=120)
    numbers["coming"] = coming.number
    numbers["told"] = bulletin_in(town, campaign, published=True).case.number
    return numbers


def summoned_in(town: City, campaign: Campaign) -> Order:
    """Long overdue, known by a bulletin, and next called to an interview; nobody has climbed it today."""
    order = on_desk(drafted_in(town, campaign, faults=FAULTS), "rectifying")
    Case.objects.filter(pk=order.pk).update(due=timezone.localdate() - timedelta(days=40))
    at = timezone.now() - timedelta(days=14)
    rows = [
        Escalation(order=order, rung=rung, points=0, at=at, by=town.people["office"], reason="逾期未整改。")
        for rung in ("reminder", "supervision", "bulletin")
    ]
    rows[-1].brings = "bulletin"
    Escalation.objects.bulk_create(rows)
    return order
