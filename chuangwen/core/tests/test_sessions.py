"""Who does nothing is signed out, and nothing they typed is lost or shown to somebody else."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from chuangwen.core.sessions import KEPT_LIMIT, kept
from chuangwen.organizations.tests.personas import PASSWORD

pytestmark = pytest.mark.urls(__name__)
LIMIT = settings.IDLE_MINUTES * 60
SECRET = "九月底前全部部署到位"


def paper(request):
    """A form and its page: says what it was sent, or what it was given back."""
    typed = request.POST if request.method == "POST" else kept(request)
    return HttpResponse(repr(dict(typed.lists()) if typed else {}))


urlpatterns = [path("paper/", paper), path("board/", paper), path("", include("chuangwen.urls"))]


def now():
    return int(timezone.now().timestamp())


def set_seen(client, seconds_ago):
    """Put the last sign of life back by so many seconds; returns what the session then holds."""
    session = client.session
    session["seen_at"] = now() - seconds_ago
    session.save()
    return session["seen_at"]


def sign_in(client, name):
    answer = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert answer.status_code == 302


@pytest.fixture
def liaison(city, client):
    """A browser in which the school's liaison is at work."""
    client.force_login(city.person("liaison"))
    assert client.get("/paper/").status_code == 200
    return client


def shown(client, path="/paper/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_is_at_work_stays_signed_in(liaison):
    set_seen(liaison, LIMIT - 30)
    assert shown(liaison) == "{}"


def test_who_did_nothing_is_signed_out_and_told_so(liaison):
    set_seen(liaison, LIMIT + 30)
    answer = liaison.get("/paper/?page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=%2Fpaper%2F%3Fpage%3D2"
    assert "_auth_user_id" not in liaison.session
    login = liaison.get(answer["Location"])
    assert f"由于{settings.IDLE_MINUTES}分钟没有操作" in login.content.decode()


def test_the_time_limit_is_a_setting(liaison, settings):
    settings.IDLE_MINUTES = 1
    set_seen(liaison, 90)
    assert liaison.get("/paper/").status_code == 302


@pytest.mark.parametrize(("seconds", "written"), [(30, False), (90, True)])
def test_the_sign_of_life_is_written_at_most_once_a_minute(liaison, seconds, written):
    before = set_seen(liaison, seconds)
    shown(liaison)
    assert (liaison.session["seen_at"] > before) is written


def test_what_was_typed_comes_back_once_after_signing_in_again(liaison):
    set_seen(liaison, LIMIT + 30)
    answer = liaison.post("/paper/", {"words": SECRET, "units": ["A", "B"], "seen": "3"})
    assert answer["Location"] == "/accounts/login/?next=%2Fpaper%2F"
    assert "您填写的内容已保留" in liaison.get(answer["Location"]).content.decode()
    sign_in(liaison, "liaison")
    assert shown(liaison) == repr({"words": [SECRET], "units": ["A", "B"], "seen": ["3"]})
    assert shown(liaison) == "{}"


def test_somebody_else_who_signs_in_sees_nothing(liaison):
    set_seen(liaison, LIMIT + 30)
    liaison.post("/paper/", {"words": SECRET})
    sign_in(liaison, "rival")
    assert shown(liaison) == "{}"
    assert SECRET not in repr(dict(liaison.session.items()))
    liaison.post("/accounts/logout/")
    sign_in(liaison, "liaison")
    assert shown(liaison) == "{}"


def test_a_session_that_is_gone_loses_nothing_either(liaison):
    del liaison.cookies["sessionid"]
    assert liaison.post("/paper/", {"words": SECRET}).status_code == 302
    sign_in(liaison, "liaison")
    assert shown(liaison) == repr({"words": [SECRET]})


def test_a_session_that_is_gone_gives_nothing_to_somebody_else(liaison):
    del liaison.cookies["sessionid"]
    liaison.post("/paper/", {"words": SECRET})
    sign_in(liaison, "rival")
    assert shown(liaison) == "{}"


def test_the_words_of_nobody_known_are_not_kept(city):
    stranger = Client()
    assert stranger.post("/paper/", {"words": SECRET}).status_code == 302
    assert Session.objects.count() == 0
    sign_in(stranger, "liaison")
    assert shown(stranger) == "{}"


def test_a_forged_name_keeps_nothing(city):
    forger = Client()
    forger.cookies["person"] = f"{city.people['liaison'].pk}:forged"
    forger.post("/paper/", {"words": SECRET})
    sign_in(forger, "liaison")
    assert shown(forger) == "{}"


def test_words_belong_to_their_own_page_and_wait_for_it(liaison):
    set_seen(liaison, LIMIT + 30)
    liaison.post("/paper/", {"words": SECRET})
    sign_in(liaison, "liaison")
    assert shown(liaison, "/board/") == "{}"
    assert shown(liaison) == repr({"words": [SECRET]})


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ({"words": SECRET, "csrfmiddlewaretoken": "x", "next": "/"}, {"words": [SECRET]}),
        ({"words": SECRET, "password": "p", "oldpassword": "q", "new_password1": "r"}, {"words": [SECRET]}),
        ({"words": "x" * (KEPT_LIMIT - 5)}, {"words": ["x" * (KEPT_LIMIT - 5)]}),
        ({"words": "x" * (KEPT_LIMIT - 4)}, {}),
        ({"words": "文" * (KEPT_LIMIT // 3)}, {}),
        ({"words": ""}, {}),
        ({"seen": "3"}, {}),
    ],
    ids=["tokens", "passwords", "full", "too long", "too long in Chinese", "nothing", "a button"],
)
def test_what_is_kept_and_what_is_not(liaison, sent, given):
    set_seen(liaison, LIMIT + 30)
    liaison.post("/paper/", sent)
    sign_in(liaison, "liaison")
    assert shown(liaison) == repr(given)


def test_files_are_not_kept(liaison, tmp_path):
    photo = tmp_path / "photo.txt"
    photo.write_text(SECRET, encoding="utf-8")
    set_seen(liaison, LIMIT + 30)
    with photo.open("rb") as file:
        liaison.post("/paper/", {"words": "说明", "photo": file})
    sign_in(liaison, "liaison")
    assert shown(liaison) == repr({"words": ["说明"]})


def test_what_cannot_be_read_is_not_kept(liaison, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    set_seen(liaison, LIMIT + 30)
    assert liaison.post("/paper/", {"words": SECRET, "more": SECRET}).status_code == 302
    assert "kept" not in liaison.session


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(liaison):
    set_seen(liaison, LIMIT + 30)
    page = "http://testserver/board/?page=2"
    answer = liaison.post(
        "/paper/", {"words": SECRET}, headers={"HX-Request": "true", "HX-Current-URL": page}
    )
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fboard%2F%3Fpage%3D2"
    assert answer.content == b""
