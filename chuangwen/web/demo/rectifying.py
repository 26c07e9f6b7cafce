"""What is put right in the invented city: orders in every state, a bulletin that is out, one that is not."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import perform
from chuangwen.core import jobs, photos
from chuangwen.organizations.models import Person, Role, Unit
from chuangwen.organizations.services import appoint, open_account
from chuangwen.rectification.ladder import standing_of
from chuangwen.rectification.models import Order
from chuangwen.rectification.services import bulletins, orders, proofs
from chuangwen.rectification.services.orders import Fault
from chuangwen.web.demo.stage import Stage

_DAY = timedelta(days=1)
DEPUTY = ("deputy", "苏映川")  # approves what the clerk has written, and types what is drawn
# Whose fault, by account: kind, what, where, clause.
_FAULTS = {
    "rival": ("environment", "教学楼二层走廊堆放杂物，影响通行。", "教学楼二层", "环境整洁"),
    "department": ("service", "办事窗口未公示监督电话。", "一层服务大厅", "公开承诺"),
    "editor": ("facilities", "无障碍坡道被占用，扶手松动。", "东门", "便民设施"),
    "liaison": ("order", "校门口机动车乱停乱放。", "校门东侧", "公共秩序"),
    "operator": ("publicity", "营业厅公益广告破损未更新。", "中心营业厅", "宣传氛围"),
}
_DONE = "已全部清理，落实专人每日巡查。"


@dataclass(frozen=True)
class Rectification:
    """The scenes with those who act in them: accounts by name."""

    accounts: Mapping[str, Person]
    campaign: Campaign

    def on(self, stage: Stage) -> None:
        today = timezone.localdate()
        for ago, scene in (
            (19, self.appoint_deputy),
            (17, self.issue),
            (16, self.acknowledge),
            (12, self.prove),
            (11, self.look_again),
            (9, self.escalate),
            (6, self.reopen),
            (4, self.publish),
            (2, self.escalate),
            (2, self.prove_late),
            (1, self.begin_another),
        ):
            stage.at(today - ago * _DAY, scene, number=4)

    @property
    def office(self) -> Person:
        return self.accounts["office"]

    def appoint_deputy(self) -> None:
        """Somebody else of the office, whom two steps need: what the clerk wrote, and a value typed twice."""
        username, name = DEPUTY
        given = {"username": username, "name": name, "password": secrets.token_urlsafe(16)}
        deputy = open_account(actor=None, **given)
        unit = self.campaign.office
        appoint(actor=None, unit=unit, person=deputy, role=Role.OFFICE, title="副主任")

    def issue(self) -> None:
        """Each found by the inspector, drawn up by the clerk with a photo; one was a mistake."""
        for who, (kind, words, place, clause) in _FAULTS.items():
            fault = Fault(
                clause, words, place, [photos.store(_picture(clean=False), accept=photos.SENT).blob]
            )
            order = self._draft(self._home(who), kind, fault)
            self._move(order, "issue", "office", due=timezone.localdate() + _DAY * _LIMITS.get(who, 12))
        wrong = self._draft(self._home("rival"), "other", Fault("", "操场围栏破损。", "操场"))
        self._move(wrong, "withdraw", "office", reason="经核实，围栏属相邻小区。")

    def _draft(self, unit: Unit, kind: str, fault: Fault) -> Order:
        return orders.draft(
            actor=self.office,
            campaign=self.campaign,
            issuer=self.campaign.office,
            unit=unit,
            kind=kind,
            faults=[fault],
            found_by=[self.accounts["inspector"]],
        )

    def acknowledge(self) -> None:
        for who in ("rival", "department", "editor", "liaison"):
            self._move(self._order(who), "acknowledge", who)

    def prove(self) -> None:
        for who in ("rival", "department"):
            self._prove(who)

    def prove_late(self) -> None:
        self._prove("liaison")

    def _prove(self, who: str) -> None:
        order = self._order(who)
        done = [proofs.Done(item.pk, _DONE, [_picture(clean=True)]) for item in order.items.all()]
        case = Case.objects.get(pk=order.pk)
        proofs.file_proof(actor=self.accounts[who], case=case, seen=case.revision, done=done)

    def look_again(self) -> None:
        for who in ("rival", "department"):
            self._move(self._order(who), "pass_recheck", "office", words="现场查看，已清理到位。")

    def escalate(self) -> None:
        """By one rung, where its rule is met: holidays in between are no days overdue."""
        order = self._order("editor")
        standing = standing_of(Case.objects.get(pk=order.pk))
        if standing.next and not standing.missing:
            reason = "逾期未整改，请立即清理并修复扶手。"
            self._move(order, "escalate", "office", rung=standing.next.code, reason=reason)

    def reopen(self) -> None:
        due, reason = timezone.localdate() + 9 * _DAY, "巡查发现监督电话牌再次缺失。"
        self._move(self._order("department"), "reopen", "office", due=due, reason=reason)

    def publish(self) -> None:
        """Drafted by the clerk, approved by the deputy, published by the worker, for the public too."""
        case = self._bulletin("关于窗口单位和校园环境整改情况的通报")
        bulletin = case.bulletin
        words = {name: getattr(bulletin, name) for name in ("basis", "scope", "demands")}
        taken = {"title": case.title, "orders": list(bulletin.orders.all()), "public": True}
        for who, move, asked in (
            (self.office, "edit", words | taken),
            (self._deputy(), "approve", {}),
            (self.office, "release", {}),
        ):
            case = perform(actor=who, move_name=move, case=case, seen=case.revision, **asked)
        jobs.work_waiting()

    def begin_another(self) -> None:
        self._bulletin("关于近期整改进展情况的通报")

    def _bulletin(self, title: str) -> Case:
        today = timezone.localdate()
        basis = f"云文明委〔{today.year}〕3号《关于开展文明单位创建督导检查的通知》"
        bulletin = bulletins.draft(
            actor=self.office,
            campaign=self.campaign,
            title=title,
            basis=basis,
            since=today - 20 * _DAY,
            until=today,
        )
        return bulletin.case

    def _deputy(self) -> Person:
        return Person.objects.get(username=DEPUTY[0])

    def _home(self, who: str) -> Unit:
        return self.accounts[who].posts.held()[0].unit

    def _order(self, who: str) -> Order:
        issued = Order.objects.issued().filter(case__unit=self._home(who))
        return issued.select_related("case").latest("pk")

    def _move(self, order: Order, name: str, who: str, **asked: date | str) -> None:
        case = Case.objects.get(pk=order.pk)
        perform(actor=self.accounts[who], move_name=name, case=case, seen=case.revision, **asked)


_LIMITS = {"editor": 1}  # days that a unit has, where they are few; it lets them pass


def _picture(*, clean: bool) -> SimpleUploadedFile:
    """A drawn corridor, with boxes in it or without: a photo of it would be of somebody's house."""
    board = Image.new("RGB", (960, 640), (222, 218, 208))
    draw = ImageDraw.Draw(board)
    draw.polygon([(0, 640), (960, 640), (640, 330), (320, 330)], fill=(178, 170, 158))
    draw.polygon([(320, 330), (640, 330), (640, 150), (320, 150)], fill=(240, 238, 232))
    for left in (40, 150, 250):
        draw.polygon(
            [(left, 470 - left // 2), (left + 60, 440 - left // 2), (left + 60, 190), (left, 170)],
            fill=(120, 140, 160),
        )
    if not clean:
        for left, top, side in ((560, 430, 150), (690, 470, 170), (610, 350, 90), (730, 380, 110)):
            draw.rectangle(
                (left, top, left + side, top + side), fill=(172, 128, 76), outline=(96, 70, 40), width=4
            )
            draw.line((left, top + side // 2, left + side, top + side // 2), (96, 70, 40), 3)
    data = BytesIO()
    board.save(data, "JPEG", quality=80)
    return SimpleUploadedFile("整改后.jpg" if clean else "检查时.jpg", data.getvalue())
