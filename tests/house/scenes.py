"""What the pages of test_pages.py are about: for each the rows that its address names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from chuangwen.cases.library import services as library
from chuangwen.cases.models import Case
from chuangwen.cases.services import perform
from chuangwen.core import files, jobs
from chuangwen.core.tests.uploads import taken, upload
from chuangwen.directives.breakdown import services as breaking_down
from chuangwen.directives.models import Meeting
from chuangwen.directives.services import planning
from chuangwen.inspections.services import findings
from chuangwen.inspections.tests.conftest import RULES, criterion, noted, under_way
from chuangwen.inspections.tests.drawing_up import draw_of
from chuangwen.organizations.importing.work import EXPORT
from chuangwen.organizations.services import journal_name
from chuangwen.rectification.tests.conftest import bulletin_in, drafted_in, on_desk
from chuangwen.standards.importing.work import READ
from chuangwen.standards.models import Criterion, Proof, Round
from chuangwen.standards.services import reporting
from chuangwen.standards.tests.conftest import first_of, self_report_of, two_versions
from chuangwen.standards.tests.reviewing import opinion_of, released, reviews_of

# Those that name a campaign and nothing else.
OF_A_CAMPAIGN = tuple(
    f"directives:{page}"
    for page in ("campaign", "late", "late_table", "next", "overview", "reach", "systems", "systems_table")
)


def of_campaign(campaign) -> dict[str, tuple]:
    return dict.fromkeys(OF_A_CAMPAIGN, (campaign.pk,)) | {
        "directives:branch": (campaign.pk, campaign.territory_id),
        "directives:campaign_summary": (campaign.pk, "docx"),
        "directives:figure": (campaign.pk, "systems"),
        "directives:figure_table": (campaign.pk, "systems"),
        "directives:progress_table": (campaign.pk, campaign.territory_id),
        "directives:reach_table": (campaign.pk, "territories"),
        "directives:unit_table": (campaign.pk, "SCHOOL"),
        "directives:unit": (campaign.pk, "SCHOOL"),
    }


def of_standards(city, campaign) -> dict[str, tuple]:
    draft, older = two_versions(city)
    report = self_report_of(city, older, campaign, "SCHOOL")
    criterion = Criterion.objects.filter(indicator__dimension__standard=draft)[0]
    review = reviews_of(city, Case.objects.get(kind="self_report", unit__code="RIVAL"))[0]
    shown = {"statement": "示例", "uploads": [upload("示例".encode(), "示例.txt")]}
    reporting.answer(actor=city.person("liaison"), case=report, criterion=first_of(report), seen=0, **shown)
    result = released(city, Case.objects.get(kind="self_report", unit__code="SCHOOL2")).case
    opinion = opinion_of(city, review.self_report.round)
    asked = opinion.consultation.case.number
    return {
        "standards:ask_opinions": (review.self_report.round_id,),
        "standards:object": (result.number, first_of(report).pk),
        "standards:opinion_file": (asked, opinion.pk),
        **dict.fromkeys(("standards:opinions", "standards:opinions_table"), (asked,)),
        **dict.fromkeys(("standards:result", "standards:result_table"), (result.number,)),
        "standards:mark": (review.case.number, first_of(report).pk),
        "standards:panel": (review.self_report.round_id,),
        "standards:round": (review.self_report.round_id,),
        "standards:round_table": (review.self_report.round_id,),
        "standards:score": (review.case.number,),
        "standards:proof_file": (report.number, Proof.objects.get(answer__self_report=report.pk).pk),
        "standards:differences": (draft.pk, older.pk),
        "standards:edit": (draft.pk,),
        **dict.fromkeys(("standards:alike", "standards:answer"), (report.number, first_of(report).pk)),
        "standards:fill": (report.number,),
        "standards:open_round": (older.pk,),
        "standards:new_part": (draft.pk, "criterion", criterion.indicator_id),
        "standards:part": ("criterion", criterion.pk),
        "standards:standard": (draft.pk,),
        "standards:standard_table": (draft.pk,),
    }


def of_draws(city) -> dict[str, tuple]:
    """A draw of two schools, made and told."""
    asked = Round.objects.select_related("campaign", "standard").first()
    inspection = draw_of(city, asked.campaign, asked.standard).inspection
    number = inspection.case.number
    pages = dict.fromkeys(("inspections:draw", "inspections:fix_draw"), (number,))
    return pages | {"inspections:draw_file": (number, "pool")}


def of_library(city) -> dict[str, tuple]:
    """A piece of the school's, with what its photo told."""
    stored = library.store([upload(taken(at="2026:10:20 09:30:00"), "大厅.jpg")])
    (piece,) = library.add(actor=city.person("liaison"), unit=city.units["SCHOOL"], stored=stored)
    library.conceal(actor=city.person("liaison"), piece=piece, seen=0, boxes=[])
    pages = ("conceal", "concealed", "edit_evidence", "evidence", "evidence_file")
    return {f"cases:{page}": (piece.pk,) for page in pages}


