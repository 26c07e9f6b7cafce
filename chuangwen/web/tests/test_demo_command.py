"""`chuangwen demo` loads nothing where it should not, and says why."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse

from chuangwen.organizations.models import Person, Territory
from chuangwen.web.demo.accounts import PASSWORD


def demo(*options: str) -> str:
    out = StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def test_the_table_alone_loads_nothing(db):
    with override_settings(MODE="demo"):
        printed = demo("--accounts")
    assert PASSWORD in printed
    assert not Territory.objects.exists()


def test_it_refuses_outside_demo_mode(db):
    assert settings.MODE != "demo"
    with pytest.raises(CommandError, match="CHUANGWEN_MODE=demo"):
        demo()
    assert not Territory.objects.exists()


def test_it_refuses_a_directory_of_somebody_else(city):
    with override_settings(MODE="demo"), pytest.raises(CommandError, match="units of its own"):
        demo()
    assert not Person.objects.filter(demo=True).exists()


def test_no_page_of_sign_in_names_accounts_in_earnest(db, client):
    page = client.get(reverse("account_login")).content.decode()
    assert "<form" in page
    assert PASSWORD not in page
