"""Signing in by OpenID Connect, before a small provider of our own on the loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from chuangwen.core.models import Event
from chuangwen.organizations.models import Person
from chuangwen.organizations.tests.personas import PASSWORD

LOGIN = "/accounts/login/"
CALLBACK = "/accounts/oidc/callback/"


class Provider:
    """The least of a provider by OpenID Connect Core: a description, a door for codes, a page of claims."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, object] = {"sub": "s-1", "preferred_username": "liaison"}
        self.page: dict[str, object] = {"sub": "s-1"}
        self.token: dict[str, object] = {}
        self.challenge = ""
        self.asked: list[str] = []
        self.server = HTTPServer(("127.0.0.1", 0), self.handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, path, sent):
        """The JSON for a request, or None for one that is refused."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            doors = {name: f"{self.issuer}/{name}" for name in ("authorize", "token", "userinfo", "keys")}
            return {
                "issuer": self.issuer,
                "authorization_endpoint": doors["authorize"],
                "token_endpoint": doors["token"],
                "userinfo_endpoint": doors["userinfo"],
                "jwks_uri": doors["keys"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/token":
            verifier = sent["code_verifier"][0].encode()
            made = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
            if (sent["client_secret"], sent["code"], made) != (["word"], ["good"], self.challenge):
                return None
            now = int(time.time())
            basic = {"iss": self.issuer, "aud": "chuangwen", "iat": now, "exp": now + 60}
            token = jwt.encode(basic | self.claims | self.token, self.key, "RS256", headers={"kid": "1"})
            return {"access_token": "a", "token_type": "Bearer", "id_token": token}
        return self.page if path == "/userinfo" else None

    def handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply({})

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                self.reply(parse_qs(self.rfile.read(size).decode()))

            def reply(self, sent):
                told = provider.answer(urlsplit(self.path).path, sent)
                body = json.dumps(told or {"error": "invalid_grant"}).encode()
                self.send_response(200 if told else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler


@pytest.fixture
def provider(settings):
    served = Provider()
    settings.OIDC_ISSUER, settings.OIDC_NAME = served.issuer, "示例统一认证"
    app = {
        "provider_id": "oidc",
        "name": "示例统一认证",
        "client_id": "chuangwen",
        "secret": "word",
        "settings": {"server_url": served.issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield served
    served.close()


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


def come_back(client, provider, code="good", **more):
    """Press the button, be recognised over there, and return."""
    sent = urlsplit(client.get("/accounts/oidc/login/")["Location"])
    asked = parse_qs(sent.query)
    provider.challenge = asked["code_challenge"][0]
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{provider.issuer}/authorize"
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]
    return client.get(CALLBACK, {"state": asked["state"][0], "code": code} | more)


def refusal(client, answer, sentence):
    assert answer["Location"] == LOGIN
    assert sentence in client.get(LOGIN).content.decode()
    assert "_auth_user_id" not in client.session


def test_there_is_no_button_and_no_door_without_a_provider(city, client):
    assert "/accounts/oidc/" not in client.get(LOGIN).content.decode()
    assert [client.get(f"/accounts/oidc/{door}/").status_code for door in ("login", "callback")] == [404, 404]


def test_the_provider_is_asked_only_when_the_button_is_pressed(city, provider, client):
    assert "Sign in by 示例统一认证" in client.get(LOGIN).content.decode()
    assert provider.asked == []


def test_whoever_the_provider_names_signs_in_and_nothing_else_is_kept(city, provider, client):
    before = Person.objects.count()
    assert come_back(client, provider)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(city.people["liaison"].pk)
    assert Event.objects.get().verb == "account.sign_in"
    from allauth.socialaccount.models import SocialAccount, SocialToken

    assert (Person.objects.count(), SocialAccount.objects.count(), SocialToken.objects.count()) == (
        before,
        0,
        0,
    )


def test_the_claim_is_configured(city, provider, client, settings):
    settings.OIDC_CLAIM = "employee"
    provider.claims["employee"] = "rival"
    come_back(client, provider)
    assert client.session["_auth_user_id"] == str(city.people["rival"].pk)


def test_the_claim_may_stand_on_the_page_of_the_same_subject(city, provider, client):
    provider.claims = {"sub": "s-1"}
    provider.page = {"sub": "s-1", "preferred_username": "rival"}
    come_back(client, provider)
    assert client.session["_auth_user_id"] == str(city.people["rival"].pk)


@pytest.mark.parametrize(
    ("claims", "page"),
    [
        ({"sub": "s-1", "preferred_username": "nobody.here"}, {"sub": "s-1"}),
        ({"sub": "s-1"}, {"sub": "s-2", "preferred_username": "liaison"}),
        ({"sub": "s-1", "preferred_username": ""}, {"sub": "s-1"}),
        ({"sub": "s-1", "preferred_username": ["liaison"]}, {"sub": "s-1"}),
        ({"sub": "s-1", "email": "liaison@example.org"}, {"sub": "s-1"}),
    ],
)
def test_whom_nobody_knows_here_is_told_so_and_gets_no_account(city, provider, client, claims, page):
    before = Person.objects.count()
    provider.claims, provider.page = claims, page
    refusal(
        client, come_back(client, provider), "示例统一认证 knows you, but there is no account for you here"
    )
    assert Person.objects.count() == before
    assert [(event.actor, event.verb, event.subject) for event in Event.objects.all()] == [
        ("nobody", "account.refused", "person:unknown")
    ]


@pytest.mark.parametrize(
    "token", [{"aud": "another"}, {"iss": "https://elsewhere.example"}, {"exp": 1_700_000_000}]
)
def test_a_token_for_somebody_else_from_somewhere_else_or_of_yesterday_is_none(city, provider, client, token):
    provider.token = token
    refusal(client, come_back(client, provider), "did not succeed")


def test_a_wrong_code_a_refusal_and_a_foreign_state_open_nothing(city, provider, client):
    refusal(client, come_back(client, provider, code="bad"), "did not succeed")
    refusal(client, come_back(client, provider, error="access_denied"), "did not succeed")
    refusal(client, client.get(CALLBACK, {"state": "invented", "code": "good"}), "did not succeed")


def test_a_closed_account_stays_closed(city, provider, client):
    Person.objects.filter(username="liaison").update(is_active=False)
    assert come_back(client, provider)["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_the_second_factor_is_asked_for_all_the_same(city, provider, client):
    from chuangwen.web.tests.test_accounts import set_up

    first = Client()
    first.post(LOGIN, {"login": "liaison", "password": PASSWORD})
    set_up(first)
    assert come_back(client, provider)["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_a_provider_that_is_away_says_so(city, provider, client, settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}"
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": nobody}
    refusal(client, client.get("/accounts/oidc/login/"), "did not succeed")
