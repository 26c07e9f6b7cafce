"""Separate administrators, sessions and second factors, as verbs."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.organizations import services
from chuangwen.organizations.accounts import services as accounts
from chuangwen.organizations.accounts.devices import device_of, device_words
from chuangwen.organizations.accounts.queries import places_of
from chuangwen.organizations.models import Person, Post, Role, SignIn
from chuangwen.organizations.tests.personas import City

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0"
)


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


def appoint(city: City, actor: str, person: str, role: Role, unit: str = "OFFICE") -> Post:
    return services.appoint(
        actor=city.person(actor) if actor else None,
        person=city.person(person),
        unit=city.units[unit],
        role=role,
        title="岗位",
    )


@pytest.mark.parametrize(
    ("holder", "role"),
    [
        ("admin", Role.SECURITY),
        ("admin", Role.AUDITOR),
        ("security", Role.ADMIN),
        ("security", Role.AUDITOR),
        ("auditor", Role.ADMIN),
        ("auditor", Role.SECURITY),
    ],
)
def test_nobody_holds_two_of_the_three_even_by_the_command_line(city: City, holder: str, role: Role):
    with pytest.raises(Problem) as problem:
        appoint(city, "", holder, role, "SCHOOL")
    assert (problem.value.code, problem.value.details) == ("post.separate", {"person": city.people[holder]})
    assert Post.objects.filter(person=city.people[holder]).count() == 1
    assert not Event.objects.exists()


def test_after_one_post_has_ended_the_other_may_begin(city: City):
    services.end_post(actor=None, post=Post.objects.get(person=city.people["admin"]))
    assert appoint(city, "", "admin", Role.SECURITY).role == Role.SECURITY


def test_the_same_post_in_two_units_is_one_kind_of_post(city: City):
    assert appoint(city, "", "admin", Role.ADMIN, "COUNTY1").role == Role.ADMIN


def test_a_loaded_directory_unites_no_two_either(city: City):
    post = Post(person=city.people["admin"], unit=city.units["OFFICE"], role=Role.AUDITOR, title="审计员")
    with pytest.raises(Problem) as problem:
        services.load_directory(actor=None, directory=services.Directory(posts=[post]))
    assert problem.value.code == "post.separate"
    assert not Post.objects.filter(person=city.people["admin"], role=Role.AUDITOR).exists()


def test_the_command_says_why_it_appoints_nobody_to_two(city: City):
    with pytest.raises(CommandError, match=r"系统管理员|system administrator"):
        call_command("appoint", "auditor", "OFFICE", "admin", title="系统管理员")


def test_a_security_administrator_appoints_others_but_neither_auditors_nor_themselves(city: City):
    assert appoint(city, "security", "stranger", Role.ADMIN).role == Role.ADMIN
    with pytest.raises(Problem) as problem:
        appoint(city, "security", "liaison", Role.AUDITOR)
    assert problem.value.code == "post.grant_lacks"
    with pytest.raises(Problem) as problem:
        appoint(city, "security", "security", Role.OFFICE)
    assert problem.value.code == "post.own"


def test_a_system_administrator_appoints_nobody(city: City):
    with pytest.raises(Problem) as problem:
        appoint(city, "admin", "admin", Role.OFFICE)
    assert problem.value.code == "post.grant_lacks"


def session() -> str:
    store = import_module(configured.SESSION_ENGINE).SessionStore()
    store["seen_at"] = int(timezone.now().timestamp())
    store.create()
    return str(store.session_key)


def sign_in(person: Person, agent: str = CHROME) -> SignIn:
    return accounts.begin_session(person=person, session_key=session(), device=device_of(agent))


def test_a_person_is_signed_in_where_they_signed_in(city: City, django_assert_num_queries):
    person = city.person("liaison")
    desk, phone = sign_in(person), sign_in(person, WECHAT)
    sign_in(city.person("rival"))
    with django_assert_num_queries(2):
        assert [(place.pk, place.session_key) for place in places_of(person)] == [
            (phone.pk, phone.session_key),
            (desk.pk, desk.session_key),
        ]


def test_a_session_that_is_gone_is_no_place(city: City):
    person = city.person("liaison")
    gone, late = sign_in(person), sign_in(person)
    Session.objects.filter(session_key=gone.session_key).delete()
    Session.objects.filter(session_key=late.session_key).update(expire_date=timezone.now())
    assert places_of(person) == []


def test_what_is_older_than_a_session_can_be_is_forgotten(city: City):
    person = city.person("liaison")
    old = sign_in(person)
    SignIn.objects.update(since=timezone.now() - timedelta(seconds=configured.SESSION_COOKIE_AGE + 1))
    sign_in(person)
    assert not SignIn.objects.filter(pk=old.pk).exists()


def test_one_session_a_person_if_so_configured(city: City, settings):
    person = city.person("liaison")
    other = sign_in(city.person("rival"))
    first = sign_in(person)
    settings.ONE_SESSION = True
    second = sign_in(person)
    assert [place.pk for place in places_of(person)] == [second.pk]
    assert not Session.objects.filter(session_key=first.session_key).exists()
    assert accounts.why_ended(first.session_key).startswith("您的账号已在别处登录")
    assert accounts.why_ended(first.session_key) == ""
    assert accounts.why_ended(other.session_key) == ""


def test_the_security_administrator_ends_all_sessions_of_others(city: City):
    person = city.person("liaison")
    sign_in(person)
    sign_in(person, WECHAT)
    assert accounts.cut_off(actor=city.person("security"), person=person) == 2
    assert places_of(person) == []
    event = Event.objects.last()
    assert (event.actor, event.verb, event.subject, event.data) == (
        f"person:{city.people['security'].pk}",
        "account.sessions_end",
        f"person:{person.pk}",
        {"because": "security", "count": 2},
    )
    assert accounts.cut_off(actor=city.person("security"), person=person) == 0


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("admin", "liaison"),
        ("office", "liaison"),
        ("head", "liaison"),
        ("security", "auditor"),
        ("security", "security"),
    ],
)
def test_nobody_else_ends_sessions_or_resets_factors(city: City, who: str, whom: str):
    person = city.person(whom)
    sign_in(person)
    TOTP.activate(person, generate_totp_secret())
    for verb in (accounts.cut_off, accounts.reset_second_factor):
        with pytest.raises(Problem) as problem:
            verb(actor=city.person(who), person=person)
        assert problem.value.code == "account.not_yours"
    assert len(places_of(person)) == 1
    assert Authenticator.objects.filter(user=person).exists()


def test_a_lost_second_factor_is_taken_away_with_its_codes_and_sessions(city: City):
    person, other = city.person("liaison"), city.person("rival")
    for one in (person, other):
        TOTP.activate(one, generate_totp_secret())
    RecoveryCodes.activate(person)
    place = sign_in(person)
    accounts.reset_second_factor(actor=city.person("security"), person=person)
    assert list(Authenticator.objects.values_list("user", flat=True)) == [other.pk]
    assert accounts.why_ended(place.session_key).startswith("您的双因素认证已被重置")
    assert list(Event.objects.order_by("-id").values_list("verb", flat=True)[:2]) == [
        "account.sessions_end",
        "account.factor_reset",
    ]
    with pytest.raises(Problem) as problem:
        accounts.reset_second_factor(actor=city.person("security"), person=person)
    assert problem.value.code == "account.no_factor"


def test_the_command_line_resets_anybodys_second_factor(city: City):
    TOTP.activate(city.person("auditor"), generate_totp_secret())
    call_command("reset_factor", "auditor", stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert (Event.objects.last().actor, Event.objects.last().verb) == ("system", "account.factor_reset")
    with pytest.raises(CommandError, match=r"双因素认证|second factor"):
        call_command("reset_factor", "auditor")
    with pytest.raises(CommandError, match=r"nobody\.here"):
        call_command("reset_factor", "nobody.here")


def test_secrets_rest_encrypted_and_need_the_key(city: City, settings):
    secret = generate_totp_secret()
    totp = TOTP.activate(city.person("liaison"), secret)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert totp.validate_code("000000") in {True, False}
    settings.FACTOR_KEY = "1" * 64
    with pytest.raises(Problem) as problem:
        totp.validate_code("000000")
    assert problem.value.code == "account.factor_unreadable"


@pytest.mark.parametrize(
    ("agent", "kept", "words"),
    [
        (CHROME, "chrome windows", "Windows 电脑上的Chrome"),
        (WECHAT, "wechat android", "安卓手机或平板上的微信"),
        (CHROME + " Edg/126.0", "edge windows", "Windows 电脑上的Edge"),
        ("curl/8.0", "- -", "未知设备上的未知浏览器"),
        ("", "- -", "未知设备上的未知浏览器"),
    ],
)
def test_a_device_is_kept_in_two_words_and_told_in_plain_ones(agent: str, kept: str, words: str):
    assert device_of(agent) == kept
    assert device_words(kept) == words
