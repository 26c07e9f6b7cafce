"""Every error has its code and sentence, says what to do next, and loses nothing that was typed."""

import json

import pytest
from django.test import Client

from chuangwen.core.problems import CATALOGUE
from chuangwen.web.tests.faults import REFUSED

pytestmark = pytest.mark.urls("chuangwen.web.tests.faults")
HERE = "http://testserver"
JSON = {"Accept": "application/json"}
WORDS = "九月底前全部部署到位"


@pytest.fixture
def browser(city):
    """The liaison's browser, which shows a broken page as a person would see it."""
    client = Client(raise_request_exception=False)
    client.force_login(city.person("liaison"))
    client.get("/take/")
    return client


def told(answer, code):
    """The page as text; it must carry the problem's code and status."""
    page = answer.content.decode()
    kind = REFUSED if code == REFUSED.code else CATALOGUE[code]
    assert answer.status_code == kind.status
    assert f"代码：{code}" in page
    return page


def test_a_problem_is_a_page_with_its_sentence_and_a_way_back(browser):
    page = told(browser.post("/refuse/", {"words": WORDS}), "test.refused")
    assert "“It” is refused: &lt;late&gt;. Do something else." in page
    assert '<a class="btn btn-primary" href="/refuse/">' in page
    assert "您填写的内容已保留" in page


def test_what_was_typed_is_back_in_the_form(browser):
    browser.post("/refuse/", {"words": WORDS})
    assert browser.get("/refuse/").content.decode() == WORDS
    assert browser.get("/refuse/").content.decode() == "empty"


def test_a_button_without_words_claims_to_keep_nothing(browser):
    page = told(browser.post("/refuse/", {"seen": "1"}), "test.refused")
    assert "您填写的内容已保留" not in page


def test_the_way_back_leads_to_the_page_that_the_form_stood_on(browser):
    def back(referer):
        page = told(browser.post("/refuse/", {"words": WORDS}, headers={"Referer": referer}), "test.refused")
        return page.split('<a class="btn btn-primary" href="')[1].split('"')[0]

    assert back(f"{HERE}/desk/?page=2#x") == "/desk/?page=2"
    assert back("https://elsewhere.example/desk/") == "/refuse/"
    assert back("javascript:alert(1)") == "/refuse/"


def test_a_program_gets_json(browser):
    answer = browser.post("/refuse/", {"words": WORDS}, headers=JSON)
    assert answer.status_code == 409
    assert json.loads(answer.content) == {
        "code": "test.refused",
        "sentence": "“It” is refused: <late>. Do something else.",
        "details": {"what": "It", "why": "<late>"},
    }


def test_a_part_of_a_page_gets_a_part_of_a_page(browser):
    answer = browser.post("/refuse/", {"words": WORDS}, headers={"HX-Request": "true"})
    page = told(answer, "test.refused")
    assert page.strip().startswith('<div class="alert alert-danger" role="alert">')
    assert "<html" not in page


@pytest.mark.parametrize(
    ("path", "code"),
    [("/nothing/", "page.not_found"), ("/forbid/", "page.not_allowed"), ("/take/", "page.method")],
)
def test_the_usual_errors_are_problems_too(browser, path, code):
    page = told(browser.get(path), code)
    assert 'href="/">' in page
    assert browser.get(path, headers=JSON).json()["code"] == code


def test_the_wrong_method_still_says_which_is_right(browser):
    assert browser.get("/take/")["Allow"] == "POST"


def test_our_own_fault_is_told_without_details_and_loses_no_words(browser):
    page = told(browser.post("/break/", {"words": WORDS}), "page.server_error")
    assert "您填写的内容已保留" in page
    assert "ZeroDivisionError" not in page
    assert browser.get("/break/").content.decode() == WORDS


def test_our_own_fault_in_json(browser):
    answer = browser.post("/break/", {"words": WORDS}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (500, "page.server_error")


def test_an_unknown_host_is_told_so_without_asking_who_it_is(city):
    told(Client(headers={"Host": "elsewhere.example"}).get("/"), "page.bad_request")


@pytest.fixture
def checked(city):
    """A signed-in browser whose forms are checked for their token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.person("liaison"))
    assert client.get("/desk/").status_code == 200
    return client


def test_too_much_text_is_refused_before_it_is_read(checked, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    page = told(checked.post("/refuse/", {"words": "x" * 1024**2}), "page.too_large")
    assert "超过1 MB" in page


def test_what_cannot_be_understood(checked, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    told(checked.post("/refuse/", {"words": WORDS, "more": WORDS}), "page.bad_request")


def test_a_form_without_token_changes_nothing_and_keeps_its_words(checked):
    answer = checked.post("/refuse/", {"words": WORDS}, headers={"Origin": HERE})
    assert "您填写的内容已保留" in told(answer, "page.form_expired")
    assert checked.get("/refuse/").content.decode() == WORDS


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_form_of_another_site_puts_no_words_into_our_mouth(checked, origin):
    told(checked.post("/refuse/", {"words": WORDS}, headers={"Origin": origin}), "page.form_expired")
    assert checked.get("/refuse/").content.decode() == "empty"


def test_a_form_of_another_site_keeps_nothing_after_the_session_either(checked, city):
    del checked.cookies["sessionid"]
    checked.post("/refuse/", {"words": WORDS}, headers={"Origin": "https://elsewhere.example"})
    checked.force_login(city.person("liaison"))
    assert checked.get("/refuse/").content.decode() == "empty"
