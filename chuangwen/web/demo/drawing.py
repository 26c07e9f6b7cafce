"""A draw in the invented city: two of its hospitals, by a value that two officers typed, for all to check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from chuangwen.cases.models import Campaign
from chuangwen.cases.services import perform
from chuangwen.inspections.models import Inspection, PlanLine
from chuangwen.inspections.pooling import Asked
from chuangwen.inspections.services import drawing, inspecting
from chuangwen.organizations.models import Person
from chuangwen.standards.models import Criterion, Method, Standard
from chuangwen.web.demo.rectifying import DEPUTY
from chuangwen.web.demo.stage import Stage

_DAY = timedelta(days=1)
_SOURCE, _VALUE = "省体育彩票第2026131期开奖号码，按开奖顺序", "04 09 15 22 28 31 07"


@dataclass(frozen=True)
class Draws:
    """The scenes with those who act in them: accounts by name."""

    accounts: Mapping[str, Person]
    campaign: Campaign

    def on(self, stage: Stage) -> None:
        today = timezone.localdate()
        stage.at(today - 14 * _DAY, self.fix, number=5)
        stage.at(today - 12 * _DAY, self.draw, number=5)

    def fix(self) -> None:
        """The pool of hospitals, before anybody can know the value."""
        today, office = timezone.localdate(), self.accounts["office"]
        standard = Standard.objects.get(state=Standard.State.PUBLISHED)
        line = PlanLine.objects.get(name__contains="初见成效")
        inspection = inspecting.open_inspection(
            actor=office,
            line=line,
            standard=standard,
            title="医院窗口服务抽查",
            opens_on=today + 2 * _DAY,
            closes_on=today + 16 * _DAY,
        )
        seen = Criterion.objects.filter(indicator__dimension__standard=standard, method=Method.SITE)
        checks = [(None, one) for one in seen.order_by("indicator__position", "position")[:3]]
        inspecting.set_checks(actor=office, inspection=inspection, checks=checks)
        people = {person.pk for person in (office, self.accounts["inspector"], self._deputy())}
        drawing.fix(
            actor=office,
            inspection=inspection,
            asked=Asked(people=frozenset(people), peer_groups=frozenset({"hospitals"}), wanted=2),
            source=_SOURCE,
            value_on=today + _DAY,
        )

    def draw(self) -> None:
        """Two officers type the value; the visits are planned and, as they are open, announced."""
        inspection = Inspection.objects.select_related("case").get(draw__isnull=False)
        for who in (self.accounts["office"], self._deputy()):
            drawing.type_value(actor=who, inspection=inspection, value=_VALUE)
        drawing.plan_visits(actor=self.accounts["office"], inspection=inspection)
        case = inspection.case
        perform(actor=self.accounts["office"], move_name="set_out", case=case, seen=case.revision)
        inspecting.announce_due()

    def _deputy(self) -> Person:
        return Person.objects.get(username=DEPUTY[0])
