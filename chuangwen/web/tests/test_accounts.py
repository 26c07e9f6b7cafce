"""Sessions and second factors through the pages."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client

from chuangwen.core.models import Event
from chuangwen.organizations.models import Post, SignIn
from chuangwen.organizations.tests.personas import PASSWORD

ENGLISH = {"accept-language": "en"}


def enter(name, agent="Firefox Linux"):
    client = Client(headers={**ENGLISH, "user-agent": agent})
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def words(answer):
    return answer.content.decode()


def code_of(secret, step=0):
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + step))


def set_up(client):
    """Set a second factor up as a person does; its secret."""
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session[auth.SECRET_SESSION_KEY]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


@pytest.fixture
def compulsory(settings):
    settings.SECOND_FACTOR = True


def test_one_sees_where_one_is_signed_in_and_signs_out_there(city):
    here, there = enter("liaison"), enter("liaison", "iPhone MicroMessenger Safari")
    page = words(here.get("/accounts/sessions/"))
    assert "Firefox on Linux computer" in page
    assert "WeChat on iPhone" in page
    other = SignIn.objects.get(device="wechat iphone")
    assert here.post(f"/accounts/sessions/{other.pk}/end/")["Location"] == "/accounts/sessions/"
    assert "WeChat" not in words(here.get("/accounts/sessions/"))
    sent = there.get("/desk/", follow=True)
    assert sent.redirect_chain[0][0].startswith("/accounts/login/")
    assert "This device was signed out from the list of your sign-ins." in words(sent)


def test_a_stranger_signs_nobody_out(city):
    mine, theirs = enter("liaison"), enter("rival")
    target = SignIn.objects.get(person=city.people["liaison"])
    assert "Nobody was signed in there" in words(
        theirs.post(f"/accounts/sessions/{target.pk}/end/", follow=True)
    )
    assert mine.get("/desk/").status_code == 200


def test_one_signs_out_everywhere_but_here(city):
    here, first, second = enter("liaison"), enter("liaison"), enter("liaison")
    here.post("/accounts/sessions/others/end/")
    assert [client.get("/desk/").status_code for client in (here, first, second)] == [200, 302, 302]


def test_a_new_sign_in_ends_the_older_one_if_so_configured(city, settings):
    settings.ONE_SESSION = True
    first, second = enter("liaison"), enter("liaison")
    assert second.get("/desk/").status_code == 200
    assert "one sign-in is allowed" in words(first.get("/desk/", follow=True))
    assert "one sign-in is allowed" not in words(first.get("/accounts/login/"))


def test_words_typed_into_a_session_that_somebody_ended_come_back(city):
    client = enter("office")
    client.get("/units/new/")
    SignIn.objects.get()
    enter("office").post("/accounts/sessions/others/end/")
    assert client.post(
        "/units/new/", {"name": "尚未登记的单位"}, headers={"referer": "http://testserver/units/new/"}
    )
    client.post("/accounts/login/", {"login": "office", "password": PASSWORD})
    assert "尚未登记的单位" in words(client.get("/units/new/"))


def test_a_changed_password_ends_the_other_sessions_and_says_so(city):
    here, there = enter("liaison"), enter("liaison")
    new = "Gangway-lantern-27"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get("/desk/").status_code == 200
    assert "the password of your account was changed" in words(there.get("/desk/", follow=True))
    assert words(here.get("/accounts/sessions/")).count("Firefox") == 1


def test_the_security_administrator_cuts_somebody_off_from_the_page_of_the_account(city):
    client, theirs = enter("security"), enter("liaison")
    post = Post.objects.get(person__username="liaison")
    assert f"/units/SCHOOL/posts/{post.pk}/account/" in words(client.get("/units/SCHOOL/"))
    page = f"/units/SCHOOL/posts/{post.pk}/account/"
    assert "Firefox on Linux computer" in words(client.get(page))
    assert "1 sign-in has ended." in words(client.post(f"{page}sessions/", follow=True))
    assert "A security administrator ended your session." in words(theirs.get("/desk/", follow=True))


@pytest.mark.parametrize("who", ["admin", "office", "head", "liaison", "auditor"])
def test_nobody_else_sees_the_account_behind_a_post(city, who):
    post = Post.objects.get(person__username="staff")
    client = enter(who)
    page = f"/units/SCHOOL/posts/{post.pk}/account/"
    answers = [client.get(page), client.post(f"{page}sessions/"), client.post(f"{page}factor/")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert page not in words(client.get("/units/SCHOOL/"))


@pytest.mark.parametrize("who", ["office", "auditor", "admin", "security", "county"])
def test_whoever_needs_a_second_factor_sets_it_up_before_anything_else(city, compulsory, who):
    client = enter(who)
    sent = client.get("/desk/", follow=True)
    assert sent.redirect_chain == [("/accounts/2fa/totp/activate/", 302)]
    assert "Your post needs a second factor." in words(sent)
    assert 'src="data:image/svg+xml;base64,' in words(sent)
    assert client.post("/units/new/", {"name": "x"})["Location"] == "/accounts/2fa/totp/activate/"
    refused = client.get("/desk/", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "page.second_factor")
    set_up(client)
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("who", ["liaison", "head", "inspector", "editor", "stranger"])
def test_nobody_else_is_made_to(city, compulsory, who):
    assert enter(who).get("/desk/").status_code == 200


def test_outside_production_nobody_is(city):
    assert enter("office").get("/desk/").status_code == 200


def test_a_post_given_during_a_session_asks_for_the_factor_at_once(city, compulsory):
    client = enter("stranger")
    assert client.get("/desk/").status_code == 200
    Post.objects.create(
        person=city.people["stranger"], unit=city.units["OFFICE"], role="office", title="经办人"
    )
    assert client.get("/desk/").status_code == 302


def test_signing_in_with_the_second_factor_or_a_recovery_code(city, django_capture_on_commit_callbacks):
    client = enter("liaison")
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client)
    codes = words(client.get("/accounts/2fa/recovery-codes/download/")).split()[-10:]
    other = enter("liaison")
    assert other.get("/desk/").status_code == 302
    assert other.get("/accounts/2fa/authenticate/").status_code == 200
    assert "_auth_user_id" not in other.session
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/"
    again = enter("liaison")
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
    once_more = enter("liaison")
    assert once_more.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200
    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb != "account.sign_in"] == [
        "account.factor_add",
        "account.code_refused",
        "account.recovery_code",
        "account.code_refused",
    ]


def test_the_factor_that_a_post_needs_is_not_removed_and_another_is(city, compulsory):
    office, liaison = enter("office"), enter("liaison")
    set_up(office)
    set_up(liaison)
    assert "so it stays" in words(office.get("/accounts/2fa/totp/deactivate/"))
    office.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=city.people["office"], type="totp").exists()
    liaison.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=city.people["liaison"]).exists()


def test_a_factor_is_changed_only_soon_after_proving_who_one_is(city):
    client = enter("liaison")
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert "Once more your password" in words(client.get(asked["Location"]))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_lost_factor_is_taken_away_on_the_page_of_the_account(city, compulsory):
    theirs = enter("office")
    set_up(theirs)
    post = Post.objects.get(person__username="office")
    client = enter("security")
    set_up(client)
    page = f"/units/OFFICE/posts/{post.pk}/account/"
    assert "It is set up." in words(client.get(page))
    assert "The second factor is taken away." in words(client.post(f"{page}factor/", follow=True))
    assert "your second factor was reset" in words(theirs.get("/desk/", follow=True))
    assert enter("office").get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"


def test_the_pages_of_the_second_factor_speak_for_themselves(city):
    client = enter("liaison")
    assert "Not set up." in words(client.get("/accounts/2fa/"))
    set_up(client)
    assert "Set up on" in words(client.get("/accounts/2fa/"))
    assert "Keep these 10 codes" in words(client.get("/accounts/2fa/recovery-codes/"))
    old = words(client.get("/accounts/2fa/recovery-codes/download/"))
    assert "The old recovery codes no longer work" in words(
        client.get("/accounts/2fa/recovery-codes/generate/")
    )
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert words(client.get("/accounts/2fa/recovery-codes/download/")) != old
