from __future__ import annotations

import pytest

from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach
from chuangwen.cases.tests.test_models import SEE_THE_ERRAND
from chuangwen.core import files
from chuangwen.organizations.tests.personas import PERSONAS, City


@pytest.fixture
def paper(city: City, errand: Case) -> Attachment:
    blob = files.store_bytes("证明材料".encode(), "text/plain")
    return attach(
        actor=city.person("liaison"),
        case=errand,
        blob=blob,
        name="材料.txt",
        purpose=Attachment.Purpose.REPORT,
    )


@pytest.mark.parametrize("who", PERSONAS)
def test_the_page_and_its_files_are_seen_by_whoever_sees_the_case(
    browse, errand: Case, paper: Attachment, who: str
):
    expected = 200 if who in SEE_THE_ERRAND else 404
    client = browse(who)
    for page in ("", f"files/{paper.pk}/", "do/"):
        answer = client.get(f"/cases/{errand.number}/{page}")
        b"".join(answer)  # to its end, which closes the file
        assert answer.status_code == expected


def test_a_strangers_number_looks_like_no_number_at_all(browse, errand: Case):
    """Nobody can find out whether a case exists that they may not see."""
    rival = browse("rival")
    hidden, absent = (rival.get(f"/cases/{number}/") for number in (errand.number, "260000000000"))
    assert hidden.status_code == absent.status_code == 404
    said = [answer.context["problem"].sentence for answer in (hidden, absent)]
    assert said[0] == said[1]
    assert errand.title not in hidden.content.decode()


def test_another_cases_file_is_not_served_under_ones_own(city: City, browse, errand: Case, paper: Attachment):
    own = Case.objects.create(
        number="OWN",
        kind="errand",
        title="自己的",
        unit=city.units["RIVAL"],
        issuer=city.units["COUNTY1"],
        campaign=errand.campaign,
        state="open",
        opened_at=errand.opened_at,
    )
    assert browse("rival").get(f"/cases/{own.number}/files/{paper.pk}/").status_code == 404


def test_a_file_is_downloaded_under_its_name(browse, errand: Case, paper: Attachment):
    answer = browse("liaison").get(f"/cases/{errand.number}/files/{paper.pk}/")
    assert b"".join(answer) == "证明材料".encode()
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_buttons_and_reasons(browse, errand: Case):
    page = browse("liaison").get(f"/cases/{errand.number}/")
    assert page.context["nothing_to_do"] is False
    assert b"Do it</button>" in page.content
    assert b"only for the civility office over the unit" in page.content


def test_a_move_by_one_click(browse, errand: Case):
    answer = browse("liaison").post(f"/cases/{errand.number}/do/", {"seen": 0})
    assert answer.status_code == 302
    assert Case.objects.get().state == "done"


@pytest.mark.parametrize("seen", ["", "1", "x", "-0"])
def test_a_stale_or_mangled_form_moves_nothing(browse, errand: Case, seen: str):
    answer = browse("liaison").post(f"/cases/{errand.number}/do/", {"seen": seen})
    assert answer.status_code == 409
    assert b"case.stale" in answer.content
    assert Case.objects.get().state == "open"


def test_a_refused_move_says_why(browse, errand: Case):
    answer = browse("department").post(f"/cases/{errand.number}/do/", {"seen": 0})
    assert answer.status_code == 403
    assert b"case.move_refused" in answer.content


def test_moves_are_made_by_post_only(browse, errand: Case):
    assert browse("liaison").get(f"/cases/{errand.number}/do/").status_code == 200
    assert Case.objects.get().state == "open"


def test_an_unknown_move_is_not_found(browse, errand: Case):
    assert browse("liaison").post(f"/cases/{errand.number}/fly/").status_code == 404


def test_the_case_page_asks_as_many_questions_for_a_long_history(
    browse, errand: Case, django_assert_num_queries
):
    client = browse("liaison")
    url = f"/cases/{errand.number}/"
    client.get(url)
    with django_assert_num_queries(CASE_PAGE_QUERIES):
        client.get(url)
    office = browse("office")
    for seen in range(3):
        office.post(f"{url}note/", {"seen": seen})
    with django_assert_num_queries(CASE_PAGE_QUERIES + 1):  # the names of those who acted
        client.get(url)


# session, person, posts, led systems, case, requests, history, attachments, the top's campaigns, the trace
CASE_PAGE_QUERIES = 10
