"""Inspections in the invented city: an open one that units know of, and a covert one that nobody should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from chuangwen.cases.models import Campaign
from chuangwen.cases.services import perform
from chuangwen.inspections.models import Inspection, PlanLine, Point, PointType, Visit
from chuangwen.inspections.services import findings, inspecting, planning, points, reviewing
from chuangwen.inspections.services.inspecting import Named
from chuangwen.organizations.models import Person, Unit
from chuangwen.standards.models import Criterion, Method, Standard
from chuangwen.web.demo.stage import Stage

_LASTS = timedelta(days=12)
_CHECKS = 4  # criteria at each type of point
# Where it is looked: unit, type of point, name, address.
_POINTS = (
    ("市财政局", "window", "国库集中支付窗口", "办公楼一层东侧"),
    ("市财政局", "courtyard", "机关大院", ""),
    ("云岫县一中", "window", "招生咨询窗口", "行政楼一层"),
    ("云岫县一中", "wall", "校门外墙", "校门东侧"),
    ("云岫县二中", "window", "教务窗口", "教学楼一层"),
)
_FOUND = (
    ("unmet", "窗口排队五人，一名工作人员离岗，无人引导。"),
    ("met", ""),
    ("unmet", "公示的监督电话为旧号码。"),
    ("met", ""),
)


@dataclass(frozen=True)
class Inspections:
    """The scenes with those who act in them: accounts by name."""

    accounts: Mapping[str, Person]
    campaign: Campaign

    def on(self, stage: Stage) -> None:
        today = timezone.localdate()
        for ago, scene in ((16, self.plan), (6, self.send), (3, self.look), (1, self.conclude)):
            stage.at(today - timedelta(days=ago), scene, number=3)

    @property
    def office(self) -> Person:
        return self.accounts["office"]

    def plan(self) -> None:
        """The plan of the year, filed; the points of units entered."""
        today = timezone.localdate()
        plan = planning.begin(
            actor=self.office,
            campaign=self.campaign,
            issuer=self.campaign.office,
            year=today.year,
            basis=f"云文明委〔{today.year}〕3号《关于开展文明单位创建督导检查的通知》",
        )
        for name, covert, units, days in (
            ("窗口单位服务质量检查", False, 20, 30),
            ("10月底前初见成效情况检查", False, 40, 45),
            ("窗口单位暗访", True, 15, 30),
        ):
            by = today + timedelta(days=days)
            planning.add_line(actor=self.office, plan=plan, name=name, covert=covert, units=units, by=by)
        planning.file(actor=self.office, plan=plan)
        for unit, kind, name, address in _POINTS:
            place, of = _unit(unit), PointType.objects.get(code=kind)
            points.add(actor=self.office, unit=place, type=of, name=name, address=address)

    def send(self) -> None:
        """An open inspection of two units, a covert one of a third; both set out."""
        for word, units in (("服务质量", ("市财政局", "云岫县一中")), ("暗访", ("云岫县二中",))):
            inspection = self._open(PlanLine.objects.get(name__contains=word))
            team = [Named(self.accounts["inspector"]), Named(self.accounts["delegate"], "congress")]
            for unit in units:
                inspecting.plan_visit(actor=self.office, inspection=inspection, unit=_unit(unit), team=team)
            case = inspection.case
            perform(actor=self.office, move_name="set_out", case=case, seen=case.revision)
        inspecting.announce_due()

    def _open(self, line: PlanLine) -> Inspection:
        standard, today = Standard.objects.get(state=Standard.State.PUBLISHED), timezone.localdate()
        inspection = inspecting.open_inspection(
            actor=self.office, line=line, standard=standard, opens_on=today, closes_on=today + _LASTS
        )
        seen = Criterion.objects.filter(indicator__dimension__standard=standard, method=Method.SITE)
        criteria = seen.order_by("indicator__dimension__position", "indicator__position", "position")
        checks = [(kind, one) for kind in ("window", "courtyard", "wall") for one in criteria[:_CHECKS]]
        inspecting.set_checks(actor=self.office, inspection=inspection, checks=checks)
        return inspection

    def look(self) -> None:
        """The team is at the bureau, and covertly at the school, which is still to be gone through."""
        for unit, done in (("市财政局", True), ("云岫县二中", False)):
            visit = _visit(unit)
            self._move(visit, "begin", "inspector")
            self._find(visit)
            if done:
                self._move(visit, "hand_in", "inspector")

    def _find(self, visit: Visit) -> None:
        point = Point.objects.filter(unit=visit.case.unit_id, type="window").get()
        checks = visit.inspection.checks.filter(point_type="window").order_by("pk")
        for check, (verdict, words) in zip(checks, _FOUND, strict=True):
            findings.enter(
                actor=self.accounts["inspector"],
                visit=visit,
                key=uuid4(),
                criterion=check.criterion_id,
                verdict=verdict,
                words=words,
                point=point.pk,
                noted_at=timezone.now(),
            )

    def conclude(self) -> None:
        """The leader confirms what was found at the bureau, and the office draws up the order."""
        visit, leader = _visit("市财政局"), self.accounts["inspector"]
        for finding in visit.findings.all():
            reviewing.decide(actor=leader, finding=finding, confirmed=True)
        self._move(visit, "pass_on", "inspector")
        self._move(visit, "conclude", "office", kind="service")

    def _move(self, visit: Visit, name: str, who: str, **asked: str) -> None:
        visit.case.refresh_from_db()
        seen = visit.case.revision
        perform(actor=self.accounts[who], move_name=name, case=visit.case, seen=seen, **asked)


def _unit(name: str) -> Unit:
    return Unit.objects.get(short_name=name)


def _visit(unit: str) -> Visit:
    return Visit.objects.select_related("case", "inspection").get(case__unit__short_name=unit)
