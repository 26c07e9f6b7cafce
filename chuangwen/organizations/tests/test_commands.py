from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chuangwen.organizations.models import Person, Post, Unit
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.tests.personas import PASSWORD, City


def test_the_first_stones(db: None, monkeypatch: pytest.MonkeyPatch):
    out = StringIO()
    call_command("found", "9901", "示例市", "示例市文明办", stdout=out)
    monkeypatch.setenv("CHUANGWEN_PASSWORD", PASSWORD)
    call_command("appoint", "clerk", "OFFICE", "office", title="经办人", name="示例经办", stdout=out)
    clerk = Person.objects.get()
    assert clerk.name == "示例经办"
    assert scope_of(clerk).runs("9901")
    assert "chuangwen appoint" in out.getvalue()


def test_a_directory_is_founded_once(city: City):
    with pytest.raises(CommandError):
        call_command("found", "9902", "别市", "别市文明办")
    assert not Unit.objects.filter(territory="9902").exists()


def test_appoint_uses_the_account_that_exists(city: City):
    call_command("appoint", "stranger", "OFFICE", "auditor", title="审计员", stdout=StringIO())
    assert Post.objects.get(person__username="stranger").role == "auditor"


def test_an_unknown_unit_is_an_error(city: City):
    with pytest.raises(CommandError, match="NOWHERE"):
        call_command("appoint", "stranger", "NOWHERE", "auditor", title="审计员")


def test_a_weak_password_opens_no_account(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHUANGWEN_PASSWORD", "weak")
    with pytest.raises(CommandError):
        call_command("appoint", "newcomer", "OFFICE", "auditor", title="审计员")
    assert not Person.objects.filter(username="newcomer").exists()
