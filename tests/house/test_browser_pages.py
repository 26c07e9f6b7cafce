"""The walks of the browser visit every page: no address and no form of a move can be forgotten there."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from chuangwen.cases.lifecycle import LIFECYCLES
from tests.browser.test_pages import PAGES
from tests.house.addresses import NO_UUID, addresses

# Address that answers to GET → why no walk visits it.
NO_PAGE = {
    "cases:attachment": "a file",
    "cases:concealed": "a file",
    "cases:evidence_file": "a file",
    "cases:library_table": "a file",
    "directives:campaign_summary": "a file",
    "directives:campaigns_table": "a file",
    "directives:delivery_table": "a file",
    "directives:figure_table": "a file",
    "directives:letter": "a file",
    "directives:newest": "leads to the overview of the newest campaign",
    "directives:notice_draft": "a file",
    "directives:plan_paper": "a file",
    "directives:task_summary": "a file",
    "directives:burden_table": "a file",
    "directives:reach_table": "a file",
    "standards:round_table": "a file",
    "directives:late_table": "a file",
    "directives:progress_table": "a file",
    "directives:systems_table": "a file",
    "directives:unit_table": "a file",
    "field:manifest": "JSON",
    "field:standing": "JSON",
    "field:way": "JSON",
    "field:worker": "a script",
    "inspections:findings_table": "a file",
    "inspections:trend_table": "a file",
    "inspections:photo": "a file",
    "inspections:points_form": "a file",
    "inspections:points_table": "a file",
    "inspections:draw_file": "a file",
    "mfa_authenticate": "opens only in the midst of a sign-in: tests/browser/scenes.py",
    "mfa_download_recovery_codes": "a file",
    "openid_connect_callback": "leads back from the provider of identities",
    "openid_connect_login": "leads to the provider of identities",
    "openrosa:form": "XML",
    "openrosa:form_list": "XML",
    "openrosa:submission": "answers to HEAD alone",
    "organizations:import_form": "a file",
    "rectification:orders_table": "a file",
    "set_language": "leads back to the page that it was asked from",
    "web:calendar_file": "a file",
    "standards:opinion_file": "a file",
    "standards:opinions_table": "a file",
    "standards:result_table": "a file",
    "standards:score": "leads to the first criterion that is not marked",
    "standards:proof_file": "a file",
    "standards:fill": "leads to the first criterion that lacks something",
    "standards:standard_table": "a file",
    "standards:standards_table": "a file",
    "web:job_file": "a file",
    "web:desk_table": "a file",
    "web:home": "leads to the desk",
    "web:journal_head": "JSON",
    "web:messages_table": "a file",
    "web:search_table": "a file",
}


JOBS = (
    "points",
    "table",
    "faulty",
    "checked",
    "imported",
    "exported",
    "waiting",
    "sent_out",
    "moved",
    "ledger",
)


class Places(dict[str, str]):
    """Something for every {…} of an address."""

    def __missing__(self, name: str) -> str:
        return "1"


def visited() -> list[tuple[str, dict[str, object]]]:
    """Name and arguments of each address in the table of pages; one leads nowhere, on purpose."""
    found = []
    for address in sorted({address for pages in PAGES.values() for address in pages}):
        try:
            match = resolve(urlsplit(address.format_map(Places(dict.fromkeys(JOBS, NO_UUID)))).path)
        except Resolver404:
            assert address == "/nowhere/"
        else:
            found.append((match.view_name, match.kwargs))
    return found


def test_every_address_that_answers_to_get_is_visited_or_says_why_not():
    names = {name for name, _arguments in visited()}
    asked = {address.name for address in addresses() if not address.posts_only}
    assert sorted(asked - names) == sorted(NO_PAGE)


def test_every_form_of_a_move_is_visited():
    forms = {move.name for cycle in LIFECYCLES.values() for move in cycle.moves if move.form}
    visits = {arguments["move_name"] for name, arguments in visited() if name == "cases:move"}
    assert forms - visits == set()
