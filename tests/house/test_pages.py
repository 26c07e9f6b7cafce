"""What every page asks of the database, as one table: a new page is not in the house until it is in here.

That a list asks no more for many rows than for few is tested beside each list.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import reverse

from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach, open_campaign
from chuangwen.core import files
from chuangwen.core.journal import sequence
from chuangwen.directives.services.complaints import file_complaint
from chuangwen.directives.tests.conftest import add, dispatch, to_unit
from chuangwen.organizations.models import Post
from tests.house.addresses import addresses as every_address
from tests.house.scenes import (
    exported_by,
    meeting,
    of_breakdown,
    of_campaign,
    of_draws,
    of_inspections,
    of_library,
    of_orders,
    of_standards,
    read_by,
)

# Who visits a page that the civility office may not enter.
VISITORS = {
    "inspections:checklist": "inspector",
    "inspections:enter": "inspector",
    "inspections:review": "inspector",
    "cases:conceal": "liaison",
    "cases:edit_evidence": "liaison",
    "rectification:proof": "liaison",
    "directives:add_share": "head",
    "directives:breakdown": "head",
    "directives:letter": "head",
    "directives:my_share": "head",
    "directives:share": "head",
    "organizations:account": "security",
    "field:devices_of": "security",
    "field:way": "inspector",
    "web:events": "auditor",
    "web:reads": "auditor",
    "web:calendar": "admin",
    "web:messages_table": "admin",
    "web:sent_messages": "admin",
}
# Queries of each page for the office or that visitor, those for the session and for the scope included.
QUERIES = {
    "field:devices": 6,
    "field:devices_of": 7,
    "field:manifest": 2,
    "field:shell": 2,
    "field:standing": 3,
    "field:way": 11,
    "field:worker": 2,
    "cases:attachment": 8,
    "cases:add_evidence": 6,
    "cases:conceal": 6,
    "cases:concealed": 7,
    "cases:edit_evidence": 6,
    "cases:evidence": 11,
    "cases:evidence_file": 6,
    "cases:library": 6,
    "cases:library_table": 6,
    "cases:ledger": 13,
    "cases:case": 17,
    "cases:move": 13,
    "directives:add_share": 10,
    "directives:branch": 13,
    "directives:breakdown": 12,
    "directives:letter": 7,
    "directives:my_share": 7,
    "directives:reach": 12,
    "directives:share": 10,
    "directives:burden_table": 9,
    "directives:reach_table": 10,
    "directives:campaign_summary": 12,
    "directives:burden": 13,
    "directives:campaign": 12,
    "directives:campaigns": 6,
    "directives:campaigns_table": 6,
    "directives:complain": 7,
    "directives:complaint": 6,
    "directives:delivery_table": 12,
    "directives:figure": 9,
    "directives:figure_table": 9,
    "directives:late": 8,
    "directives:late_table": 8,
    "directives:new_meeting": 7,
    "directives:notice_draft": 14,
    "directives:newest": 5,
    "directives:next": 10,
    "directives:overview": 11,
    "directives:plan": 13,
    "directives:plan_paper": 14,
    "directives:preview": 12,
    "directives:progress_table": 10,
    "directives:split": 7,
    "directives:systems": 8,
    "directives:systems_table": 8,
    "directives:task": 17,
    "directives:task_summary": 13,
    "directives:unit": 11,
    "directives:unit_table": 10,
    "inspections:checklist": 11,
    "inspections:checks": 11,
    "inspections:enter": 9,
    "inspections:findings": 9,
    "inspections:findings_table": 8,
    "inspections:inspections": 10,
    "inspections:new_plan": 9,
    "inspections:open": 10,
    "inspections:photo": 7,
    "inspections:plan": 9,
    "inspections:plan_visit": 12,
    "inspections:points": 9,
    "inspections:review": 8,
    "inspections:trend": 10,
    "inspections:trend_table": 8,
    "inspections:draw": 10,
    "inspections:draw_file": 6,
    "inspections:draws": 9,
    "inspections:fix_draw": 11,
    "organizations:account": 10,
    "organizations:import": 6,
    "organizations:import_form": 5,
    "organizations:new_unit": 9,
    "inspections:all_points": 15,
    "inspections:import_points": 7,
    "inspections:map": 12,
    "inspections:points_form": 7,
    "inspections:points_table": 10,
    "organizations:unit": 9,
    "organizations:units": 9,
    "rectification:bulletin": 9,
    "rectification:board": 14,
    "rectification:bulletins": 7,
    "rectification:gallery": 10,
    "rectification:new": 8,
    "rectification:new_bulletin": 7,
    "rectification:orders": 14,
    "rectification:orders_table": 8,
    "rectification:proof": 10,
    "standards:answer": 15,
    "standards:alike": 8,
    "standards:differences": 15,
    "standards:edit": 10,
    "standards:fill": 9,
    "standards:proof_file": 8,
    "standards:draft": 9,
    "standards:import": 6,
    "web:calendar": 5,
    "web:calendar_file": 3,
    "standards:new": 9,
    "standards:new_part": 8,
    "standards:open_round": 9,
    "standards:part": 6,
    "standards:mark": 17,
    "standards:ask_opinions": 6,
    "standards:object": 11,
    "standards:opinion_file": 8,
    "standards:opinions": 9,
    "standards:opinions_table": 8,
    "standards:result": 12,
    "standards:result_table": 11,
    "standards:panel": 9,
    "standards:round": 12,
    "standards:round_table": 8,
    "standards:score": 8,
    "standards:standard": 12,
    "standards:standard_table": 10,
    "standards:standards": 8,
    "standards:standards_table": 7,
    "web:desk": 19,
    "web:desk_table": 9,
    "web:events": 7,
    "web:home": 4,
    "web:job": 6,
    "web:job_file": 4,
    "web:jobs": 6,
    "web:journal": 6,
    "web:journal_head": 3,
    "web:notifications": 6,
    "web:reads": 6,
    "web:messages_table": 5,
    "web:search": 17,
    "web:search_table": 15,
    "web:sent_messages": 7,
    "web:sessions": 6,
    "web:succession": 9,
}
OF_THE_FIELD = dict.fromkeys(("field:standing", "field:way"), (UUID(int=1),))


def pages() -> Iterator[str]:
    """Names of the house's own addresses that answer to GET with a session (OpenRosa's take a password)."""
    for address in every_address():
        ours = inspect.unwrap(address.view).__module__.startswith("chuangwen.")
        space, colon, _name = address.name.partition(":")
        if colon and ours and not address.posts_only and space != "openrosa":
            yield address.name


@pytest.fixture(scope="module")
def addresses(one_city):
    """Every page's address in a city with a plan being drafted, a dispatched one and a signed journal."""
    city, office = one_city, one_city.person("office")
    campaign = open_campaign(actor=office, name="示例年度创建", office=city.units["OFFICE"])
    drafted, sent = (meeting(office, campaign, title) for title in ("示例推进会", "示例部署会"))
    task, _sent = (add(city, one, to_unit("SCHOOL")) for one in (drafted, sent))
    dispatch(city, sent)
    case = Case.objects.get(kind="assignment")
    blob = files.store_bytes("示例".encode(), files.TEXT)
    file = attach(actor=office, case=case, blob=blob, name="示例.txt", purpose=Attachment.Purpose.REPORT)
    complaint = file_complaint(territory=campaign.territory, about="示例月报", text="同样的表填了两遍")
    sequence()
    exported = exported_by(office)
    arguments = {
        **of_campaign(campaign),
        "cases:attachment": (case.number, file.pk),
        "cases:case": (case.number,),
        "cases:move": (case.number, "withdraw"),
        **(of_breakdown(city, case) | of_standards(city, campaign) | OF_THE_FIELD),
        **(of_library(city) | of_orders(city, campaign) | of_inspections(city) | of_draws(city)),
        "directives:complaint": (complaint.code,),
        "directives:burden_table": ("tasks",),
        "directives:delivery_table": (drafted.case.number, task.pk),
        "directives:notice_draft": (drafted.case.number, "docx"),
        "directives:plan": (drafted.case.number,),
        "directives:plan_paper": (drafted.case.number, "docx"),
        "directives:preview": (drafted.case.number,),
        "directives:split": (task.pk,),
        "directives:task": (task.pk,),
        "directives:task_summary": (task.pk, "docx"),
        "organizations:account": ("SCHOOL", Post.objects.get(person__username="liaison").pk),
        "web:calendar_file": (2026,),
        "standards:draft": (read_by(office),),
        **dict.fromkeys(("web:job", "web:job_file"), (exported,)),
        "organizations:unit": ("SCHOOL",),
        "web:desk_table": ("due",),
        "web:messages_table": ("stuck",),
        "web:succession": ("SCHOOL",),
    }
    asked = dict.fromkeys(("web:search", "web:search_table"), "?q=动员")
    return {name: reverse(name, args=arguments.get(name, ())) + asked.get(name, "") for name in QUERIES}


def test_the_table_names_every_page():
    assert sorted(QUERIES) == sorted(pages())


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_asks_what_the_table_says(name, addresses, browse, django_assert_num_queries):
    client = browse(VISITORS.get(name, "office"))
    b"".join(client.get(addresses[name]))  # the first request of a session also writes it
    with django_assert_num_queries(QUERIES[name]):
        answer = client.get(addresses[name])
        assert b"".join(answer) or answer.status_code == 302
    assert answer.status_code in {200, 302}
