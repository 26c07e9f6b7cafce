"""Things that the pages of the town show: a breakdown, papers that were issued, a piece of the library."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library import services as library
from chuangwen.cases.models import Case
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.directives.models import Share
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import City


def in_library(town: City) -> Evidence:
    """A photo of the school's that tells when and where it was taken."""
    stored = library.store([upload(taken(at="2026:10:20 09:30:00", place=True), "服务大厅公示栏.jpg")])
    said = {"description": "新制作的公示栏，置于一楼大厅。", "number": "东教〔2026〕3号"}
    (piece,) = library.add(actor=town.person("liaison"), unit=town.units["SCHOOL"], stored=stored, **said)
    return piece


def broken_down(town: City, case: Case) -> Share:
    """The county's part in two: one person's, and a department's that stops short of one."""
    from chuangwen.directives.breakdown import services as breaking_down

    person, how = town.person("county"), {"actor": town.person("county"), "case": case}
    breaking_down.lead(**how, seen=0, principal=person, in_charge=person)
    share = breaking_down.add_share(
        **how, seen=0, above=None, person=person, level="person", measure="走访示例街巷", weight=Decimal(60),
        target=Decimal(40), target_unit="条",
    )  # fmt: skip
    breaking_down.add_share(
        **how,
        seen=1,
        above=None,
        person=None,
        level="department",
        name="创建科",
        measure="整治",
        weight=Decimal(40),
    )
    breaking_down.put_in_force(**how, seen=2)
    breaking_down.report_share(actor=person, share=share.pk, achieved=Decimal(13), words="已走访")
    return share


def with_papers(town: City, meeting: Case) -> Case:
    """Issue the notice of the meeting, and a slip to a unit that is late; gives the late case."""
    from chuangwen.directives.tests.conftest import move

    set_document_mark(actor=None, unit=town.units["OFFICE"], mark="示文明办")
    move(town, "office", meeting, "issue_notice")
    late = Case.objects.get(kind="assignment", unit__code="COUNTY2")
    Case.objects.filter(pk=late.pk).update(due=timezone.localdate() - timedelta(days=9))
    return move(town, "office", late, "issue_slip", limit=timezone.localdate(), demand="三日内报送方案。")
