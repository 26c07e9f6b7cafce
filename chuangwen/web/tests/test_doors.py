"""Nobody gets in without signing in, but for the pages that say so; and what the doors look like."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from chuangwen.organizations.tests.personas import PASSWORD
from chuangwen.web.middleware import PUBLIC

LOGIN = reverse("account_login")
# What to put into the places of an address.
PLACES = {
    "pk": 1,
    "token": "x",
    "key": "00000000-0000-4000-8000-000000000001",
    "number": "26X",
    "move_name": "acknowledge",
    "name": "systems",
    "form": "docx",
    "territory": "9901",
    "code": "SCHOOL",
    "year": 2026,
    "other": 2,
    "criterion": 1,
    "verb": "publish",
    "parent": 1,
}


def addresses(patterns, prefix="", space="", places=PLACES) -> Iterator[tuple[str, str]]:
    """Every address of the house as (name, path)."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner, places)
        elif isinstance(pattern, URLPattern):
            names = pattern.pattern.converters
            yield (
                f"{space}{pattern.name}",
                reverse(f"{space}{pattern.name}", kwargs={name: places[name] for name in names}),
            )


EVERY = dict(addresses(get_resolver().url_patterns))


def test_the_walk_sees_every_floor():
    assert {"web:desk", "cases:move", "directives:plan", "account_login"} <= set(EVERY)


def test_the_public_pages_exist():
    assert sorted(PUBLIC - set(EVERY)) == []


@pytest.mark.parametrize("name", sorted(set(EVERY) - PUBLIC))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_the_login(db, client, name, method):
    answer = getattr(client, method)(EVERY[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{LOGIN}?next=%2F")


def test_a_program_of_a_stranger_is_told_to_sign_in(db, client):
    answer = client.get("/desk/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "page.sign_in")


def test_only_the_accounts_that_the_house_uses_have_addresses():
    accounts = {name for name in EVERY if name.startswith("account_")}
    assert accounts == {
        "account_login",
        "account_logout",
        "account_signup",
        "account_inactive",
        "account_change_password",
        "account_reauthenticate",
    }
    assert {name for name in EVERY if name.startswith(("mfa_", "openid_", "socialaccount_"))} == {
        "mfa_index",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "openid_connect_login",
        "openid_connect_callback",
    }


def sign_in(client, name="liaison", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": name, "password": password, **more})


def test_signing_in_leads_to_the_desk_or_to_the_page_asked_for(city, client):
    assert sign_in(client)["Location"] == "/"
    client.logout()
    assert sign_in(client, next="/journal/")["Location"] == "/journal/"
    client.logout()
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_says_so_in_the_readers_language(city, client):
    answer = sign_in(client, password="wrong")
    assert "用户名和/或密码不正确" in answer.content.decode() or "不正确" in answer.content.decode()
    client.cookies["django_language"] = "en"
    assert "are not correct" in sign_in(client, password="wrong").content.decode()


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(city, client):
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 200
    locked = sign_in(client)
    assert locked.status_code == 200
    assert "登录失败次数过多" in locked.content.decode()
    assert "_auth_user_id" not in client.session
    assert sign_in(Client(), "rival").status_code == 302


def test_a_closed_account_cannot_sign_in(city, client):
    person = city.person("liaison")
    person.is_active = False
    person.save()
    assert client.get(sign_in(client)["Location"]).status_code == 200
    assert "_auth_user_id" not in client.session
    assert "该账号已停用" in client.get("/accounts/inactive/").content.decode()


def test_nobody_signs_up_from_outside(db, client):
    assert "账号由文明办统一开通" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(client, "new").status_code == 200


def test_signing_out_needs_a_button(city, client):
    sign_in(client)
    assert "确认在本浏览器上退出登录" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short-A1", "至少"),
        ("lowercaseonly", "至少"),
        ("12345678901234", "常见"),
        ("Gangway-lantern-27", ""),
    ],
)
def test_passwords_keep_to_the_rules(city, client, new, said):
    sign_in(client)
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = client.post("/accounts/password/change/", fields)
    assert answer.status_code == (200 if said else 302)
    if said:
        assert said in answer.content.decode().split('class="field-error"')[1]
    client.logout()
    assert sign_in(client, password=PASSWORD if said else new).status_code == 302


def test_the_language_is_chosen_by_a_button_and_leads_back_to_the_page(city, client):
    sign_in(client)
    page = client.get("/desk/").content.decode()
    assert '<html lang="zh-hans">' in page
    assert '<input type="hidden" name="next" value="/desk/">' in page
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/desk/"})
    assert answer["Location"] == "/desk/"
    assert '<html lang="en">' in client.get("/desk/").content.decode()


def test_chinese_is_spoken_unless_english_is_asked_for(db):
    def language(accepted):
        page = Client().get(LOGIN, headers={"Accept-Language": accepted}).content.decode()
        return page.split('<html lang="')[1].split('"')[0]

    assert language("") == "zh-hans"
    assert language("fr") == "zh-hans"
    assert language("zh-CN,zh;q=0.9,en;q=0.8") == "zh-hans"
    assert language("en-GB") == "en"


def test_resolving_the_walk_gives_the_names_back():
    assert {resolve(path).view_name for path in EVERY.values()} == set(EVERY)


NULLED = dict(
    addresses(
        get_resolver().url_patterns,
        places=PLACES | {name: f"{PLACES[name]}\0" for name in ("number", "territory", "code")},
    )
)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_null_character_is_refused_at_every_door(city, browse, name):
    """PostgreSQL keeps none, so whatever got through would be an error of the server."""
    office = browse("office")
    asked = [
        office.get(f"{EVERY[name]}?q=%00"),
        office.get(f"{EVERY[name]}?%00=q"),
        office.post(EVERY[name], {"reason": "\0"}),
    ]
    if NULLED[name] != EVERY[name]:
        asked.append(office.get(NULLED[name]))
    assert [answer.status_code for answer in asked] == [400] * len(asked)
