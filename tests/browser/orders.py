"""What of orders stands in the town that the browser walks: each in a state whose forms are looked at."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from chuangwen.cases.models import Campaign, Case
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import City
from chuangwen.rectification.models import Order
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
    numbers = {name: order.case.number for name, order in found.items()}
    numbers["bulletin"] = bulletin_in(town, campaign).case.number
    numbers["told"] = bulletin_in(town, campaign, published=True).case.number
    return numbers