def of_orders(city, campaign) -> dict[str, tuple]:
    """An order that the school is putting right."""
    order = on_desk(drafted_in(city, campaign), "rectifying")
    told = bulletin_in(city, order.case.campaign, published=True)
    return {"rectification:proof": (order.case.number,), "rectification:bulletin": (told.case.number,)}


def of_inspections(city) -> dict[str, tuple]:
    """A visit that is under way, with a finding and its photo."""
    visit = under_way(city)
    inspector = city.person("inspector")
    found, _new = findings.enter(actor=inspector, **noted(visit))
    sent = upload(taken(), "窗口.jpg")
    photo, _new = findings.add_photo(actor=inspector, finding=found, key=found.key, upload=sent)
    inspection, number = visit.inspection, visit.case.number
    return {
        "field:devices_of": (inspector.pk,),
        **dict.fromkeys(("inspections:checklist", "inspections:review"), (number,)),
        **dict.fromkeys(("inspections:checks", "inspections:plan_visit"), (inspection.case.number,)),
        **dict.fromkeys(("inspections:open", "inspections:plan"), (inspection.line.plan_id,)),
        "inspections:enter": (number, criterion(RULES).pk),
        "inspections:photo": (photo.key,),
        "inspections:points": ("SCHOOL",),
    }


def of_breakdown(city, case) -> dict[str, tuple]:
    """The school's assignment with one part, its head's."""
    head, liaison = city.people["head"], city.person("liaison")
    seen = {"actor": liaison, "case": perform(actor=liaison, move_name="acknowledge", case=case, seen=0)}
    breaking_down.lead(**seen, seen=0, principal=head, in_charge=head)
    part = {"level": "person", "measure": "示例", "weight": Decimal(100)}
    share = breaking_down.add_share(**seen, seen=0, above=None, person=head, **part)
    breaking_down.put_in_force(**seen, seen=1)
    pages = dict.fromkeys(("directives:add_share", "directives:breakdown"), (case.number,))
    return pages | {"directives:share": (share.pk,), "directives:letter": (share.pk, "docx")}


def exported_by(office) -> UUID:
    job = jobs.start(kind=EXPORT, actor=journal_name(office), arguments={"asked": {}})
    assert jobs.work_waiting()
    return job.pk


def read_by(office) -> UUID:
    """A table of assessment that the office has had read."""
    table = files.store_bytes("考核内容\t分值\n完善制度\t10\n".encode(), files.TEXT)
    arguments = {"file": table.digest, "name": "示例.tsv"}
    job = jobs.start(kind=READ, actor=journal_name(office), arguments=arguments)
    assert jobs.work_waiting()
    return job.pk


def meeting(office, campaign, title) -> Meeting:
    return planning.read_meeting(
        actor=office, campaign=campaign, title=title, held_on=date(2026, 9, 15), text="今天天气很好。"
    )
